"""One metagraph in the forms in which it is saved: a node's JSON, SCALE in bytes and digits, the SDK's with SS58 and floats."""

import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.importers.metagraph import import_metagraph
from neuron_ledger.replay.importers.sdk_form import AMOUNTS, OF_U16, OF_U64, from_sdk
from neuron_ledger.replay.importers.source import ImportProblem, read_source
from neuron_ledger.replay.node.metadata.apis import API_TYPES
from neuron_ledger.replay.node.types.chain_types import CHAIN_TYPES
from neuron_ledger.replay.node.types.codec import Codec, compact
from neuron_ledger.replay.proof.audit import audit
from tests.shared_data import shared

Json = Any


@cache
def answers() -> tuple[Json, Json]:
    """The metagraph and the neurons of subnet 1."""
    metagraph, lite = (
        json.loads(gzip.decompress(shared(f"data/finney-sn1-6530367/{name}.json.gz").read_bytes()))
        for name in ("metagraph", "neurons_lite")
    )
    return metagraph, lite


def imported(tmp_path: Path, metagraph: bytes, lite: bytes, *, is_audited: bool = False) -> Storage:
    files = [tmp_path / "metagraph", tmp_path / "lite"]
    for file, content in zip(files, (metagraph, lite), strict=True):
        file.write_bytes(content)
    ledger = Ledger.in_memory()
    import_metagraph(ledger, *files)
    if is_audited:
        assert audit(ledger.log, sources=[read_source(file, is_answer=True) for file in files]).clean
    return ledger.storage


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Storage:
    """What the node's JSON says."""
    return imported(tmp_path_factory.mktemp("json"), in_json(0), in_json(1))


