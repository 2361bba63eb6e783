"""Importers: what a snapshot says is what storage holds, and life goes on from there."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from events.calls import BurnedRegister, ForceSetBalance, SudoSet
from events.items import ITEMS
from events.ss58 import account as read_account
from ledger.chain import Ledger
from ledger.rules.stakes import alpha_share_pool
from projections.storage import Storage
from replay.audit import audit
from replay.cli import main
from replay.importers.genesis import import_genesis
from replay.importers.metagraph import SUBNET_VALUES, VECTORS, import_metagraph
from replay.rebuild import rebuild
from tests import snapshots_fixture as own
from tests.chain_fixture import TAO, account
from tests.shared_data import shared

GENESIS = "data/finney-genesis-snapshot.json"
SN1 = "data/finney-sn1-6530367/metagraph.json.gz"
SN1_LITE = "data/finney-sn1-6530367/neurons_lite.json.gz"
REGISTRATIONS = 500


def to_be_replaced(storage: Storage, netuid: int) -> int:
    """The rule, told plainly: the least (score, block, uid) past immunity, else among the immune; never the owner's."""
    now, immunity = storage.block_number.value, storage.immunity_period[netuid]
    owner = storage.uids[netuid, storage.subnet_owner_hotkey[netuid]]
    past: list[tuple[int, int, int]] = []
    immune: list[tuple[int, int, int]] = []
    blocks = storage.block_at_registration
    for uid, score in enumerate(storage.pruning_scores[netuid]):
        if uid == owner:
            continue
        registered = blocks[netuid, uid]
        neuron = (score, registered, uid)
        (immune if now - registered < immunity else past).append(neuron)
    return min(past or immune)[2]


def stake_of(storage: Storage, hotkey: bytes, coldkey: bytes, netuid: int) -> int:
    return alpha_share_pool(storage, hotkey, coldkey, netuid).value


def check_genesis(storage: Storage, snapshot: dict[str, Any]) -> None:
    """Every neuron and balance of the snapshot, and nothing beside them."""
    staked = n = 0
    for coldkey, hotkeys in snapshot["stakes"].items():
        for hotkey, (stake, uid) in hotkeys.items():
            hot, cold = read_account(hotkey), read_account(coldkey)
            assert storage.keys[3, uid] == hot
            assert storage.uids[3, hot] == uid
            assert storage.owner[hot] == cold
            assert storage.block_at_registration[3, uid] == 0
            assert stake_of(storage, hot, cold, 0) == stake
            n, staked = n + 1, staked + stake
    issued = sum(snapshot["balances"].values())
    assert storage.subnetwork_n[3] == n == len(storage.map(ITEMS["Keys"])) == len(storage.map(ITEMS["Uids"]))
    assert dict(storage.map(ITEMS["Balances"])) == {read_account(who): rao for who, rao in snapshot["balances"].items()}
    assert storage.active[3] == (True,) * n
    assert storage.validator_permit[3] == (False,) * n
    for item in ("Rank", "Trust", "Consensus", "Incentive", "Dividends", "Emission", "LastUpdate", "PruningScores"):
        assert storage.map(ITEMS[item])[3] == (0,) * n
    assert storage.balances_total_issuance.value == issued
    assert storage.total_issuance.value == issued + staked
    assert (storage.tempo[3], storage.max_allowed_uids[3]) == (99, 4096)


def check_metagraph(storage: Storage, content: dict[str, Any], lite: list[dict[str, Any]]) -> None:
    """Every field of the snapshot read back."""
    netuid = content["netuid"]
    assert storage.block_number.value == content["block"]
    for field, item in SUBNET_VALUES.items():
        assert storage.map(ITEMS[item])[netuid] == content[field], field
    for field, item in VECTORS.items():
        assert list(storage.map(ITEMS[item])[netuid]) == content[field], field
    assert list(storage.validator_trust[netuid]) == [record["validator_trust"] for record in lite]
    assert storage.subnet_owner[netuid] == bytes(content["owner_coldkey"][0])
    assert storage.subnet_owner_hotkey[netuid] == bytes(content["owner_hotkey"][0])
    assert storage.alpha_values[netuid] == (content["alpha_low"], content["alpha_high"])
    assert storage.subnet_moving_price[netuid] == content["moving_price"]["bits"]
    for uid in range(content["num_uids"]):
        hot, cold = bytes(content["hotkeys"][uid][0]), bytes(content["coldkeys"][uid][0])
        assert storage.keys[netuid, uid] == hot
        assert storage.uids[netuid, hot] == uid
        assert storage.owner[hot] == cold
        assert storage.block_at_registration[netuid, uid] == content["block_at_registration"][uid]
        assert stake_of(storage, hot, cold, netuid) == content["alpha_stake"][uid]
        assert stake_of(storage, hot, cold, 0) == content["tao_stake"][uid]
        axon, prometheus = content["axons"][uid], lite[uid]["prometheus_info"]
        served = storage.axons[netuid, hot]
        assert (served is None and not any(axon.values())) or served == tuple(axon.values())
        shown = storage.prometheus[netuid, hot]
        assert (shown is None and not any(prometheus.values())) or shown == tuple(
            prometheus[name] for name in ("block", "version", "ip", "port", "ip_type")
        )


