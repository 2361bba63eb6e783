"""The epoch against one exact multiply of 64×256 numbers (a "unit"): `python -m benchmarks.bench_epoch`.

Ratios travel from machine to machine and times do not: every epoch is timed in turns with units, and what is printed is the
median of the rounds' ratios for each form of the kernels, beside what the chain's native code needs of the same unit. 64
validators have full rows of weights and bonds.
"""

import time
from collections.abc import Callable
from functools import partial
from statistics import median

import click
import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from neuron_ledger.ledger.rules.numbers.kernel_forms import NUMPY, fastest
from neuron_ledger.ledger.runtimes.timeline import TIMELINE

VALIDATORS = 64
BLOCK = 1_000_000
LOW_HALF = np.int64(2**32 - 1)
UNITS_A_TURN = 20

Job = Callable[[], object]


@frozen
class Column:
    """A kind of epoch, and the units that native code needs at n = 256, 1024 and 4096."""

    name: str
    yuma3: bool
    liquid_alpha: bool
    steepness: int
    native: tuple[int, int, int]


SIZES = (256, 1024, 4096)
COLUMNS = (
    Column("Yuma 2", False, False, 1000, (50, 216, 1373)),
    Column("Yuma 3", True, False, 1000, (50, 216, 941)),
    Column("Yuma 3, liquid alpha, steepness 1000", True, True, 1000, (110, 1118, 15490)),
    Column("Yuma 3, liquid alpha, steepness 10", True, True, 10, (110, 1118, 15490)),
)
NATIVE_424 = {False: {False: (50, 216, 1373)}, True: {False: (65, 216, 941), True: (400, 1118, 15490)}}
"""Since spec_version 424, by Yuma 3 and by liquid alpha; n = 1024 and 4096 as at 277."""


def unit() -> Job:
    """64×256 products of I32F32 numbers, made of 32-bit halves, in memory that is there already."""
    chance = np.random.default_rng(277)
    a, b = chance.integers(0, 2**32, (2, VALIDATORS, 256))
    a_high, a_low, b_high, b_low, part, total = np.empty((6, VALIDATORS, 256), np.int64)
    low_product = part.view(np.uint64)

    def multiply() -> npt.NDArray[np.int64]:
        np.right_shift(a, 32, out=a_high)
        np.bitwise_and(a, LOW_HALF, out=a_low)
        np.right_shift(b, 32, out=b_high)
        np.bitwise_and(b, LOW_HALF, out=b_low)
        np.multiply(a_high, b_high, out=total)
        np.left_shift(total, 32, out=total)
        np.multiply(a_high, b_low, out=part)
        np.add(total, part, out=total)
        np.multiply(a_low, b_high, out=part)
        np.add(total, part, out=total)
        np.multiply(a_low.view(np.uint64), b_low.view(np.uint64), out=low_product)
        np.right_shift(low_product, np.uint64(32), out=low_product)
        return np.add(total, part, out=total)

    return multiply


def sample(n: int, column: Column) -> EpochInput:
    """An epoch with full rows, the same in every run."""
    chance = np.random.default_rng(n)

    def full_rows() -> dict[int, bytes]:
        rows = np.empty((VALIDATORS, n, 2), "<u2")
        rows[:, :, 0] = np.arange(n)
        rows[:, :, 1] = chance.integers(1, 2**16, (VALIDATORS, n))
        return {uid: row.tobytes() for uid, row in enumerate(rows)}

    stake = chance.integers(10**9, 10**13, VALIDATORS).tolist()
    return EpochInput(
        n=n,
        block=BLOCK,
        tempo=360,
        activity_cutoff=5000,
        last_update=(BLOCK - 100,) * n,
        block_at_registration=tuple(chance.integers(0, BLOCK - 1000, n).tolist()),
        total_stake_bits=tuple(rao << 64 for rao in stake) + (0,) * (n - VALIDATORS),
        stake_threshold=1000,
        validator_permit=(True,) * VALIDATORS + (False,) * (n - VALIDATORS),
        weights=full_rows(),
        bonds=full_rows(),
        kappa=32767,
        bonds_penalty=32767,
        bonds_moving_average=900_000,
        max_allowed_validators=VALIDATORS,
        yuma3=column.yuma3,
        liquid_alpha=column.liquid_alpha,
        alpha_low=45875,
        alpha_high=58982,
        alpha_sigmoid_steepness=column.steepness,
        owner_uid=None,
        rao_emission=360 * 10**9,
    )


def seconds(job: Job) -> float:
    """Of the processor, on which all runs in one thread: other work on the machine does not count."""
    started = time.process_time()
    job()
    return time.process_time() - started


def in_units(job: Job, rounds: int) -> tuple[float, float]:
    """How many units the job takes, and how many milliseconds: medians over the rounds."""
    one = unit()
    ratios, times = [], []
    for _ in range(rounds):
        before = min(seconds(one) for _ in range(UNITS_A_TURN))
        took = seconds(job)
        after = min(seconds(one) for _ in range(UNITS_A_TURN))
        ratios.append(took * 2 / (before + after))
        times.append(took * 1e3)
    return median(ratios), median(times)


def figure(job: Job, rounds: int, name: str, native: int) -> str:
    """What one form takes, and whether native code takes as long."""
    job()
    units, milliseconds = in_units(job, rounds)
    return f"   {name} {units:>5.0f} units {milliseconds:>7.2f} ms {'met' if units <= native else 'MISSED':<6}"


@click.command()
@click.option("--rounds", default=25, show_default=True, help="Turns for each figure.")
@click.option(
    "--spec-version",
    "spec_versions",
    multiple=True,
    default=(277, 424),
    show_default=True,
    help="The runtimes whose steps are timed.",
)
@click.option("--penalty", default=32767, show_default=True, help="bonds_penalty, u16.")
def main(rounds: int, spec_versions: tuple[int, ...], penalty: int) -> None:
    """Print what an epoch takes, in units and milliseconds, with plain numpy and, where numba is installed, compiled."""
    one = unit()
    click.echo(f"unit (64×256 exact multiplies): {min(seconds(one) for _ in range(1000)) * 1e6:.0f} µs")
    for spec_version in spec_versions:
        click.echo(f"spec_version {spec_version}")
        epochs_of(spec_version, rounds, penalty)


def epochs_of(spec_version: int, rounds: int, penalty: int) -> None:
    """Print what the epochs of one runtime take."""
    steps = TIMELINE.runtime(spec_version).epoch
    forms = [NUMPY, fastest()] if fastest() is not NUMPY else [NUMPY]
    for column in COLUMNS:
        goals = column.native if spec_version == 277 else NATIVE_424[column.yuma3][column.liquid_alpha]
        for n, native in zip(SIZES, goals, strict=True):
            given = evolve(sample(n, column), bonds_penalty=penalty)
            figures = [figure(partial(run_epoch, given, form, steps), rounds, form.name, native) for form in forms]
            click.echo(f"{column.name:<38} n = {n:>4}   native {native:>5}" + "".join(figures))


if __name__ == "__main__":
    main()
