"""The same calls under another hyperparameter: what would have been otherwise?

    python examples/what_if.py FILE NETUID NAME VALUE

For example `chain.ledger 1 immunity_period 5000` or `chain.ledger 1 kappa 50000`; docs/records.md lists the names. Every call
of the log is put to a new ledger in memory. The value is set as soon as the subnet is there, and wherever the log sets another.
Exit codes: 0 done, 2 wrong use or bad input.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from neuron_ledger.events.calls import Observe, SetParam, SudoSet
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import ExtrinsicFailed, StorageObserved
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.importers.call_list import line_of
from neuron_ledger.replay.proof.groups import groups, submitted

METRICS = ("incentive", "dividends", "emission")


def main(arguments: list[str]) -> int:
    """Put the calls again, and compare. Returns: the exit code."""
    match arguments:
        case [file, netuid, name, value] if netuid.isdecimal() and value.isdecimal():
            try:
                with Ledger.open(Path(file), read_only=True) as ledger:
                    instead = what_to_set(ledger.storage, int(netuid), name, int(value))
                    calls = submitted(groups(ledger.log.read_verified()))
                    compare(ledger, again(calls, instead, ledger.log.spec_version), instead)
                return 0
            except (LogError, ChainError, ValueError) as error:
                print(f"error: {error}", file=sys.stderr)
        case _:
            print("usage: python examples/what_if.py FILE NETUID NAME VALUE", file=sys.stderr)
    return 2


def what_to_set(storage: Storage, netuid: int, name: str, value: int) -> SetParam:
    """The other value, as a call. Raises: FieldError for one that cannot be."""
    call = SetParam(name, netuid, value)
    if storage.layout.hyperparameter(name).whole_chain:
        raise FieldError("NAME", "a hyperparameter that every subnet has of its own", name)
    if not storage.networks_added[netuid]:
        raise FieldError("NETUID", "a subnet of this ledger", netuid)
    return call


def again(calls: Iterable[Group], instead: SetParam, spec_version: int) -> Ledger:
    """A ledger of the same calls, in which the hyperparameter has the other value from the subnet's beginning."""
    other = Ledger.in_memory(spec_version=spec_version)
    is_set = False
    for group in calls:
        call, origin = group.submission.call, group.submission.origin
        if isinstance(call, Observe):
            for event in group.events:
                if isinstance(event, StorageObserved):
                    other.observe(call, event.changes)
        elif isinstance(call, (SudoSet, SetParam)) and (call.name, call.netuid) == (instead.name, instead.netuid):
            other.submit(instead)
        else:
            decided(group, other.submit(call, origin).error)
        if not is_set and other.storage.networks_added[instead.netuid]:
            other.submit(instead).unwrap()
            is_set = True
    return other


def decided(group: Group, error: ChainError | None) -> None:
    """Tell of a call that is decided otherwise than it was."""
    before = next((event.error for event in group.events if isinstance(event, ExtrinsicFailed)), "accepted")
    now = "accepted" if error is None else str(error)
    if before != ("accepted" if error is None else error.name):
        print(f"{line_of(group.block, group.submission)}\n  was {before}, would be {now}")


def compare(ledger: Ledger, other: Ledger, instead: SetParam) -> None:
    """Print who would have held which uid, and the metrics that would be others."""
    netuid = instead.netuid
    item = HYPERPARAMETERS[instead.name].storage_item
    was, now = (storage.map(item.name)[netuid] for storage in (ledger.storage, other.storage))
    print(f"subnet {netuid} at block {ledger.block}, with {item.name} {now} where it is {was}")
    here, there = (
        [held(tenure) for tenure in Tenures.of(groups(one.log.read())) if tenure.netuid == netuid] for one in (ledger, other)
    )
    changed = [f"  was       {line}" for line in here if line not in there]
    changed += [f"  would be  {line}" for line in there if line not in here]
    say("Tenures", changed)
    for metric in METRICS:
        before, after = (numbers(storage, netuid, metric) for storage in (ledger.storage, other.storage))
        both = [hotkey for hotkey in before if hotkey in after]
        moved = [f"  {address(hotkey)}  {before[hotkey]} → {after[hotkey]}" for hotkey in both if before[hotkey] != after[hotkey]]
        say(f"{metric.capitalize()} of who holds a uid in both", moved)


def say(title: str, lines: list[str]) -> None:
    """Print what is otherwise."""
    print("\n".join([title, *(lines or ["  the same"])]))


def held(tenure: Tenure) -> str:
    """A tenure in one line."""
    until = "still" if tenure.to_block is None else f"until {tenure.to_block}, {tenure.ended}, score {tenure.pruning_score}"
    return f"uid {tenure.uid} {address(tenure.hotkey)} from {tenure.from_block} {until}"


def numbers(storage: Storage, netuid: int, metric: str) -> dict[bytes, int]:
    """A metric by hotkey, of the latest epoch."""
    values = getattr(storage, metric)[netuid]
    return {storage.keys[netuid, uid]: value for uid, value in enumerate(values)}


def address(account: bytes) -> str:
    """An account in SS58."""
    return ss58.encode(account)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
