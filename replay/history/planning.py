"""Which storage to read after a block: what its calls and events, and what blocks do by themselves, can have changed.

Three parts. What changes without a call (prices, counters, pending amounts) is read after every block. What calls and
events affect follows from what they mention, and what is known of that: a newcomer's uid leads to its previous holder. And if
the values of a subnet show an epoch, a registration, or that it was added or removed, all of that subnet is read.

Items are classified by the kinds of their keys, not by a list of names, so that plans work for unknown runtimes.
What a plan misses, the next full read finds (`walking.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import define, field

from neuron_ledger.replay.history.known import Known, numbers_of
from neuron_ledger.replay.history.mentions import Mentions
from neuron_ledger.replay.history.runtime import KEY_NAMES, PALLET
from neuron_ledger.replay.history.shapes import (
    ACCOUNT,
    NETUID,
    NUMBER,
    SUBNETS_AT_MOST,
    KeyShape,
    Part,
    Shapes,
    families_of,
)

FEW: Final = 1000
"""Items with up to this many keys are listed if their keys cannot be constructed: one page."""

OWN_ALONE: Final = {
    f"{PALLET}.{name}"
    for name in (
        *("set_weights", "set_mechanism_weights", "set_root_weights", "batch_set_weights", "set_tao_weights"),
        *("commit_weights", "batch_commit_weights", "reveal_weights", "batch_reveal_weights", "commit_mechanism_weights"),
        *("reveal_mechanism_weights", "commit_crv3_weights", "commit_crv3_mechanism_weights", "commit_timelocked_weights"),
        *("commit_timelocked_mechanism_weights", "serve_axon", "serve_axon_tls", "serve_prometheus", "become_delegate"),
        *("increase_take", "decrease_take", "set_childkey_take", "set_children", "set_identity", "set_subnet_identity"),
        *("add_stake", "remove_stake", "add_stake_limit", "remove_stake_limit", "remove_stake_full_limit", "move_stake"),
        *("transfer_stake", "swap_stake", "swap_stake_limit", "associate_evm_key", "set_coldkey_auto_stake_hotkey"),
        *("recycle_alpha", "burn_alpha", "set_root_claim_type"),
    )
}
"""Calls that change only what belongs to the accounts that they name, one by one or in pairs, and single values."""

SEATS: Final = {f"{PALLET}.{name}" for name in ("register", "burned_register", "root_register", "sudo_register", "claim_root")}
"""Calls that change everything of the accounts that they name, and of a uid's previous holder."""

SHOWS_AN_EPOCH: Final = ("BlocksSinceLastStep", "PendingEmission", "PendingServerEmission", "PendingValidatorEmission")
"""Values of a subnet that grow from block to block, until an epoch."""

SHOWS_MORE: Final = ("LastMechansimStepBlock", "LastEpochBlock", "LoadedEmission", "NetworksAdded", "SubnetworkN")
"""Values of a subnet that change only if something happened to it."""

PAIR_OF_NUMBERS: Final = 16
"""Numbers of transaction kinds, which occur beside an account and a subnet in keys."""

MANY: Final = 32
"""With more accounts than this, as in a batch, not every pair is requested."""

Seen = Mapping[bytes, bytes | None]


@define
class Plan:
    """What to read after a block. everything: all of the pallet. prefixes: whose keys are listed first."""

    everything: bool = False
    keys: set[bytes] = field(factory=set)
    prefixes: set[bytes] = field(factory=set)


