"""Whether a request is authentic: the signature, and the nonce that may come next.

Source: bittensor 10.5.0 core/axon.py::Axon.default_verify.
"""

from neuron_ledger.replay.exchange.messages import account_at, is_right, synapse_message
from neuron_ledger.replay.exchange.nonces import NonceRefused, Nonces
from neuron_ledger.replay.exchange.refusals import NotVerified
from neuron_ledger.replay.exchange.synapse import Synapse

U64_MAX = 2**64 - 1
SIGNATURE_LENGTH = 64
LONGEST_UUID = 256


class Verification:
    """The check of an Axon. hotkey: its own, SS58. allow_unsigned: let requests without a signature pass, as the SDK 9.7 does."""

    def __init__(self, hotkey: str, nonces: Nonces, *, allow_unsigned: bool) -> None:
        self.hotkey = hotkey
        self.nonces = nonces
        self.allow_unsigned = allow_unsigned

    def check(self, synapse: Synapse, now_ns: int) -> bool:
        """Whether the request is signed and valid; False if it is not signed and need not be. Raises: NotVerified."""
        asking = synapse.dendrite
        if asking is None or asking.hotkey is None:
            raise NotVerified("No SS58 formatted address or public key provided.")
        account = account_at(asking.hotkey)
        if account is None:
            raise NotVerified("Invalid SS58 format")
        if asking.nonce is None:
            raise NotVerified("Missing Nonce")
        if not 0 <= asking.nonce <= U64_MAX:
            raise NotVerified("Nonce is out of range")
        if len(str(asking.uuid)) > LONGEST_UUID:
            raise NotVerified(f"A uuid may have at most {LONGEST_UUID} characters")
        if not asking.signature and self.allow_unsigned:
            return False
        hotkey, uuid, nonce = asking.hotkey, str(asking.uuid), asking.nonce
        try:
            self.nonces.check(hotkey, uuid, nonce, version=asking.version, timeout=synapse.timeout, now_ns=now_ns)
        except NonceRefused as error:
            raise NotVerified(error) from None
        if not asking.signature:
            raise NotVerified("Missing Signature")
        message = synapse_message(nonce, hotkey, self.hotkey, uuid, str(synapse.computed_body_hash))
        signature = signature_bytes(asking.signature)
        if signature is None or not is_right(account, "sr25519", message, signature):
            raise NotVerified(f"Signature mismatch with {message.decode()} and {asking.signature}")
        self.nonces.accept(hotkey, uuid, nonce, now_ns=now_ns)
        return True


def signature_bytes(text: str | None) -> bytes | None:
    """The 64 bytes of a signature in 0x and hex digits; None for anything else."""
    try:
        read = bytes.fromhex((text or "").removeprefix("0x"))
    except ValueError:
        return None
    return read if len(read) == SIGNATURE_LENGTH else None
