"""What was never seen of a chain that is known from observations in part: what nobody should take for absent."""

from collections.abc import Iterable

from attrs import frozen

from neuron_ledger.projections.storage import Storage

DECISIVE = ("Weights", "Bonds", "TotalHotkeyAlpha", "ChildKeys", "ParentKeys", "ValidatorTrust", "FirstEmissionBlockNumber")
"""Items that are named first: what epochs and emission go by."""

NAMED = 5
"""How many items a gap names in words."""


@frozen
class Gap:
    """The items of a subnet that no observation has shown. netuid 0: those of the whole chain too."""

    netuid: int
    items: tuple[str, ...]

    def __str__(self) -> str:
        first = [name for name in DECISIVE if name in self.items]
        named = [*first, *(name for name in self.items if name not in first)]
        more = len(named) - NAMED
        rest = f" and {more} more item{'s' * (more > 1)}" if more > 0 else ""
        return f"of subnet {self.netuid} {', '.join(named[:NAMED])}{rest} were never seen"


def gaps(storage: Storage, netuid: int | None = None, among: Iterable[str] | None = None) -> list[Gap]:
    """What was not seen, by subnet, the root network last. netuid: of one subnet alone. among: of these items alone."""
    wanted = None if among is None else set(among)
    found = []
    for at in sorted(storage.not_seen, key=lambda at: (at == 0, at)):
        items = tuple(name for name in storage.not_seen[at] if wanted is None or name in wanted)
        if items and netuid in (None, at):
            found.append(Gap(at, items))
    return found
