"""Weights of before 277: how they were scaled, what they had to pass, on the root network too; commits by interval."""

from collections.abc import Mapping

import pytest

from neuron_ledger.events.calls import CommitWeights, RevealWeights, SetWeights
from neuron_ledger.events.early_staking import SetRootWeights
from neuron_ledger.events.wire import rows
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.ledger.rules.weights.early_setting import parts_of_sum
from tests.chain_fixture import account
from tests.rules.two_neurons import COLD, EARLY, HOT, OTHER_COLD, OTHER_HOT, TwoNeurons


@pytest.fixture(params=EARLY)
def chain(request: pytest.FixtureRequest) -> TwoNeurons:
    return TwoNeurons(request.param)


def outcome(chain: TwoNeurons, call: Call, signer: bytes | None) -> str | None:
    error = chain.submit(call, signer).error
    return None if error is None else chain.rules.error_name(error)


def pairs(row: bytes) -> tuple[tuple[int, int], ...]:
    return tuple(rows.pairs(row))


def by_version(chain: TwoNeurons, *names: str) -> str:
    return dict(zip(EARLY, names, strict=True))[chain.rules.spec_version]


# ---------------------------------------------------------------------------------------------------------- on a subnet


@pytest.mark.parametrize(
    ("weights", "parts"), [((1, 2), [21845, 43690]), ((65535, 65535, 1), [32767, 32767, 0]), ((0, 0), [0, 0]), ((), [])]
)
def test_parts_of_the_sum_are_rounded_down(weights: tuple[int, ...], parts: list[int]) -> None:
    assert parts_of_sum(weights) == parts


def test_a_row_as_it_is_stored(chain: TwoNeurons) -> None:
    assert outcome(chain, SetWeights(1, (1, 0), (1, 2), 0), HOT) is None
    is_103 = chain.rules.spec_version == 103
    assert pairs(chain.storage.weights[1, 0]) == (((1, 21845), (0, 43690)) if is_103 else ((1, 32768), (0, 65535)))
    assert chain.storage.last_update[1] == (1000, 0)


FAULTS: tuple[tuple[dict[str, object], tuple[str, str, str]], ...] = (
    ({"weights": (1,)}, ("WeightVecNotEqualSize",) * 3),
    ({"netuid": 9}, ("NetworkDoesNotExist", "NetworkDoesNotExist", "SubNetworkDoesNotExist")),
    ({"dests": (0, 1, 1), "weights": (1, 1, 1)}, ("TooManyUids", "TooManyUids", "UidsLengthExceedUidsInSubNet")),
    ({"version_key": 3}, ("IncorrectNetworkVersionKey", "IncorrectNetworkVersionKey", "IncorrectWeightVersionKey")),
    ({"dests": (1, 1)}, ("DuplicateUids",) * 3),
    ({"dests": (0, 7)}, ("InvalidUid", "InvalidUid", "UidVecContainInvalidOne")),
)


@pytest.mark.parametrize(("changed", "names"), FAULTS)
def test_faults_of_a_call(chain: TwoNeurons, changed: Mapping[str, object], names: tuple[str, str, str]) -> None:
    chain.storage.weights_version_key[1] = 4
    asked = {"netuid": 1, "dests": (0, 1), "weights": (1, 1), "version_key": 4, **changed}
    assert outcome(chain, SetWeights(**asked), HOT) == by_version(chain, *names)  # type: ignore[arg-type]


def test_a_newer_version_key_does_at_143_and_185_alone(chain: TwoNeurons) -> None:
    chain.storage.weights_version_key[1] = 4
    refused = outcome(chain, SetWeights(1, (0, 1), (1, 1), 5), HOT)
    assert refused == ("IncorrectNetworkVersionKey" if chain.rules.spec_version == 103 else None)


def test_the_rate_limit_and_the_order_of_the_checks(chain: TwoNeurons) -> None:
    """Rate limit before permit, permit before duplicates."""
    chain.storage.weights_set_rate_limit[1] = 100
    chain.storage.last_update[1] = 0, 901
    call = SetWeights(1, (0, 0), (1, 1), 0)
    assert outcome(chain, call, OTHER_HOT) == "SettingWeightsTooFast"
    chain.at(1001)
    assert outcome(chain, call, OTHER_HOT) == by_version(chain, *["NoValidatorPermit"] * 2, "NeuronNoValidatorPermit")
    assert outcome(chain, SetWeights(1, (1,), (5,), 0), OTHER_HOT) is None, "one weight on itself needs no permit"
    assert outcome(chain, call, account("stranger")) == by_version(chain, *["NotRegistered"] * 2, "HotKeyNotRegisteredInSubNet")


