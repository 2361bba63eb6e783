"""Which function answers which question of the runtime's, and how it is asked: arguments and answers as bytes."""

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
"""(state, argument, …) → the answer, as the codec takes it."""


class MissingApi(NeuronLedgerError, LookupError):
    """A question that the node does not answer."""


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
"""The function that answers each question."""

_FEES: Final = {"TransactionPaymentApi_query_info": _FREE, "TransactionPaymentApi_query_fee_details": ((0, 0, 0), 0)}
"""Nothing costs a fee here; their first argument is an extrinsic, which is not looked at."""


def answered(state: State, name: str, arguments: bytes) -> bytes:
    """The answer to a question at a block, encoded. Raises: MissingApi, which names it; ScaleError for other arguments."""
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
        # A rule of an earlier runtime that nobody has brought up to date reads an item which storage no longer has.
        if not isinstance(error.obj, Storage):
            raise
        spec_version = state.runtime.spec_version
        raise MissingApi(f"{name} is not built for spec_version {spec_version}: it reads {error.name}") from error
