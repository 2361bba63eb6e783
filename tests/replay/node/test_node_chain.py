"""Blocks over a ledger: extrinsics checked, decided and shown as the chain does; storage at any block."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.node.chain.blocks import digest
from neuron_ledger.replay.node.chain.dev_chain import Chain, UnknownBlock
from neuron_ledger.replay.node.chain.pool import ALREADY_THERE, BAD_FORMAT, INVALID, TOO_LOW_PRIORITY, Refused
from neuron_ledger.replay.proof.audit import audit
from tests.replay.node.node_fixture import Sender, account, address, new_chain, with_a_subnet


@pytest.fixture
def sender() -> Sender:
    return Sender(new_chain())


@pytest.fixture(scope="module")
def lively() -> Sender:
    """A chain with a subnet, a few epochs on."""
    sender = with_a_subnet(new_chain())
    waiting = sender.done("Bob//hot", "SubtensorModule", "set_weights", netuid=1, dests=[0, 2], weights=[1, 3], version_key=0)
    assert waiting.why is None
    for _ in range(12):
        sender.chain.make_block()
    return sender


def test_a_call_that_is_accepted(sender: Sender) -> None:
    waiting = sender.done("Alice", "SubtensorModule", "register_network", hotkey=address("Bob"))
    block = sender.chain.head
    assert waiting.statuses == ["ready", {"inBlock": f"0x{block.hash.hex()}"}, {"finalized": f"0x{block.hash.hex()}"}]
    assert waiting.included == (1, 1)
    assert block.extrinsics[1] == waiting.extrinsic.data
    events = sender.events()
    assert ("SubtensorModule", "NetworkAdded", (1, 1)) in [(pallet, name, tuple(values)) for pallet, name, values in events[:-1]]
    assert events[-1][:2] == ("System", "ExtrinsicSuccess")
    assert sender.storage("SubtensorModule", "NetworksAdded", 1) is True
    assert sender.chain.ledger.storage.subnet_owner[1] == account("Alice")


def test_a_call_that_is_refused_is_in_the_block_with_the_chains_error(sender: Sender) -> None:
    waiting = sender.done("Alice", "SubtensorModule", "burned_register", netuid=7, hotkey=address("Bob"))
    pallet, name, values = sender.events()[-1]
    assert (pallet, name) == ("System", "ExtrinsicFailed")
    module = values["dispatch_error"]["Module"]
    error, _ = sender.client.module_error(module["index"], int.from_bytes(_bytes(module["error"])[:1], "little"))
    assert error == "SubNetworkDoesNotExist"
    assert waiting.why is not None
    assert "netuid=7" in waiting.why
    assert sender.chain.ledger.log.head.position > 0
    assert audit(sender.chain.ledger.log).clean


def _bytes(value: Any) -> bytes:
    return bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else bytes(value)


def test_headers_form_a_chain(sender: Sender) -> None:
    chain = sender.chain
    blocks = [chain.head, *(chain.make_block() for _ in range(3))]
    for before, block in pairwise(blocks):
        assert block.parent == before.hash
        header = (block.parent, block.number, block.state_root, block.extrinsics_root, ())
        assert digest(chain.runtime.codec.encode("Header", header)) == block.hash
        assert chain.hash_of(block.number) == block.hash
        assert chain.block(block.hash) is block
    assert chain.hash_of(99) is None
    with pytest.raises(UnknownBlock):
        chain.block(bytes(32))


def test_the_genesis_hash_depends_on_the_metadata() -> None:
    assert new_chain().genesis == new_chain().genesis
    assert new_chain(277).genesis != new_chain(424).genesis


# ------------------------------------------------------------------------------------------------- what is not taken in


def refusal(sender: Sender, data: bytes) -> Refused:
    before = sender.chain.ledger.head
    with pytest.raises(Refused) as refused:
        sender.chain.submit(data)
    assert sender.chain.ledger.head == before
    assert not len(sender.chain.pool)
    return refused.value


def registration(sender: Sender) -> bytes:
    return sender.composed("SubtensorModule", "register_network", hotkey=address("Bob"))


def test_a_signature_of_somebody_else(sender: Sender) -> None:
    data = bytearray(sender.signed("Alice", registration(sender)))
    data[data.index(account("Alice"))] ^= 1
    assert refusal(sender, bytes(data)).data == "Transaction has a bad signature"


@pytest.mark.parametrize("given", [{"genesis": bytes(32)}, {"at": bytes(32), "era": {"period": 64, "current": 0}}])
def test_a_signature_for_another_chain(sender: Sender, given: dict[str, Any]) -> None:
    assert refusal(sender, sender.signed("Alice", registration(sender), **given)).data == "Transaction has a bad signature"


def test_a_nonce_that_was_used(sender: Sender) -> None:
    sender.done("Alice", "SubtensorModule", "register_network", hotkey=address("Bob"))
    refused = refusal(sender, sender.signed("Alice", registration(sender), nonce=0))
    assert (refused.code, refused.message) == (INVALID, "Invalid Transaction")
    assert "outdated" in refused.data


def test_a_nonce_too_far_ahead(sender: Sender) -> None:
    assert "future" in refusal(sender, sender.signed("Alice", registration(sender), nonce=100)).data


def test_an_era_that_has_passed(sender: Sender) -> None:
    data = sender.signed("Alice", registration(sender), era={"period": 4, "current": 0})
    for _ in range(5):
        sender.chain.make_block()
    assert "era has passed" in refusal(sender, data).data


def test_an_era_in_which_it_still_is(sender: Sender) -> None:
    for _ in range(5):
        sender.chain.make_block()
    era = {"period": 8, "current": 5}
    born = sender.chain.hash_of(5)
    sender.chain.make_block()
    sender.chain.submit(sender.signed("Alice", registration(sender), era=era, at=born))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:2] + b"\x85" + data[3:],
        lambda data: data[:2] + b"\x04" + data[3:],
        lambda _: bytes(1 << 21),
    ],
)
def test_bytes_that_are_no_extrinsic(sender: Sender, spoil: Any) -> None:
    assert refusal(sender, spoil(sender.signed("Alice", registration(sender)))).code == BAD_FORMAT


def test_an_inherent_is_not_taken_from_outside(sender: Sender) -> None:
    sender.chain.make_block()
    assert refusal(sender, sender.chain.head.extrinsics[0]).data == "Transaction is not signed"


def test_a_call_whose_arguments_do_not_fit_the_ledger(sender: Sender) -> None:
    call = sender.composed("SubtensorModule", "commit_crv3_weights", netuid=1, commit=bytes(5001), reveal_round=1)
    assert "at most 5000 bytes" in refusal(sender, sender.signed("Alice", call)).data


def test_the_same_extrinsic_twice(sender: Sender) -> None:
    data = sender.signed("Alice", registration(sender))
    sender.chain.submit(data)
    with pytest.raises(Refused) as refused:
        sender.chain.submit(data)
    assert refused.value.code == ALREADY_THERE
    with pytest.raises(Refused) as refused:
        sender.chain.submit(sender.signed("Alice", sender.composed("SubtensorModule", "start_call", netuid=1), nonce=0))
    assert refused.value.code == TOO_LOW_PRIORITY


def test_one_that_came_before_its_turn_waits(sender: Sender) -> None:
    call = registration(sender)
    later = sender.chain.submit(sender.signed("Alice", call, nonce=1))
    assert later.statuses == ["future"]
    sender.chain.make_block()
    assert later.included is None
    assert sender.chain.next_nonce(account("Alice")) == 0
    sender.chain.submit(sender.signed("Alice", call, nonce=0))
    assert sender.chain.next_nonce(account("Alice")) == 2
    sender.chain.make_block()
    assert later.included == (2, 2)
    assert sender.storage("System", "Account", address("Alice"))["nonce"] == 2


# ------------------------------------------------------------------------------------------------------ sudo and batches


def test_only_the_sudo_key_acts_in_the_name_of_the_chain(sender: Sender) -> None:
    call = sender.composed("AdminUtils", "sudo_set_tx_rate_limit", tx_rate_limit=3)
    sender.done("Bob", "Sudo", "sudo", call=call)
    assert sender.events()[-1][1] == "ExtrinsicFailed"
    assert sender.chain.ledger.storage.tx_rate_limit.value != 3
    sender.done("Alice", "Sudo", "sudo", call=call)
    assert [name for _, name, _ in sender.events()][-2:] == ["Sudid", "ExtrinsicSuccess"]
    assert sender.storage("SubtensorModule", "TxRateLimit") == 3


def test_a_sudo_that_fails_inside_tells_so(sender: Sender) -> None:
    waiting = sender.sudo("AdminUtils", "sudo_set_tempo", netuid=9, tempo=3)
    told = {name: values for _, name, values in sender.events()}
    assert "Err" in told["Sudid"]["sudo_result"]
    assert "ExtrinsicSuccess" in told
    assert waiting.why is not None


BATCHES = [
    ("batch", ["ItemCompleted", "BatchInterrupted", "ExtrinsicSuccess"], True),
    ("force_batch", ["ItemCompleted", "ItemFailed", "BatchCompletedWithErrors", "ExtrinsicSuccess"], True),
    ("batch_all", ["ExtrinsicFailed"], False),
]


@pytest.mark.parametrize(("kind", "told", "registered"), BATCHES)
def test_a_batch_with_a_refusal(sender: Sender, kind: str, told: list[str], registered: bool) -> None:
    good = registration(sender)
    bad = sender.composed("SubtensorModule", "start_call", netuid=5)
    sender.done("Alice", "Utility", kind, calls=[good, bad])
    events = [name for pallet, name, _ in sender.events() if pallet in ("Utility", "System")]
    assert events == told
    assert sender.chain.ledger.storage.networks_added[1] == registered


def test_a_batch_that_is_accepted(sender: Sender) -> None:
    calls = [registration(sender), sender.composed("SubtensorModule", "burned_register", netuid=1, hotkey=address("Eve"))]
    sender.done("Alice", "Utility", "batch_all", calls=calls)
    assert [name for pallet, name, _ in sender.events() if pallet == "Utility"] == ["ItemCompleted"] * 2 + ["BatchCompleted"]
    assert sender.chain.ledger.storage.subnetwork_n[1] == 2


def test_who_is_impersonated_needs_no_signature(sender: Sender) -> None:
    data = bytearray(sender.signed("Alice", registration(sender)))
    data[-80] ^= 1  # within the signature
    refusal(sender, bytes(data))
    sender.chain.impersonated.add(account("Alice"))
    sender.chain.submit(bytes(data))


# ------------------------------------------------------------------------------------------------------------ storage


def test_every_entry_is_found_under_its_key_and_read_by_clients(lively: Sender) -> None:
    state = lively.chain.state()
    keys = state.keys(b"")
    assert keys == sorted(set(keys))
    seen = set()
    for key in keys:
        value = state.get(key)
        entry = state.keys_of.prefixes[key[:32]]
        assert value is not None, entry
        kind = lively.client.storage_entry(entry.pallet, entry.name).value_type
        decoded = lively.client.decode(kind, value)
        assert entry.name == "Events" or lively.client.encode(kind, decoded) == value
        seen.add(entry.name)
    assert {"Weights", "Bonds", "Uids", "Keys", "Account", "Alpha", "TokenSymbol", "Now", "Emission"} <= seen


def test_values_are_the_ledgers(lively: Sender) -> None:
    storage = lively.chain.ledger.storage
    assert lively.storage("SubtensorModule", "Uids", 1, address("Bob//hot")) == 1
    assert lively.storage("SubtensorModule", "Uids", 1, address("Eve")) is None
    assert lively.storage("SubtensorModule", "Keys", 1, 2) == address("Charlie//hot")
    assert lively.storage("SubtensorModule", "Weights", 1, 1) == [(0, 21845), (2, 65535)]
    assert lively.storage("SubtensorModule", "LastUpdate", 1) == list(storage.last_update[1])
    assert lively.storage("SubtensorModule", "SubnetMovingPrice", 1) == {"bits": storage.subnet_moving_price[1]}
    assert lively.storage("System", "Account", address("Bob"))["data"]["free"] == storage.balances[account("Bob")]
    assert lively.storage("System", "Number") == lively.chain.head.number
    assert lively.storage("Sudo", "Key") == address("Alice")
    assert lively.storage("System", "BlockHash", 3) == f"0x{(lively.chain.hash_of(3) or b'').hex()}"


def test_a_key_that_is_none_of_the_nodes(lively: Sender) -> None:
    state = lively.chain.state()
    good = state.keys(b"")[20]
    for key in (b"", b":code", bytes(32), good + b"\0", good[:-1], good[:33]):
        assert state.get(key) is None or key == good
    hashed = bytearray(lively.client.storage_key("SubtensorModule", "Uids", [1, address("Bob//hot")]))
    hashed[40] ^= 1
    assert state.get(bytes(hashed)) is None


def test_storage_at_every_block_is_what_it_was() -> None:
    sender = Sender(new_chain())
    seen: list[tuple[bytes, dict[bytes, bytes | None]]] = []
    for step in range(5):
        sender.done("Alice", "SubtensorModule", "register_network", hotkey=address(f"hot{step}"))
        state = sender.chain.state()
        seen.append((sender.chain.head.hash, {key: state.get(key) for key in state.keys(b"")}))
    for chain in (sender.chain, Chain(sender.chain.ledger)):  # by what is at hand, and by the log
        for of, content in seen:
            state = chain.state(of)
            assert {key: state.get(key) for key in state.keys(b"")} == content


# ------------------------------------------------------------------------------------------------------------- ledgers


def test_all_that_reached_it_lies_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as ledger:
        sender = with_a_subnet(Chain(ledger))
        sender.done("Bob", "SubtensorModule", "burned_register", netuid=9, hotkey=address("Eve"))
        nested = [sender.composed("SubtensorModule", "start_call", netuid=netuid) for netuid in (1, 1)]
        for kind in ("batch", "batch_all", "force_batch"):
            inner = sender.composed("Utility", kind, calls=nested)
            sender.send("Alice", "Utility", "batch", calls=[nested[0], inner, nested[1]])
        sender.send("Bob", "Sudo", "sudo", call=nested[0])
        sender.send("Bob", "SubtensorModule", "burned_register", netuid=1, hotkey=address("Dave"))
        sender.chain.make_block()
        ledger.advance_to(ledger.block + 7)
        sender.done("Bob", "Balances", "transfer_all", dest=address("Eve//new"), keep_alive=False)
        head, before = ledger.head, sender.chain
        seen = seen_in(before)
    with Ledger.open(path) as again:
        assert again.head == head
        assert audit(again.log).clean
        chain = Chain(again)
        assert again.head == head  # nothing is funded twice
        assert (chain.genesis, chain.head) == (before.genesis, before.head)
        assert seen_in(chain) == seen
        nonces = {name: chain.next_nonce(account(name)) for name in ("Alice", "Bob")}
        assert nonces == {name: before.next_nonce(account(name)) for name in nonces}
        assert (nonces["Alice"] > 0, nonces["Bob"]) == (True, 0)  # an account that gave all away is closed
        sender = Sender(chain)
        assert sender.done("Charlie", "Balances", "transfer_keep_alive", dest=address("Eve"), value=500).why is None
        passed = chain.hash_of(1)
        assert passed is not None
        assert chain.block(passed).number == 1
        assert sender.storage("SubtensorModule", "NetworksAdded", 1, at=passed) is True


def seen_in(chain: Chain) -> list[Any]:
    """All blocks of a chain, their events, and what became of their extrinsics."""
    numbers = range(chain.head.number + 1)
    blocks = [chain.block(of) for number in numbers if (of := chain.hash_of(number)) is not None]
    prefix = chain.keys.prefix(chain.runtime.entries["System", "Events"])
    events = [chain.state(block.hash).get(prefix) for block in blocks]
    outcomes = [chain.outcome_of(digest(extrinsic)) for block in blocks for extrinsic in block.extrinsics[1:]]
    assert all(outcome is not None for outcome in outcomes)
    assert any(outcome is not None and outcome[2].why for outcome in outcomes)
    return [blocks, events, outcomes]


def test_an_extrinsic_whose_era_passes_while_it_waits_is_dropped() -> None:
    chain = new_chain()
    sender = Sender(chain)
    call = sender.composed("SubtensorModule", "start_call", netuid=1)
    early = chain.submit(sender.signed("Bob", call, nonce=1, era={"period": 4, "current": 0}))
    assert early.expires == 4
    for _ in range(2):
        chain.make_block()
    assert early.statuses == ["future"]
    chain.make_block()
    assert early.statuses == ["future", "invalid"]
    assert len(chain.pool) == 0
