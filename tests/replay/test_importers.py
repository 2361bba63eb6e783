"""Snapshots of the real chain, and small ones of our own, taken over whole; life goes on on top of them."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from neuron_ledger.events.calls import BurnedRegister, ForceSetBalance, SetParam, SudoSet
from neuron_ledger.events.registration import NeuronReplaced
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.ss58 import account as account_of
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.metagraph_info import VECTORS
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.importers.genesis import import_genesis
from neuron_ledger.replay.importers.metagraph import import_metagraph
from neuron_ledger.replay.importers.metagraph_fields import ESSENTIAL, SUBNET_VALUES, UNITS, VIEWS
from neuron_ledger.replay.importers.source import ImportProblem
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import TAO, account
from tests.log.snapshots_fixture import genesis, metagraph, written
from tests.shared_data import shared

GENESIS_NETUID = 3


def to_give_up(storage: Storage, netuid: int) -> int:
    """Whom a full subnet gives up, said once more and as plainly as can be."""
    owner = storage.subnet_owner_hotkey.get(netuid)
    now, immunity = storage.block_number.value, storage.immunity_period[netuid]
    candidates = []
    for uid in range(storage.subnetwork_n[netuid]):
        registered = storage.block_at_registration[netuid, uid]
        if storage.keys[netuid, uid] != owner:
            candidates.append((now - registered < immunity, storage.pruning_scores[netuid][uid], registered, uid))
    return min(candidates)[-1]


def register_on_top(ledger: Ledger, netuid: int, count: int, every: int = 10) -> tuple[list[int], dict[int, bytes]]:
    """Register new hotkeys by burning, ten in a block; each must take the place that the rule names.

    Returns: the uids that were taken, in order; the digest of storage at the end of each `every`th block.
    """
    digests = {}
    cold = account("newcomers' coldkey")
    ledger.submit(ForceSetBalance(cold, 2**60)).unwrap()
    for name, value in (("target_registrations_per_interval", 1000), ("max_registrations_per_block", 100), ("max_burn", TAO)):
        ledger.submit(SudoSet(name, netuid, value)).unwrap()
    taken = []
    for number in range(count):
        expected = to_give_up(ledger.storage, netuid)
        last = ledger.storage.keys[netuid, expected]
        receipt = ledger.submit(BurnedRegister(netuid, account(f"newcomer {number}")), cold).unwrap()
        (replaced,) = [event for event in receipt.events if isinstance(event, NeuronReplaced)]
        assert (replaced.uid, replaced.old_hotkey) == (expected, last)
        taken.append(replaced.uid)
        if number % 10 == 9:
            if ledger.block % every == 0:
                digests[ledger.block] = ledger.storage.digest()
            ledger.advance_to(ledger.block + 1)
    return taken, digests


def check_genesis(ledger: Ledger, source: dict[str, Any]) -> None:
    storage = ledger.storage
    seats = {pair[1]: (hotkey, cold, pair[0]) for cold, keys in source["stakes"].items() for hotkey, pair in keys.items()}
    assert storage.subnetwork_n[GENESIS_NETUID] == len(seats)
    for uid, (hotkey, cold, stake) in seats.items():
        key = account_of(hotkey)
        assert storage.keys[GENESIS_NETUID, uid] == key
        assert storage.uids[GENESIS_NETUID, key] == uid
        assert storage.owner[key] == account_of(cold)
        assert storage.total_hotkey_alpha[key, 0] == stake
    for who, rao in source["balances"].items():
        assert storage.balances[account_of(who)] == rao
    staked = sum(stake for _, _, stake in seats.values())
    assert storage.total_issuance.value == staked + sum(source["balances"].values())
    assert storage.tempo[GENESIS_NETUID] == 99


def life_on_top_of_a_genesis(ledger: Ledger, count: int, every: int) -> list[int]:
    """Registrations on top, audited; replayed to genesis' block, to every `every`th block on the way, and to the end."""
    genesis_digest = ledger.storage.digest()
    ledger.advance_to(1)
    ledger.submit(SetParam("max_allowed_uids", GENESIS_NETUID, ledger.storage.subnetwork_n[GENESIS_NETUID])).unwrap()
    taken, digests = register_on_top(ledger, GENESIS_NETUID, count, every)
    digests[0] = genesis_digest
    assert len(taken) == count
    report = audit(ledger.log, expected_head=ledger.head)
    assert report.findings == ()
    assert report.digest == ledger.storage.digest()
    for block, digest in digests.items():
        assert rebuild(ledger.log, block=block).storage.digest() == digest, block
    assert rebuild(ledger.log).storage.digest() == ledger.storage.digest()
    assert ledger.block == count // 10 + 1
    return taken


