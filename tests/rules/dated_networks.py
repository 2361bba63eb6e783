"""Dated changes of children, identities, and of how subnets begin and end.

What lies between 277 and 424 is composed: no recorded cases prove it.
"""

from collections.abc import Callable
from typing import Any

from neuron_ledger.events.associations import AdjustSenate, BecomeDelegate, Faucet
from neuron_ledger.events.calls import DissolveNetwork, RegisterNetwork, SetChildkeyTake, SetChildren, StartCall
from neuron_ledger.events.identities import SetSubnetIdentity
from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.events.subnet_calls import RootDissolveNetwork, UpdateSymbol
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.stake.childkey_takes import childkey_take
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtime import Runtime, Tx
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, Change, account, subnet

OWNER = account("owner")
HALF = 2**63


def refused(tx: Tx, signer: bytes | None, call: Call) -> str | None:
    """The name of the error that a call ends with; None where it is accepted."""
    try:
        dispatch(tx, signer, call)
    except ChainError as error:
        return tx.rules.error_name(error)
    return None


def has_call(call: type[Call]) -> Any:
    return lambda rules: call in rules.calls


# --------------------------------------------------------------------------------------------------------- identities


def texts_of_identity(rules: Runtime) -> tuple[str, int]:
    """Where a subnet's identity stands, and of how many texts."""
    with subnet(rules) as tx:
        tx.storage.subnet_owner[1] = COLD
        logo = b"" if "logo_url" in rules.subnet_identity.longest else None
        dispatch(tx, COLD, SetSubnetIdentity(1, b"name", b"", b"", b"", b"", b"", b"", logo_url=logo))
        return next((name, len(tx.storage.map(name)[1])) for name in SUBNET_IDENTITIES if 1 in tx.storage.map(name))


SUBNET_IDENTITIES = ("SubnetIdentitiesV2", "SubnetIdentitiesV3")


# ----------------------------------------------------------------------------------------------------------- children


def child_that_is_a_parent(rules: Runtime) -> str | None:
    with subnet(rules) as tx:
        tx.storage.parent_keys[HOT, 1] = ((HALF, OTHER),)
        return refused(tx, COLD, SetChildren(HOT, 1, ((HALF, OTHER),)))


def six_children_of_which_one_twice(rules: Runtime) -> str | None:
    with subnet(rules) as tx:
        children: LINKS = tuple((1, account(f"child {number}")) for number in range(5))
        return refused(tx, COLD, SetChildren(HOT, 1, (*children, children[0])))


def set_by_an_epoch(rules: Runtime, asked: LINKS) -> tuple[LINKS | None, LINKS | None]:
    """A hotkey's children after the epoch that sets those it asked for, and the parents of one that is no child any more."""
    with subnet(rules) as tx:
        tx.storage.child_keys[HOT, 1], tx.storage.parent_keys[OTHER, 1] = ((HALF, OTHER),), ((HALF, HOT),)
        tx.storage.pending_child_keys[1, HOT] = (asked, 5)
        tx.due_epochs = (1,)
        next(step for step in rules.block_hook if step.__name__.startswith("set_pending_children"))(tx)
        assert not tx.storage.pending_child_keys
        return tx.storage.child_keys.get((HOT, 1)), tx.storage.parent_keys.get((OTHER, 1))


def order_of_children(rules: Runtime) -> LINKS | None:
    return set_by_an_epoch(rules, ((1, account("b")), (2, account("a"))))[0]


def no_children(rules: Runtime) -> tuple[LINKS | None, LINKS | None]:
    return set_by_an_epoch(rules, ())


def set_where_an_epoch_is_noted(rules: Runtime) -> int:
    """How many hotkeys have children after a block that notes an epoch of the subnet without having asked for it."""
    with subnet(rules) as tx:
        tx.storage.pending_child_keys[1, HOT] = (((1, OTHER),), 5)
        if "LastEpochBlock" in rules.layout.items:
            tx.storage.last_epoch_block[1] = tx.block
        next(step for step in rules.block_hook if step.__name__.startswith("set_pending_children"))(tx)
        return len(tx.storage.child_keys)


def before_the_start(rules: Runtime) -> LINKS:
    """The children of a hotkey right after it asked for them on a subnet that has not started."""
    with subnet(rules) as tx:
        tx.storage.subtoken_enabled[1] = False
        dispatch(tx, COLD, SetChildren(HOT, 1, ((HALF, OTHER),)))
        return tx.storage.child_keys[HOT, 1]


def least_take(rules: Runtime) -> tuple[str | None, int]:
    """What a childkey take below the chain's least ends with, and what a hotkey takes that never set one."""
    with subnet(rules) as tx:
        tx.storage.min_childkey_take.value = 500
        return refused(tx, COLD, SetChildkeyTake(HOT, 1, 499)), childkey_take(tx, OTHER, 1)


# ------------------------------------------------------------------------------------------------- subnets that begin