def queue_of(path: Path, netuid: int) -> list[dict[str, Any]]:
    ran = CliRunner().invoke(main, ["prune-queue", str(path), "--netuid", str(netuid), "--limit", "0", "--json"])
    assert ran.exit_code == 0, ran.stderr
    places: list[dict[str, Any]] = json.loads(ran.stdout)
    return places


def check_queue(places: list[dict[str, Any]], content: dict[str, Any]) -> None:
    """The owner comes last; before it first who is past immunity; each group by score, registration block, uid."""
    owner = content["hotkeys"].index(content["owner_hotkey"]) if content["owner_hotkey"] in content["hotkeys"] else None
    immunity, now = content["immunity_period"], content["block"]

    def rank(uid: int) -> tuple[bool, bool, int, int, int]:
        registered = content["block_at_registration"][uid]
        return uid == owner, now - registered < immunity, content["pruning_score"][uid], registered, uid

    assert [place["uid"] for place in places] == sorted(range(content["num_uids"]), key=rank)
    assert [place["uid"] for place in places if place["is_owner"]] == ([] if owner is None else [owner])


def register_on_top(ledger: Ledger, coldkeys: list[bytes], netuid: int, count: int, per_block: int) -> list[str]:
    """Registrations by burning; each must take the uid that the rule names. Returns: the digest after each block, by block."""
    ledger.submit(SudoSet("max_registrations_per_block", netuid, per_block)).unwrap()
    ledger.submit(SudoSet("target_registrations_per_interval", netuid, count)).unwrap()
    for coldkey in coldkeys:
        ledger.submit(ForceSetBalance(coldkey, 10_000 * TAO)).unwrap()
    digests = []
    for number in range(count):
        if number and number % per_block == 0:
            digests.append(ledger.storage.digest().hex())
            ledger.advance_to(ledger.block + 1)
        uid = to_be_replaced(ledger.storage, netuid)
        loser, hotkey = ledger.storage.keys[netuid, uid], account(f"newcomer {number}")
        ledger.submit(BurnedRegister(netuid, hotkey), coldkeys[number % len(coldkeys)]).unwrap()
        assert ledger.storage.keys[netuid, uid] == hotkey
        assert ledger.storage.uids[netuid, hotkey] == uid
        assert ledger.storage.uids[netuid, loser or b""] is None
    return digests


@pytest.mark.parametrize("packed", [False, True])
def test_a_small_genesis_is_taken_over(tmp_path: Path, packed: bool) -> None:
    content = own.genesis()
    with Ledger.in_memory() as ledger:
        import_genesis(ledger, own.written(tmp_path / ("genesis.json.gz" if packed else "genesis.json"), content))
        check_genesis(ledger.storage, content)
        assert audit(ledger.log, expected_head=ledger.head).findings == ()


def test_a_small_full_subnet_goes_on_after_its_genesis(tmp_path: Path) -> None:
    with Ledger.in_memory() as ledger:
        import_genesis(ledger, own.written(tmp_path / "genesis.json", own.genesis()))
        ledger.submit(SudoSet("max_allowed_uids", 3, 4)).unwrap()
        ledger.submit(SudoSet("immunity_period", 3, 2)).unwrap()
        register_on_top(ledger, own.COLDKEYS[:1], 3, 12, 3)
        assert ledger.storage.subnetwork_n[3] == 4
        assert audit(ledger.log, expected_head=ledger.head).findings == ()


