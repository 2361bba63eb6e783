"""Dated changes of the epoch. What lies between 277 and 424 is composed: no recorded cases prove it."""

from itertools import pairwise
from typing import Any

from attrs import evolve

from neuron_ledger.events.commitments import SetCommitment
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.rules.epoch.steps import epoch_result, trace_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput, EpochInputError
from neuron_ledger.ledger.rules.epoch.working import Epoch
from neuron_ledger.ledger.rules.numbers.fixed import exp
from neuron_ledger.ledger.runtime import Runtime, Tx
from tests.rules.dated_changes import TAO, Change, Same, account, subnet

BLOCK = 1000
GIVEN = EpochInput(
    n=3,
    block=BLOCK,
    tempo=100,
    activity_cutoff=500,
    last_update=(990, 990, 990),
    block_at_registration=(10, 10, 10),
    total_stake_bits=(100 << 64, 50 << 64, 0),
    stake_threshold=60,
    validator_permit=(True, True, False),
    weights={0: pack_pairs([(1, 1), (2, 3)]), 1: pack_pairs([(0, 1), (2, 1)])},
    bonds={0: pack_pairs([(1, 100), (2, 100)])},
    kappa=32767,
    bonds_penalty=0,
    bonds_moving_average=900_000,
    max_allowed_validators=1,
    yuma3=True,
    liquid_alpha=True,
    alpha_low=45875,
    alpha_high=58982,
    alpha_sigmoid_steepness=1000,
    owner_uid=None,
    rao_emission=TAO,
)
"""A validator, one below the threshold, and a miner."""


def trace(rules: Runtime, **given: Any) -> Epoch:
    return trace_epoch(evolve(GIVEN, **given), steps=rules.epoch)


def slope(steepness: int) -> Any:
    def shown(rules: Runtime) -> float:
        liquid = trace(rules, alpha_sigmoid_steepness=steepness).liquid_alpha
        assert liquid is not None
        return liquid.slope / 2**32

    return shown


def exponent_limit(rules: Runtime) -> int | None:
    liquid = trace(rules).liquid_alpha
    assert liquid is not None
    return None if liquid.limit is None else liquid.limit >> 32


def weighted(rules: Runtime) -> list[int]:
    """Whom the validator is heard on, who committed to weights before one of them was registered."""
    epoch = trace(rules, commit_blocks={0: 600}, block_at_registration=(10, 10, 601))
    return [uid for uid in range(3) if epoch.weights.values[0, uid]]


def rows_written(rules: Runtime) -> list[int]:
    return sorted(trace(rules, bonds={}).bond_rows)


def updates_read(rules: Runtime) -> tuple[int, ...] | None:
    """What an epoch reads where storage keeps one last update for two uids; None where it cannot run."""
    with subnet(rules) as tx:
        tx.storage.last_update[1] = (5,)
        for name in ("ValidatorPermit", "Active"):
            tx.storage.map(name)[1] = (True, True)
        try:
            updates: tuple[int, ...] = rules.read_epoch(tx, 1, 0, 0).last_update
        except EpochInputError:
            return None
        return updates


def owner_counts(rules: Runtime) -> tuple[bool, bool, bool]:
    """Whether the owner, with stake below the threshold and no permit, counts, is heard, and gets a permit."""
    epoch = trace(rules, owner_uid=1, validator_permit=(True, False, False))
    return bool(epoch.stake[1] > 0), bool(epoch.permits[1]), bool(epoch.new_permits[1])


def vectors_gone(rules: Runtime) -> bool:
    result = epoch_result(trace(rules))
    return (result.rank, result.trust, result.pruning_scores) == ((), (), ())


def forgotten(rules: Runtime) -> list[int]:
    """Whose bonds are forgotten of uids registered 100 and 50 blocks ago, after an epoch 50 blocks ago."""
    epoch = trace(rules, block_at_registration=(10, 900, 950), last_step_block=950)
    return [uid for uid in range(3) if epoch.renewed[uid]]


def index_of_second_mechanism(rules: Runtime) -> int:
    return rules.storage_index(1, 1)


def blocks_with_an_epoch(rules: Runtime) -> list[int]:
    """In which blocks a subnet of tempo 10 has an epoch, after one in block 1000."""
    with subnet(rules) as tx:
        storage, blocks = tx.storage, []
        storage.tempo[1] = 10
        last = getattr(storage, "last_epoch_block", None)
        if last is not None:
            last[1] = BLOCK
        for block in range(BLOCK + 1, BLOCK + 30):
            storage.block_number.value = block
            if 1 in rules.due_epochs(tx):
                blocks.append(block)
                if last is not None:
                    last[1] = block
        return [b - a for a, b in pairwise(blocks)]


def epochs_in_one_block(rules: Runtime) -> int:
    """How many of six subnets of tempo 1 have an epoch in block 1000 at most."""
    with subnet(rules) as tx:
        for netuid in range(1, 7):
            tx.storage.networks_added[netuid], tx.storage.tempo[netuid] = True, 1
        return len([netuid for netuid in rules.due_epochs(tx) if netuid])


def events_of_an_epoch(rules: Runtime) -> list[str]:
    with subnet(rules) as tx:
        _ready(tx)
        rules.run_epoch(tx, 1, TAO)
        return [type(entry.event).__name__ for entry in tx.happened]


