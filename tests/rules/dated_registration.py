"""Dated changes of registration, pruning, uids. What lies between 277 and 424 is composed: no recorded cases prove it."""

from collections.abc import Callable
from typing import Any

from neuron_ledger.events.calls import BurnedRegister, ForceRegister, Register
from neuron_ledger.events.registration_calls import RegisterLimit, TrimToMaxAllowedUids
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.registration.pruning import is_immune
from neuron_ledger.ledger.rules.registration.uids import register_neuron
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.seats import Candidate
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, Change, Same, account, subnet

NEW = account("new")


def refused(tx: Tx, signer: bytes | None, call: Any) -> str | None:
    """The name of the error that a call ends with; None where it is accepted."""
    try:
        dispatch(tx, signer, call)
    except ChainError as error:
        return tx.rules.error_name(error)
    return None


def full(tx: Tx) -> None:
    """Subnet 1 has no room for a third uid; HOT is the older of the two, and earned less; both are past their immunity."""
    storage = tx.storage
    storage.max_allowed_uids[1], storage.immunity_period[1] = 2, 10
    storage.block_at_registration[1, 0], storage.block_at_registration[1, 1] = 10, 20
    storage.emission[1] = (5, 7)
    if "PruningScores" in tx.rules.layout.items:
        storage.pruning_scores[1] = (9, 3)
    for name in ("Active", "ValidatorPermit"):
        storage.map(name)[1] = (True, True)
    for name in ("ValidatorTrust", "StakeWeight", "Incentive", "LastUpdate"):
        storage.map(name)[1] = (4, 4)
    if "MinNonImmuneUids" in tx.rules.layout.items:
        storage.min_non_immune_uids[1] = 0


# ---------------------------------------------------------------------------------------------------------- pruning


def pruned(rules: Runtime) -> int | None:
    with subnet(rules) as tx:
        full(tx)
        candidate = rules.neuron_to_prune(tx, 1)
        return None if candidate is None else candidate.uid


def pruned_where_few_are_free(rules: Runtime) -> int | None:
    """Whom a subnet gives up where ten free uids must be left."""
    with subnet(rules) as tx:
        full(tx)
        if "MinNonImmuneUids" in rules.layout.items:
            tx.storage.min_non_immune_uids[1] = 10
        candidate = rules.neuron_to_prune(tx, 1)
        return None if candidate is None else candidate.uid


def spared(rules: Runtime) -> list[int]:
    """Which of the owner's three uids are spared where two may be; the owner's hotkey is the second-oldest."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.subnet_owner[1], storage.subnet_owner_hotkey[1] = COLD, OTHER
        storage.owned_hotkeys[COLD] = (HOT, OTHER, NEW)
        storage.uids[1, NEW], storage.keys[1, 2] = 2, NEW
        for uid in range(3):
            storage.block_at_registration[1, uid] = 10 * (uid + 1)
        if "ImmuneOwnerUidsLimit" in rules.layout.items:
            storage.immune_owner_uids_limit[1] = 2
        return list(rules.immune_owner_uids(storage, 1))


# -------------------------------------------------------------------------------------------------------- replacing


def after_replacement(rules: Runtime, item: str) -> Any:
    """What an item holds for uid 0 after its hotkey was replaced."""
    with subnet(rules) as tx:
        full(tx)
        rules.replace_neuron(tx, 1, Candidate(0, 0), NEW)
        return tx.storage.map(item)[1][0]


def goes(rules: Runtime, item: str, key: Any, value: Any) -> bool:
    """Whether an entry is gone after uid 0 was replaced."""
    with subnet(rules) as tx:
        full(tx)
        tx.storage.map(item)[1, key] = value
        rules.replace_neuron(tx, 1, Candidate(0, 0), NEW)
        return (1, key) not in tx.storage.map(item)


def appended_to(rules: Runtime) -> list[str]:
    """Which of these vectors grow with a new uid."""
    with subnet(rules) as tx:
        register_neuron(tx, 1, NEW)
        names = [name for name in ("Rank", "Trust", "PruningScores") if name in rules.layout.items]
        return [name for name in names if tx.storage.map(name)[1]]


# --------------------------------------------------------------------------------------------------------- trimming


def trims(rules: Runtime) -> bool:
    return TrimToMaxAllowedUids in rules.calls


def trims_with_the_young(rules: Runtime) -> str | None:
    """What trimming to one uid ends with where all are young."""
    with subnet(rules) as tx:
        full(tx)
        tx.storage.immunity_period[1] = 2000
        tx.storage.min_allowed_uids[1] = 1
        return refused(tx, None, TrimToMaxAllowedUids(1, 1))


# ------------------------------------------------------------------------------------------------------ registering


def price_in_the_next_block(rules: Runtime) -> int:
    """The price of a TAO, a half-life of a block later."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.burn[1], storage.min_burn[1], storage.max_burn[1] = TAO, 1, 100 * TAO
        storage.last_adjustment_block[1] = tx.block
        if "BurnHalfLife" in rules.layout.items:
            storage.burn_half_life[1] = 1
        for step in rules.block_hook[:2]:  # records of swaps, prices
            step(tx)
        return storage.burn[1]


