"""What somebody can do who may write a ledger's file, and what finds it: the table of docs/reliability.md.

    python -m tests.reliability.tampering

Each row is a deed, done to a ledger of which others kept something before; each column is how they check it afterwards.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import click
from attrs import evolve, frozen

from neuron_ledger.events.calls import BurnedRegister, ForceSetBalance, Observe
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.entries.envelope import Head, NewEntry
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, checkpoint
from neuron_ledger.replay.transparency.merkle import NotProved
from neuron_ledger.replay.transparency.proofs import prove_consistency
from neuron_ledger.replay.transparency.witness import last_seen, witness
from tests.chain_fixture import TAO, account
from tests.log.log_fixture import tamper
from tests.reliability.cases import honest_ledger
from tests.transparency.transparency_fixture import KEY, NOW, WITNESS

THIEF = account("thief")
RICH = 10**9 * TAO
ROBBED, ROBBED_OF = account("holder 50"), 51 * TAO


@frozen
class Kept:
    """What others kept of the honest ledger. older: a copy of the file, from before its last calls; seen: by the witness."""

    head: Head
    checkpoint: Checkpoint
    seen: Path
    older: bytes


Deed = Callable[[Path, Kept], "Kept | None"]
"""What is done; gives what was handed out in place of what others should have kept, where that was."""
Check = Callable[[Path, Kept], bool]


@frozen
class Made:
    """A call as it was made; changes: what was seen, where it is an observation."""

    submission: Submission
    changes: tuple[ItemChange, ...] | None


def kept(path: Path) -> Kept:
    """Make the honest ledger, and keep of it what others would."""
    honest_ledger(path)
    older = path.read_bytes()
    with Ledger.open(path) as ledger:
        for number in range(10):
            ledger.submit(ForceSetBalance(account(f"recent {number}"), TAO)).unwrap()
        ledger.submit(BurnedRegister(2, account("recent")), account("cold")).unwrap()
        ledger.advance_to(ledger.block + 1)
        first = checkpoint(ledger.log, KEY)
        seen = path.with_name("witness's own")
        witness(prove_consistency(ledger.log, 0, first), WITNESS, KEY.public, seen, time=NOW, origin=ledger.log.origin)
        return Kept(ledger.head, first, seen, older)


def without_traces(path: Path) -> None:
    """What stands beside the file is taken away, too."""
    for beside in path.parent.glob(f"{path.name}?*"):
        beside.unlink()


def written_anew(path: Path, entries: list[NewEntry]) -> None:
    """Other entries, under hashes that belong to them."""
    without_traces(path)
    tamper(path, "DELETE FROM log", "DELETE FROM snapshots")
    with Log.open(path) as log:
        log.append(entries, expected_position=0)


def made(path: Path) -> Iterator[Made]:
    """The calls of a log."""
    with Log.open(path, read_only=True) as log:
        for group in groups(log.read()):
            seen = [event.changes for event in group.events if isinstance(event, StorageObserved)]
            yield Made(group.submission, seen[0] if seen else None)


def lived_anew(path: Path, calls: list[Made]) -> None:
    """Another history, in which these calls were made: whole, and by the rules."""
    with Ledger.in_memory(spec_version=277) as other:
        for call in calls:
            if isinstance(call.submission.call, Observe) and call.changes is not None:
                other.observe(call.submission.call, call.changes)
            else:
                other.submit(call.submission.call, call.submission.origin)
        entries = [NewEntry(entry.block, entry.tag, entry.payload) for entry in other.log.read()]
    written_anew(path, entries)


def last(calls: list[Made], kind: type) -> int:
    return max(index for index, call in enumerate(calls) if isinstance(call.submission.call, kind))


def drop_end(path: Path, _kept: Kept) -> None:
    with Log.open(path, read_only=True) as log:
        last_call = [group.position for group in groups(log.read())][-3]
    tamper(path, f"DELETE FROM log WHERE seq >= {last_call}", "DELETE FROM snapshots")


def drop_end_without_traces(path: Path, kept: Kept) -> None:
    without_traces(path)
    drop_end(path, kept)


def older_copy(path: Path, kept: Kept) -> None:
    without_traces(path)
    path.write_bytes(kept.older)


def drop_within(path: Path, _kept: Kept) -> None:
    tamper(path, "DELETE FROM log WHERE seq = 100")


def swap(path: Path, _kept: Kept) -> None:
    """Two entries change places, hashes and all."""
    tamper(
        path,
        "UPDATE log SET seq = -1 WHERE seq = 100",
        "UPDATE log SET seq = 100 WHERE seq = 101",
        "UPDATE log SET seq = 101 WHERE seq = -1",
    )


def swap_and_live(path: Path, _kept: Kept) -> None:
    calls = list(made(path))
    at = last(calls, ForceSetBalance)
    calls[at - 1 : at + 1] = [calls[at], calls[at - 1]]
    lived_anew(path, calls)


def change(path: Path, _kept: Kept) -> None:
    tamper(path, "UPDATE log SET payload = CAST(payload || x'00' AS BLOB) WHERE seq = 100")


def change_and_live(path: Path, _kept: Kept) -> None:
    calls = list(made(path))
    calls[last(calls, ForceSetBalance)] = Made(Submission(ForceSetBalance(THIEF, RICH), None), None)
    lived_anew(path, calls)


def invent_within(path: Path, _kept: Kept) -> None:
    calls = list(made(path))
    calls.insert(last(calls, ForceSetBalance), Made(Submission(ForceSetBalance(THIEF, RICH), None), None))
    lived_anew(path, calls)


def invent_against_the_rules(path: Path, _kept: Kept) -> None:
    """An event that no call caused, after the last entry, its hash as it must be."""
    with Log.open(path) as log:
        entry = next(entry for entry in log.read() if entry.tag == "StorageChanged/1")
        log.append([NewEntry(entry.block, entry.tag, entry.payload)], expected_position=log.head.position)


def invent_after(path: Path, _kept: Kept) -> None:
    with Ledger.open(path) as ledger:
        ledger.submit(ForceSetBalance(THIEF, RICH)).unwrap()


def frame_within(path: Path, _kept: Kept) -> None:
    """A call that was signed by one account is signed by another, who could have signed it."""
    calls = list(made(path))
    at = last(calls, BurnedRegister)
    calls.insert(at, Made(Submission(ForceSetBalance(account("framed"), 50 * TAO), None), None))
    calls[at + 1] = evolve(calls[at + 1], submission=evolve(calls[at + 1].submission, origin=account("framed")))
    lived_anew(path, calls)


def frame_after(path: Path, _kept: Kept) -> None:
    with Ledger.open(path) as ledger:
        ledger.submit(BurnedRegister(2, account("framed")), account("cold")).unwrap()


def observation() -> Made:
    """What somebody owns is somebody else's; no sum is another one by that."""
    changes = canonical_changes({"Balances": ({THIEF: ROBBED_OF, ROBBED: 0}, [])})
    return Made(Submission(Observe("metagraph of subnet 1", 0, bytes(32)), None), changes)


