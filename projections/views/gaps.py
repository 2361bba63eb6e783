"""What was never observed of a chain that is only partly known, and so must not be taken for absent."""

from collections.abc import Iterable

from attrs import frozen

from neuron_ledger.projections.storage import Storage

DECISIVE = ("Weights", "Bonds", "TotalHotkeyAlpha", "ChildKeys", "ParentKeys", "ValidatorTrust", "FirstEmissionBlockNumber")
"""Items that are named first: those that epochs and emission depend on."""

NAMED = 5
"""How many items a gap lists by name."""


@frozen
class Gap:
    """The items of a subnet that no observation has shown. netuid 0: including those of the whole chain."""

    netuid: int
    items: tuple[str, ...]

    def __str__(self) -> str:
        first = [name for name in DECISIVE if name in self.items]
        named = [*first, *(name for name in self.items if name not in first)]
        more = len(named) - NAMED
        rest = f" and {more} more item{'s' * (more > 1)}" if more > 0 else ""
        return f"of subnet {self.netuid} {', '.join(named[:NAMED])}{rest} were never seen"


def gaps(storage: Storage, netuid: int | None = None, among: Iterable[str] | None = None) -> list[Gap]:
    """What was never observed, by subnet, the root network last. netuid: only of this subnet. among: only of these items."""
    wanted = None if among is None else set(among)
    found = []
    for at in sorted(storage.not_seen, key=lambda at: (at == 0, at)):
        items = tuple(name for name in storage.not_seen[at] if wanted is None or name in wanted)
        if items and netuid in (None, at):
            found.append(Gap(at, items))
    return found
