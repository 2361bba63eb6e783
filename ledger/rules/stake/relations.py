"""Parents and children of a hotkey on a subnet, as they must agree since spec_version 334: nobody is both child and parent of
another, lists are ordered by account, and no empty list stays in storage.

Source: subtensor staking/set_children.rs::PCRelations and what uses it, spec_version 424.
"""

from collections.abc import Mapping

from attrs import frozen

from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.ledger.errors import ChildParentInconsistency, InvalidChild, ProportionOverflow, TooManyChildren
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage

MAX_CHILDREN = 5

Proportions = Mapping[bytes, int]
"""By account: parts of 2^64 - 1."""

ChangedLinks = tuple[tuple[bytes, LINKS | None], ...]
"""(hotkey, its new children or parents; None where its entry is removed)."""


@frozen
class Relations:
    """The hotkeys around one."""

    hotkey: bytes
    children: Proportions
    parents: Proportions


def related(storage: Storage, hotkey: bytes, netuid: int, children: LINKS) -> Relations:
    """The relations of a hotkey with these children and its present parents; links to itself are ignored.

    Raises: ProportionOverflow, ChildParentInconsistency: in this order.
    Source: subtensor staking/set_children.rs::load_child_parent_relations, load_relations_from_pending, spec_version 424.
    """
    asked, parents = _proportions(hotkey, children), _proportions(hotkey, storage.parent_keys[hotkey, netuid])
    _ensure_not_more_than_all(asked)
    ensure_nobody_is_both(asked, parents)
    return Relations(hotkey, asked, parents)


def ensure_may_have(relations: Relations, children: LINKS) -> None:
    """Refuse children that a hotkey cannot have in addition to its parents.

    Raises: InvalidChild, TooManyChildren, ProportionOverflow, ChildParentInconsistency: in this order.
    Source: subtensor staking/set_children.rs::ensure_pending_consistency, spec_version 424.
    """
    asked = {child: proportion for proportion, child in children}
    if relations.hotkey in asked:
        raise InvalidChild(hotkey=relations.hotkey)
    if len(asked) > MAX_CHILDREN:
        raise TooManyChildren(children=len(asked), most=MAX_CHILDREN)
    _ensure_not_more_than_all(asked)
    ensure_nobody_is_both(asked, relations.parents)


def ensure_nobody_is_both(children: Proportions, parents: Proportions) -> None:
    """Raises: ChildParentInconsistency for a hotkey that is among both."""
    both = sorted(children.keys() & parents.keys())
    if both:
        raise ChildParentInconsistency(child=both[0])


def links_afterwards(storage: Storage, netuid: int, relations: Relations) -> tuple[ChangedLinks, ChangedLinks]:
    """The hotkeys whose children, and those whose parents, change once these relations apply.

    Source: subtensor staking/set_children.rs::persist_child_parent_relations, spec_version 424.
    """
    children, parents = _Links(storage.child_keys, netuid), _Links(storage.parent_keys, netuid)
    hotkey = relations.hotkey
    _relink(children, parents, hotkey, relations.children)
    _relink(parents, children, hotkey, relations.parents)
    return children.changed(), parents.changed()


def _relink(own: "_Links", others: "_Links", hotkey: bytes, links: Proportions) -> None:
    """Give a hotkey these links on its side, and update the links back to it."""
    before = {other for _, other in own[hotkey]}
    own[hotkey] = tuple((links[other], other) for other in sorted(links))
    for other in sorted(links):
        others[other] = _with(others[other], links[other], hotkey)
    for other in sorted(before - links.keys()):
        others[other] = tuple(link for link in others[other] if link[1] != hotkey)


def _with(links: LINKS, proportion: int, hotkey: bytes) -> LINKS:
    """The links including one to this hotkey, in its present place or at the end."""
    if all(other != hotkey for _, other in links):
        return (*links, (proportion, hotkey))
    place = next(index for index, (_, other) in enumerate(links) if other == hotkey)
    return (*links[:place], (proportion, hotkey), *links[place + 1 :])


class _Links:
    """Children or parents by hotkey on a subnet, as an overlay over those in storage, which stay unchanged."""

    def __init__(self, table: StorageMap[tuple[bytes, int], LINKS], netuid: int) -> None:
        self._table, self._netuid, self._new = table, netuid, dict[bytes, LINKS]()

    def __getitem__(self, hotkey: bytes) -> LINKS:
        return self._new.get(hotkey, self._table[hotkey, self._netuid])

    def __setitem__(self, hotkey: bytes, links: LINKS) -> None:
        self._new[hotkey] = links

    def changed(self) -> ChangedLinks:
        """What differs from storage, by account."""
        changed: list[tuple[bytes, LINKS | None]] = []
        for hotkey, links in sorted(self._new.items()):
            if self._table.get((hotkey, self._netuid)) != (links or None):
                changed.append((hotkey, links or None))
        return tuple(changed)


def _proportions(hotkey: bytes, links: LINKS) -> Proportions:
    return {other: proportion for proportion, other in links if other != hotkey}


def _ensure_not_more_than_all(children: Proportions) -> None:
    total = sum(children.values())
    if total > U64_MAX:
        raise ProportionOverflow(total=total, most=U64_MAX)
