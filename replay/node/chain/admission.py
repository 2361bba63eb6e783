"""What an extrinsic must be before it may wait for its block: readable, correctly signed, for this chain, and in time.

Source: polkadot-sdk frame-system extensions (check_genesis, check_mortality, check_spec_version, check_tx_version).
"""

from collections.abc import Callable, Collection
from typing import Final

from attrs import frozen
from bittensor_core import Keypair

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.node.chain.extrinsic import Extrinsic, Signed, read_extrinsic, signed_payload
from neuron_ledger.replay.node.chain.plan import planned
from neuron_ledger.replay.node.chain.pool import BAD_FORMAT, Refused, Waiting, invalid
from neuron_ledger.replay.node.metadata.document import NodeRuntime
from neuron_ledger.replay.node.types.codec import ScaleError

ERAS: Final = 16
"""How many past eras are checked to find out whether an extrinsic was signed for one of them."""
SIGNATURE_KINDS: Final = {"Sr25519": 1, "Ed25519": 0}


@frozen
class Admission:
    """Checks extrinsics for the block after the head. hash_of: block number → hash, None if there is none.

    impersonated: accounts whose signature is not checked.
    """

    runtime: NodeRuntime
    genesis: bytes
    head: int
    hash_of: Callable[[int], bytes | None]
    impersonated: Collection[bytes]

    def admitted(self, data: bytes) -> Waiting:
        """The extrinsic in these bytes, checked. Raises: Refused."""
        try:
            extrinsic = read_extrinsic(self.runtime, data)
        except ScaleError as error:
            raise Refused(BAD_FORMAT, "Extrinsic has invalid format", str(error)) from None
        if extrinsic.signed is None:
            raise invalid("Transaction is not signed")
        expires = None if extrinsic.signed.signer in self.impersonated else self._checked(extrinsic, extrinsic.signed)
        try:
            plan = planned(extrinsic.call)
        except FieldError as error:
            raise invalid(f"Transaction call is not expected: {error}") from None
        return Waiting(extrinsic, extrinsic.signed, plan, expires)

    def _checked(self, extrinsic: Extrinsic, signed: Signed) -> int | None:
        """The first block for which it would be too late, None for never. Raises: Refused."""
        kind = SIGNATURE_KINDS.get(signed.kind)
        if kind is None:
            raise invalid(f"Transaction has a bad signature ({signed.kind} is not known here)")
        if signed.has_metadata_hash:
            raise invalid("Transaction signs the metadata's hash, which this node does not check")
        signer = Keypair(public_key=signed.signer, crypto_type=kind)

        def signed_at(block: int) -> bool:
            at = self.genesis if signed.era.period is None else self.hash_of(block)
            return at is not None and signer.verify(
                signed_payload(self.runtime, extrinsic, signed, self.genesis, at, None), signed.signature
            )

        birth = signed.era.birth(self.head + 1)
        if not signed_at(birth):
            if signed.era.period is not None and any(
                map(signed_at, range(birth - signed.era.period, -1, -signed.era.period)[:ERAS])
            ):
                raise invalid("Transaction is outdated (its era has passed)")
            raise invalid("Transaction has a bad signature")
        return None if signed.era.period is None else birth + signed.era.period
