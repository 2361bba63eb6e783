"""Dated changes of children, identities, and of how subnets begin and end.

What lies between 277 and 424 is composed: no recorded cases prove it.
"""

from typing import Any

from neuron_ledger.events.associations import AdjustSenate, BecomeDelegate, Faucet
from neuron_ledger.events.calls import SetChildkeyTake, SetChildren
from neuron_ledger.events.identities import SetSubnetIdentity
from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.stake.childkey_takes import childkey_take
from neuron_ledger.ledger.runtime import Runtime, Tx
from tests.rules.dated_changes import COLD, HOT, OTHER, Change, account, subnet

NEW = account("new")
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


NETWORKS: tuple[Change, ...] = (
    Change("a subnet has a logo", 283, texts_of_identity, ("SubnetIdentitiesV2", 7), ("SubnetIdentitiesV3", 8)),
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
    Change("children before the start are set at once", 397, before_the_start, (), ((HALF, OTHER),)),
    Change("a childkey takes no less than the least", 411, least_take, (None, 0), ("InvalidChildkeyTake", 500)),
)
"""What changed of children, identities, and of subnets as a whole."""
