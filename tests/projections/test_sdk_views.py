"""The views in the SDK's forms, against the exact ones, now and in the past; a metagraph in a file and as a data frame."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import polars
import pytest
from attrs import asdict, fields_dict
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from neuron_ledger import Oracle, calls
from neuron_ledger.events.wire import ss58
from neuron_ledger.projections.views.not_there import NotThere
from neuron_ledger.projections.views.sdk.amounts import Balance, ip, text
from neuron_ledger.projections.views.sdk.frames import ExtraMissing
from neuron_ledger.projections.views.sdk.metagraph import Metagraph
from neuron_ledger.projections.views.sdk.neurons import NeuronInfo, NeuronInfoLite
from neuron_ledger.projections.views.sdk.saved import MetagraphProblem

NETUID = 1
SHORT = {
    "S": "stake",
    "AS": "alpha_stake",
    "TS": "tao_stake",
    "R": "ranks",
    "T": "trust",
    "Tv": "validator_trust",
    "I": "incentive",
    "E": "emission",
    "C": "consensus",
    "D": "dividends",
    "B": "bonds",
    "W": "weights",
}
ITEMS = {"incentive": "Incentive", "consensus": "Consensus", "dividends": "Dividends", "validator_trust": "ValidatorTrust"}


@pytest.fixture(scope="module")
def oracle() -> Oracle:
    """A subnet that emits, whose validators agree, with an axon and a child."""
    oracle = Oracle()
    made = oracle.begin_subnet(8, validators=2)
    for validator in made.validators:
        oracle.set_weights(NETUID, validator, {3: 1, 4: 3, 5: 7}).unwrap()
    oracle.submit(calls.ServeAxon(NETUID, 7, 16909060, 8091, 4, 4, 0, 0), made.miners[0]).unwrap()
    oracle.mine_to_epoch(NETUID, epochs=2)
    oracle.mine(17)
    return oracle


# ------------------------------------------------------------------------------------------------------------- neurons


def test_a_neuron_has_the_fields_and_floats_of_the_sdk(oracle: Oracle) -> None:
    for uid, shown in enumerate(oracle.sdk.neurons(NETUID)):
        exact = oracle.subnet(NETUID).neuron(uid)
        assert (shown.uid, shown.netuid, shown.is_null) == (uid, NETUID, False)
        assert (ss58.account(shown.hotkey), ss58.account(shown.coldkey)) == (exact.hotkey, exact.coldkey)
        for name in ("rank", "incentive", "consensus", "trust", "validator_trust", "dividends"):
            assert getattr(shown, name) == getattr(exact, name) / 65535, name
        assert shown.emission == exact.emission / 10**9
        for name in ("active", "last_update", "validator_permit", "pruning_score"):
            assert getattr(shown, name) == getattr(exact, name), name
        assert shown.stake == shown.total_stake == Balance(sum(stake for _, stake in exact.stake))
        assert shown.stake_dict == {shown.coldkey: shown.stake}
        assert shown.weights == list(exact.weights)
        assert shown.bonds == [list(pair) for pair in exact.bonds]
    assert any(neuron.bonds for neuron in oracle.sdk.neurons(NETUID))
    assert any(neuron.emission for neuron in oracle.sdk.neurons(NETUID))
    lite = [
        NeuronInfoLite(**{name: getattr(one, name) for name in asdict(two)})
        for one, two in zip(oracle.sdk.neurons(NETUID), oracle.sdk.neurons_lite(NETUID), strict=True)
    ]
    assert [asdict(one) for one in lite] == [asdict(one) for one in oracle.sdk.neurons_lite(NETUID)]


def test_an_axon_is_shown_as_it_is_written(oracle: Oracle) -> None:
    served, other = (oracle.sdk.neuron_for_uid(uid, NETUID).axon_info for uid in (3, 4))
    assert served is not None
    assert (served.ip, served.port, served.version, served.is_serving, served.ip_str()) == (
        "1.2.3.4",
        8091,
        7,
        True,
        "/ipv4/1.2.3.4:8091",
    )
    assert served.hotkey == oracle.sdk.neuron_for_uid(3, NETUID).hotkey
    assert other is not None
    assert (other.ip, other.is_serving) == ("0.0.0.0", False)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0.0.0.0"),
        (2**32 - 1, "255.255.255.255"),
        (2**32, "::1:0:0"),
        (0xFFFF01020304, "::ffff:1.2.3.4"),
        (2**128 - 1, "ffff:" * 7 + "ffff"),
    ],
)
def test_addresses(number: int, shown: str) -> None:
    assert ip(number) == shown


def test_who_is_not_there_is_the_null_neuron(oracle: Oracle) -> None:
    for null in (
        oracle.sdk.neuron_for_uid(99, NETUID),
        oracle.sdk.neuron_for_uid(0, 77),
        oracle.sdk.neuron_for_uid(None, NETUID),
        oracle.sdk.get_neuron_for_pubkey_and_subnet(ss58.encode(bytes(32)), NETUID),
    ):
        assert null == NeuronInfo.get_null_neuron()
        assert (null.is_null, null.hotkey, null.coldkey, null.uid) == (True, "0" * 48, "0" * 48, 0)
        assert (null.weights, null.bonds, null.stake_dict, null.axon_info) == ([], [], {}, None)
    assert NeuronInfoLite.get_null_neuron().is_null
    assert (oracle.sdk.neurons(77), oracle.sdk.neurons_lite(77), oracle.sdk.subnet(77), oracle.sdk.get_subnet_info(77)) == (
        [],
        [],
        None,
        None,
    )
    assert oracle.sdk.get_subnet_hyperparameters(77) is None
    with pytest.raises(NotThere, match="netuid: there is no subnet 77 at block"):
        oracle.sdk.metagraph(77)


# ------------------------------------------------------------------------------------------------------------- subnets


def test_subnets_have_the_fields_of_the_sdk(oracle: Oracle) -> None:
    view, storage = oracle.sdk, oracle.storage
    info, limits, pool = view.get_subnet_info(NETUID), view.get_subnet_hyperparameters(NETUID), view.subnet(NETUID)
    assert info is not None
    assert (info.max_n, info.subnetwork_n, info.burn) == (storage.max_allowed_uids[1], 8, Balance(storage.burn[1]))
    assert ss58.account(info.owner_ss58) == storage.subnet_owner[1]
    assert limits is not None
    assert (limits.tempo, limits.max_weight_limit, limits.alpha_sigmoid_steepness) == (360, 65535, 1000.0)
    assert limits.hyperparameters["burn_increase_mult"] == storage.burn_increase_mult[1] / 2**64
    assert pool is not None
    assert (pool.tao_in, pool.alpha_in.netuid, pool.is_dynamic) == (Balance(storage.subnet_tao[1]), 1, True)
    assert pool.k == storage.subnet_tao[1] * storage.subnet_alpha_in[1]
    assert pool.moving_price == storage.subnet_moving_price[1] / 2**32
    assert pool.price.rao == oracle.figures.alpha_price(storage, 1)
    assert [one.netuid for one in view.all_subnets()] == [0, 1]
    assert [one.netuid for one in view.get_all_subnets_info()] == [0, 1]
    assert view.subnet(0).price == Balance(10**9)  # type: ignore[union-attr]
    assert view.get_next_epoch_start_block(1) == oracle.block - 17 + 360


def test_amounts_are_exact_beneath_their_floats() -> None:
    amount = Balance(2**63 + 1, 3)
    assert (int(amount), str(amount), float(Balance(1_500_000_000))) == (2**63 + 1, "9,223,372,036.854775809", 1.5)
    assert Balance(1) < Balance(2)
    with pytest.raises(TypeError):
        assert Balance(1) < Balance(2, 5)
    assert (text(b"\xf0\x9d\x9c\x8f"), text(b"\xff\x00")) == ("𝜏", "0xff00")


# ----------------------------------------------------------------------------------------------------------- metagraph


def test_the_metagraph_has_the_vectors_of_the_sdk(oracle: Oracle) -> None:
    graph, storage = oracle.sdk.metagraph(NETUID), oracle.storage
    assert (graph.n.item(), graph.block.item(), graph.num_uids) == (8, oracle.block, 8)
    assert graph.uids.tolist() == list(range(8))
    short = {
        "S": "stake",
        "R": "ranks",
        "I": "incentive",
        "E": "emission",
        "C": "consensus",
        "T": "trust",
        "Tv": "validator_trust",
        "D": "dividends",
        "B": "bonds",
        "W": "weights",
        "AS": "alpha_stake",
        "TS": "tao_stake",
    }
    for name, long in short.items():
        assert getattr(graph, name) is getattr(graph, long)
    for long, item in ITEMS.items():
        expected = np.array([value / 65535 for value in storage.map(item)[1]], dtype=np.float32)
        assert getattr(graph, long).tolist() == expected.tolist(), long
    assert graph.E.dtype == np.float32
    assert graph.E.tolist() == np.array([value / 1e9 for value in storage.emission[1]], dtype=np.float32).tolist()
    assert graph.E.any()
    assert graph.validator_permit.tolist() == list(storage.validator_permit[1])
    assert graph.last_update.tolist() == list(storage.last_update[1])
    hotkeys = [storage.keys[1, uid] for uid in range(8)]
    assert [ss58.account(hotkey) for hotkey in graph.hotkeys] == hotkeys
    assert graph.S.tolist() == np.array([storage.total_hotkey_alpha[key, 1] / 1e9 for key in hotkeys], dtype=np.float32).tolist()
    assert graph.W[1, 3:6].tolist() == pytest.approx([1 / 11, 3 / 11, 7 / 11], rel=1e-3)
    assert graph.W.sum(axis=1).tolist() == pytest.approx([0, 1, 1, 0, 0, 0, 0, 0])
    assert [graph.B[uid].tolist() for uid in (1,)] == [
        [dict(oracle.subnet(1).neuron(1).bonds).get(other, 0) for other in range(8)]
    ]
    assert graph.axons[3].ip_str() == graph.addresses[3] == "/ipv4/1.2.3.4:8091"
    assert (graph.hparams.tempo, graph.hparams.max_weights_limit, graph.pool.tao_in) == (360, 1.0, storage.subnet_tao[1] / 1e9)


def test_stake_of_the_epoch_is_not_the_stake_on_the_hotkey() -> None:
    """A child's stake counts for it, and TAO on the root network too: what an epoch goes by, `S` has."""
    oracle = Oracle()
    made = oracle.begin_subnet(4)
    parent, child = made.validators[0], made.miners[0]
    oracle.submit(calls.SetParam("tao_weight", 0, 2**63)).unwrap()
    oracle.stake(0, parent, 10**12, made.coldkey)
    before = oracle.sdk.metagraph(NETUID)
    assert before.TS[1] == np.float32(1000 * 0.18)
    assert before.S[1] == pytest.approx(before.AS[1] + 1000 * 0.5, rel=1e-6)
    oracle.submit(calls.SetParam("pending_childkey_cooldown", 0, 1)).unwrap()
    oracle.submit(calls.SetChildren(parent, NETUID, ((2**63, child),)), made.coldkey).unwrap()
    oracle.mine_to_epoch(NETUID, epochs=2)
    after = oracle.sdk.metagraph(NETUID)
    assert oracle.storage.total_hotkey_alpha[child, NETUID] == 0
    assert after.AS[2] > 0
    assert oracle.sdk.neuron_for_uid(2, NETUID).stake == Balance(0)