def price_after_registration(rules: Runtime) -> int:
    """The price of a TAO after a registration, in hundredths."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.burn[1], storage.min_burn[1], storage.max_burn[1] = TAO, 1, 100 * TAO
        storage.max_registrations_per_block[1], storage.target_registrations_per_interval[1] = 1, 1
        dispatch(tx, COLD, BurnedRegister(1, NEW))
        return storage.burn[1] * 100 // TAO


def beyond_the_limit_of_a_block(rules: Runtime) -> str | None:
    with subnet(rules) as tx:
        tx.storage.burn[1] = TAO
        tx.storage.max_registrations_per_block[1] = 0
        return refused(tx, COLD, BurnedRegister(1, NEW))


def work_signed_by_the_coldkey(rules: Runtime) -> str | None:
    with subnet(rules) as tx:
        tx.storage.burn[1] = TAO
        return refused(tx, COLD, Register(1, 0, 0, bytes(32), NEW, COLD))


def full_without_candidate(rules: Runtime) -> str | None:
    """What registering ends with where the owner holds every uid and all of them are spared."""
    with subnet(rules) as tx:
        full(tx)
        storage = tx.storage
        storage.max_registrations_per_block[1], storage.target_registrations_per_interval[1] = 1, 1
        storage.burn[1] = TAO
        storage.subnet_owner[1], storage.subnet_owner_hotkey[1] = COLD, HOT
        storage.owned_hotkeys[COLD] = (HOT, OTHER)
        if "ImmuneOwnerUidsLimit" in rules.layout.items:
            storage.immune_owner_uids_limit[1] = 2
        return refused(tx, COLD, BurnedRegister(1, NEW))


def hotkey_of_a_subnet(rules: Runtime) -> str | None:
    with subnet(rules) as tx:
        return refused(tx, None, ForceRegister(1, subnet_account(7), COLD))


def unknown_netuid(rules: Runtime) -> str | None:
    with subnet(rules) as tx:
        return refused(tx, COLD, BurnedRegister(9, NEW))


def flows_of_a_registration(rules: Runtime) -> tuple[int, int]:
    """What a registration for a TAO brings to the subnet's account and to its flow, in TAO."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.burn[1], storage.max_burn[1] = TAO, 100 * TAO
        dispatch(tx, COLD, BurnedRegister(1, NEW))
        return storage.balances[subnet_account(1)] // TAO, storage.subnet_tao_flow[1] // TAO


def joins_the_senate(rules: Runtime) -> bool:
    return any(step.__name__ == "join_senate_if_eligible" for step in rules.after_root_registration)


