"""A whole chain that lives through a tempo, every epoch of it included: `python -m benchmarks.bench_chain`.

128 subnets of 256 neurons, each with a coldkey of its own; 32 validators that all subnets share have full rows of weights, and
stake on root. Every block mints, and every epoch hands out what is pending; the stretch that is timed is one call, from the first
block that is decided to the entries in the log, in seconds of the processor. Beside blocks a second it is given in units of
`bench_epoch` (one exact multiply of 64×256 numbers) for a block, for ratios travel from machine to machine and times do not.

In later runtimes a few coldkeys claim root dividends on all subnets in every block; that is measured by itself.
"""

import cProfile
import gc
import pstats
import time
from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from statistics import median
from typing import Any

import click
import numpy as np

from benchmarks.bench_epoch import UNITS_A_TURN, seconds, unit
from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.ledger.chain import Ledger

SUBNETS = 128
NEURONS = 256
VALIDATORS = 32
TEMPO = 360
STRETCH = TEMPO + 1
"""Blocks in which every subnet has its epoch once, at any runtime."""
ROOT = 0
BLOCK = 5_000_000
TAO = 10**9
STAKE = 1_000 * TAO
"""Rao, and units of alpha, that each neuron has staked; a validator has more."""
ISSUANCE = 9_000_000 * TAO
GOAL = 150
"""Blocks a second."""


def account(*words: object) -> bytes:
    return blake2b(repr(words).encode(), digest_size=32).digest()


def hotkeys(netuid: int) -> list[bytes]:
    """By uid: the validators first, who are the same everywhere."""
    return [account("validator", uid) if uid < VALIDATORS else account("miner", netuid, uid) for uid in range(NEURONS)]


def coldkey(hotkey: bytes) -> bytes:
    return account("coldkey of", hotkey)


Entries = Iterator[tuple[str, Any, Any]]
"""(item, key, value)."""


def whole_chain() -> Entries:
    yield "BlockNumber", (), BLOCK
    yield "TotalNetworks", (), SUBNETS + 1
    yield "TotalIssuance", (), ISSUANCE
    yield "BalancesTotalIssuance", (), ISSUANCE
    yield "SubnetTAO", ROOT, VALIDATORS * 200 * STAKE
    for uid in range(VALIDATORS):
        yield from staked(account("validator", uid), ROOT, 200 * STAKE)
        yield "Delegates", account("validator", uid), 11_796


def subnet(netuid: int, emitting: bool) -> Entries:
    """A subnet whose neurons registered long ago, and whose emission has begun unless nothing is emitted."""
    yield "NetworksAdded", netuid, True
    yield "NetworkRegistrationAllowed", netuid, True
    yield "SubnetMechanism", netuid, 1
    yield "SubnetworkN", netuid, NEURONS
    yield "MaxAllowedUids", netuid, NEURONS
    yield "MaxAllowedValidators", netuid, 2 * VALIDATORS
    yield "Tempo", netuid, TEMPO if emitting else 0
    yield "SubnetTAO", netuid, (10_000 + netuid) * TAO
    yield "SubnetAlphaIn", netuid, 1_000_000 * TAO
    yield "SubnetAlphaOut", netuid, NEURONS * 3 * STAKE
    yield "SubnetMovingPrice", netuid, 1 << 25
    yield "SubnetOwner", netuid, account("owner", netuid)
    yield "SubnetOwnerHotkey", netuid, hotkeys(netuid)[-1]
    yield "SubtokenEnabled", netuid, True
    if emitting:
        yield "FirstEmissionBlockNumber", netuid, BLOCK - 100_000
    for item in ("Consensus", "Incentive", "Dividends", "Emission", "ValidatorTrust"):
        yield item, netuid, (0,) * NEURONS
    yield "LastUpdate", netuid, (BLOCK,) * NEURONS
    yield "Active", netuid, (True,) * NEURONS
    yield "ValidatorPermit", netuid, (True,) * VALIDATORS + (False,) * (NEURONS - VALIDATORS)


def neurons(netuid: int) -> Entries:
    rows = np.empty((VALIDATORS, NEURONS, 2), "<u2")
    rows[:, :, 0] = np.arange(NEURONS)
    rows[:, :, 1] = np.random.default_rng(netuid).integers(1, 2**16, (VALIDATORS, NEURONS))
    for uid, hotkey in enumerate(hotkeys(netuid)):
        yield "Keys", (netuid, uid), hotkey
        yield "Uids", (netuid, hotkey), uid
        yield "BlockAtRegistration", (netuid, uid), BLOCK - 50_000
        yield "IsNetworkMember", (hotkey, netuid), True
        yield "Owner", hotkey, coldkey(hotkey)
        yield "OwnedHotkeys", coldkey(hotkey), (hotkey,)
        yield "StakingHotkeys", coldkey(hotkey), (hotkey,)
        yield from staked(hotkey, netuid, (100 + uid) * STAKE if uid < VALIDATORS else STAKE)
        if uid < VALIDATORS:
            yield "Weights", (netuid, uid), rows[uid].tobytes()