def test_a_genesis_of_our_own(tmp_path: Path) -> None:
    source = genesis(6)
    with Ledger.create(tmp_path / "chain.ledger", spec_version=277) as ledger:
        import_genesis(ledger, written(tmp_path, source))
        check_genesis(ledger, source)
        life_on_top_of_a_genesis(ledger, 30, every=1)


def test_the_genesis_of_the_main_chain(tmp_path: Path) -> None:
    path = shared("data/finney-genesis-snapshot.json")
    with Ledger.create(tmp_path / "chain.ledger", spec_version=277) as ledger:
        import_genesis(ledger, path)
        check_genesis(ledger, json.loads(path.read_bytes()))
        storage = ledger.storage
        assert storage.subnetwork_n[GENESIS_NETUID] == 4096
        assert len(storage.balances) == 18618
        assert storage.total_issuance.value == 1_819_812_196_185_399 + 2_361_517_466_099_541
        # All came at block 0 with score 0, the newcomers later with the highest: whoever is immune or not, the lowest uid goes.
        with ledger.batch():
            assert life_on_top_of_a_genesis(ledger, 500, every=40) == list(range(500))


UNDER_ANOTHER_NAME = {
    "last_step": "last_mechansim_step_block",
    "alpha_in": "subnet_alpha_in",
    "alpha_out": "subnet_alpha_out",
    "tao_in": "subnet_tao",
    "alpha_out_emission": "subnet_alpha_out_emission",
    "alpha_in_emission": "subnet_alpha_in_emission",
    "tao_in_emission": "subnet_tao_in_emission",
    "pending_alpha_emission": "pending_emission",
    "pending_root_emission": "pending_root_divs",
    "weights_version": "weights_version_key",
    "weights_rate_limit": "weights_set_rate_limit",
    "max_validators": "max_allowed_validators",
    "num_uids": "subnetwork_n",
    "max_uids": "max_allowed_uids",
    "registration_allowed": "network_registration_allowed",
    "pow_registration_allowed": "network_pow_registration_allowed",
    "target_regs_per_interval": "target_registrations_per_interval",
    "max_regs_per_block": "max_registrations_per_block",
    "commit_reveal_period": "reveal_period_epochs",
    "liquid_alpha_enabled": "liquid_alpha_on",
    "bonds_moving_avg": "bonds_moving_average",
    "pruning_score": "pruning_scores",
    "incentives": "incentive",
}
"""Field of a metagraph call → storage, where the two have different names."""


def check_metagraph(storage: Storage, source: dict[str, Any]) -> None:
    netuid = source["netuid"]
    for field in (*SUBNET_VALUES, *VECTORS):
        stored = getattr(storage, UNDER_ANOTHER_NAME.get(field, field))[netuid]
        assert (list(stored) if field in VECTORS else stored) == source[field], field
    for uid in range(source["num_uids"]):
        hotkey, coldkey = (
            bytes(source[field][uid][0] if len(source[field][uid]) == 1 else source[field][uid])
            for field in ("hotkeys", "coldkeys")
        )
        assert storage.keys[netuid, uid] == hotkey
        assert storage.uids[netuid, hotkey] == uid
        assert storage.owner[hotkey] == coldkey
        assert storage.block_at_registration[netuid, uid] == source["block_at_registration"][uid]
        axon = tuple(source["axons"][uid][name] for name in ("block", "version", "ip", "port", "ip_type", "protocol"))
        assert ((netuid, hotkey) in storage.axons) == any(axon)
        if any(axon):
            endpoint = storage.axons[netuid, hotkey]
            assert endpoint is not None
            assert endpoint[:6] == axon
    assert storage.block_number.value >= source["block"]


