"""Dated changes of commits: counted, opened, heard. Between 277 and 424 they are composed: no recorded cases prove it."""

from typing import Any

from neuron_ledger.events.calls import CommitWeights, RevealWeights
from neuron_ledger.events.weight_calls import CommitMechanismWeights, RevealMechanismWeights
from neuron_ledger.ledger.rules.weights.commit_hash import compact, get_commit_hash
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import chain_events
from tests.rules.dated_changes import Change, Same
from tests.rules.dated_weights import BLOCK, MINER, TEMPO, UNKNOWN, VALIDATOR, chain_at, of_mechanism, said, set_now

SALT = (1, 2, 3)


def window(rules: Runtime) -> tuple[str, int]:
    """In what the time of a reveal is counted, and when a commit of this block is revealed."""
    chain = chain_at(rules.spec_version, by_commits=True)
    tx = Transaction(chain.storage, rules)
    found = rules.reveal_window(tx, 1, rules.new_commit(tx, 1, bytes(32)))
    return found.counted_in, found.first


def expires(rules: Runtime) -> list[bool]:
    """Whether a commit of this block, and of the epoch 7, is expired two tempos later, where no epoch was counted."""
    chain = chain_at(rules.spec_version, by_commits=True)
    tx = Transaction(chain.storage, rules)
    commit = rules.new_commit(tx, 1, bytes(32))
    chain.storage.block_number.value += 2 * TEMPO + 2
    if "LastEpochBlock" in rules.layout.items:
        chain.storage.last_epoch_block[1] = chain.block
    return [rules.reveal_window(tx, 1, commit).is_expired]


def reveals_mechanism(rules: Runtime, index: int) -> str:
    """What revealing the second mechanism's weights ends with, where the hash was made with this storage index."""
    chain = chain_at(rules.spec_version, by_commits=True)
    secret = get_commit_hash(VALIDATOR, index, (0, 1, 2), (1, 1, 1), SALT, 0)
    if said(chain, CommitMechanismWeights(1, 1, secret)) == UNKNOWN:
        return UNKNOWN
    chain.storage.block_number.value += TEMPO + 1
    return said(chain, RevealMechanismWeights(1, 1, (0, 1, 2), (1, 1, 1), SALT, 0))


def rate_of_another_mechanism(rules: Runtime) -> str:
    """What setting the second mechanism's weights ends with right after the first's."""
    chain = chain_at(rules.spec_version)
    set_now(chain)
    return said(chain, of_mechanism(1))


def events(rules: Runtime) -> Any:
    """The netuids in the events of weights set on the second mechanism, after those of the first."""
    chain = chain_at(rules.spec_version)
    decision = None if said(chain, of_mechanism(0)) == UNKNOWN else chain.submit(of_mechanism(1), VALIDATOR)
    return UNKNOWN if decision is None else chain_events([entry.event for entry in decision.happened])


SEALED_FOR = compact(32) + VALIDATOR
PLAIN = compact(1) + b"\0\0" + compact(1) + b"\1\0" + bytes(8)


def reads(rules: Runtime) -> list[bool]:
    """Whether what a timelocked commit holds is read with its hotkey in front, another's hotkey, or none."""
    other = compact(32) + MINER
    wanted = ((0,), (1,), 0)
    return [rules.read_timelock(front + PLAIN, VALIDATOR) == wanted for front in (SEALED_FOR, other, b"")]


def waiting(rules: Runtime, epoch: int) -> int:
    """How many timelocked commits of an epoch are left after a block in the epoch of their reveal, without a pulse."""
    chain = chain_at(rules.spec_version, by_commits=True)
    chain.storage.block_number.value = BLOCK - BLOCK % (TEMPO + 1) - 2 + 5  # the fifth block of an epoch
    block = (BLOCK,) if rules.timelock_queue.holds_blocks else ()
    queue = chain.storage.map(rules.timelock_queue.item)
    queue[1, epoch] = ((VALIDATOR, *block, b"sealed", 10**6),)
    tx = Transaction(chain.storage, rules)
    tx.due_epochs = (1,)
    for step in (*rules.on_each_subnet, *rules.before_drain):
        step(tx, 1)
    for block_step in (step for step in rules.block_hook if "reveal" in step.__name__):
        block_step(tx)
    return len(queue)


def opened_before_emission(rules: Runtime) -> bool:
    """Whether commits are opened in a step of the block of their own, before its emission."""
    names = [step.__name__ for step in rules.block_hook]
    reveals = [number for number, name in enumerate(names) if "reveal" in name]
    return bool(reveals) and reveals[0] < names.index("run_coinbase")


def heard_since(rules: Runtime) -> dict[int, int]:
    """Since which block a validator is bound by a commit of the block 950, in the epoch 9 (or 7, as counted)."""
    chain = chain_at(rules.spec_version, by_commits=True)
    entry = (bytes(32), 7, 950, 0) if "SubnetEpochIndex" in rules.layout.items else (bytes(32), 950, 1008, 1108)
    chain.storage.weight_commits[1, VALIDATOR] = (entry,)
    given = rules.read_epoch(Transaction(chain.storage, rules), 1, 0, 0)
    return dict(given.commit_blocks)


def unrevealed(rules: Runtime) -> list[str]:
    """What the tenth and the eleventh commit that is not revealed end with."""
    chain = chain_at(rules.spec_version, by_commits=True)
    chain.storage.weights_set_rate_limit[1] = 0
    return [said(chain, CommitWeights(1, bytes([number] * 32))) for number in range(11)][-2:]


def batch_by_commits(rules: Runtime) -> str:
    chain = chain_at(rules.spec_version, by_commits=True)
    return said(chain, RevealWeights(1, (0,), (1,), SALT, 0))


COMMITS_SAME = (
    Same("ten commits may wait", unrevealed, ["ok", "TooManyUnrevealedCommits"]),
    Same("nothing is revealed without a commit", batch_by_commits, "NoWeightsCommitFound"),
)

COMMITS: tuple[Change, ...] = (
    Change("a commit binds whom a row is for", 297, heard_since, {}, {1: 950}),
    Change("a timelocked commit has its hotkey in front", 301, reads, [False, False, True], [True, False, True]),
    Change("a commit without a pulse waits", 301, lambda rules: waiting(rules, 8), 0, 1),
    Change("the hash of a mechanism's weights", 320, lambda rules: reveals_mechanism(rules, 4097), UNKNOWN, "ok"),
    Change("each mechanism has a rate of its own", 320, rate_of_another_mechanism, UNKNOWN, "ok"),
    Change("events have the storage index", 320, events, UNKNOWN, [("WeightsSet", 4097, 1)]),
    Change("commits are opened before emission", 361, opened_before_emission, False, True),
    Change("the window of a reveal is counted", 423, window, ("block", 1008), ("epoch", 8)),
    Change("a commit expires by counted epochs", 423, expires, [True], [False]),
    Change("timelocked commits wait by counted epochs", 423, lambda rules: waiting(rules, 6), 0, 1),
)