def registered(rules: Runtime, show: Callable[[Tx], Any], arrange: Callable[[Tx], None] = lambda _: None) -> Any:
    """What is shown after COLD registered a second subnet for 40 TAO, where the least is 10; else what that was refused by."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.network_min_lock_cost.value, storage.network_last_lock_cost.value = 10 * TAO, 40 * TAO
        storage.network_rate_limit.value, storage.network_lock_reduction_interval.value = 0, 2**40
        storage.balances_total_issuance.value = storage.total_issuance.value = 1_000 * TAO
        arrange(tx)
        refusal = refused(tx, COLD, RegisterNetwork(HOT))
        return show(tx) if refusal is None else refusal


def pool(tx: Tx) -> tuple[int, int]:
    """TAO and alpha in the new subnet's pool."""
    return tx.storage.subnet_tao[2] // TAO, tx.storage.subnet_alpha_in[2] // TAO


def owners_alpha(tx: Tx) -> int:
    return tx.storage.total_hotkey_alpha[HOT, 2] // TAO


def noted(name: str) -> Callable[[Tx], Any]:
    """What an item has for the new subnet; nothing where there is no entry, or no such item."""
    return lambda tx: tx.storage.map(name).get(2) if name in tx.rules.layout.items else None


def shown(name: str, *, arrange: Callable[[Tx], None] = lambda _: None) -> Callable[[Runtime], Any]:
    return lambda rules: registered(rules, noted(name), arrange)


def begun(show: Callable[[Tx], Any], arrange: Callable[[Tx], None] = lambda _: None) -> Callable[[Runtime], Any]:
    return lambda rules: registered(rules, show, arrange)


def too_poor(tx: Tx) -> None:
    tx.storage.balances[COLD] = 39 * TAO


def in_the_first_blocks(tx: Tx) -> None:
    """No subnet was registered yet, and the limit of rate has not passed since block 0."""
    tx.storage.network_rate_limit.value = 2_000


def at_the_limit(tx: Tx) -> None:
    """The one subnet there is may not be joined by another."""
    if "SubnetLimit" in tx.rules.layout.items:
        tx.storage.subnet_limit.value = 1
    tx.storage.network_registered_at[1], tx.storage.network_immunity_period.value = 10, 100
    tx.storage.balances[subnet_account(1)] = 1_000 * TAO


def with_root(tx: Tx) -> None:
    tx.storage.keys[0, 0], tx.storage.uids[0, OTHER] = OTHER, 0


def symbol_in_use(tx: Tx) -> None:
    tx.storage.token_symbol[1] = "β".encode()


def netuids(tx: Tx) -> list[int]:
    return sorted(tx.storage.networks_added)


def parents(tx: Tx) -> LINKS:
    return tx.storage.parent_keys[HOT, 2]


def symbol(tx: Tx) -> str:
    return tx.storage.token_symbol[2].decode()


def own_account(tx: Tx) -> int:
    return tx.storage.balances[subnet_account(2)] // TAO


def first_parameters(tx: Tx) -> list[str]:
    return [entry.event.name for entry in tx.happened if isinstance(entry.event, HyperparameterSet)][-3:]


def started_after(rules: Runtime) -> str | None:
    with subnet(rules) as tx:
        tx.storage.subnet_owner[1], tx.storage.network_registered_at[1] = COLD, 900
        tx.storage.first_emission_block_number.remove(1)
        return refused(tx, COLD, StartCall(1))


# --------------------------------------------------------------------------------------------------- subnets that end


def ended(rules: Runtime, show: Callable[[Tx], Any]) -> Any:
    """What is shown after subnet 1 ended, on which COLD had 100 alpha of HOT, and for which OWNER had locked 50 TAO.

    Its pool holds 1000 TAO and 4000 alpha, its account 1050 TAO.
    """
    with subnet(rules) as tx:
        storage = tx.storage
        storage.subnet_owner[1], storage.subnet_locked[1] = OWNER, 50 * TAO
        storage.emission[1], storage.subnet_owner_cut.value = (40 * TAO, 0), 65535
        storage.balances[subnet_account(1)] = 1_050 * TAO
        storage.balances_total_issuance.value = storage.total_issuance.value = 10_000 * TAO
        if "NetworkRegistrationStartBlock" in rules.layout.items:
            storage.network_registered_at[1] = 10
        if "TaoInRefundDeploymentBlock" in rules.layout.items:
            storage.tao_in_refund_deployment_block.value = 500
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 100 * TAO)
        if "LastEpochBlock" in rules.layout.items:
            storage.last_epoch_block[1] = 9
        if "RootClaimable" in rules.layout.items:
            storage.root_claimable[HOT] = ((1, 5), (7, 5))
        dispatch(tx, None, DissolveNetwork(OWNER, 1))
        return show(tx)


def paid_out(tx: Tx) -> int:
    """TAO that COLD got besides the hundred it had."""
    return tx.storage.balances[COLD] // TAO - 100


def given_back(tx: Tx) -> int:
    return tx.storage.balances[OWNER] // TAO


