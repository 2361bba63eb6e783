"""The runtime's questions are answered from storage, in the structs that metadata declares."""

from typing import Any

import pytest

from neuron_ledger.events.wire import ss58
from neuron_ledger.projections.views.neuron_info import neuron_info
from neuron_ledger.replay.node.apis.answers import _FEES, ANSWERS, MissingApi, answered
from neuron_ledger.replay.node.chain.development import set_entries
from neuron_ledger.replay.node.metadata.apis import METHODS, SELECTABLE
from neuron_ledger.replay.node.types.codec import ScaleError
from tests.replay.node.node_fixture import Sender, account, address, new_chain, with_a_subnet


@pytest.fixture(scope="module")
def sender() -> Sender:
    sender = with_a_subnet(new_chain())
    for who in ("Bob//hot",):
        assert (
            sender.done(who, "SubtensorModule", "set_weights", netuid=1, dests=[0, 2], weights=[1, 3], version_key=0).why is None
        )
    assert (
        sender.done(
            "Charlie//hot",
            "SubtensorModule",
            "serve_axon",
            netuid=1,
            version=1,
            ip=16909060,
            port=80,
            ip_type=4,
            protocol=4,
            placeholder1=0,
            placeholder2=0,
        ).why
        is None
    )
    for _ in range(14):
        sender.chain.make_block()
    return sender


def asked(sender: Sender, api: str, method: str, *arguments: Any) -> Any:
    """What a client makes of an answer, by the metadata alone."""
    described = sender.client.runtime_api_map()[api][method]
    given = zip(described["inputs"], arguments, strict=True)
    data = b"".join(bytes(sender.client.encode(kind, value)) for (_, kind), value in given)
    return sender.client.decode(described["output"], answered(sender.chain.state(), f"{api}_{method}", data))


def test_every_declared_question_has_an_answer() -> None:
    assert set(METHODS) == set(ANSWERS) | set(_FEES)


def test_neurons_are_the_views(sender: Sender) -> None:
    neurons = asked(sender, "NeuronInfoRuntimeApi", "get_neurons", 1)
    storage = sender.chain.ledger.storage
    assert len(neurons) == 3
    for uid, shown in enumerate(neurons):
        view = neuron_info(storage, 1, uid)
        assert view is not None
        assert shown["hotkey"] == ss58.encode(view.hotkey)
        assert shown["coldkey"] == ss58.encode(view.coldkey)
        assert [tuple(pair) for pair in shown["weights"]] == list(view.weights)
        assert [tuple(pair) for pair in shown["bonds"]] == list(view.bonds)
        assert [stake for _, stake in shown["stake"]] == [stake for _, stake in view.stake]
        for name in ("uid", "netuid", "active", "rank", "emission", "incentive", "consensus", "trust", "validator_trust"):
            assert shown[name] == getattr(view, name), name
        for name in ("dividends", "last_update", "validator_permit", "pruning_score"):
            assert shown[name] == getattr(view, name), name
    assert any(shown["emission"] for shown in neurons)
    lite = asked(sender, "NeuronInfoRuntimeApi", "get_neurons_lite", 1)
    assert lite == [{name: value for name, value in shown.items() if name not in ("weights", "bonds")} for shown in neurons]
    assert asked(sender, "NeuronInfoRuntimeApi", "get_neuron", 1, 1) == neurons[1]
    assert asked(sender, "NeuronInfoRuntimeApi", "get_neuron_lite", 1, 1) == lite[1]
    assert neurons[2]["axon_info"]["ip"] == 16909060


def test_who_is_not_there_is_none(sender: Sender) -> None:
    assert asked(sender, "NeuronInfoRuntimeApi", "get_neurons", 9) == []
    assert asked(sender, "NeuronInfoRuntimeApi", "get_neuron_lite", 1, 9) is None
    for method in ("get_metagraph", "get_subnet_hyperparams_v3", "get_dynamic_info", "get_subnet_state", "get_subnet_info_v2"):
        assert asked(sender, "SubnetInfoRuntimeApi", method, 9) is None
    assert asked(sender, "DelegateInfoRuntimeApi", "get_delegate", address("Eve")) is None


