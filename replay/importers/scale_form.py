"""A node's raw answer: SCALE, as bytes or hex digits, alone or inside a JSON-RPC answer.

It is read as a metagraph (whole or selective) or as neurons, in the structs of the runtimes since 224; they differ in the
identity of the subnet and in the last fields of a selective metagraph. Bytes are an answer only if a struct decodes all of them
and encodes them again.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import evolve

from neuron_ledger.replay.importers.source import ImportProblem, Source
from neuron_ledger.replay.node.metadata.apis import API_TYPES
from neuron_ledger.replay.node.types.chain_types import CHAIN_TYPES
from neuron_ledger.replay.node.types.codec import Codec, ScaleError
from neuron_ledger.replay.node.types.definitions import Definitions, Struct
from neuron_ledger.replay.node.types.notation import Shape, shape

IDENTITIES: Final = ("SubnetIdentityV3", "SubnetIdentityV2", "SubnetIdentity")
"""What `Option<…>` the identity of a subnet is in an answer, newest first."""

ENDS: Final = (0, 1, 2)
"""How many of its last fields a selective metagraph of an earlier runtime lacks: commitments, validators."""

_BYTES: Final = shape("Vec<u8>")
_NEURONS: Final = ("Vec<NeuronInfoLite>", "Vec<NeuronInfo>")
_METAGRAPHS: Final = ("Option<Metagraph>", "Option<SelectiveMetagraph>", "Metagraph")


def with_answer(source: Source) -> Source:
    """The source with its bytes decoded if it holds bytes; unchanged if it holds JSON. Raises: ImportProblem."""
    content = source.content
    if isinstance(content, dict) and "jsonrpc" in content and "result" in content:
        content = content["result"]
    if isinstance(content, str):
        content = _digits(content)
    if not isinstance(content, bytes):
        return evolve(source, content=content)
    found = _answered(content)
    if found is None:
        what = "nor as the bytes of a metagraph or of neurons that a node answers (SCALE)"
        raise ImportProblem(f"{source.path}: not readable as JSON, {what}; is the file whole?")
    return evolve(source, content=found)


def _digits(text: str) -> Any:
    """The bytes of hex digits; the text itself if it is something else."""
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        return text


def _answered(data: bytes) -> Any:
    for bytes_of_answer in _unwrapped(data):
        for kind, definitions in _kinds():
            codec = Codec(definitions)
            try:
                value = codec.decode(kind, bytes_of_answer)
                if value and codec.encode(kind, value) == bytes_of_answer:
                    return _as_json(value)
            except ScaleError:
                continue
    return None


def _unwrapped(data: bytes) -> Iterator[bytes]:
    """The answer, and what is in it if it is `Vec<u8>` itself, as early ones are."""
    yield data
    try:
        yield Codec({}).decode(_BYTES, data)
    except ScaleError:
        return


def _kinds() -> Iterator[tuple[Shape, Definitions]]:
    for identity in IDENTITIES:
        for lacking in ENDS:
            definitions = {**CHAIN_TYPES, **API_TYPES, **_earlier(identity, lacking)}
            for kind in _METAGRAPHS:
                yield shape(kind), definitions
    for kind in _NEURONS:
        yield shape(kind), {**CHAIN_TYPES, **API_TYPES}


def _earlier(identity: str, lacking: int) -> dict[str, Struct]:
    """The structs with another identity, and without the last fields of a selective metagraph."""
    found = {}
    for name in ("Metagraph", "SelectiveMetagraph"):
        known = API_TYPES[name]
        assert isinstance(known, Struct)
        fields = tuple((field, _with_identity(kind, identity)) for field, kind in known.fields)
        found[name] = evolve(known, fields=fields[: len(fields) - lacking] if name == "SelectiveMetagraph" else fields)
    return found


def _with_identity(kind: Shape, identity: str) -> Shape:
    if kind.name == IDENTITIES[0]:
        return Shape(identity)
    return evolve(kind, parts=tuple(_with_identity(part, identity) for part in kind.parts))


def _as_json(value: Any) -> Any:
    """A value as the JSON of an answer has it: bytes as hex digits."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, Mapping):
        return {name: _as_json(part) for name, part in value.items()}
    return [_as_json(part) for part in value] if isinstance(value, tuple) else value