def plain(value: Json) -> Any:
    """JSON of a node as the codec writes it."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list) and len(value[0]) == 32:
        return bytes(value[0])
    if isinstance(value, list):
        return tuple(plain(part) for part in value)
    if isinstance(value, dict):
        return value["bits"] if set(value) == {"bits"} else {name: plain(part) for name, part in value.items()}
    return value


def identity(value: Json) -> Any:
    return None if value is None else {name: bytes(text) for name, text in value.items()}


@cache
def in_scale(kind: str, leave_out: int = 0) -> bytes:
    """The metagraph as the node answers it. leave_out: fields at the end of a selective one that an earlier runtime has not."""
    metagraph = answers()[0]
    values = {name: plain(value) for name, value in metagraph.items()}
    values |= {"identity": identity(metagraph["identity"]), "identities": tuple(map(identity, metagraph["identities"]))}
    fields = API_TYPES[kind].fields  # type: ignore[union-attr]
    kept = fields[: len(fields) - leave_out]
    codec = Codec({**CHAIN_TYPES, **API_TYPES})
    return b"\1" + b"".join(codec.encode(unit, values[name]) for name, unit in kept)


@cache
def neurons_in_scale() -> bytes:
    return Codec({**CHAIN_TYPES, **API_TYPES}).encode("Vec<NeuronInfoLite>", plain(answers()[1]))


def as_digits(answer: bytes) -> bytes:
    return f"0x{answer.hex()}\n".encode()


def as_rpc(answer: bytes) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": f"0x{answer.hex()}"}).encode()


def as_gzip(answer: bytes) -> bytes:
    return gzip.compress(answer)


def in_json(number: int) -> bytes:
    return json.dumps(answers()[number]).encode()


@pytest.mark.parametrize("wrapped", [bytes, as_digits, as_rpc])
def test_scale_says_the_same_as_json(tmp_path: Path, expected: Storage, wrapped: Callable[[bytes], bytes]) -> None:
    metagraph, neurons = wrapped(in_scale("Metagraph")), as_gzip(wrapped(neurons_in_scale()))
    assert imported(tmp_path, metagraph, neurons, is_audited=wrapped is bytes).encode() == expected.encode()


@pytest.mark.parametrize("leave_out", [0, 2])
def test_a_selective_metagraph_of_any_runtime(tmp_path: Path, expected: Storage, leave_out: int) -> None:
    neurons = compact(len(neurons_in_scale())) + neurons_in_scale()  # as early answers are
    assert imported(tmp_path, in_scale("SelectiveMetagraph", leave_out), neurons).encode() == expected.encode()


@pytest.mark.parametrize("spoilt", [b"\1\2\3", b"\x00", b"\xff" * 300])
def test_bytes_that_are_no_answer_are_refused_whole(tmp_path: Path, spoilt: bytes) -> None:
    for content in (spoilt, as_digits(spoilt), in_scale("Metagraph")[:-1], in_scale("Metagraph") + b"\0"):
        file = tmp_path / "answer"
        file.write_bytes(content)
        ledger = Ledger.in_memory()
        with pytest.raises(ImportProblem, match=r"SCALE|not readable as JSON"):
            import_metagraph(ledger, file)
        assert ledger.head.position == 0


# ------------------------------------------------------------------------------------------------------------- the SDK's


def shown(field: str, value: Json) -> Json:
    """What the SDK shows of a field."""
    whole = (
        10**9 if field in AMOUNTS else 2**64 - 1 if field in OF_U64 else 65535 if field in OF_U16 and field != "kappa" else None
    )
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list) and len(value[0]) == 32:
        return ss58.encode(bytes(value[0]))
    if isinstance(value, list):
        return [shown(field, part) for part in value]
    if isinstance(value, (dict, bool)) or value is None or whole is None:
        return value
    return value / whole


def of_the_sdk() -> tuple[Json, Json]:
    """Metagraph and neurons as SDK 10 has them (`MetagraphInfo`, `NeuronInfoLite`), written as JSON."""
    metagraph, lite = answers()
    ours = {field: shown(field, value) for field, value in metagraph.items()}
    ours |= {"name": "A", "symbol": "α", "moving_price": 51177179 / 2**32, "mechid": 0, "identity": None, "identities": None}
    neurons = []
    for record in lite:
        neuron = {field: shown(field, value) for field, value in record.items()}
        stake = {shown("", coldkey): amount / 10**9 for coldkey, amount in record["stake"]}
        neurons.append({**neuron, "pruning_score": record["pruning_score"], "stake": sum(stake.values()), "stake_dict": stake})
    return ours, neurons


def test_what_the_sdk_shows_comes_in_exactly(tmp_path: Path, expected: Storage) -> None:
    """Every value that a float names; what several integers look like is not seen, and not made up."""
    ours, neurons = of_the_sdk()
    assert isinstance(ours["incentives"][0], float)
    assert isinstance(ours["alpha_in"], float)
    got = imported(tmp_path, json.dumps(ours).encode(), json.dumps(neurons).encode())
    not_shown = {"Difficulty", "MinDifficulty", "MaxDifficulty", "AdjustmentAlpha", "BondsMovingAverage"}
    lacking = set(got.not_seen[1]) - set(expected.not_seen[1])
    assert lacking <= {*not_shown, "SubnetMovingPrice"}
    for table in expected.maps():
        name = table.item.name
        if name != "NotSeen" and name not in lacking:
            assert dict(got.map(name)) == dict(table), name
    assert sum(got.total_hotkey_alpha.values()) > 10**14


def test_another_mechanism_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "metagraph"
    file.write_text(json.dumps({**of_the_sdk()[0], "mechid": 1}))
    with pytest.raises(ImportProblem, match="mechid: expected the first mechanism, 0, got 1"):
        import_metagraph(Ledger.in_memory(), file)


def test_a_float_is_the_integer_that_is_shown_so_or_nothing() -> None:
    assert from_sdk("rank", 63 / 65535) == 63
    assert from_sdk("burn", 0.089495625) == 89495625
    assert from_sdk("alpha_out", (2**53 + 2**51) / 10**9) is None
    assert from_sdk("difficulty", 10_000_000 / (2**64 - 1)) == 10_000_000
    assert from_sdk("difficulty", 10**18 / (2**64 - 1)) is None
    assert from_sdk("rank", 0.123) == 0.123
    assert from_sdk("tempo", 99.5) == 99.5
    assert from_sdk("tempo", float("inf")) == float("inf")
    assert from_sdk("dividends", [0.0, 1.0, 0]) == [0, 65535, 0]
    assert from_sdk("alpha_stake", [1.5, 7]) == [1.5, 7]
    assert from_sdk("axons", [{"ip": "1.2.3.4", "port": 1}]) is None
