"""What a block and each kind of call cost, from which docs/scale.md plans: `python -m benchmarks.bench_plan`.

A block is one of many that pass one by one on a chain of 128 full subnets (`bench_chain.py`). Calls are made on two of them, many
of one kind, all accepted; what the ledger began with is taken off. Seconds are the processor's.
"""

import resource
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import click
from attrs import frozen

from benchmarks.bench_audit_jobs import rows_of_weights
from benchmarks.bench_chain import BLOCK, NEURONS, SUBNETS, TAO, VALIDATORS, account, coldkey, observed
from benchmarks.bench_epoch import seconds
from neuron_ledger.events.calls import AddStake, BurnedRegister, ForceSetBalance, Observe, SetWeights
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.replay.proof.audit import audit

SPEC_VERSION = 424
CALLS_A_BLOCK = 50
LIMITS: Mapping[str, object] = {
    "BalancesTotalIssuance": 0,
    "WeightsSetRateLimit": 0,
    "CommitRevealWeightsEnabled": False,
    "MaxRegistrationsPerBlock": CALLS_A_BLOCK,
    "TargetRegistrationsPerInterval": 65_535,
    "ImmunityPeriod": 0,
    "MaxBurn": 1_000_000,
}
"""What would refuse so many calls of one kind, and what was never seen of the chain's own totals."""

Signed = tuple[Call, bytes | None]
BYTES = "SELECT sum(length(payload) + length(tag) + 45) FROM log"


@frozen
class Cost:
    """What something costs. kept: bytes in the log. Times in seconds."""

    kept: float
    decided: float
    audited: float
    folded: float

    def less(self, other: "Cost", times: int) -> "Cost":
        """What each of so many costs that this has more than another."""
        pairs = zip((self.kept, self.decided, self.audited, self.folded), _all(other), strict=True)
        return Cost(*((one - before) / times for one, before in pairs))


def _all(cost: Cost) -> tuple[float, ...]:
    return cost.kept, cost.decided, cost.audited, cost.folded


def cost(path: Path, subnets: int, live: Callable[[Ledger], object], tempo: int | None = None) -> Cost:
    """What a ledger costs that begins with so many subnets, and lives so."""
    changes = {name: (dict(added), list(removed)) for name, added, removed in observed(SPEC_VERSION, subnets, True, 0)}
    for item, value in LIMITS.items():
        keys = [()] if item == "BalancesTotalIssuance" else range(1, subnets + 1)
        changes[item] = (dict.fromkeys(keys, value), [])
    if tempo is not None:
        changes["Tempo"] = (dict.fromkeys(range(1, subnets + 1), tempo), [])
    with Ledger.create(path, spec_version=SPEC_VERSION) as ledger:
        ledger.observe(Observe("a benchmark", BLOCK, bytes(32)), canonical_changes(changes)).unwrap()
        for uid in range(VALIDATORS):
            ledger.submit(ForceSetBalance(coldkey(account("validator", uid)), 10_000 * TAO)).unwrap()
        decided = seconds(lambda: live(ledger))
        (kept,) = ledger.log.connection.execute(BYTES).fetchone()
    with Log.inspect(path) as log:
        return Cost(kept, decided, seconds(lambda: audit(log)), seconds(lambda: rebuild(log)))


def blocks(count: int) -> Callable[[Ledger], None]:
    """So many blocks, one by one."""

    def live(ledger: Ledger) -> None:
        for _ in range(count):
            ledger.advance_to(ledger.block + 1)

    return live


def calls(made: Iterator[Signed], count: int) -> Callable[[Ledger], None]:
    """So many calls, some in each block; each must be accepted."""

    def live(ledger: Ledger) -> None:
        for _ in range(0, count, CALLS_A_BLOCK):
            with ledger.batch():
                for call, signer in islice(made, CALLS_A_BLOCK):
                    ledger.submit(call, signer).unwrap()
                ledger.advance_to(ledger.block + 1)

    return live


def kinds(count: int) -> dict[str, Iterator[Signed]]:
    """The calls of each kind."""
    rows, uids = rows_of_weights(), tuple(range(NEURONS))
    validators = [account("validator", uid) for uid in range(VALIDATORS)]
    signers = [validators[number % VALIDATORS] for number in range(count)]
    return {
        "a weight set of 256 pairs": (
            (SetWeights(1, uids, tuple(rows[number % len(rows)]), 0), signer) for number, signer in enumerate(signers)
        ),
        "TAO staked": ((AddStake(signer, 1, TAO), coldkey(signer)) for signer in signers),
        "a registration that replaces": (
            (BurnedRegister(1, account("new", number)), coldkey(signer)) for number, signer in enumerate(signers)
        ),
    }


def say(what: str, each: Cost) -> None:
    times = f"decided {each.decided * 1e6:>7,.0f} µs, audited {each.audited * 1e6:>7,.0f}, folded {each.folded * 1e6:>6,.0f}"
    click.echo(f"{what:<34} {each.kept:>8,.0f} bytes, {times}")


@click.command()
@click.option("--stretch", default=722, show_default=True, help="How many blocks pass.")
@click.option("--each", default=4_000, show_default=True, help="How many calls of each kind.")
def main(stretch: int, each: int) -> None:
    """Print bytes and microseconds of a block, and of each kind of call."""
    with tempfile.TemporaryDirectory() as folder:
        first = cost(Path(folder) / "first.ledger", SUBNETS, blocks(stretch))
        longer = cost(Path(folder) / "longer.ledger", SUBNETS, blocks(2 * stretch))
        say(f"a block of {SUBNETS} subnets", longer.less(first, stretch))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        click.echo(f"{'at most':<34} {peak:>8,} MiB, recorded and audited in one process")
        idle = cost(Path(folder) / "idle.ledger", 2, blocks(each // CALLS_A_BLOCK), tempo=65_535)
        for number, (what, made) in enumerate(kinds(each).items()):
            say(what, cost(Path(folder) / f"{number}.ledger", 2, calls(made, each), tempo=65_535).less(idle, each))


if __name__ == "__main__":
    main()
