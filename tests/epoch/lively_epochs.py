"""Epochs to try in which something happens: weights count, some are cut, bonds move, somebody earns.

`epoch_fixture.subnets` has whatever storage may hold, and little comes of most of it; here exceptions are rare.
"""

from typing import Any

from hypothesis import strategies as st

from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.rules.epoch.values import EpochInput

BLOCK, LONG_AGO, LATELY = 1000, 10, 990
TEMPO = 99


def seldom(element: st.SearchStrategy[Any], usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One in eight."""
    return st.integers(0, 7).flatmap(lambda chance: element if chance == 7 else usual)


@st.composite
def lively_subnets(draw: st.DrawFn) -> EpochInput:
    """Up to five validators with stake and a row each on up to four miners, in all three kinds of bonds."""
    validators, miners = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    n = validators + miners
    others = draw(st.permutations(range(n)))
    setting, mined = sorted(others[:validators]), others[validators:]

    def by_uid(element: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        return tuple(draw(st.lists(element, min_size=n, max_size=n)))

    def row(targets: int) -> list[tuple[int, int]]:
        """Some miners in any order; seldom anybody, once more, or beyond the subnet."""
        some = draw(st.lists(st.sampled_from(mined), min_size=1, unique=True))
        some += draw(seldom(st.lists(st.integers(0, targets - 1), max_size=3), st.just([])))
        return [(uid, draw(st.integers(1, 65535))) for uid in some]

    stakes = by_uid(seldom(st.just(0), st.integers(1, 2**40)))
    yuma3, liquid_alpha = draw(st.sampled_from([(False, False), (True, False), (True, True)]))
    permitted = {uid: draw(seldom(st.just(False), st.just(True))) for uid in setting}
    return EpochInput(
        n=n,
        block=BLOCK,
        tempo=TEMPO,
        activity_cutoff=500,
        last_update=by_uid(seldom(st.just(LONG_AGO + 1), st.just(LATELY))),
        block_at_registration=by_uid(seldom(st.sampled_from([BLOCK - TEMPO, LATELY]), st.just(LONG_AGO))),
        total_stake_bits=tuple(stake << 64 for stake in stakes),
        stake_threshold=draw(seldom(st.integers(1, 2**39), st.just(0))),
        validator_permit=tuple(uid in setting and permitted[uid] for uid in range(n)),
        weights={uid: pack_pairs(row(n + 2)) for uid in setting},
        bonds={uid: pack_pairs(row(n)) for uid in setting if draw(st.booleans())},
        kappa=draw(st.sampled_from([32767, 32767, 0, 65535]) | st.integers(0, 65535)),
        bonds_penalty=draw(st.sampled_from([0, 65535, 30000])),
        bonds_moving_average=draw(st.sampled_from([0, 500_000, 900_000, 999_999])),
        max_allowed_validators=draw(st.integers(0, n + 1)),
        yuma3=yuma3,
        liquid_alpha=liquid_alpha,
        alpha_low=draw(st.integers(0, 45_000)),
        alpha_high=draw(st.integers(45_000, 65_535)),
        alpha_sigmoid_steepness=draw(st.sampled_from([0, 1, 10, 1000])),
        owner_uid=draw(seldom(st.integers(0, n - 1), st.none())),
        rao_emission=draw(st.sampled_from([1, 10**9, 2**64 - 1]) | st.integers(0, 2**64 - 1)),
    )