def test_a_metagraph_is_storage(sender: Sender) -> None:
    graph, storage = asked(sender, "SubnetInfoRuntimeApi", "get_metagraph", 1), sender.chain.ledger.storage
    assert graph["hotkeys"] == [address("Alice//hot"), address("Bob//hot"), address("Charlie//hot")]
    assert graph["tempo"] == 5
    assert graph["block"] == sender.chain.head.number
    assert graph["emission"] == list(storage.emission[1])
    assert graph["last_update"] == list(storage.last_update[1])
    assert graph["alpha_in"] == storage.subnet_alpha_in[1]
    assert graph["moving_price"] == {"bits": storage.subnet_moving_price[1]}
    assert graph["alpha_stake"] == [
        storage.total_hotkey_alpha[account(f"{name}//hot"), 1] for name in ("Alice", "Bob", "Charlie")
    ]
    assert graph["total_stake"] == graph["alpha_stake"]
    assert asked(sender, "SubnetInfoRuntimeApi", "get_all_metagraphs")[1] == graph
    assert asked(sender, "SubnetInfoRuntimeApi", "get_mechagraph", 1, 0) == graph
    assert asked(sender, "SubnetInfoRuntimeApi", "get_mechagraph", 1, 1) is None
    assert asked(sender, "SubnetInfoRuntimeApi", "get_subnet_state", 1)["hotkeys"] == graph["hotkeys"]


def test_a_selective_metagraph_has_what_was_asked_for(sender: Sender) -> None:
    graph = asked(sender, "SubnetInfoRuntimeApi", "get_metagraph", 1)
    numbers = [SELECTABLE.index(name) for name in ("hotkeys", "tempo", "identity", "validators")]
    chosen = asked(sender, "SubnetInfoRuntimeApi", "get_selective_metagraph", 1, [*numbers, 9999])
    assert chosen["hotkeys"] == graph["hotkeys"]
    assert chosen["tempo"] == 5
    assert chosen["validators"] == [uid for uid, permit in enumerate(graph["validator_permit"]) if permit]
    assert chosen["coldkeys"] is None
    assert asked(sender, "SubnetInfoRuntimeApi", "get_selective_mechagraph", 1, 0, numbers) == chosen


def test_hyperparameters_in_three_forms(sender: Sender) -> None:
    first = asked(sender, "SubnetInfoRuntimeApi", "get_subnet_hyperparams", 1)
    second = asked(sender, "SubnetInfoRuntimeApi", "get_subnet_hyperparams_v2", 1)
    third = asked(sender, "SubnetInfoRuntimeApi", "get_subnet_hyperparams_v3", 1)
    assert first["tempo"] == 5
    assert {name: second[name] for name in first} == first
    assert second["subnet_is_active"] is True
    by_name = {entry["name"]: next(iter(entry["value"].values())) for entry in third}
    assert by_name["tempo"] == 5
    assert by_name["alpha_sigmoid_steepness"] == second["alpha_sigmoid_steepness"]


def test_pools_prices_and_costs(sender: Sender) -> None:
    storage = sender.chain.ledger.storage
    price = asked(sender, "SwapRuntimeApi", "current_alpha_price", 1)
    assert price == storage.subnet_tao[1] * 10**9 // storage.subnet_alpha_in[1]
    assert asked(sender, "SwapRuntimeApi", "current_alpha_price", 0) == 10**9
    assert [entry["netuid"] for entry in asked(sender, "SwapRuntimeApi", "current_alpha_price_all")] == [0, 1]
    assert asked(sender, "SubnetRegistrationRuntimeApi", "get_network_registration_cost") >= 10**12
    assert [info["netuid"] for info in asked(sender, "SubnetInfoRuntimeApi", "get_all_dynamic_info")] == [0, 1]
    assert (asked(sender, "SubnetInfoRuntimeApi", "get_next_epoch_start_block", 1) + 3) % 6 == 0


def test_stake_and_delegates(sender: Sender) -> None:
    storage = sender.chain.ledger.storage
    (info,) = asked(sender, "StakeInfoRuntimeApi", "get_stake_info_for_coldkey", address("Bob"))
    assert info["hotkey"] == address("Bob//hot")
    assert 0 < info["stake"] <= storage.total_hotkey_alpha[account("Bob//hot"), 1]
    assert info["is_registered"] is True
    by_coldkey = asked(sender, "StakeInfoRuntimeApi", "get_stake_info_for_coldkeys", [address("Bob"), address("Eve")])
    assert by_coldkey == [(address("Bob"), [info]), (address("Eve"), [])]
    one = asked(sender, "StakeInfoRuntimeApi", "get_stake_info_for_hotkey_coldkey_netuid", address("Bob//hot"), address("Bob"), 1)
    assert one == info
    delegates = asked(sender, "DelegateInfoRuntimeApi", "get_delegates")
    assert [delegate["delegate_ss58"] for delegate in delegates] == [
        ss58.encode(delegate) for delegate in sorted(storage.delegates)
    ]