def test_at_103_at_least_so_many_weights_whatever_neurons_there_are(chain: TwoNeurons) -> None:
    chain.storage.min_allowed_weights[1] = 5
    is_103 = chain.rules.spec_version == 103
    assert outcome(chain, SetWeights(1, (0, 1), (1, 1), 0), HOT) == ("NotSettingEnoughWeights" if is_103 else None)
    few = SetWeights(1, (1,), (1,), 0)
    assert outcome(chain, few, HOT) == by_version(
        chain, "NotSettingEnoughWeights", "SettingWeightsTooFast", "SettingWeightsTooFast"
    )
    chain.at(2000)
    assert outcome(chain, few, HOT) == by_version(chain, *["NotSettingEnoughWeights"] * 2, "WeightVecLengthIsLow")
    assert outcome(chain, SetWeights(1, (0,), (1,), 0), HOT) is None, "one weight on itself is enough"


@pytest.mark.parametrize(("limit", "is_refused"), [(43689, True), (43690, False)])
def test_the_greatest_weight(chain: TwoNeurons, limit: int, is_refused: bool) -> None:
    chain.storage.max_weights_limit[1] = limit
    assert outcome(chain, SetWeights(1, (0, 1), (1, 2), 0), HOT) == ("MaxWeightExceeded" if is_refused else None)


def test_no_weights_at_all_stop_the_code_of_103(chain: TwoNeurons) -> None:
    chain.storage.min_allowed_weights[1] = 0
    chain.storage.max_weights_limit[1] = 1000
    call = SetWeights(1, (), (), 0)
    if chain.rules.spec_version == 103:
        with pytest.raises(CannotGoOn):
            chain.submit(call, HOT)
    else:
        assert outcome(chain, call, HOT) is None
        assert pairs(chain.storage.weights[1, 0]) == ()


def test_stake_counts_since_141(chain: TwoNeurons) -> None:
    if chain.rules.spec_version == 103:
        return
    chain.storage.weights_min_stake.value = 100
    chain.storage.total_hotkey_stake[HOT] = 99
    call = SetWeights(1, (0, 1), (1, 1), 0)
    assert outcome(chain, call, HOT) == "NotEnoughStakeToSetWeights"
    chain.storage.total_hotkey_stake[HOT] = 100
    assert outcome(chain, call, HOT) is None


# --------------------------------------------------------------------------------------------------------------- on root


def on_root(spec_version: int) -> TwoNeurons:
    chain = TwoNeurons(spec_version)
    chain.begin(0, OTHER_HOT, HOT)
    return chain


def test_weights_on_root_at_143_are_on_subnets_and_need_no_permit() -> None:
    chain = on_root(143)
    assert outcome(chain, SetWeights(0, (0, 1, 2), (1, 2, 0), 0), HOT) is None
    assert pairs(chain.storage.weights[0, 1]) == ((0, 32768), (1, 65535), (2, 0))
    assert chain.storage.last_update[0] == (0, 1000)
    assert outcome(chain, SetWeights(0, (3,), (1,), 0), account("stranger")) == "InvalidUid", "before it is asked who signed"
    chain.at(2000)
    chain.storage.min_allowed_weights[0] = 2
    assert outcome(chain, SetWeights(0, (1,), (1,), 0), HOT) == "NotSettingEnoughWeights", "not even on its own number"


def test_weights_on_root_at_185_are_set_by_the_coldkey() -> None:
    chain = on_root(185)
    call = SetRootWeights(0, HOT, (1, 2), (1, 1), 0)
    assert outcome(chain, SetWeights(0, (1, 2), (1, 1), 0), HOT) == "CanNotSetRootNetworkWeights"
    assert outcome(chain, SetRootWeights(9, account("stranger"), (1,), (), 0), COLD) == "HotKeyAccountNotExists"
    assert outcome(chain, SetRootWeights(9, HOT, (1,), (), 0), OTHER_COLD) == "NonAssociatedColdKey"
    assert outcome(chain, SetRootWeights(9, HOT, (1,), (), 0), COLD) == "SubNetworkDoesNotExist"
    assert outcome(chain, SetRootWeights(1, HOT, (1,), (), 0), COLD) == "NotRootSubnet"
    assert outcome(chain, SetRootWeights(0, HOT, (1,), (), 0), COLD) == "WeightVecNotEqualSize"
    assert outcome(chain, SetRootWeights(0, HOT, (7,), (1,), 0), COLD) == "UidVecContainInvalidOne"
    assert outcome(chain, call, HOT) == "NonAssociatedColdKey"
    assert outcome(chain, call, COLD) is None
    assert pairs(chain.storage.weights[0, 1]) == ((1, 65535), (2, 65535))
    assert outcome(chain, SetRootWeights(0, HOT, (1, 1), (1, 1), 0), COLD) == "SettingWeightsTooFast"
    chain.at(1100)
    assert outcome(chain, SetRootWeights(0, HOT, (1, 1), (1, 1), 0), COLD) == "DuplicateUids"


