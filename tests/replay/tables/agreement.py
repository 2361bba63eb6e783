"""Whether a ledger's tables say what its views say, at its end and at blocks on the way.

`python -m tests.replay.tables.agreement` compares them for every recorded history, the tests for some of each file.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.recorded_items import recorded_item
from neuron_ledger.events.wire.converters import people
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.events.wire.ss58 import account
from neuron_ledger.events.wire.ss58 import encode as ss58
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.metagraph import metagraph
from neuron_ledger.projections.views.neuron_info import neuron_info
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.conformance.recording import record_history
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.tables.keeping import check_tables, keep_tables
from neuron_ledger.replay.tables.state import netuids
from tests.replay.recorded_histories import EXACT, RECORDED, histories

MOVED_BY_RULES = {"Difficulty", "RAORecycledForRegistration"}


def disagreements(ledger: Path, tables: Path, *, block: int | None = None, timeline: Timeline = TIMELINE) -> Iterator[str]:
    """What tables say otherwise than the views of a ledger, now or at the end of a block."""
    with Ledger.open(ledger, read_only=True, timeline=timeline) as chain, closing(sqlite3.connect(tables)) as sql:
        past = chain.at(block=chain.block if block is None else block)
        storage = past.storage.copy()
        yield from _neurons(sql, storage)
        yield from _matrices(sql, storage)
        yield from _stake(sql, storage, timeline.in_force(storage, chain.log.spec_version))
        yield from _values(sql, storage)
        found = list(groups(chain.log.read_verified(until=past.position)))
        yield from _happened(sql, found)
        yield from _tenures(sql, list(Tenures.of(found)))
        if not found or found[-1].last_block == storage.block_number.value:
            yield from _hyperparameters(sql, storage)


def _neurons(sql: sqlite3.Connection, storage: Storage) -> Iterator[str]:
    cursor = sql.execute("SELECT * FROM neurons ORDER BY netuid, uid")
    names = [column[0] for column in cursor.description]
    rows = {(row[0], row[1]): dict(zip(names, row, strict=True)) for row in cursor}
    held = {(netuid, uid) for netuid in netuids(storage) for uid in range(storage.subnetwork_n[netuid])}
    seats = {seat for seat in held if seat in storage.keys}
    if set(rows) != seats:
        yield f"neurons: {sorted(set(rows) ^ seats)}"
        return
    for seat, row in rows.items():
        neuron = neuron_info(storage, *seat)
        assert neuron is not None
        wanted = {
            **{name: getattr(neuron, name) for name in set(names) & {field for field, _ in vars_of(neuron)}},
            "hotkey": ss58(neuron.hotkey),
            "coldkey": ss58(neuron.coldkey),
            "stake": sum(amount for _, amount in neuron.stake),
            "registered_at": storage.block_at_registration[seat],
            "axon": row["axon"],
        }
        got = {name: int(value) if isinstance(wanted[name], int) else value for name, value in row.items()}
        if got != wanted:
            yield f"neuron {seat}: {got} for {wanted}"
        for table, pairs in (("weights", neuron.weights), ("bonds", neuron.bonds)):
            value = table[:-1]
            statement = (
                f"SELECT target, {value} FROM {table} WHERE (netuid, uid, mechanism) = (?, ?, 0) AND {value} > 0 ORDER BY place"
            )
            if (said := tuple(sql.execute(statement, seat))) != pairs:
                yield f"{table} of {seat}: {said} for {pairs}"


def vars_of(neuron: Any) -> list[tuple[str, Any]]:
    return [(name, getattr(neuron, name)) for name in type(neuron).__match_args__]


def _matrices(sql: sqlite3.Connection, storage: Storage) -> Iterator[str]:
    """Every stored row, of every mechanism, byte by byte."""
    for table, stored in (("weights", storage.weights), ("bonds", storage.bonds)):
        rows: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for netuid, mechanism, uid, _, *pair in sql.execute(f"SELECT * FROM {table} ORDER BY netuid, mechanism, uid, place"):
            rows.setdefault((netuid + 4096 * mechanism, uid), []).append((pair[0], pair[1]))
        said = {key: pack_pairs(row) for key, row in rows.items()}
        wanted = {key: row for key, row in stored.items() if row}
        if said != wanted:
            yield f"{table}: {sorted(said.items() ^ wanted.items())}"


def _stake(sql: sqlite3.Connection, storage: Storage, rules: Any) -> Iterator[str]:
    """What the chain's own function says for every hotkey and coldkey that has to do with the other."""
    said = {(netuid, account(hot), account(cold)): int(stake) for netuid, hot, cold, stake in sql.execute("SELECT * FROM stake")}
    if not storage.layout.has_alpha:
        wanted = {(0, *keys): stake for keys, stake in storage.map("Stake").items() if stake}
        if said != wanted:
            yield f"stake: {sorted(said.items() ^ wanted.items())}"
        return
    tx = Transaction(storage, rules)
    together = {(hotkey, coldkey) for coldkey, hotkeys in storage.staking_hotkeys.items() for hotkey in hotkeys}
    together |= {(hotkey, coldkey) for _, hotkey, coldkey in said}
    everywhere = {*netuids(storage), *(netuid for netuid, *_ in said)}
    asked = [(netuid, *keys) for netuid in everywhere for keys in together]
    found = {place: get_stake_for_hotkey_and_coldkey_on_subnet(tx, place[1], place[2], place[0]) for place in asked}
    wanted = {place: stake for place, stake in found.items() if stake}
    if said != wanted:
        yield f"stake: {sorted(said.items() ^ wanted.items())}"