def test_the_root_network_weighs_subnets(oracle: Oracle) -> None:
    graph = oracle.sdk.metagraph(0)
    assert (graph.n.item(), graph.W.shape, graph.S is graph.TS) == (0, (0, 2), True)


@pytest.mark.parametrize("spec_version", [277, 424])
def test_every_view_is_there_at_any_past_block(spec_version: int) -> None:
    oracle = Oracle(spec_version=spec_version)
    oracle.begin_subnet(4)
    then = oracle.block
    oracle.mine(3)
    exact, shown = exact_views(oracle.at(block=then)), shown_views(oracle.at(block=then))
    oracle.set_weights(1, "subnet 1: validator 0", {2: 1}).unwrap()
    oracle.register(1, "late")
    oracle.mine_to_epoch(1)
    past = oracle.at(block=then)
    assert exact_views(past) == exact
    assert shown_views(past) == shown
    assert past.sdk.block == past.sdk.metagraph(1).block.item() == then
    assert all(now != was for now, was in zip(shown_views(oracle), shown, strict=True))
    assert (past.sdk.metagraph(1).n.item(), oracle.sdk.metagraph(1).n.item()) == (4, 5)


def exact_views(chain: Any) -> tuple[Any, ...]:
    view = chain.subnet(1)
    return view.metagraph_info(), view.dynamic_info(), view.info(), view.hyperparameters(), view.neurons()


