"""The layouts from 195 to 219: which items there are, from when on, and how errors are numbered."""

import pytest

from neuron_ledger.events.storage.layouts_195 import LAYOUT_219, layout_before_alpha

NUMBERS = (195, 196, 201, 202, 203, 205, 210, 211, 212, 216, 217, 218, 219)


@pytest.mark.parametrize(
    ("item", "on"),
    [
        ("ChildKeys", NUMBERS),
        ("PendingdHotkeyEmission", NUMBERS),
        ("LastAddStakeIncrease", (195, 196, 201, 202, 203)),
        ("StakeDeltaSinceLastEmissionDrain", NUMBERS[3:]),
        ("NeuronCertificates", NUMBERS[5:]),
        ("RevealPeriodEpochs", NUMBERS[5:]),
        ("WeightCommitRevealInterval", NUMBERS[:5]),
        ("PendingdHotkeyEmissionUntouchable", NUMBERS[6:]),
        ("WeightsMinStake", NUMBERS[:9]),
        ("StakeThreshold", NUMBERS[9:]),
        ("PendingChildKeys", NUMBERS[9:]),
        ("Alpha", ()),
        ("MaxTake", ()),
    ],
)
def test_items_by_number(item: str, on: tuple[int, ...]) -> None:
    assert tuple(number for number in NUMBERS if item in layout_before_alpha(number).items) == on


def test_defaults_are_of_their_time() -> None:
    items = LAYOUT_219.items
    read = {
        name: items[name].default
        for name in ("Tempo", "MinBurn", "SubnetLimit", "NetworkMaxStake", "HotkeyEmissionTempo", "MinDelegateTake", "Delegates")
    }
    assert read == {
        "Tempo": 99,
        "MinBurn": 1_000_000_000,
        "SubnetLimit": 12,
        "NetworkMaxStake": 2**64 - 1,
        "HotkeyEmissionTempo": 7200,
        "MinDelegateTake": 0,
        "Delegates": 11796,
    }


@pytest.mark.parametrize(
    ("spec_version", "count", "numbered"),
    [
        (195, 89, {"WeightsCommitNotAllowed": 54, "InvalidRevealCommitTempo": 56, "InvalidChild": 76, "InvalidIdentity": 88}),
        (203, 89, {"StakeRateLimitExceeded": 36, "UnstakeRateLimitExceeded": 37}),
        (205, 92, {"NoWeightsCommitFound": 54, "TooManyUnrevealedCommits": 87, "CommittingWeightsTooFast": 91}),
        (216, 82, {"NotEnoughStakeToSetChildkeys": 13, "NotEnoughBalanceToPaySwapColdKey": 64, "CommittingWeightsTooFast": 81}),
        (217, 81, {"StakingRateLimitExceeded": 37, "SubNetRegistrationDisabled": 38, "CommittingWeightsTooFast": 80}),
    ],
)
def test_errors_are_numbered_as_the_chain_declares_them(spec_version: int, count: int, numbered: dict[str, int]) -> None:
    errors = layout_before_alpha(spec_version).errors
    assert len(errors) == len(set(errors)) == count
    assert {name: errors.index(name) for name in numbered} == numbered