def _values(sql: sqlite3.Connection, storage: Storage) -> Iterator[str]:
    for netuid in netuids(storage):
        graph = metagraph(storage, netuid)
        assert graph is not None
        said = dict(sql.execute("SELECT item, value FROM subnet_values WHERE netuid = ?", (netuid,)))
        wanted = {name: _stored(name, value) for name, value in graph.values.items()}
        if said != wanted:
            yield f"subnet {netuid}: {sorted(map(str, said.items() ^ wanted.items()))}"
        row = sql.execute("SELECT neurons, burn, tempo, tao_in FROM subnets WHERE netuid = ?", (netuid,)).fetchone()
        if row != (graph.n, *(_stored(item, graph.values.get(item, 0)) for item in ("Burn", "Tempo", "SubnetTAO"))):
            yield f"subnet {netuid}: {row}"
    if sql.execute("SELECT group_concat(netuid) FROM (SELECT netuid FROM subnets ORDER BY netuid)").fetchone()[0] != (
        ",".join(map(str, netuids(storage))) or None
    ):
        yield "subnets"


def _stored(item: str, value: Any) -> Any:
    """A value as tables hold it: integers, digits beyond SQLite's, JSON of all others."""
    if value is None or isinstance(value, int):
        return value if value is None or -(2**63) <= value < 2**63 else str(value)
    shown = people.unstructure(value, recorded_item(item).value)
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _happened(sql: sqlite3.Connection, found: list[Any]) -> Iterator[str]:
    events = [happened for group in found for happened in group.happened]
    counts = {
        "calls": len(found),
        "events": len(events),
        "epochs WHERE NOT seen": sum(isinstance(happened.event, EpochCompleted) for happened in events),
        "calls WHERE ok": sum(not any(isinstance(event, ExtrinsicFailed) for event in group.events) for group in found),
        "failures WHERE item IS NULL": sum(isinstance(happened.event, ExtrinsicFailed) for happened in events),
    }
    for what, count in counts.items():
        if (said := sql.execute(f"SELECT count(*) FROM {what}").fetchone()[0]) != count:
            yield f"{what}: {said} for {count}"
    refused = [(group.position, event.error) for group in found for event in group.events if isinstance(event, ExtrinsicFailed)]
    if list(sql.execute("SELECT position, error FROM calls WHERE error IS NOT NULL ORDER BY position")) != refused:
        yield "calls: errors"
    for group in found:
        for position, happened in enumerate(group.happened, start=group.position + 1):
            if isinstance(event := happened.event, EpochCompleted):
                for item, vector in event.vectors:
                    column = "pruning_score" if item == "PruningScores" else recorded_item(item).attribute
                    statement = f"SELECT {column} FROM metrics WHERE position = ? ORDER BY uid"
                    if [int(row[0]) for row in sql.execute(statement, (position,))] != list(map(int, vector)):
                        yield f"metrics: {item} of the epoch at position {position}"