def order_of_payment(rules: Runtime) -> list[bytes]:
    with subnet(rules) as tx:
        _ready(tx)
        first, second = account("b"), account("a")
        tx.storage.keys[1, 0], tx.storage.keys[1, 1] = first, second
        tx.storage.uids[1, first], tx.storage.uids[1, second] = 0, 1
        return [hotkey[:1] for hotkey, *_ in rules.run_epoch(tx, 1, TAO)]


def voting_power(rules: Runtime) -> bool:
    return bool(rules.after_epoch)


def activity_cutoff(rules: Runtime) -> int:
    with subnet(rules) as tx:
        _ready(tx)
        tx.storage.tempo[1] = 360
        given: EpochInput = rules.read_epoch(tx, 1, 0, TAO)
        return given.activity_cutoff


def _ready(tx: Tx) -> None:
    """What an epoch reads of the two neurons."""
    tx.storage.validator_permit[1], tx.storage.last_update[1] = (True, False), (990, 990)


def with_a_hotkey_twice(rules: Runtime) -> tuple[bool, list[str]]:
    """Whether the epoch of a subnet in which a hotkey holds two uids runs; what is told of it otherwise."""
    with subnet(rules) as tx:
        _ready(tx)
        tx.storage.keys[1, 1] = tx.storage.keys[1, 0]
        tx.due_epochs = (1,)
        tx.storage.tempo[1] = 10
        next(step for step in rules.block_hook if step.__name__.startswith("run_due_epochs"))(tx)
        names = [type(entry.event).__name__ for entry in tx.happened]
        return "EpochCompleted" in names, [name for name in names if name.startswith("EpochS")]


def of_two_mechanisms(rules: Runtime) -> list[int]:
    """The storage indices whose results an epoch of a subnet of two mechanisms leaves."""
    with subnet(rules) as tx:
        _ready(tx)
        if "MechanismCountCurrent" in rules.layout.items:
            tx.storage.mechanism_count_current[1] = 2
        rules.run_epoch(tx, 1, TAO)
        return [entry.event.netuid for entry in tx.happened if isinstance(entry.event, EpochCompleted)]


def exponentials(_: Runtime) -> list[int]:
    """e to the -20, -1, 0 and 20, bits of I32F32."""
    return [exp(number << 32) or 0 for number in (-20, -1, 0, 20)]


def bonds_after_a_reset(rules: Runtime) -> list[int]:
    """Under which storage indices a neuron's column of bonds is empty, after it asked for that in a commitment."""
    with subnet(rules) as tx:
        tx.storage.bonds_reset_on[1] = True
        if "MechanismCountCurrent" in rules.layout.items:
            tx.storage.mechanism_count_current[1] = 2
        for index in (1, 4097):
            tx.storage.bonds[index, 1] = pack_pairs([(0, 5)])
        rules.calls[SetCommitment](tx, tx.storage.keys[1, 0], SetCommitment(1, (("ResetBondsFlag", b"", 0),)))
        return [index for index in (1, 4097) if not tx.storage.bonds[index, 1]]


EPOCHS_SAME = (Same("exponentials within the clamp", exponentials, [8, 1_580_030_169, 1 << 32, 2_066_907_302_758_576_256]),)

EPOCHS: tuple[Change, ...] = (
    Change("steepness is in hundredths", 283, slope(1000), -1000.0, -10.0),
    Change("steepness has a sign", 283, slope(-1000), 1000.0, 10.0),
    Change("weights for uids registered after a commit", 297, weighted, [1, 2], [1]),
    Change(
        "what miners got is an event",
        315,
        events_of_an_epoch,
        ["EpochCompleted"],
        ["EpochCompleted", "IncentiveAlphaEmittedToMiners"],
    ),
    Change("storage index of a mechanism", 320, index_of_second_mechanism, 1, 4097),
    Change("bonds are reset in every mechanism", 320, bonds_after_a_reset, [1], [1, 4097]),
    Change("each mechanism has an epoch", 320, of_two_mechanisms, [1], [4097, 1]),
    Change("a hotkey with two uids", 334, with_a_hotkey_twice, (True, []), (False, [])),
    Change("a skipped epoch is an event", 423, with_a_hotkey_twice, (False, []), (False, ["EpochSkipped"])),
    Change("order in which earnings are listed", 320, order_of_payment, [b"b", b"a"], [b"a", b"b"]),
    Change("bonds rows of every uid", 320, rows_written, [0, 1], [0, 1, 2]),
    Change("last updates that are missing are 0", 320, updates_read, None, (5, 0)),
    Change("exponent of liquid alpha is clamped", 365, exponent_limit, None, 20),
    # Written no more since then; the reference had their maps, empty, until 397.
    Change("ranks trust and pruning scores", 365, vectors_gone, False, True),
    Change("voting power", 385, voting_power, False, True),
    Change("owner needs no stake and no permit", 397, owner_counts, (False, False, False), (True, True, True)),
    Change("activity in parts of the tempo", 423, activity_cutoff, 5000, 13889 * 360 // 1000),
    Change("tempo is the period", 423, blocks_with_an_epoch, [11], [10]),
    Change("cap of epochs in a block", 423, epochs_in_one_block, 3, 2),
    Change("recency of bonds by the previous epoch", 423, forgotten, [1, 2], []),
)