def fee_of_a_registration(rules: Runtime) -> bool:
    """Whether the pool keeps a fee of what a registration pays."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.burn[1] = 10 * TAO
        storage.max_registrations_per_block[1], storage.target_registrations_per_interval[1] = 1, 1
        before = storage.subnet_tao[1]
        dispatch(tx, COLD, BurnedRegister(1, NEW))
        return storage.subnet_tao[1] < before + 10 * TAO


def limited_by_price(rules: Runtime) -> str | None:
    """What registering for at most a TAO ends with where it costs two; "unknown" where there is no such call."""
    with subnet(rules) as tx:
        tx.storage.burn[1] = 2 * TAO
        return refused(tx, COLD, RegisterLimit(1, NEW, TAO)) if RegisterLimit in rules.calls else "unknown"


def told_first(rules: Runtime) -> str | None:
    """What is wrong first with registering a hotkey that has a uid, beyond the limit of a block."""
    with subnet(rules) as tx:
        tx.storage.max_registrations_per_block[1] = 0
        return refused(tx, COLD, BurnedRegister(1, HOT))


def pays_a_tao(tx: Tx) -> None:
    storage = tx.storage
    storage.burn[1], storage.max_burn[1] = TAO, 100 * TAO
    storage.max_registrations_per_block[1], storage.target_registrations_per_interval[1] = 1, 1
    dispatch(tx, COLD, BurnedRegister(1, NEW))


def counted(rules: Runtime) -> list[str]:
    """What counts a registration."""
    with subnet(rules) as tx:
        pays_a_tao(tx)
        names = ("RegistrationsThisBlock", "RegistrationsThisInterval", "BurnRegistrationsThisInterval")
        return [name for name in names if tx.storage.map(name)[1]]


def told_by_pruning(rules: Runtime) -> list[str]:
    """The events of choosing who goes."""
    with subnet(rules) as tx:
        full(tx)
        rules.neuron_to_prune(tx, 1)
        return [type(entry.event).__name__ for entry in tx.happened]


def pruned_of_equal_emission(rules: Runtime) -> int | None:
    with subnet(rules) as tx:
        full(tx)
        tx.storage.emission[1] = (5, 5)
        candidate = rules.neuron_to_prune(tx, 1)
        return None if candidate is None else candidate.uid


def has_default(item: str) -> Callable[[Runtime], Any]:
    """What an absent entry of an item reads as; "none" where there is no such item."""
    return lambda rules: rules.layout.items[item].default if item in rules.layout.items else "none"


def incentives_of_mechanisms(rules: Runtime) -> list[int]:
    """How long the incentives of two mechanisms are once a third neuron is there."""
    with subnet(rules) as tx:
        tx.storage.incentive[1] = tx.storage.map("Incentive")[4097] = (0, 0)
        if "MechanismCountCurrent" in rules.layout.items:
            tx.storage.mechanism_count_current[1] = 2
        rules.append_neuron(tx, 1, NEW)
        return [len(tx.storage.incentive[index]) for index in (1, 4097)]


def left_of_others(rules: Runtime) -> Any:
    """What others have of a uid once its neuron is replaced: a bond of another to it, a commit of the old hotkey."""
    with subnet(rules) as tx:
        full(tx)
        tx.storage.bonds[1, 1] = b"\0\0\1\0"
        tx.storage.weight_commits[1, HOT] = ((bytes(32), 1, 2, 3),)
        rules.replace_neuron(tx, 1, Candidate(0, 0), NEW)
        return tx.storage.bonds[1, 1], (1, HOT) in tx.storage.weight_commits


def owner_in_place(rules: Runtime) -> bytes:
    """Who holds a uid after it was to be taken from the subnet owner's hotkey."""
    with subnet(rules) as tx:
        full(tx)
        tx.storage.subnet_owner[1], tx.storage.subnet_owner_hotkey[1] = COLD, HOT
        rules.replace_neuron(tx, 1, Candidate(0, 0), NEW)
        return tx.storage.keys[1, 0]


REGISTRATION_SAME = (
    Same("immunity ends with its period", lambda _: (is_immune(90, 10, 99), is_immune(90, 10, 100)), (True, False)),
    Same("others' bonds and the old hotkey's commits stay", left_of_others, (b"\0\0\1\0", True)),
    Same("the owner's hotkey is not replaced", owner_in_place, HOT),
)