# ------------------------------------------------------------------------------------------------------ commit and reveal

SALT = (7, 8)


def revealed(weights: tuple[int, ...] = (1, 1), salt: tuple[int, ...] = SALT) -> RevealWeights:
    return RevealWeights(1, (0, 1), weights, salt, 0)


def committing(interval: int = 100) -> TwoNeurons:
    chain = TwoNeurons(185)
    chain.storage.commit_reveal_weights_enabled[1] = True
    chain.storage.weight_commit_reveal_interval[1] = interval
    chain.storage.weights_set_rate_limit[1] = 0
    return chain


def hashed(signer: bytes, weights: tuple[int, ...] = (1, 1)) -> CommitWeights:
    return CommitWeights(1, get_commit_hash(signer, 1, (0, 1), weights, SALT, 0))


def test_a_commit_is_revealed_in_the_interval_after_its_own_and_stays() -> None:
    chain = committing()
    chain.at(1099)
    assert outcome(chain, revealed(), HOT) == "NoWeightsCommitFound"
    assert outcome(chain, hashed(HOT), HOT) is None
    assert chain.storage.last_update[1] == (0, 0)
    assert outcome(chain, revealed(), HOT) == "InvalidRevealCommitTempo"
    for block in (1100, 1199):
        chain.at(block)
        assert outcome(chain, revealed((1, 2)), HOT) == "InvalidRevealCommitHashNotMatch"
        assert outcome(chain, revealed(), HOT) is None
        assert chain.storage.last_update[1] == (block, 0)
    chain.at(1200)
    error = chain.refused(revealed(), HOT)
    assert (error.name, error.values["first_reveal_block"], error.values["last_reveal_block"]) == (
        "InvalidRevealCommitTempo",
        1100,
        1199,
    )
    assert (1, HOT) in chain.storage.weight_commits


def test_one_commit_an_interval_takes_the_place_of_the_one_before() -> None:
    chain, stranger = committing(), account("stranger")
    assert outcome(chain, hashed(stranger), stranger) is None, "nobody asks whether it is registered"
    chain.at(1099)
    error = chain.refused(hashed(stranger, (2, 1)), stranger)
    assert (error.name, error.values["allowed_from"]) == ("WeightsCommitNotAllowed", 1100)
    chain.at(1100)
    assert outcome(chain, hashed(stranger, (2, 1)), stranger) is None
    assert [commit[1] for commit in chain.storage.weight_commits[1, stranger] or ()] == [1100]
    chain.at(1200)
    again = RevealWeights(1, (0, 1), (2, 1), SALT, 0)
    assert outcome(chain, again, stranger) == "HotKeyNotRegisteredInSubNet"


def test_an_interval_of_0_limits_nothing() -> None:
    chain = committing(0)
    assert [outcome(chain, call, HOT) for call in (hashed(HOT), hashed(HOT), revealed())] == [None, None, None]


def test_a_subnet_takes_weights_in_one_way_alone() -> None:
    chain = committing()
    assert outcome(chain, SetWeights(1, (0, 1), (1, 1), 0), None) == "CommitRevealEnabled", "before it is asked who signed"
    assert outcome(chain, CommitWeights(2, bytes(32)), HOT) == outcome(chain, RevealWeights(2, (), (), (), 0), HOT)
    assert outcome(chain, CommitWeights(2, bytes(32)), HOT) == "CommitRevealDisabled"


def test_a_reveal_is_limited_in_rate_as_well() -> None:
    chain = committing()
    assert outcome(chain, hashed(HOT), HOT) is None
    chain.storage.weights_set_rate_limit[1] = 50
    chain.storage.last_update[1] = 1060, 0
    chain.at(1109)
    assert outcome(chain, revealed(), HOT) == "SettingWeightsTooFast"
    assert outcome(chain, hashed(OTHER_HOT), OTHER_HOT) is None, "a commit is not"
    chain.at(1110)
    assert outcome(chain, revealed(), HOT) is None
