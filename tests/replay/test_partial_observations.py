"""Several snapshots in one ledger, of several subnets and of one at several blocks: none takes its part for the whole."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.gaps import gaps
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.importers.metagraph import import_metagraph, metagraph_changes
from neuron_ledger.replay.importers.source import ImportProblem, Source, read_source
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from tests.chain_fixture import TAO, account
from tests.log.snapshots_fixture import metagraph, written
from tests.replay.test_importers import check_metagraph, neurons_lite
from tests.shared_data import shared

Changes = dict[str, Any]


def test_several_subnets_stand_beside_each_other(tmp_path: Path) -> None:
    """Subnet 12 has hotkeys 0 to 4 and their coldkeys again, and two of its own."""
    first, second = metagraph(5), metagraph(7, netuid=12)
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, first))
        import_metagraph(ledger, written(tmp_path, second))
        storage = ledger.storage
        assert storage.total_networks.value == 3
        assert storage.subnetwork_n == {9: 5, 12: 7}
        assert storage.total_stake.value == storage.total_issuance.value == first["tao_in"] + second["tao_in"]
        for uid in range(7):
            assert storage.owned_hotkeys[account(f"cold {uid}")] == (account(f"hotkey {uid}"),)
            assert storage.staking_hotkeys[account(f"cold {uid}")] == (account(f"hotkey {uid}"),)
        check_metagraph(storage, first)
        check_metagraph(storage, second)
        files = [written(tmp_path, source, f"{source['netuid']}.json") for source in (first, second)]
        report = audit(ledger.log, sources=[read_source(file) for file in files])
        assert report.clean
        assert [seen.compared_with for seen in report.observations] == [str(file) for file in files]


def test_coldkeys_keep_their_hotkeys_and_hotkeys_may_change_hands(tmp_path: Path) -> None:
    first, second = metagraph(3), metagraph(3, netuid=12)
    second["hotkeys"] = [list(account(name)) for name in ("hotkey 0", "hotkey 1", "another")]
    second["coldkeys"] = [list(account(name)) for name in ("cold 0", "cold 2", "cold 0")]
    second["alpha_dividends_per_hotkey"] = []
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, first))
        import_metagraph(ledger, written(tmp_path, second))
        storage = ledger.storage
        assert storage.owned_hotkeys[account("cold 0")] == (account("hotkey 0"), account("another"))
        assert storage.owned_hotkeys[account("cold 1")] == ()
        assert storage.owned_hotkeys[account("cold 2")] == (account("hotkey 2"), account("hotkey 1"))
        assert storage.owner[account("hotkey 1")] == account("cold 2")
        assert audit(ledger.log).clean


# ---------------------------------------------------------------------------------------- one subnet at several blocks


def later_than(first: dict[str, Any]) -> dict[str, Any]:
    """500 blocks later: uid 1 replaced at 1200, uid 2 under a new hotkey, uid 3 come again at 1400, uid 4 gone."""
    later = metagraph(4, block=1500)
    later |= {"tao_in": first["tao_in"] - TAO, "axons": [dict.fromkeys(later["axons"][0], 0)] * 4}
    later["block_at_registration"] = [980, 1200, 978, 1400]
    for uid, name in ((1, "newcomer"), (2, "hotkey 2 anew")):
        later["hotkeys"][uid] = list(account(name))
    later["alpha_dividends_per_hotkey"] = [[list(account("hotkey 0")), 8]]
    return later


def test_a_later_snapshot_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    first = metagraph(5)
    later = later_than(first)
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, first), written(tmp_path, neurons_lite(5), "lite.json"))
        import_metagraph(ledger, written(tmp_path, later, "later.json"))
        storage = ledger.storage
        check_metagraph(storage, later)
        assert storage.total_stake.value == storage.total_issuance.value == storage.subnet_tao[9] == later["tao_in"]
        assert storage.total_networks.value == 2
        assert (9, 4) not in storage.keys
        for gone in ("hotkey 1", "hotkey 2", "hotkey 4"):
            assert storage.uids[9, account(gone)] is None
            assert not storage.is_network_member[account(gone), 9]
        assert dict(storage.alpha_dividends_per_subnet) == {(9, account("hotkey 0")): 8}
        assert "ValidatorTrust" in storage.not_seen[9], "what an earlier answer had, this one lacks"
        assert audit(ledger.log).clean


def test_tenures_use_the_evidence_of_later_snapshots(tmp_path: Path) -> None:
    first = metagraph(5)
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, first))
        import_metagraph(ledger, written(tmp_path, later_than(first), "later.json"))
        tenures: dict[int, list[Tenure]] = {uid: [] for uid in range(5)}
        for tenure in Tenures.of(groups(ledger.log.read())):
            tenures[tenure.uid].append(tenure)
    assert all(tenure.began == "seen" for of_uid in tenures.values() for tenure in of_uid)
    assert [(t.from_block, t.to_block, t.ended_after, t.ended) for t in tenures[1]] == [
        (979, 1200, 1000, "seen with another"),
        (1200, None, None, None),
    ]
    assert [(t.from_block, t.to_block, [swap[0] for swap in t.swaps]) for t in tenures[2]] == [(978, None, ["hotkey"])]
    assert [(t.from_block, t.to_block, t.ended) for t in tenures[3]] == [(977, 1400, "seen anew"), (1400, None, None)]
    assert [(t.to_block, t.ended_after, t.ended) for t in tenures[4]] == [(1500, 1000, "seen empty")]


def test_an_earlier_snapshot_comes_too_late(tmp_path: Path) -> None:
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, metagraph(3)))
        with pytest.raises(ImportProblem, match=r"block: expected a block from 1000 on, .*earlier ones first\), got 999"):
            import_metagraph(ledger, written(tmp_path, metagraph(3, netuid=4, block=999), "earlier.json"))


def test_nobody_registered_after_it_was_seen(tmp_path: Path) -> None:
    source = metagraph(3)
    source["block_at_registration"][1] = 1001
    with (
        Ledger.in_memory(spec_version=277) as ledger,
        pytest.raises(ImportProblem, match=r"block_at_registration\[1\]: expected a block up to 1000"),
    ):
        import_metagraph(ledger, written(tmp_path, source))


# --------------------------------------------------------------------------- subnet 1 of the main chain, more than once


def as_netuid(source: Path, netuid: int, folder: Path, **changes: Any) -> Path:
    """A saved answer as if it were of another subnet."""
    content = json.loads(gzip.decompress(source.read_bytes()))
    if isinstance(content, dict):
        content |= {"netuid": netuid, **changes}
    else:
        content = [record | {"netuid": netuid} for record in content]
    return written(folder, content, f"{netuid}-{source.name.removesuffix('.gz')}")


def test_subnet_1_under_two_netuids_and_later_once_more(tmp_path: Path) -> None:
    path, lite = (shared(f"data/finney-sn1-6530367/{name}.json.gz") for name in ("metagraph", "neurons_lite"))
    source = json.loads(gzip.decompress(path.read_bytes()))
    stakes = [sum(amount for _, amount in neuron["stake"]) for neuron in json.loads(gzip.decompress(lite.read_bytes()))]
    pool = source["tao_in"]
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, path, lite)
        import_metagraph(ledger, as_netuid(path, 2, tmp_path), as_netuid(lite, 2, tmp_path))
        storage = ledger.storage
        assert (storage.total_networks.value, storage.total_stake.value) == (3, 2 * pool)
        later = {"block": source["block"] + 322_323, "tao_in": pool + 5}
        import_metagraph(ledger, as_netuid(path, 1, tmp_path, **later))
        assert storage.total_networks.value == 3
        assert storage.total_stake.value == storage.total_issuance.value == 2 * pool + 5
        for netuid in (1, 2):
            hotkeys = [storage.keys[netuid, uid] for uid in range(1024)]
            assert [storage.total_hotkey_alpha[hotkey, netuid] for hotkey in hotkeys] == stakes
        owned = {(cold, hot) for cold, hots in storage.owned_hotkeys.items() for hot in hots}
        assert owned == {(cold, hot) for hot, cold in storage.owner.items()}
        assert sum(map(len, storage.owned_hotkeys.values())) == 1024
        assert all(tenure.to_block is None for tenure in Tenures.of(groups(ledger.log.read())))
        assert audit(ledger.log).clean


# ------------------------------------------------------------------------------- faults of an observation, planted


def put_total(item: str, value: int) -> Callable[[Changes], None]:
    def plant(changes: Changes) -> None:
        changes[item] = ({(): value}, [])

    return plant


def put_owned(changes: Changes) -> None:
    changes["OwnedHotkeys"][0][account("cold 0")] = (account("another"),)


def put_staking(changes: Changes) -> None:
    changes["StakingHotkeys"][0][account("cold 1")] = (account("another"),)


FAULTS: dict[str, tuple[str, Callable[[Changes], None]]] = {
    "networks": ("TotalNetworks", put_total("TotalNetworks", 2)),
    "stake": ("TotalStake", put_total("TotalStake", 10**12)),
    "issuance": ("TotalIssuance", put_total("TotalIssuance", 10**12)),
    "hotkeys owned": ("OwnedHotkeys", put_owned),
    "hotkeys staked on": ("StakingHotkeys", put_staking),
}
"""What a second metagraph wrote as if it were alone: the item, and how."""


def second_subnet(folder: Path) -> Source:
    """A subnet on which a coldkey of the first has another hotkey."""
    source = metagraph(1, netuid=12) | {"hotkeys": [list(account("another"))], "alpha_dividends_per_hotkey": []}
    return read_source(written(folder, source, "second.json"))


@pytest.mark.parametrize("fault", FAULTS)
def test_an_observation_that_takes_its_part_for_the_whole_is_found(tmp_path: Path, fault: str) -> None:
    item, plant = FAULTS[fault]
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, metagraph(3)), written(tmp_path, neurons_lite(3), "lite.json"))
        before = ledger.storage.copy()
        right, block = metagraph_changes(second_subnet(tmp_path), ledger.storage)
        changes: Changes = {name: (dict(entries), list(gone)) for name, entries, gone in right}
        plant(changes)
        ledger.observe(Observe("a part", block, bytes(32)), canonical_changes(changes))
        findings = audit(ledger.log).findings
        assert [finding for finding in findings if "overwrites a total with a part" in finding.what and item in finding.what], (
            findings
        )
    with Ledger.in_memory(spec_version=277) as ledger:
        ledger.observe(Observe("the first", 0, bytes(32)), all_of(before))
        ledger.observe(Observe("the second", block, bytes(32)), right)
        assert audit(ledger.log).clean


def all_of(storage: Storage) -> tuple[ItemChange, ...]:
    return canonical_changes({table.item.name: (dict(table), []) for table in storage.maps()})


def test_inherited_stake_in_the_place_of_stake_is_found_by_the_sources(tmp_path: Path) -> None:
    files = written(tmp_path, metagraph(3)), written(tmp_path, neurons_lite(3), "lite.json")
    source, lite = (read_source(file) for file in files)
    with Ledger.in_memory(spec_version=277) as ledger:
        right, block = metagraph_changes(source, ledger.storage, lite)
        changes: Changes = {name: (dict(entries), list(gone)) for name, entries, gone in right}
        for uid, stake in enumerate(source.content["alpha_stake"][1:], start=1):
            changes["TotalHotkeyAlpha"][0][account(f"hotkey {uid}"), 9] = stake
        ledger.observe(Observe("metagraph of subnet 9", block, source.digest), canonical_changes(changes))
        assert any("the observation differs" in finding.what for finding in audit(ledger.log, sources=[source, lite]).findings)


# -------------------------------------------------------------------------------------------- what was not seen


def test_what_was_not_seen_is_named(tmp_path: Path) -> None:
    with Ledger.in_memory(spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, metagraph(3)))
        lacking = set(ledger.storage.not_seen[9])
        assert {"Weights", "Bonds", "TotalHotkeyAlpha", "Alpha", "ChildKeys", "ValidatorTrust", "Yuma3On"} <= lacking
        assert not {"Keys", "Uids", "Active", "Tempo", "Axons", "AlphaDividendsPerSubnet", "Owner", "NotSeen"} & lacking
        assert {"TotalStake", "TotalIssuance", "Weights", "Balances"} <= set(ledger.storage.not_seen[0])
        of_9, of_the_chain = gaps(ledger.storage)
        assert str(of_9).startswith("of subnet 9 Weights, Bonds, TotalHotkeyAlpha, ChildKeys, ParentKeys and ")
        assert of_the_chain.netuid == 0
        assert gaps(ledger.storage, 9, ("Bonds", "Keys"))[0].items == ("Bonds",)


def test_commands_that_would_decide_on_it_refuse_or_warn(tmp_path: Path) -> None:
    path = tmp_path / "chain.ledger"
    lacking = metagraph(3) | {"pruning_score": None}
    with Ledger.create(path, spec_version=277) as ledger:
        import_metagraph(ledger, written(tmp_path, lacking))
        head = ledger.head

    def ran(command: str, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, [command, str(path), *arguments])
        return result.exit_code, result.stderr

    code, said = ran("advance", "--blocks", "1")
    assert (code, "of subnet 9 Weights, Bonds" in said, "--assume-absent" in said) == (2, True, True)
    code, said = ran("prune-queue", "--netuid", "9")
    assert (code, "of subnet 9 PruningScores were never seen" in said) == (2, True)
    with Ledger.open(path) as ledger:
        assert ledger.head == head
    assert ran("advance", "--blocks", "1", "--assume-absent") == (0, "")
    code, said = ran("submit", "sudo_set_tempo", '{"netuid": 9, "tempo": 5}')
    assert (code, "note: of subnet 9 Weights, Bonds" in said) == (0, True)