REGISTRATION = (
    Change("a registration pays the pool's fee", 283, fee_of_a_registration, False, True),
    Change(
        "the link to an EVM address goes with its neuron",
        292,
        lambda rules: goes(rules, "AssociatedEvmAddress", 0, (bytes(20), 1)),
        False,
        True,
    ),
    Change("a limit of the owner's immune uids", 306, lambda rules: "ImmuneOwnerUidsLimit" in rules.layout.items, False, True),
    Change("a subnet that is not there has another error", 320, unknown_netuid, "SubNetworkDoesNotExist", "SubnetNotExists"),
    Change("several uids of the owner are spared", 320, spared, [1], [2, 1]),
    Change("a cleared neuron has no weights", 320, lambda rules: goes(rules, "Weights", 0, b"\1\0\1\0"), False, True),
    Change("an owner can trim", 320, trims, False, True),
    Change(
        "trimming names too many immune uids", 323, trims_with_the_young, "InvalidValue", "TrimmingWouldExceedMaxImmunePercentage"
    ),
    Change("a cleared neuron has no stake weight", 323, lambda rules: after_replacement(rules, "StakeWeight"), 4, 0),
    Change("every mechanism has an incentive for a newcomer", 320, incentives_of_mechanisms, [3, 2], [3, 3]),
    Change("the oldest of the owner's uids are spared", 334, spared, [2, 1], [0, 1]),
    Change("nobody joins the senate", 334, joins_the_senate, True, False),
    Change(
        "the prometheus endpoint goes with its neuron",
        361,
        lambda rules: goes(rules, "Prometheus", HOT, (1, 2, 3, 4, 5)),
        False,
        True,
    ),
    Change("the lowest emission is pruned", 365, pruned, 1, 0),
    Change("of equal emission the oldest is pruned", 365, pruned_of_equal_emission, 1, 0),
    Change("choosing who goes changes nothing", 365, told_by_pruning, ["PruningScoreSet"], []),
    Change("few free uids are spared", 365, pruned_where_few_are_free, 1, None),
    Change("a full subnet may give up nobody", 365, full_without_candidate, None, "NoNeuronIdAvailable"),
    Change("new neurons have no rank", 365, appended_to, ["Rank", "Trust", "PruningScores"], []),
    Change("the price falls with every block", 397, price_in_the_next_block, TAO, TAO // 2),
    Change("the price rises with a registration", 397, price_after_registration, 100, 126),
    Change("no limit of registrations", 397, beyond_the_limit_of_a_block, "TooManyRegistrationsThisBlock", None),
    Change("a price limit", 397, limited_by_price, "unknown", "RegistrationPriceLimitExceeded"),
    Change("who is registered is told so", 397, told_first, "TooManyRegistrationsThisBlock", "HotKeyAlreadyRegisteredInSubNet"),
    Change(
        "registrations of an interval are not counted",
        397,
        counted,
        ["RegistrationsThisBlock", "RegistrationsThisInterval", "BurnRegistrationsThisInterval"],
        ["RegistrationsThisBlock"],
    ),
    Change("half-life of a price", 397, has_default("BurnHalfLife"), "none", 360),
    Change("rise of a price", 397, has_default("BurnIncreaseMult"), "none", 23_242_897_532_874_035_200),
    Change("register is paid by the coldkey", 397, work_signed_by_the_coldkey, "TransactorAccountShouldBeHotKey", None),
    Change("a newcomer's last update is its registration", 397, lambda rules: after_replacement(rules, "LastUpdate"), 4, 1000),
    Change("a cleared neuron has no permit", 411, lambda rules: after_replacement(rules, "ValidatorPermit"), True, False),
    Change("a cleared neuron has no validator trust", 411, lambda rules: after_replacement(rules, "ValidatorTrust"), 4, 0),
    Change("no account of a subnet registers", 411, hotkey_of_a_subnet, None, "CannotUseSystemAccount"),
    Change("a registration pays into the subnet's account", 411, flows_of_a_registration, (0, 0), (1, 1)),
)
