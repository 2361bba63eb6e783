"""What a node answered to a question of its runtime (`state_call`), from its bytes.

The structs are those of `replay/node/metadata/apis.py`: those about neurons have been the same since 103. What is in them, such
as an axon, is read by the chain's own types where its metadata is at hand. Early answers are `Vec<u8>` around the value (103 and
185 are). An answer is read only in a form that gives the same bytes again.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import fields as attributes

from neuron_ledger.projections.views.neuron_info import NeuronInfo, NeuronInfoLite
from neuron_ledger.replay.history.client import NodeProblem
from neuron_ledger.replay.history.runtime import NodeRuntime
from neuron_ledger.replay.node.metadata.apis import API_TYPES, METHODS
from neuron_ledger.replay.node.types.chain_types import CHAIN_TYPES
from neuron_ledger.replay.node.types.codec import Codec, ScaleError
from neuron_ledger.replay.node.types.definitions import Definitions, Struct
from neuron_ledger.replay.node.types.notation import Shape

_STORED: Final = {"AxonInfo": "Axons", "PrometheusInfo": "Prometheus"}
"""Structs inside of answers → an item of storage that holds the same."""

_BYTES: Final = Shape("Vec", (Shape("u8"),))


def read_answer(method: str, answer: bytes, runtime: NodeRuntime | None = None) -> Any:
    """The value of an answer: structs as dicts by the chain's names, bytes for accounts, tuples for lists, None for none.

    method: by its full name, `NeuronInfoRuntimeApi_get_neurons`. runtime: the one that answered, if its metadata is at hand.
    Raises: NodeProblem for a method that is not known, or bytes that are no answer to it.
    """
    if method not in METHODS:
        raise NodeProblem(f"{method}: how this is answered is not known")
    codec = Codec(_definitions(runtime))
    for kind, data in _forms(METHODS[method].output, answer):
        try:
            value = codec.decode(kind, data)
            if codec.encode(kind, value) == data:
                return value
        except ScaleError:
            continue
    raise NodeProblem(f"{method}: these {len(answer)} bytes are no answer to it in any form that is known here")


def _forms(kind: Shape, answer: bytes) -> Iterator[tuple[Shape, bytes]]:
    """The types that an answer may be of, and its bytes: as it is, or inside of `Vec<u8>`, where an Option is the value alone."""
    yield kind, answer
    try:
        inner = Codec({}).decode(_BYTES, answer)
    except ScaleError:
        return
    yield kind, inner
    if kind.name == "Option":
        yield kind.parts[0], inner


def _definitions(runtime: NodeRuntime | None) -> Definitions:
    known: dict[str, Any] = {**CHAIN_TYPES, **API_TYPES}
    if runtime is None:
        return known
    for name, item in _STORED.items():
        entry = runtime.entries.get(item)
        found = None if entry is None else runtime.types.codec.definitions.get(entry.value.name)
        if isinstance(found, Struct):
            known[name] = found
    return known


def neuron_of(answered: Mapping[str, Any]) -> NeuronInfoLite:
    """A neuron of an answer as our own view has it (`NeuronInfo` where it has weights); endpoints that are all 0 are none."""
    structs = {"axon_info": "AxonInfo", "prometheus_info": "PrometheusInfo"}
    values = {**answered, **{name: _endpoint(answered[name], struct) for name, struct in structs.items()}}
    cls: type[NeuronInfoLite] = NeuronInfo if "weights" in answered else NeuronInfoLite
    return cls(**{field.name: values[field.name] for field in attributes(cls)})


def _endpoint(answered: Mapping[str, int], name: str) -> Any:
    definition = CHAIN_TYPES[name]
    assert isinstance(definition, Struct)
    values = tuple(answered[field] for field, _ in definition.fields)
    return values if any(values) else None