def test_swaps_are_simulated(sender: Sender) -> None:
    storage = sender.chain.ledger.storage
    tao, alpha = storage.subnet_tao[1], storage.subnet_alpha_in[1]
    bought = asked(sender, "SwapRuntimeApi", "sim_swap_tao_for_alpha", 1, 10**9)
    assert (bought["tao_amount"], bought["tao_fee"]) == (10**9, 0)
    assert abs(alpha - tao * alpha // (tao + 10**9) - bought["alpha_amount"]) <= 1
    assert bought["alpha_slippage"] > 0
    sold = asked(sender, "SwapRuntimeApi", "sim_swap_alpha_for_tao", 1, 10**9)
    assert sold["alpha_amount"] == 10**9
    assert sold["tao_amount"] + sold["tao_slippage"] == 10**9 * asked(sender, "SwapRuntimeApi", "current_alpha_price", 1) // 10**9
    assert set(asked(sender, "SwapRuntimeApi", "sim_swap_alpha_for_tao", 9, 10**9).values()) == {0}


def test_what_may_be_unstaked(sender: Sender) -> None:
    (info,) = asked(sender, "StakeInfoRuntimeApi", "get_stake_info_for_coldkey", address("Bob"))
    api, method = "StakeInfoRuntimeApi", "get_stake_availability_for_coldkeys"
    expected = {"total": info["stake"], "locked": 0, "available": info["stake"]}
    assert dict(dict(asked(sender, api, method, [address("Bob")], None))[address("Bob")]) == {1: expected}
    assert dict(dict(asked(sender, api, method, [address("Bob")], [0]))[address("Bob")]) == {}
    assert dict(dict(asked(sender, api, method, [address("Bob")], [1] * 3))[address("Bob")]) == {1: expected}


def test_what_is_not_answered_is_named(sender: Sender) -> None:
    with pytest.raises(MissingApi, match="EthereumRuntimeRPCApi_chain_id is not found"):
        answered(sender.chain.state(), "EthereumRuntimeRPCApi_chain_id", b"")


@pytest.mark.parametrize("data", [b"", b"\1", b"\1\0\0", b"\xff" * 40])
def test_arguments_that_do_not_fit(sender: Sender, data: bytes) -> None:
    with pytest.raises(ScaleError):
        answered(sender.chain.state(), "NeuronInfoRuntimeApi_get_neurons", data)


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if not method.inputs])
def test_a_later_runtime_answers_too(name: str) -> None:
    assert answered(new_chain(424).state(), name, b"")


def test_what_is_locked_and_its_conviction() -> None:
    """At the block of the last update a lock is as it was stored; what is locked to the owner has all its conviction at once."""
    one, other, owner, coldkey = (account(f"lock//{name}") for name in ("one", "other", "owner", "coldkey"))
    sender = Sender(new_chain(424))
    five, seven = 5000 << 64, 7000 << 64
    set_entries(
        sender.chain,
        {
            "HotkeyLock": {(1, one): (9000, five, 0)},
            "DecayingHotkeyLock": {(1, one): (10, 1 << 64, 0), (1, other): (9000, seven, 0)},
            "OwnerLock": {1: (6500, 0, 0)},
            "SubnetOwnerHotkey": {1: owner},
            "Lock": {(coldkey, 1, one): (9000, five, 0)},
        },
    )

    def conviction(hotkey: bytes) -> int:
        return int(asked(sender, "StakeInfoRuntimeApi", "get_hotkey_conviction", ss58.encode(hotkey), 1)["bits"])

    assert [conviction(hotkey) for hotkey in (one, other, owner, coldkey)] == [five, seven, 6500 << 64, 0]
    most = "get_most_convicted_hotkey_on_subnet"
    assert asked(sender, "StakeInfoRuntimeApi", most, 1) == ss58.encode(other)
    assert asked(sender, "StakeInfoRuntimeApi", most, 2) is None
    lock = asked(sender, "StakeInfoRuntimeApi", "get_coldkey_lock", ss58.encode(coldkey), 1)
    assert (lock["locked_mass"], lock["conviction"]["bits"], lock["last_update"]) == (9000, five, 0)
    assert asked(sender, "StakeInfoRuntimeApi", "get_coldkey_lock", ss58.encode(one), 1) is None
