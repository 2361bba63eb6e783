"""Which function answers which method of the runtime APIs, with arguments and answers as bytes."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from neuron_ledger.events.wire.errors import NeuronLedgerError, did_you_mean
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.apis import locks, metagraphs, neurons, stakes, subnets
from neuron_ledger.replay.node.chain.state import State
from neuron_ledger.replay.node.metadata.apis import METHODS
from neuron_ledger.replay.node.metadata.constants import runtime_version
from neuron_ledger.replay.node.metadata.document import VERSIONS
from neuron_ledger.replay.node.types.notation import Shape

Answer = Callable[..., Any]
"""(state, argument, …) → the answer, as input of the codec."""


class MissingApi(NeuronLedgerError, LookupError):
    """A method that the node does not have."""


def metadata_at_version(state: State, version: int) -> Any:
    return state.runtime.metadata(version) if version in VERSIONS else None


def account_nonce(state: State, account: bytes) -> int:
    return state.storage.account_nonce[account]


_FREE: Final = ((0, 0), "Normal", 0)

ANSWERS: Final[Mapping[str, Answer]] = {
    "Core_version": lambda state: runtime_version(state.runtime.spec_version),
    "Metadata_metadata": lambda state: state.runtime.metadata(VERSIONS[0]),
    "Metadata_metadata_at_version": metadata_at_version,
    "Metadata_metadata_versions": lambda _: VERSIONS,
    "AccountNonceApi_account_nonce": account_nonce,
    **neurons.ANSWERS,
    **subnets.ANSWERS,
    **metagraphs.ANSWERS,
    **stakes.ANSWERS,
    **locks.ANSWERS,
}
"""The function for each method."""

_FEES: Final = {"TransactionPaymentApi_query_info": _FREE, "TransactionPaymentApi_query_fee_details": ((0, 0, 0), 0)}
"""There are no fees; the first argument is an extrinsic, which is ignored."""


def answered(state: State, name: str, arguments: bytes) -> bytes:
    """The encoded answer of a method at a block. Raises: MissingApi, which names it; ScaleError for wrong arguments."""
    method = METHODS.get(name)
    if method is None:
        hint = did_you_mean(name, METHODS)
        raise MissingApi(f"Exported method {name} is not found: this node does not have it{hint}")
    codec = state.runtime.codec
    if name in _FEES:
        return codec.encode(method.output, _FEES[name])
    asked = codec.decode(Shape("tuple", tuple(kind for _, kind in method.inputs)), arguments)
    try:
        return codec.encode(method.output, ANSWERS[name](state, *asked))
    except AttributeError as error:
        # A rule of an earlier runtime that was not updated reads an item that storage no longer has.
        if not isinstance(error.obj, Storage):
            raise
        spec_version = state.runtime.spec_version
        raise MissingApi(f"{name} is not built for spec_version {spec_version}: it reads {error.name}") from error