class Planner:
    """Plans from known storage, which may be some blocks old: what those blocks mentioned counts as mentioned again."""

    def __init__(self, shapes: Shapes, known: Known) -> None:
        self.shapes = shapes
        self.known = known
        known.read_by(shapes)
        items = shapes.runtime.items
        self._shows = {items[name]: name for name in (*SHOWS_AN_EPOCH, *SHOWS_MORE) if name in items}
        subnets = shapes.like(NETUID)
        self._of_all = families_of(shape for shape in subnets if not _is_of_the_named(shape))
        self._of_the_named = families_of(shape for shape in subnets if _is_of_the_named(shape))
        self._of_one_account = families_of(shapes.like(ACCOUNT))
        self._together = [family for family in shapes.families if family.kinds not in ((NETUID,), (ACCOUNT,))]
        self._not_plain = [shape for shape in shapes.maps if not shape.is_plain]

    def of_block(self, groups: Iterable[Mentions], recent: Sequence[Mentions]) -> Plan:
        """What can have changed according to calls and events, and what changes by itself.

        recent: what was mentioned in blocks whose changes are not known yet.
        """
        plan = Plan(keys=set(self.shapes.values))
        subnets = {number for group in recent for number in group.added}
        for group in groups:
            if group.changes_anything:
                return Plan(everything=True)
            self._single(plan, group.accounts)
            if group.concerns_pallet:
                subnets |= self._of_group(plan, group, recent)
                if plan.everything:
                    return plan
        self._of_subnets(plan, subnets)
        return plan

    def after_values(self, before: Seen, after: Seen, recent: Sequence[Mentions]) -> Plan:
        """What else happened, according to the values of subnets. before, after: values read after two blocks."""
        plan = Plan()
        for netuid in dict.fromkeys(self._moved(before, after)):
            accounts = self._whole_subnet(plan, netuid, {number for group in recent for number in group.numbers})
            for group in recent:
                if netuid in group.subnets | group.numbers or group.accounts & accounts:
                    self._made(plan, group.accounts, {netuid}, group.numbers)
        plan.keys -= after.keys()
        return plan

    def _moved(self, before: Seen, after: Seen) -> Iterator[int]:
        for key, new in after.items():
            name = self._shows.get(key[:KEY_NAMES])
            if name is None:
                continue
            old = before.get(key, self.known.entries.get(key))
            is_lower = int.from_bytes(new or b"", "little") < int.from_bytes(old or b"", "little")
            if is_lower if name in SHOWS_AN_EPOCH else old != new:
                shape = self.shapes.of(key)
                part = shape.parts(key)[0] if shape is not None and shape.kinds else 0
                if isinstance(part, int):
                    yield part % SUBNETS_AT_MOST

    # ------------------------------------------------------------------------------------------------- one extrinsic

    @staticmethod
    def _beside(group: Mentions, earlier: Mentions, is_narrow: bool) -> set[bytes]:
        """What a block whose changes are unknown mentioned together with the same accounts, or the same subnet or uid."""
        is_shared = earlier.accounts & group.accounts or (not is_narrow and earlier.numbers & group.numbers)
        return earlier.accounts if is_shared else set()

    def _of_group(self, plan: Plan, group: Mentions, recent: Sequence[Mentions]) -> set[int]:
        """Returns: the subnets that it mentions."""
        ours = {name for name, _ in group.calls if name.split(".")[0] in (PALLET, "AdminUtils")}
        wide = ours - OWN_ALONE - SEATS
        if any(name in wide and not named for name, named in group.calls):
            plan.everything = True
            return set()
        known = set(self.known.subnets())
        subnets = group.subnets | group.added | group.numbers & known
        is_narrow = ours <= OWN_ALONE and bool(ours)
        accounts = group.accounts | {account for earlier in recent for account in self._beside(group, earlier, is_narrow)}
        if not is_narrow:
            accounts |= self._holders(subnets, group.numbers)
            self._all_of_accounts(plan, accounts)
        if wide or not ours:
            for netuid in subnets:
                self._whole_subnet(plan, netuid, group.numbers)
        self._made(plan, accounts, subnets, group.numbers)
        self._listed(plan, subnets, group.words)
        return subnets

    def _holders(self, subnets: Iterable[int], numbers: Iterable[int]) -> set[bytes]:
        """The accounts that entries of these uids name."""
        keys = {
            key
            for shape in self.shapes.like(NETUID, NUMBER)
            if shape.holds_accounts
            for key in self.shapes.keys(shape, [(netuid, number) for netuid in subnets for number in numbers])
        }
        return {account for key in keys & self.known.entries.keys() for account in self.known.accounts_of(key)}

    def _all_of_accounts(self, plan: Plan, accounts: Iterable[bytes]) -> None:
        """All entries that name an account, and the own entries of accounts named beside it."""
        keys = {key for account in accounts for key in self.known.of_account(account)}
        beside = {account for key in keys for account in self.known.accounts_of(key)}
        plan.keys |= keys
        self._single(plan, beside)

    def _single(self, plan: Plan, accounts: Iterable[bytes]) -> None:
        parts = [(account,) for account in accounts]
        for family in self._of_one_account:
            plan.keys.update(self.shapes.keys_of(family, parts))

    def _made(self, plan: Plan, accounts: set[bytes], subnets: set[int], numbers: set[int]) -> None:
        """Entries that may exist now: all keys that can be constructed from what is mentioned."""
        own = {number for netuid in subnets for account in accounts for number in self._uids(netuid, account)}
        self._single(plan, accounts)
        for family in self._together:
            plan.keys.update(self.shapes.keys_of(family, self._put_together(family.kinds, accounts, subnets, numbers | own)))

    def _uids(self, netuid: int, account: bytes) -> set[int]:
        return numbers_of(self.shapes, self.known.of_account(account) & self.known.of_subnet(netuid))

    def _put_together(
        self, kinds: Sequence[str], accounts: set[bytes], subnets: set[int], numbers: set[int]
    ) -> list[tuple[Part, ...]]:
        """Keys of all combinations; a number beside an account and a subnet comes from a short list."""
        made: list[tuple[Part, ...]] = [()]
        small = ACCOUNT in kinds
        if kinds.count(ACCOUNT) > 1 and len(accounts) > MANY:
            return []
        for kind in kinds:
            choice: Iterable[Part]
            if kind == ACCOUNT:
                choice = accounts
            elif kind == NETUID:
                choice = {*subnets, 0} if small else self._indexes(subnets)
            else:
                choice = range(PAIR_OF_NUMBERS) if small else numbers
            made = [(*parts, part) for parts in made for part in choice]
        return made

    def _indexes(self, subnets: Iterable[int]) -> set[int]:
        """The numbers of subnets, and of their mechanisms."""
        return {index for netuid in subnets for index in self.known.indexes(netuid)}

    # ---------------------------------------------------------------------------------------------- a whole subnet

    def _whole_subnet(self, plan: Plan, netuid: int, numbers: Iterable[int]) -> set[bytes]:
        """Everything that names a subnet, and the entries of its accounts, alone or in pairs. Returns: the accounts."""
        keys = self.known.of_subnet(netuid)
        plan.keys |= keys
        accounts = {account for key in keys for account in self.known.accounts_of(key)}
        apart = {key for account in accounts for key in self.known.of_account(account) if self._is_of_no_subnet(key)}
        plan.keys |= apart
        self._single(plan, accounts | {account for key in apart for account in self.known.accounts_of(key)})
        uids = numbers_of(self.shapes, keys)
        uids |= {max(uids, default=-1) + 1, *numbers}
        self._of_subnets(plan, {netuid})
        owned = self._owned(accounts)
        made: dict[tuple[str, ...], list[tuple[Part, ...]]] = {
            (NETUID, NUMBER): [(index, uid) for index in self._indexes({netuid}) for uid in uids],
            (NETUID, ACCOUNT): [(netuid, account) for account in accounts],
            (ACCOUNT, NETUID): [(account, netuid) for account in accounts],
            (ACCOUNT, ACCOUNT, NETUID): [(*pair, netuid) for pair in owned],
            (ACCOUNT, ACCOUNT): [*owned],
        }
        for family in self._together:
            plan.keys.update(self.shapes.keys_of(family, made.get(family.kinds, ())))
        self._listed(plan, {netuid}, ())
        return accounts

    def _owned(self, accounts: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
        """(hotkey, coldkey) of each account that belongs to another."""
        owners = [shape for shape in self.shapes.like(ACCOUNT) if shape.holds_accounts and not shape.is_long]
        keys = [(account, key) for shape in owners for account in accounts for key in self.shapes.keys(shape, [(account,)])]
        return [(account, owner) for account, key in keys if len(owner := self.known.entries.get(key, b"")) == len(account)]

    def _is_of_no_subnet(self, key: bytes) -> bool:
        """Also on the root network, where validators earn too."""
        shape = self.shapes.of(key)
        if shape is None:
            return False
        parts = dict(zip(shape.kinds, shape.parts(key), strict=False))
        return parts.get(NETUID, 0) == 0

    # -------------------------------------------------------------------------------------------------- kinds of items

    def _of_subnets(self, plan: Plan, named: set[int]) -> None:
        """One value a subnet. One without a bound (names, vectors of an epoch) is read only if the subnet is mentioned."""
        of_all = [(index,) for index in self._indexes(named | set(self.known.subnets()))]
        for family in self._of_all:
            plan.keys.update(self.shapes.keys_of(family, of_all))
        of_the_named = [(index,) for index in self._indexes(named)]
        for family in self._of_the_named:
            plan.keys.update(self.shapes.keys_of(family, of_the_named))

    def _listed(self, plan: Plan, subnets: Iterable[int], words: Iterable[str | int]) -> None:
        """Items whose keys cannot be constructed: listed, by subnet if keys begin with one, otherwise if they are few."""
        for shape in self._not_plain:
            if shape.kinds[0] == NETUID:
                plan.prefixes.update(self.shapes.keys(shape, [(netuid,) for netuid in subnets]))
                plan.keys.update(key for netuid in subnets for key in self.known.of_subnet(netuid) if key[:32] == shape.prefix)
            elif len(self.known.of_item(shape.prefix)) <= FEW:
                plan.prefixes.add(shape.prefix)
                plan.keys |= self.known.of_item(shape.prefix)
            elif len(shape.kinds) == 1:
                plan.keys.update(self._of_words(shape, words))

    def _of_words(self, shape: KeyShape, words: Iterable[str | int]) -> Iterator[bytes]:
        for word in words:
            try:
                yield from self.shapes.keys(shape, [(word,)])
            except (ValueError, TypeError, OverflowError):
                continue


def _is_of_the_named(shape: KeyShape) -> bool:
    """Whether an item of subnets is long, and read only if the subnet is mentioned."""
    return shape.is_long and not shape.holds_accounts
