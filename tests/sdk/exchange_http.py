"""Signed HTTP of the SDK 11.3, unmodified: reads what to do as one JSON line on standard input, and prints the outcome as one."""

import json
import sys
from typing import Any

from bittensor import http_auth
from bittensor.wallets import Keypair

BODY = b'{"prompt":"hello"}'
TARGET = "/generate?x=1"


def signed(asked: Any) -> Any:
    """Headers for a request. asked: uri, receiver (None: unbound), nonce."""
    return http_auth.sign(
        Keypair.create_from_uri(asked["uri"]),
        method="POST",
        path=TARGET,
        body=BODY,
        receiver_ss58=asked["receiver"],
        nonce_ns=asked["nonce"],
    )


def verified(asked: Any) -> Any:
    """What becomes of each request. asked: hotkey, and requests of headers, body, path and the time."""
    store = http_auth.InMemoryNonceStore()
    outcomes = []
    for request in asked["requests"]:
        try:
            caller = http_auth.verify(
                request["headers"],
                request["body"].encode(),
                method="POST",
                path=request["path"],
                self_hotkey_ss58=asked["hotkey"],
                nonce_store=store,
                now_ns=request["now"],
            )
            outcomes.append(f"OK {caller.hotkey_ss58}")
        except http_auth.AuthError as error:
            outcomes.append(f"{type(error).__name__}: {error}")
    return outcomes


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps({"sign": signed, "verify": verified}[asked["do"]](asked)), flush=True)