def check_prune_queue(ledger: Ledger, netuid: int) -> None:
    """The owner is last; the others by whether they are immune, score, block of registration, uid; the first is who goes."""
    storage = ledger.storage
    queue = current_prune_queue(ledger.rules, storage, netuid)
    assert not any(place.is_owner for place in queue[:-1])
    now, scores = storage.block_number.value, storage.pruning_scores[netuid]
    keys = []
    for place in queue:
        registered = storage.block_at_registration[netuid, place.uid]
        immune = now - registered < storage.immunity_period[netuid]
        keys.append((place.is_owner, immune, scores[place.uid], registered, place.uid))
    assert keys == sorted(keys)
    assert len(queue) == storage.subnetwork_n[netuid]
    assert queue[0].uid == to_give_up(storage, netuid)


@pytest.mark.parametrize("packed", [False, True])
def test_a_metagraph_of_our_own(tmp_path: Path, packed: bool) -> None:
    source = metagraph(7)
    path = written(tmp_path, source)
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    with Ledger.create(tmp_path / "chain.ledger", spec_version=277) as ledger:
        import_metagraph(ledger, path)
        check_metagraph(ledger.storage, source)
        check_prune_queue(ledger, source["netuid"])
        assert current_prune_queue(ledger.rules, ledger.storage, source["netuid"])[-1].uid == 0
        register_on_top(ledger, source["netuid"], 20)
        assert audit(ledger.log).clean


STAKED = 3 * TAO + 7
"""What is staked on each hotkey, times its uid; a metagraph shows what it inherits."""


def neurons_lite(n: int, netuid: int = 9) -> list[dict[str, Any]]:
    """The same neurons as `metagraph` has, as the node's other call tells them."""
    endpoint = {"block": 3, "version": 1, "ip": 2**100, "port": 80, "ip_type": 6}
    return [
        {
            "hotkey": list(account(f"hotkey {uid}")),
            "uid": uid,
            "netuid": netuid,
            "validator_trust": uid,
            "prometheus_info": endpoint,
            "stake": [[list(account(f"cold {uid}")), STAKED * uid]],
        }
        for uid in range(n)
    ]


def test_neurons_lite_add_validator_trust_and_prometheus_endpoints(tmp_path: Path) -> None:
    file, lite = written(tmp_path, metagraph(5)), written(tmp_path, neurons_lite(5), "lite.json")
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, file, lite)
        assert ledger.storage.validator_trust[9] == (0, 1, 2, 3, 4)
        assert ledger.storage.prometheus[9, account("hotkey 3")] == (3, 1, 2**100, 80, 6)
        for uid in range(5):
            assert ledger.storage.total_hotkey_alpha[account(f"hotkey {uid}"), 9] == STAKED * uid
        assert not {"ValidatorTrust", "Prometheus", "TotalHotkeyAlpha"} & set(ledger.storage.not_seen[9])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda neurons: neurons.pop(), "neurons: expected a list of 5 neurons"),
        (lambda neurons: neurons.reverse(), r"\[0\]: expected the neuron of uid 0 in the metagraph"),
        (lambda neurons: neurons[1].update(hotkey=list(account("other"))), r"\[1\]: expected the neuron of uid 1"),
        (lambda neurons: neurons[2].update(validator_trust=2**16), r"\[2\].validator_trust: expected an integer"),
        (lambda neurons: neurons[3].pop("uid"), r"\[3\]: expected a record of the neurons-lite call"),
        (lambda neurons: neurons[1].update(rank=18), r"\[1\].rank: expected 17, as the metagraph shows it, got 18"),
        (lambda neurons: neurons[1].update(coldkey=list(account("other"))), r"\[1\].coldkey: expected"),
        (lambda neurons: neurons[1].update(stake=[[list(account("cold 1")), 2**64]]), r"\[1\].stake\[0\]\[1\]: expected an int"),
    ],
)
def test_neurons_lite_must_be_of_the_same_neurons(tmp_path: Path, change: Callable[[Any], Any], said: str) -> None:
    neurons = neurons_lite(5)
    change(neurons)
    file, lite = written(tmp_path, metagraph(5)), written(tmp_path, neurons, "lite.json")
    with Ledger.in_memory(spec_version=277) as ledger, pytest.raises(ImportProblem, match=said):
        import_metagraph(ledger, file, lite)
    assert ledger.storage.subnetwork_n == {}


