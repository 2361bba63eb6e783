"""Epochs to try: whatever a subnet's storage may hold."""

from typing import Any

from hypothesis import strategies as st

from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.rules.epoch.values import EpochInput

u16s = st.sampled_from([0, 1, 2, 100, 32767, 52428, 65534, 65535]) | st.integers(0, 65535)
blocks = st.sampled_from([0, 1, 90, 99, 100, 101, 200, 2**40]) | st.integers(0, 220)
stakes = st.sampled_from([0, 1, 2**64, 5 << 64, 10**9 << 64, 2**126]) | st.integers(0, 2**100)


@st.composite
def subnets(draw: st.DrawFn) -> EpochInput:
    """Any stored state of a small subnet: unsorted and duplicate entries, weights beyond n, old and new registrations."""
    n = draw(st.integers(0, 7))

    def vector(element: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(st.lists(element, min_size=n, max_size=n)))

    def rows(targets: int) -> dict[int, bytes]:
        entry = st.tuples(st.integers(0, max(targets - 1, 0)), u16s)
        row = st.lists(entry, max_size=9).map(pack_pairs)
        return draw(st.dictionaries(st.integers(0, max(n - 1, 0)), row, max_size=n)) if n and targets else {}

    yuma3 = draw(st.booleans())
    return EpochInput(
        n=n,
        block=draw(st.integers(100, 220)),
        tempo=draw(st.sampled_from([0, 1, 99, 360, 65535])),
        activity_cutoff=draw(st.sampled_from([0, 1, 50, 5000])),
        last_update=vector(blocks),
        block_at_registration=vector(blocks),
        total_stake_bits=vector(stakes),
        stake_threshold=draw(st.sampled_from([0, 1, 2, 10**9])),
        validator_permit=vector(st.booleans()),
        weights=rows(n + 2),
        bonds=rows(n),
        kappa=draw(u16s),
        bonds_penalty=draw(u16s),
        bonds_moving_average=draw(st.sampled_from([0, 1, 500_000, 900_000, 999_999, 1_000_000, 2_000_000])),
        max_allowed_validators=draw(st.integers(0, 8)),
        yuma3=yuma3,
        liquid_alpha=draw(st.booleans()),
        alpha_low=draw(u16s),
        alpha_high=draw(u16s),
        alpha_sigmoid_steepness=draw(st.sampled_from([0, 1, 10, 100, 1000, 65535])),
        owner_uid=draw(st.none() | st.integers(0, 7)),
        rao_emission=draw(st.sampled_from([0, 1, 10**9, 2**63, 2**64 - 1])),
    )