def observe_within(path: Path, _kept: Kept) -> None:
    calls = list(made(path))
    calls.insert(last(calls, ForceSetBalance), observation())
    lived_anew(path, calls)


def observe_after(path: Path, _kept: Kept) -> None:
    seen = observation()
    assert isinstance(seen.submission.call, Observe)
    assert seen.changes is not None
    with Ledger.open(path) as ledger:
        ledger.observe(seen.submission.call, seen.changes)


def another_history(path: Path, kept: Kept) -> Kept:
    """The owner of the key shows somebody another history, with a head and a checkpoint that belong to it."""
    invent_within(path, kept)
    with Log.open(path, read_only=True) as log:
        return evolve(kept, head=log.head, checkpoint=checkpoint(log, KEY))


def forge_snapshot(path: Path, _kept: Kept) -> None:
    """Other storage in the place of a snapshot's, its digest as it must be."""
    with Ledger.open(path) as ledger:
        ledger.snapshot()
        storage = ledger.storage.copy()
        with storage.transaction():
            storage.balances[THIEF] = RICH
        forged = (storage.encode(), storage.digest(), ledger.head.position)
        ledger.log.connection.execute("UPDATE snapshots SET payload = ?, digest = ? WHERE position = ?", forged)


def plant(statement: str) -> Deed:
    def planted(path: Path, _kept: Kept) -> None:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(statement)
            raw.commit()

    return planted


def lift_triggers(path: Path, _kept: Kept) -> None:
    plant("DROP TRIGGER log_refuses_update")(path, _kept)


def without_head(path: Path, _kept: Kept) -> bool:
    return _finds(path)