def test_the_command_lists_who_goes_next_and_the_owner_last(tmp_path: Path) -> None:
    """At block 1000 with an immunity of 10: uids 5 and 6 are immune. Ties go by block of registration, then by uid."""
    source = metagraph(7)
    source["pruning_score"] = [0, 9, 9, 9, 3, 0, 0]
    source["block_at_registration"] = [1, 500, 400, 400, 900, 995, 991]
    path = tmp_path / "chain.ledger"
    with Ledger.create(path, spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, source))
    result = CliRunner().invoke(main, ["prune-queue", str(path), "--netuid", "9", "--json"])
    places = json.loads(result.stdout)
    assert [place["uid"] for place in places] == [4, 2, 3, 1, 6, 5, 0]
    assert [place["immunity_left"] for place in places] == [0, 0, 0, 0, 1, 5, 0]
    assert [place["is_owner"] for place in places] == [False] * 6 + [True]


def test_subnet_1_of_the_main_chain(tmp_path: Path) -> None:
    path = shared("data/finney-sn1-6530367/metagraph.json.gz")
    lite = shared("data/finney-sn1-6530367/neurons_lite.json.gz")
    source = json.loads(gzip.decompress(path.read_bytes()))
    with Ledger.create(tmp_path / "chain.ledger", spec_version=277) as ledger:
        import_metagraph(ledger, path, lite)
        storage = ledger.storage
        assert storage.subnetwork_n[1] == 1024
        check_metagraph(storage, source)
        records = json.loads(gzip.decompress(lite.read_bytes()))
        assert list(storage.validator_trust[1]) == [record["validator_trust"] for record in records]
        stakes = {bytes(record["hotkey"][0]): sum(amount for _, amount in record["stake"]) for record in records}
        assert len(stakes) == 1024
        assert {hotkey: storage.total_hotkey_alpha[hotkey, 1] for hotkey in stakes} == stakes
        check_prune_queue(ledger, 1)
        register_on_top(ledger, 1, 20)
        assert audit(ledger.log).clean


# ------------------------------------------------------------------------------- answers of other runtimes and clients


def test_an_answer_needs_no_field_that_is_not_taken_over(tmp_path: Path) -> None:
    """No answer at 277 has validators and commitments, and the selective call leaves out what nobody asks it for."""
    whole, bare = metagraph(4), {field: value for field, value in metagraph(4).items() if field not in VIEWS}
    digests = []
    for source in (whole, bare, {**bare, "name": [1]}):
        with Ledger.in_memory(spec_version=277) as ledger:
            import_metagraph(ledger, written(tmp_path, source))
            digests.append(ledger.storage.digest())
    assert len(set(digests)) == 1
    for field in ESSENTIAL:
        for lacking in ({**whole, field: None}, {name: value for name, value in whole.items() if name != field}):
            with (
                Ledger.in_memory(spec_version=277) as ledger,
                pytest.raises(ImportProblem, match=f"metagraph.{field}: expected this field"),
            ):
                import_metagraph(ledger, written(tmp_path, lacking))
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, {**dict.fromkeys(UNITS), **{field: whole[field] for field in ESSENTIAL}}))
        assert ledger.storage.subnetwork_n[9] == 4
        assert {"Tempo", "Active", "Rank", "Axons"} <= set(ledger.storage.not_seen[9])
        assert audit(ledger.log).clean


def as_clients_show_it(source: dict[str, Any]) -> dict[str, Any]:
    """Accounts as addresses and as hex digits, bytes as hex digits, a fixed-point number as its bits."""
    shown = {**source, "symbol": "0x" + bytes(source["symbol"]).hex(), "moving_price": source["moving_price"]["bits"]}
    shown["hotkeys"] = [ss58.encode(bytes(account)) for account in source["hotkeys"]]
    shown["coldkeys"] = ["0x" + bytes(account).hex() for account in source["coldkeys"]]
    shown["owner_hotkey"] = ss58.encode(bytes(source["owner_hotkey"]))
    shown["alpha_dividends_per_hotkey"] = [
        [ss58.encode(bytes(account)), amount] for account, amount in source["alpha_dividends_per_hotkey"]
    ]
    return shown


def test_the_forms_of_clients_are_read_too(tmp_path: Path) -> None:
    digests = []
    for source in (metagraph(4), as_clients_show_it(metagraph(4))):
        with Ledger.in_memory(spec_version=277) as ledger:
            import_metagraph(ledger, written(tmp_path, source))
            digests.append(ledger.storage.digest())
    assert digests[0] == digests[1]
