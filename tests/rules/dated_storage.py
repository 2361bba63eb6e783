"""Dated changes of what storage has, and where. Between 277 and 424 they are composed: no recorded cases prove it."""

from neuron_ledger.events.calls import DecreaseTake
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.rules.last_blocks import LIMITS, NETWORK
from neuron_ledger.ledger.runtime import Runtime
from tests.rules.dated_changes import COLD, HOT, Change, subnet


def noted_take(rules: Runtime) -> list[str]:
    """Where it is noted that a delegate's take was changed."""
    with subnet(rules) as tx:
        tx.storage.delegates[HOT] = 11_796
        dispatch(tx, COLD, DecreaseTake(HOT, 10_000))
        return [name for name in (*LIMITS, "LastRateLimitedBlock") if tx.storage.map(name)]


def key_of_the_last_network(rules: Runtime) -> int:
    """The number of the variant under which the last registration of a network is noted."""
    with subnet(rules) as tx:
        rules.last_blocks.write(tx.storage, NETWORK, None, 7)
        assert rules.last_blocks.read(tx.storage, NETWORK, None) == 7
        (key,) = tx.storage.last_rate_limited_block
        return key[0]


STORAGE: tuple[Change, ...] = (
    Change("limits of rate have keys", 315, noted_take, ["LastTxBlockDelegateTake"], ["LastRateLimitedBlock"]),
    Change("an owner's hyperparameters come before other limits", 320, key_of_the_last_network, 1, 2),
)
"""What changed in storage."""