def staked(hotkey: bytes, netuid: int, amount: int) -> Entries:
    """A stake as the first share of its hotkey's pool."""
    yield "TotalHotkeyAlpha", (hotkey, netuid), amount
    yield "TotalHotkeyShares", (hotkey, netuid), amount << 64
    yield "Alpha", (hotkey, coldkey(hotkey), netuid), amount << 64


def later(subnets: int, claims: int) -> Entries:
    """What later runtimes have besides: epochs that do not all begin at once, and so many coldkeys that claim in every block."""
    yield "NumRootClaim", (), claims
    for netuid in range(1, subnets + 1):
        yield "LastEpochBlock", netuid, BLOCK - netuid * TEMPO // SUBNETS


def observed(spec_version: int, subnets: int, emitting: bool, claims: int) -> tuple[ItemChange, ...]:
    """All that the chain begins with."""
    changes: dict[str, tuple[dict[Any, Any], list[Any]]] = {"NetworksAdded": ({ROOT: True}, [])}
    netuids = range(1, subnets + 1)
    parts = [whole_chain(), *(subnet(netuid, emitting) for netuid in netuids)]
    if emitting:
        parts += [neurons(netuid) for netuid in netuids]
    if spec_version != 277:
        parts.append(later(subnets, claims))
    for part in parts:
        for item, key, value in part:
            changes.setdefault(item, ({}, []))[0][key] = value
    return canonical_changes(changes)


def chain(spec_version: int, subnets: int = SUBNETS, emitting: bool = True, claims: int = 0) -> Ledger:
    """A ledger that holds the chain, in memory; an emitting one has lived through its first epochs."""
    ledger = Ledger.in_memory(spec_version=spec_version)
    ledger.observe(Observe("a benchmark", BLOCK, bytes(32)), observed(spec_version, subnets, emitting, claims)).unwrap()
    ledger.advance_to(ledger.block + (STRETCH if emitting else 1))
    gc.collect()  # what the set-up left is not for the stretch to pay
    return ledger


def blocks_a_second(ledger: Ledger, blocks: int, rounds: int) -> tuple[float, float]:
    """Blocks a second, and how many units a block takes: medians over the rounds."""
    one = unit()
    speeds, units = [], []
    for _ in range(rounds):
        before = min(seconds(one) for _ in range(UNITS_A_TURN))
        took = seconds(partial(ledger.advance_to, ledger.block + blocks)) / blocks
        after = min(seconds(one) for _ in range(UNITS_A_TURN))
        speeds.append(1 / took)
        units.append(took * 2 / (before + after))
    return median(speeds), median(units)


def profiled(ledger: Ledger, lines: int) -> None:
    """Print where the time of one stretch goes."""
    profile = cProfile.Profile(time.process_time)
    profile.runcall(ledger.advance_to, ledger.block + STRETCH)
    pstats.Stats(profile).sort_stats("tottime").print_stats(lines)


def living(spec_version: int, rounds: int, claims: int, profile: int) -> None:
    """Print how fast the whole chain lives."""
    ledger = chain(spec_version, claims=claims)
    entries = ledger.head.position
    speed, units = blocks_a_second(ledger, STRETCH, rounds)
    entries = (ledger.head.position - entries) // rounds
    what = f"{spec_version}: {SUBNETS} epochs, {entries} entries in {STRETCH} blocks, {claims} coldkeys claim"
    say(what, speed, units, "" if claims else f"   goal {GOAL}  {'met' if speed >= GOAL else 'MISSED'}")
    if profile:
        profiled(ledger, profile)


def say(what: str, speed: float, units: float, goal: str = "") -> None:
    click.echo(f"{what:<66} {speed:>7,.0f} blocks/s {units:>9.2f} units a block{goal}")


@click.command()
@click.option("--rounds", default=3, show_default=True)
@click.option("--spec-version", "spec_versions", multiple=True, default=(277, 424), show_default=True)
@click.option("--profile", default=0, help="Show so many lines of a profile as well.")
def main(rounds: int, spec_versions: tuple[int, ...], profile: int) -> None:
    """Print how many blocks of a whole chain pass in a second."""
    for spec_version in spec_versions:
        living(spec_version, rounds, 0, profile)
        if spec_version != 277:
            living(spec_version, rounds, 5, 0)
        for subnets in (SUBNETS, 1):
            ledger = chain(spec_version, subnets, emitting=False)
            speed, units = blocks_a_second(ledger, 20_000 // subnets, rounds)
            say(f"{spec_version}: nothing emitted on {subnets} subnets, no epochs", speed, units)


if __name__ == "__main__":
    main()