def stake_left(tx: Tx) -> int:
    return tx.storage.total_hotkey_alpha[HOT, 1] // TAO


def claims_left(tx: Tx) -> Any:
    return tx.storage.map("RootClaimable").get(HOT)


def after_the_end(show: Callable[[Tx], Any]) -> Callable[[Runtime], Any]:
    return lambda rules: ended(rules, show)


def left(name: str) -> Callable[[Runtime], Any]:
    """Whether an item still has something for the subnet."""
    return after_the_end(lambda tx: 1 in tx.storage.map(name))


NETWORKS: tuple[Change, ...] = (
    Change("a subnet has a logo", 283, texts_of_identity, ("SubnetIdentitiesV2", 7), ("SubnetIdentitiesV3", 8)),
    Change("symbols are chosen", 290, has_call(UpdateSymbol), False, True),
    Change("no two subnets have one symbol", 290, begun(symbol, symbol_in_use), "β", "α"),
    Change("neurons may register at once", 290, shown("NetworkPowRegistrationAllowed"), None, True),
    Change("becoming a delegate is no call", 315, has_call(BecomeDelegate), True, False),
    Change("the senate is gone", 334, has_call(AdjustSenate), True, False),
    Change("the faucet is gone", 365, has_call(Faucet), True, False),
    Change("no child is a parent", 334, child_that_is_a_parent, None, "ChildParentInconsistency"),
    Change("a child named twice comes first", 334, six_children_of_which_one_twice, "TooManyChildren", "DuplicateChild"),
    Change(
        "children stand in the order of accounts",
        334,
        order_of_children,
        ((1, account("b")), (2, account("a"))),
        ((2, account("a")), (1, account("b"))),
    ),
    Change("no empty list of children or parents stays", 334, no_children, ((), ()), (None, None)),
    Change("modalities are gone", 315, shown("NetworkModality"), 0, None),
    Change(
        "the first subnet waits for nothing", 315, begun(netuids, in_the_first_blocks), "NetworkTxRateLimitExceeded", [0, 1, 2]
    ),
    Change("the cost has an error of its own", 320, begun(netuids, too_poor), "NotEnoughBalanceToStake", "CannotAffordLockCost"),
    Change("at the limit another subnet ends", 320, begun(netuids, at_the_limit), [0, 1, 2], [0, 1]),
    Change("what is locked is noted", 320, shown("SubnetLocked"), None, 40 * TAO),
    Change("root dissolves subnets by a call of its own", 320, has_call(RootDissolveNetwork), False, True),
    Change("the pool is paid out", 320, after_the_end(paid_out), 0, 1_000),
    Change("no stake is left on a subnet that ends", 320, after_the_end(stake_left), 100, 0),
    Change("symbols go with their subnets", 320, left("SubnetMechanism"), True, False),
    Change("what the owner earned is not given back", 320, after_the_end(given_back), 50, 40),
    Change("owners of new subnets get nothing back", 334, after_the_end(given_back), 40, 0),
    Change("new subnets have no limit of weights", 334, shown("MaxWeightsLimit"), 65535, None),
    Change("claims of root go with a subnet", 334, after_the_end(claims_left), None, ((7, 5),)),
    Change("the start waits for a delay that can be set", 371, started_after, "NeedWaitingMoreBlocksToStarCall", None),
    Change("root is the parent of a new subnet", 397, begun(parents, with_root), (), ((2**64 - 1, OTHER),)),
    Change("all that was paid is in the pool, at the median price", 397, begun(pool), (10, 10), (40, 160)),
    Change("the owner gets alpha for what is above the least", 397, begun(owners_alpha), 0, 120),
    Change("subnets of a netuid are counted", 397, shown("RegisteredSubnetCounter"), None, 1),
    Change(
        "a new subnet begins with Yuma 3 and a price",
        397,
        begun(first_parameters),
        ["immunity_period", "min_difficulty", "max_difficulty"],
        ["immunity_period", "yuma3_enabled", "burn"],
    ),
    Change("the owner gets no alpha", 411, begun(owners_alpha), 120, 0),
    Change("a new subnet has an account", 411, begun(own_account), 0, 40),
    Change("the chain has its part of a pool", 413, after_the_end(paid_out), 1_000, 24),
    Change("of old subnets the chain has only what it bought", 415, after_the_end(paid_out), 24, 1_000),
    Change("a new subnet has its first epoch in its place", 423, shown("LastEpochBlock"), None, 998),
    Change("children are set where an epoch is noted", 423, set_where_an_epoch_is_noted, 0, 1),
    Change("a new subnet does not emit yet", 423, shown("SubnetEmissionEnabled"), True, False),
    Change("children before the start are set at once", 397, before_the_start, (), ((HALF, OTHER),)),
    Change("a childkey takes no less than the least", 411, least_take, (None, 0), ("InvalidChildkeyTake", 500)),
)
"""What changed of children, identities, and of subnets as a whole."""
