"""The second half of the demo: what the log of the first half proves, and what it answers."""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from demo_stage import Stage, name_of

from neuron_ledger.events.calls import SudoSet
from neuron_ledger.events.registration import NeuronReplaced
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups

SUBNET = 1


def prove(stage: Stage, noted: tuple[int, bytes]) -> bool:
    """Rebuild storage from the log alone, at a block noted earlier and at the end, and audit. Returns: whether all of it held."""
    stage.chapter("The proof: doing it again gives the same bits")
    ledger = stage.ledger
    stage.say("Storage is rebuilt from the log; its digest, and the one noted at that block:")
    holds = True
    for block, digest in (noted, (ledger.block, ledger.storage.digest())):
        rebuilt = rebuild(ledger.log, block=block).storage.digest()
        holds = holds and rebuilt == digest
        stage.line(f"block {block:,}   noted {digest.hex()}")
        stage.line(f"{'equal' if rebuilt == digest else 'DIFFERS':>{len(f'block {block:,}')}} rebuilt {rebuilt.hex()}")
    report = audit(ledger.log, expected_head=ledger.head)
    stage.say(f"An audit runs all {report.calls:,} calls again, blocks and epochs too, and compares {report.entries:,} entries:")
    for finding in report.findings:
        stage.line(f"position {finding}")
    stage.line(f"{len(report.findings)} findings. The head, to be written down: {ledger.head}")
    return holds and report.clean


def bend_a_copy(stage: Stage, path: Path) -> None:
    """Overwrite one entry in a copy of the file, the first replacement, and see what shows."""
    stage.chapter("Bending a copy")
    position = next(entry.position for entry in stage.ledger.log.read_verified() if entry.tag == NeuronReplaced.tag)
    edit = f"UPDATE log SET payload = zeroblob(length(payload)) WHERE seq = {position}"
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "copy.ledger"
        with closing(sqlite3.connect(path)) as original, closing(sqlite3.connect(copy)) as connection:
            original.backup(connection)
            stage.say(f"Someone would rather not have lost a uid, and overwrites entry {position} of a copy:")
            try:
                connection.execute(edit)
            except sqlite3.IntegrityError as error:
                stage.line(str(error))
            connection.execute("DROP TRIGGER log_refuses_update")
            connection.execute(edit)
            connection.commit()
        stage.say("Without that trigger it can be done, but the hash chain reveals it:")
        with Log.inspect(copy) as log:
            for fault in log.verify():
                stage.line(f"position {fault}")


def who_held_which_uid(stage: Stage) -> list[Tenure]:
    """Print all tenures. Returns: them."""
    stage.chapter("Who held which uid, and why it changed")
    tenures = list(Tenures.of(groups(stage.ledger.log.read_verified())))
    columns = ("netuid", "uid", "hotkey", "from", "began by", "to", "how it ended")
    rows = [
        (
            *(tenure.netuid, tenure.uid, name_of(tenure.hotkey), tenure.from_block, tenure.began),
            "" if tenure.to_block is None else f"{tenure.to_block:,}",
            _ending(tenure),
        )
        for tenure in tenures
    ]
    stage.table("tenures", columns, rows)
    return tenures


def _ending(tenure: Tenure) -> str:
    if tenure.replaced_by is None:
        return tenure.ended or ""
    return f"{tenure.ended} of {name_of(tenure.replaced_by)}, score {tenure.pruning_score:,}"


def what_if(stage: Stage, tenures: Sequence[Tenure]) -> None:
    """The log holds every call, so the same calls can be run in another ledger: here without the one that set the immunity."""
    stage.chapter("What if the immunity period had stayed what it was?")
    here = stage.ledger.storage.immunity_period[SUBNET]
    other = Ledger.in_memory(spec_version=277)
    instead: list[tuple[NeuronReplaced, str]] = []
    for group in groups(stage.ledger.log.read_verified()):
        call = group.submission.call
        if _sets_immunity(call):
            continue
        candidates = [place for place in current_prune_queue(other.rules, other.storage, SUBNET) if not place.is_owner]
        immune = f"{sum(place.immunity_left > 0 for place in candidates)} of {len(candidates)} candidates"
        receipt = other.submit(call, group.submission.origin)
        instead += [(event, immune) for event in receipt.events if isinstance(event, NeuronReplaced)]
    there = other.storage.immunity_period[SUBNET]
    recorded = {tenure.replaced_by: tenure for tenure in tenures}
    rows = [
        (
            name_of(event.new_hotkey),
            f"{name_of(recorded[event.new_hotkey].hotkey)}, score {recorded[event.new_hotkey].pruning_score:,}",
            f"{name_of(event.old_hotkey)}, score {event.pruning_score:,}",
            immune,
        )
        for event, immune in instead
    ]
    columns = ("newcomer", f"replaced, at {here:,} blocks", f"would have replaced, at {there:,}", "immune then")
    stage.say("The same calls in another ledger, in memory, without the one that set the immunity period:")
    stage.table("replacements", columns, rows)
    stage.say("If everyone who may be replaced is immune, immunity protects nobody: the lowest score is replaced.")


def _sets_immunity(call: Call) -> bool:
    return isinstance(call, SudoSet) and call.name == "immunity_period"
