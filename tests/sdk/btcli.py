"""The field's command line, `btcli`, against the node: the commands that people use most, and what they print."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.wire.ss58 import encode as ss58
from neuron_ledger.ledger.chain import Ledger
from tests.sdk.environments import ROOT, made_environment, node

PACKAGE: Final = "bittensor-cli==9.23.2"
COLUMNS: Final = "150"
SECONDS: Final = 120
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\u200e\u200f]")

IDENTITY: Final = (
    *("--subnet-name", "example", "--github-repo", "https://github.com/example/subnet", "--subnet-contact", "me@example.org"),
    *("--subnet-url", "https://example.org", "--discord-handle", "example", "--description", "An example"),
    *("--logo-url", "https://example.org/logo.png", "--additional-info", "none"),
)
WALLETS: Final = """
import sys
from bittensor_wallet import Keypair, Wallet
for uri in ("//Alice", "//Bob"):
    made = Wallet(name=uri.strip("/").lower(), hotkey="default", path=sys.argv[1])
    for put in (made.set_coldkey, made.set_coldkeypub):
        put(keypair=Keypair.create_from_uri(uri), encrypt=False, overwrite=True)
    made.set_hotkey(keypair=Keypair.create_from_uri(f"{uri}//hot"), encrypt=False, overwrite=True)
print(made.hotkey.ss58_address)
"""
"""Makes the wallets of two development keys; prints the address of the second one's hotkey."""


@frozen
class Said:
    """What a command printed. works: whether it did what it was asked."""

    command: str
    works: bool
    text: str


def run_all() -> list[Said]:
    """A subnet made, joined and staked on, and looked at; then the balance compared with the ledger's."""
    python = made_environment("sdk-btcli-9.23.2", (PACKAGE,))
    with tempfile.TemporaryDirectory() as home:
        ledger = Path(home) / "chain.ledger"
        with node(ledger, 424) as url:
            said = list(_commands(python, Path(home), url))
        with Ledger.open(ledger, read_only=True) as opened:
            exact = {address: rao / 10**9 for address, rao in _balances(opened)}
        return [*said[:-1], _compared(said[-1], exact)]


def _commands(python: Path, home: Path, url: str) -> Iterator[Said]:
    wallets = str(home / "wallets")
    made = subprocess.run([python, "-c", WALLETS, wallets], stdout=subprocess.PIPE, text=True, check=True)
    hotkey = made.stdout.split()[-1]
    alice = ("--wallet-path", wallets, "--wallet-name", "alice", "--hotkey", "default", "--no-prompt")
    bob = ("--wallet-path", wallets, "--wallet-name", "bob", "--hotkey", "default", "--no-prompt")
    stake = ("--netuid", "1", "--amount", "10", "--hotkey-ss58-address", hotkey, "--unsafe", "--no-mev-protection")
    of_bob = ("--wallet-path", wallets, "--wallet-name", "bob")
    for command, more, expected in (
        ("subnet create", (*alice, *IDENTITY, "--no-mev-protection"), "netuid: 1"),
        ("subnet start", (*alice, "--netuid", "1"), "Successfully started"),
        ("subnet register", (*bob, "--netuid", "1"), "Registered on netuid 1 with UID 1"),
        ("stake add", (*of_bob, "--no-prompt", *stake), "Finalized. Stake added to netuid: 1"),
        ("subnet list", (), "example"),
        ("subnet metagraph", ("--netuid", "1"), "Subnet 1: example"),
        ("wallet balance", of_bob, "Total Balance"),
        ("wallet balance --json-output", of_bob, '"bob"'),
    ):
        text = _printed(python, home, (*command.split(), "--network", url, *more))
        yield Said(f"btcli {command}", expected in text, text)


def _printed(python: Path, home: Path, arguments: Sequence[str]) -> str:
    """What `btcli` prints, without colours and empty lines."""
    surroundings = {**os.environ, "HOME": str(home), "COLUMNS": COLUMNS, "NO_COLOR": "1"}
    command = [str(python.with_name("btcli")), *arguments]
    done = subprocess.run(
        command, env=surroundings, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
    )
    lines = [_ESCAPES.sub("", line).rstrip() for line in (done.stdout + done.stderr).splitlines()]
    return "\n".join(line for line in lines if line)


def _balances(ledger: Ledger) -> list[tuple[str, int]]:
    return [(ss58(account), rao) for account, rao in ledger.storage.balances.items()]


def _compared(said: Said, exact: dict[str, float]) -> Said:
    """A balance as JSON, against the ledger's."""
    try:
        shown: dict[str, Any] = json.loads(said.text)["balances"]["bob"]
    except (ValueError, KeyError):
        return Said(said.command, False, said.text)
    return Said(said.command, exact.get(shown["coldkey"]) == shown["free"], said.text)


def page() -> tuple[list[Said], Iterator[str]]:
    """What was run, and the part of the page about it."""
    said = run_all()
    return said, _section(said)


def _section(said: Sequence[Said]) -> Iterator[str]:
    yield "## btcli 9.23.2\n"
    yield "As printed, without colours and empty lines. The balance as JSON is compared with the ledger's.\n"
    for one in said:
        yield f"`{one.command}` {'works' if one.works else 'does not work'}:\n\n```text\n{one.text}\n```\n"