def with_head(path: Path, kept: Kept) -> bool:
    return _finds(path, head=kept.head)


def with_checkpoint(path: Path, kept: Kept) -> bool:
    return _finds(path, checkpoints=(kept.checkpoint,))


def with_witness(path: Path, kept: Kept) -> bool:
    """Whether the witness refuses its cosignature, which others wait for, or audit finds anything."""
    try:
        with Log.open(path, read_only=True) as log:
            seen = last_seen(kept.seen, kept.checkpoint.origin)
            now = checkpoint(log, KEY)
            proof = prove_consistency(log, 0 if seen is None else seen.size, now)
            witness(proof, WITNESS, KEY.public, kept.seen, time=NOW, origin=log.origin)
    except (LogError, NotProved):
        return True
    return _finds(path)


def _finds(path: Path, *, head: Head | None = None, checkpoints: tuple[Checkpoint, ...] = ()) -> bool:
    """Whether audit finds anything, or the file is refused before."""
    try:
        with Log.open(path, read_only=True) as log:
            return not audit(log, expected_head=head, checkpoints=checkpoints).clean
    except LogError:
        return True


COLUMNS: Mapping[str, Check] = {
    "without a head": without_head,
    "with a head": with_head,
    "with a checkpoint": with_checkpoint,
    "with a witness": with_witness,
}

ALWAYS = (True, True, True, True)
BY_WHAT_WAS_KEPT = (False, True, True, True)
BY_THE_WITNESS = (False, False, False, True)
NEVER = (False, False, False, False)

TABLE: Mapping[str, tuple[Deed, tuple[bool, ...]]] = {
    "last calls cut off": (drop_end, ALWAYS),
    "last calls cut off, and the files beside the ledger removed": (drop_end_without_traces, BY_WHAT_WAS_KEPT),
    "an older copy in its place": (older_copy, BY_WHAT_WAS_KEPT),
    "an entry left out": (drop_within, ALWAYS),
    "two entries swapped": (swap, ALWAYS),
    "two calls swapped, the rest rerun": (swap_and_live, BY_WHAT_WAS_KEPT),
    "an entry changed": (change, ALWAYS),
    "a call changed, the rest rerun": (change_and_live, BY_WHAT_WAS_KEPT),
    "an event invented": (invent_against_the_rules, ALWAYS),
    "a call invented before the head, the rest rerun": (invent_within, BY_WHAT_WAS_KEPT),
    "a call invented after the head": (invent_after, NEVER),
    "another signer before the head, the rest rerun": (frame_within, BY_WHAT_WAS_KEPT),
    "another signer after the head": (frame_after, NEVER),
    "an observation made up before the head": (observe_within, BY_WHAT_WAS_KEPT),
    "an observation made up after the head": (observe_after, NEVER),
    "another history, handed out with its own head and checkpoint": (another_history, BY_THE_WITNESS),
    "a forged snapshot": (forge_snapshot, ALWAYS),
    "a planted index": (plant("CREATE INDEX planted ON log (block)"), ALWAYS),
    "a planted view": (plant("CREATE VIEW planted AS SELECT * FROM log"), ALWAYS),
    "a planted table": (plant("CREATE TABLE planted (a)"), ALWAYS),
    "a planted trigger": (plant("CREATE TRIGGER planted AFTER INSERT ON log BEGIN SELECT 1; END"), ALWAYS),
    "a protecting trigger removed": (lift_triggers, ALWAYS),
}
"""What is done, and by which column it is found."""


def found(deed: Deed) -> tuple[bool, ...]:
    """Do it to a ledger, and check that by every column."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.ledger"
        honest = kept(path)
        handed_out = deed(path, honest) or honest
        return tuple(check(path, handed_out) for check in COLUMNS.values())


def lines() -> Iterator[str]:
    """The table as it stands in docs/reliability.md."""
    yield f"| what was done | {' | '.join(COLUMNS)} |"
    yield f"|---{'|---' * len(COLUMNS)}|"
    for name, (_, cells) in TABLE.items():
        yield f"| {name} | {' | '.join('found' if cell else 'not found' for cell in cells)} |"


@click.command()
def main() -> None:
    """Print the table, each cell as it comes out now."""
    for name, (deed, expected) in TABLE.items():
        cells = found(deed)
        click.echo(f"{'as said' if cells == expected else 'NOT AS SAID'}  {name}: {cells}")


if __name__ == "__main__":
    main()