def _tenures(sql: sqlite3.Connection, found: list[Tenure]) -> Iterator[str]:
    columns = "netuid, uid, hotkey, coldkey, from_block, to_block, began, ended, replaced_by, ended_after"
    said = sorted(sql.execute(f"SELECT {columns} FROM tenures"), key=repr)
    wanted = [
        (
            *(t.netuid, t.uid, ss58(t.hotkey), t.coldkey and ss58(t.coldkey), t.from_block, t.to_block, t.began, t.ended),
            *(t.replaced_by and ss58(t.replaced_by), t.ended_after),
        )
        for t in found
    ]
    if said != sorted(wanted, key=repr):
        yield f"tenures: {set(said) ^ set(wanted)}"


def _hyperparameters(sql: sqlite3.Connection, storage: Storage) -> Iterator[str]:
    """The last value that was set is the one that holds, and so is the last price."""
    holds = dict(sql.execute("SELECT 0 + netuid, burn FROM prices ORDER BY position"))
    for netuid in set(holds) & set(netuids(storage)):
        if int(holds[netuid] or storage.burn[netuid]) != storage.burn[netuid]:
            yield f"price of subnet {netuid}: {holds[netuid]} for {storage.burn[netuid]}"
    whole_chain = {entry.item for entry in HYPERPARAMETERS.values() if entry.whole_chain}
    changes = sql.execute("SELECT netuid, item, value FROM hyperparameter_changes ORDER BY position")
    for (netuid, item), value in {(netuid, item): value for netuid, item, value in changes}.items():
        if item in {*MOVED_BY_RULES, "Burn"} or item not in storage.layout.items:
            continue
        if item in whole_chain or netuid in netuids(storage):
            now = storage.map(item)[() if item in whole_chain else netuid]
            if value is not None and value != _stored(item, now):
                yield f"{item} of subnet {netuid}: {value} for {now}"


def blocks_on_the_way(ledger: Path, timeline: Timeline) -> list[int]:
    """Three blocks between the first state and the end, at calls that are evenly apart."""
    with Ledger.open(ledger, read_only=True, timeline=timeline) as chain:
        blocks = [group.last_block for group in groups(chain.log.read_verified())]
    return [blocks[len(blocks) * quarter // 4] for quarter in (1, 2, 3)]


def faults_in_tables(case: dict[str, Any], folder: Path, spec_version: int) -> list[str]:
    """What does not hold of the tables of a history at three blocks on the way, each gone on with from the one before, and
    at its end; there they are what they would be if they were built at once."""
    path = folder / f"{spec_version}-{case['id']}.ledger"
    with Ledger.create(path, spec_version=spec_version, timeline=RECORDED) as ledger, ledger.batch():
        record_history(case, ledger)
    tables, faults = path.with_suffix(".db"), []
    for block in blocks_on_the_way(path, RECORDED):
        keep_tables(path, tables, block=block, timeline=RECORDED)
        faults += [f"block {block}: {fault}" for fault in disagreements(path, tables, block=block, timeline=RECORDED)]
    kept = keep_tables(path, tables, timeline=RECORDED)
    faults += [] if kept.built is None else [f"built anew: {kept.built}"]
    faults += disagreements(path, tables, timeline=RECORDED)
    faults += [str(difference) for difference in check_tables(path, tables, timeline=RECORDED)]
    return [f"{case['id']}: {fault}" for fault in faults]


def main() -> int:
    faults, count = [], 0
    with TemporaryDirectory() as folder:
        for spec_version, case in histories():
            count += 1
            faults += faults_in_tables(case, Path(folder), spec_version)
            print(f"\r{count} of {sum(EXACT.values())} histories", end="", file=sys.stderr)
    print(*faults, f"{count} histories, at the end and at three blocks on the way: {len(faults)} faults", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