def test_the_chains_genesis_and_500_registrations_on_top(tmp_path: Path) -> None:
    path = shared(GENESIS)
    content = json.loads(path.read_bytes())
    with Ledger.create(tmp_path / "chain.ledger") as ledger:
        import_genesis(ledger, path)
        check_genesis(ledger.storage, content)
        assert ledger.storage.subnetwork_n[3] == 4096
        assert len(ledger.storage.map(ITEMS["Balances"])) == 18618
        assert ledger.storage.total_issuance.value == 1_819_812_196_185_399 + 2_361_517_466_099_541
        beginning, position = ledger.storage.digest(), ledger.head.position
        ledger.advance_to(1)
        coldkeys = [read_account(coldkey) for coldkey in list(content["stakes"])[:5]]
        digests = register_on_top(ledger, coldkeys, 3, REGISTRATIONS, 50)
        end = ledger.storage.digest()
        assert rebuild(ledger.log, block=0).storage.digest() == beginning
        assert rebuild(ledger.log, position=position).storage.digest() == beginning
        assert rebuild(ledger.log).storage.digest() == end
        for block, digest in [(1, digests[0]), (len(digests), digests[-1])]:
            assert rebuild(ledger.log, block=block).storage.digest().hex() == digest
        report = audit(ledger.log, expected_head=ledger.head)
        assert report.findings == ()
        assert report.digest == end
    with Ledger.open(tmp_path / "chain.ledger") as opened:
        assert opened.storage.digest() == end


def test_a_genesis_is_a_beginning(tmp_path: Path) -> None:
    path = own.written(tmp_path / "genesis.json", own.genesis())
    with Ledger.in_memory() as ledger:
        import_genesis(ledger, path)
        head = ledger.head
        with pytest.raises(ValueError, match="import it into a new ledger"):
            import_genesis(ledger, path)
        assert ledger.head == head


@pytest.mark.parametrize("packed", [False, True])
def test_a_small_metagraph_is_taken_over(tmp_path: Path, packed: bool) -> None:
    ending = ".json.gz" if packed else ".json"
    content, lite = own.metagraph(), own.neurons_lite()
    sources = own.written(tmp_path / f"metagraph{ending}", content), own.written(tmp_path / f"lite{ending}", lite)
    path = tmp_path / "chain.ledger"
    with Ledger.create(path) as ledger:
        import_metagraph(ledger, *sources)
        check_metagraph(ledger.storage, content, lite)
        assert audit(ledger.log, expected_head=ledger.head).findings == ()
        head = ledger.head
        with pytest.raises(ValueError, match="netuid"):
            import_metagraph(ledger, *sources)
        assert ledger.head == head
    places = queue_of(path, own.NETUID)
    check_queue(places, content)
    assert [place["uid"] for place in places] == [3, 1, 0, 2]
    assert [place["immunity_left"] for place in places] == [0, 0, 40, 0]


def test_neurons_lite_must_be_of_the_same_neurons(tmp_path: Path) -> None:
    lite = own.neurons_lite()
    lite[1], lite[2] = lite[2], lite[1]
    with Ledger.in_memory() as ledger:
        with pytest.raises(ValueError, match=r"\[1\].*the neuron of uid 1"):
            import_metagraph(
                ledger, own.written(tmp_path / "metagraph.json", own.metagraph()), own.written(tmp_path / "lite.json", lite)
            )
        assert ledger.head.position == 0


def test_the_chains_subnet_1_and_registrations_on_top(tmp_path: Path) -> None:
    content = json.loads(gzip.decompress(shared(SN1).read_bytes()))
    lite = json.loads(gzip.decompress(shared(SN1_LITE).read_bytes()))
    path = tmp_path / "chain.ledger"
    with Ledger.create(path) as ledger:
        import_metagraph(ledger, shared(SN1), shared(SN1_LITE))
        assert ledger.storage.subnetwork_n[1] == 1024
        check_metagraph(ledger.storage, content, lite)
    check_queue(queue_of(path, 1), content)
    with Ledger.open(path) as ledger:
        register_on_top(ledger, [account("a rich man")], 1, 20, 20)
        report = audit(ledger.log, expected_head=ledger.head)
        assert report.findings == ()
        assert report.digest == rebuild(ledger.log).storage.digest() == ledger.storage.digest()