def shown_views(chain: Any) -> tuple[Any, ...]:
    view = chain.sdk
    return view.neurons(1), view.neurons_lite(1), view.subnet(1), view.get_subnet_info(1), str(view.metagraph(1).columns())


# ---------------------------------------------------------------------------------------------------------------- files


def same_graph(one: Metagraph, other: Metagraph) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in fields_dict(Metagraph)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


def test_a_metagraph_comes_back_from_its_file(oracle: Oracle, tmp_path: Path) -> None:
    for netuid in (0, NETUID):
        graph = oracle.sdk.metagraph(netuid)
        path = graph.save(tmp_path / f"graph-{netuid}")
        assert path.name == f"graph-{netuid}.npz"
        assert same_graph(Metagraph.load(path), graph)
        assert graph.save(path).read_bytes() == path.read_bytes()
    assert sorted(tmp_path.iterdir()) == [tmp_path / "graph-0.npz", tmp_path / "graph-1.npz"]
    with np.load(path, allow_pickle=False) as plain:
        assert plain["incentive"].tolist() == graph.I.tolist()


Change = Callable[[dict[str, NDArray[Any]], dict[str, Any]], object]

FAULTS: dict[str, tuple[Change, str]] = {
    "an array too few": (lambda arrays, _: arrays.pop("stake"), "stake: expected the arrays .*, got not this one"),
    "one too many": (lambda arrays, _: arrays.update(extra=np.zeros(1)), "extra: expected the arrays .*, got one more"),
    "another type": (
        lambda arrays, _: arrays.update(stake=np.zeros(8)),
        "stake: expected float32 in 1 dimensions, got float64 in 1",
    ),
    "another shape": (lambda arrays, _: arrays.update(weights=np.zeros((8, 7), np.float32)), "weights: expected 8 x 8 values"),
    "another length": (lambda arrays, _: arrays.update(trust=np.zeros(7, np.float32)), r"trust: expected 8 values \(n\), got 7"),
    "not a number": (lambda arrays, _: arrays["emission"].__setitem__(0, np.nan), "emission: expected numbers from 0 on"),
    "below zero": (lambda arrays, _: arrays["dividends"].__setitem__(0, -1), "dividends: expected numbers from 0 on"),
    "uids": (lambda arrays, _: arrays["uids"].__setitem__(0, 5), "uids: expected 0 to 7, in order"),
    "block": (lambda arrays, _: arrays["block"].__setitem__((), -1), "block: expected at least 0, got -1"),
    "n": (lambda arrays, _: arrays["n"].__setitem__((), 9), r"hotkeys: expected 9 values \(n\), got 8"),
    "a hotkey": (
        lambda _, text: text["description"]["hotkeys"].__setitem__(2, "nobody"),
        r"hotkeys\[2\]: expected an account \(an SS58 address of a 32-byte account holds 35 bytes",
    ),
    "a text for a number": (lambda _, text: text["description"]["hparams"].update(tempo="360"), "tempo"),
    "a flag for a number": (lambda _, text: text["description"]["hparams"].update(tempo=True), "tempo"),
    "a field too many": (lambda _, text: text["description"]["pool"].update(more=1), "pool: .*more"),
    "a field too few": (lambda _, text: text["description"].pop("name"), "description: expected the fields"),
    "another kind": (lambda _, text: text.update(kind="weights"), "description: expected that of a metagraph, got 'weights'"),
    "another format": (lambda _, text: text.update(format=2), "format: expected 1, got 2"),
    "no object": (lambda _, text: text.update(description=[]), "description: expected the fields"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_fit_is_named(oracle: Oracle, tmp_path: Path, fault: str) -> None:
    path = oracle.sdk.metagraph(NETUID).save(tmp_path / "graph")
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    described = json.loads(arrays["description"].tobytes())
    change, said = FAULTS[fault]
    change(arrays, described)
    np.savez(path, **{**arrays, "description": np.frombuffer(json.dumps(described).encode(), np.uint8)})
    with pytest.raises(MetagraphProblem, match=f"graph.npz: .*{said}"):
        Metagraph.load(path)


def test_nothing_of_a_file_is_run(tmp_path: Path) -> None:
    for name, content in (("graph", np.array([print], dtype=object)), ("stake", np.array([{}], dtype=object))):
        np.savez(tmp_path / "graph.npz", **{name: content})  # type: ignore[arg-type]
        with pytest.raises(MetagraphProblem):
            Metagraph.load(tmp_path / "graph.npz")


def test_a_file_that_expands_too_far_is_not_read(oracle: Oracle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = oracle.sdk.metagraph(NETUID).save(tmp_path / "graph")
    monkeypatch.setattr("neuron_ledger.projections.views.sdk.saved.LARGEST_BYTES", 5000)
    with pytest.raises(MetagraphProblem, match="file: expected at most 5000 bytes after decompression"):
        Metagraph.load(path)


@pytest.fixture(scope="module")
def saved(oracle: Oracle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return oracle.sdk.metagraph(NETUID).save(tmp_path_factory.mktemp("saved") / "graph")


@given(data=st.data())
def test_a_damaged_file_is_a_problem_and_nothing_else(saved: Path, data: st.DataObject) -> None:
    content = bytearray(saved.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)) | st.just(len(content)))
    damaged = saved.with_name("damaged.npz")
    damaged.write_bytes(content[:cut])
    try:
        found = Metagraph.load(damaged)
    except MetagraphProblem:
        return
    assert same_graph(found, Metagraph.load(saved))


# --------------------------------------------------------------------------------------------------------------- frames


def test_a_metagraph_as_a_data_frame(oracle: Oracle) -> None:
    graph = oracle.sdk.metagraph(NETUID)
    of_pandas, of_polars = graph.to_pandas(), graph.to_polars()
    assert isinstance(of_pandas, pandas.DataFrame)
    assert isinstance(of_polars, polars.DataFrame)
    assert list(of_pandas.columns) == of_polars.columns
    assert {"uid", "hotkey", "coldkey", "stake", "incentive", "emission", "validator_permit", "axon"} <= set(of_polars.columns)
    assert (len(of_pandas), of_polars.height) == (8, 8)
    assert of_pandas["incentive"].tolist() == of_polars["incentive"].to_list() == graph.I.tolist()
    assert of_pandas["hotkey"].tolist() == graph.hotkeys
    assert str(of_pandas["stake"].dtype) == "float32"


def test_without_the_extra_the_error_says_what_to_install(oracle: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = oracle.sdk.metagraph(NETUID)
    for library in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ExtraMissing, match=r"pandas is not installed; .* pip install 'neuron-ledger\[frames\]'"):
        graph.to_pandas()
    with pytest.raises(ExtraMissing, match="polars is not installed"):
        graph.to_polars()
