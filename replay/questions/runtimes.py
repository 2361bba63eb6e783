"""Which runtimes made a chain's blocks, and from which block on, according to its log."""

from typing import TYPE_CHECKING

from neuron_ledger.events.blocks_seen import BlockSeen, RuntimeSeen
from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import RuntimeUpgraded
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.proof.groups import counted, groups

if TYPE_CHECKING:
    from neuron_ledger.ledger.receipt import Progress

Began = tuple[RuntimeName, int]
"""(spec_version, the first block it ran)."""


def runtimes(log: Log, progress: "Progress | None" = None) -> tuple[Began, ...]:
    """The runtimes of a log in order; a number that returned is listed again. From recorded events alone.

    The first block is the first that the log has, and may not be where that runtime began. Raises: ChainBroken, PayloadError.
    """
    ran = RuntimesRan(log)
    for group in counted(groups(log.read_verified()), log.head.position, progress or (lambda *_: None)):
        ran.note(group)
    return tuple(ran.runtimes)


class RuntimesRan:
    """The same while a log is read."""

    def __init__(self, log: Log) -> None:
        self.runtimes: list[Began] = []
        self._began_with = log.spec_version
        self._seen: dict[int, RuntimeName] = {}
        """By number, the runtime that a node had last."""

    def note(self, group: Group) -> None:
        """A node's block names the runtime that made it; a ledger's own entry records an upgrade."""
        is_seen = any(isinstance(event, BlockSeen) for event in group.events)
        self._seen |= {event.spec_version: event.name for event in group.events if isinstance(event, RuntimeSeen)}
        if not self.runtimes and not is_seen and not isinstance(group.submission.call, Observe):
            self._ran(self._began_with, group.block)
        for event in group.events:
            if isinstance(event, BlockSeen):
                self._ran(self._seen.get(event.spec_version, event.spec_version), event.number)
            elif isinstance(event, RuntimeUpgraded):
                self._ran(event.spec_version, group.block)

    def _ran(self, name: RuntimeName, block: int) -> None:
        if not self.runtimes or self.runtimes[-1][0] != name:
            self.runtimes.append((name, block))
