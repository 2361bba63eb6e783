"""From 146 to 151 on the main line, in 2024: what changed at which spec_version, with values worked out from the chain's code."""

import pytest

from neuron_ledger.events.calls import BurnedRegister, Register, SudoSet
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake
from neuron_ledger.events.storage.error_names import ERRORS_143, ERRORS_146, ERRORS_149
from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.ledger.rules.registration.seal import create_seal_hash, create_seal_hash_149
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain
from tests.rules.test_early_dates import outcome
from tests.rules.two_neurons import COLD, HOT, NOMINATOR, TwoNeurons


def nomination(spec_version: int, staked: int, least: int) -> TwoNeurons:
    """NOMINATOR has that much on HOT, which is a delegate, and nothing else."""
    chain = TwoNeurons(spec_version)
    storage = chain.storage
    storage.delegates[HOT] = 11796
    storage.nominator_min_required_stake.value = least
    storage.stake[HOT, NOMINATOR] = storage.total_hotkey_stake[HOT] = staked
    storage.total_coldkey_stake[NOMINATOR] = storage.total_stake.value = staked
    return chain


@pytest.mark.parametrize(
    ("spec_version", "amount", "ended", "left"),
    [
        (146, 300, "ok", 700),
        (146, 600, "NomStakeBelowMinimumThreshold", 1000),
        (147, 1000, "NomStakeBelowMinimumThreshold", 1000),
        (148, 300, "ok", 700),
        (148, 600, "ok", 0),
        (148, 1000, "ok", 0),
        (148, 1001, "NotEnoughStaketoWithdraw", 1000),
        (149, 600, "NomStakeBelowMinimumThreshold", 1000),
        (149, 1000, "NomStakeBelowMinimumThreshold", 1000),
        (150, 600, "ok", None),
        (150, 1000, "ok", None),
        (152, 600, "ok", None),
    ],
)
def test_what_is_left_of_a_nomination(spec_version: int, amount: int, ended: str, left: int | None) -> None:
    """Until 147 and at 149 by refusal; at 148 all of it goes at once; since 150 what is left comes back, without an entry."""
    chain = nomination(spec_version, 1000, 500)
    chain.storage.balances[NOMINATOR] = 10_000
    call = RemoveTaoStake(HOT, amount)
    assert outcome(chain, call, NOMINATOR) == ended
    if ended == "ok":
        chain.ok(call, NOMINATOR)
    assert chain.storage.stake.get((HOT, NOMINATOR)) == left
    assert chain.storage.balances[NOMINATOR] == 11_000 - (left or 0)
    assert chain.storage.total_stake.value == chain.storage.total_hotkey_stake[HOT] == (left or 0)


def test_owners_may_leave_what_they_like() -> None:
    for spec_version in (146, 148, 149, 150):
        chain = nomination(spec_version, 0, 500)
        chain.storage.stake[HOT, COLD] = 1000
        chain.ok(RemoveTaoStake(HOT, 999), COLD)
        assert chain.storage.stake[HOT, COLD] == 1


def test_at_148_nothing_asked_of_a_small_nomination_gives_all_of_it() -> None:
    assert outcome(nomination(148, 400, 500), RemoveTaoStake(HOT, 0), NOMINATOR) == "ok"
    assert outcome(nomination(148, 500, 500), RemoveTaoStake(HOT, 0), NOMINATOR) == "NotEnoughStaketoWithdraw"


@pytest.mark.parametrize(
    ("spec_version", "ended"), [(145, "ok"), (146, "StakeRateLimitExceeded"), (149, "StakeRateLimitExceeded")]
)
def test_stake_moves_once_an_interval(spec_version: int, ended: str) -> None:
    chain = TwoNeurons(spec_version)
    chain.fund(COLD, TAO)
    chain.ok(AddTaoStake(HOT, 5), COLD)
    assert outcome(chain, AddTaoStake(HOT, 5), COLD) == ended
    issued = chain.storage.total_issuance.value
    assert issued == 10**15 + (5 if spec_version == 145 else 0)


def paid(spec_version: int) -> list[str]:
    """How a stake, a registration and a swap end that cost all that there is."""
    chain = TwoNeurons(spec_version)
    chain.storage.burn[1] = TAO
    chain.fund(COLD, TAO)
    calls = (AddTaoStake(HOT, TAO), BurnedRegister(1, account("new")), SwapHotkey(HOT, account("new"), None))
    for netuid in (1, 2):
        chain.storage.max_allowed_uids[netuid] = 5
    return [outcome(chain, call, COLD) for call in calls]


def test_prices_are_paid_whole_until_148() -> None:
    assert paid(148) == ["BalanceWithdrawalError"] * 3
    assert paid(149) == ["ok"] * 3


def test_what_cannot_be_withdrawn_at_all_has_another_name_since_151() -> None:
    names = {}
    for spec_version in (148, 149, 150, 151):
        chain = TwoNeurons(spec_version)
        chain.fund(COLD, 500)
        names[spec_version] = outcome(chain, AddTaoStake(HOT, 5), COLD)
    assert names == dict.fromkeys((148, 149, 150), "BalanceWithdrawalError") | {151: "ZeroBalanceAfterWithdrawn"}


def test_small_nominations_are_cleared_where_the_minimum_rises() -> None:
    chain = nomination(146, 1000, 500)
    chain.storage.balances[NOMINATOR] = 10_000
    chain.ok(SudoSet("nominator_min_required_stake", 0, 1001))
    assert (HOT, NOMINATOR) not in chain.storage.stake
    assert chain.storage.balances[NOMINATOR] == 11_000
    assert chain.storage.total_issuance.value == 10**15 - 1000, "what is cleared is issued no more, though it is in the balance"
    assert outcome(TwoNeurons(145), SudoSet("nominator_min_required_stake", 0, 5)) == "no such call"


def test_the_nonce_stood_the_other_way_round_at_149_and_150() -> None:
    """5 of 8 bytes: the seal of one is that of 5 * 2^56 of the other."""
    block_hash = bytes(range(32))
    assert create_seal_hash_149(block_hash, 5, HOT) == create_seal_hash(block_hash, 5 << 56, HOT)

    def ended(spec_version: int, nonce: int) -> str:
        chain = EarlyChain(spec_version)
        chain.storage.difficulty[1] = 1
        work = create_seal_hash(chain.rules.block_hash(99, 100), 5, HOT)
        return outcome(chain, Register(1, 99, nonce, work, HOT, COLD), HOT)

    assert {number: ended(number, 5) for number in (148, 149, 150, 151)} == {
        148: "ok",
        149: "InvalidSeal",
        150: "InvalidSeal",
        151: "ok",
    }
    assert [ended(number, 5 << 56) for number in (149, 150)] == ["ok", "ok"]


def test_errors_as_a_node_counts_them() -> None:
    """By the chain's code: three more at 146; at 149 one that nothing raises, one for subnets without uids, one for takes."""
    assert [len(early_layout(number).errors) for number in (145, 146, 148, 149, 150, 151)] == [55, 58, 58, 61, 61, 60]
    assert {*ERRORS_146} - {*ERRORS_143} == {
        "StakeRateLimitExceeded",
        "UnstakeRateLimitExceeded",
        "NomStakeBelowMinimumThreshold",
    }
    assert [ERRORS_146.index(name) for name in ("StakeRateLimitExceeded", "RegistrationDisabled")] == [39, 41]
    assert [ERRORS_149.index(name) for name in ("CouldNotConvertToU64", "OperationNotPermittedOnRootSubnet")] == [24, 54]
    assert ERRORS_149[-4:] == ("NotEnoughBalance", "NoNeuronIdAvailable", "NomStakeBelowMinimumThreshold", "InvalidTake")


def test_takes_have_bounds_since_149() -> None:
    items = {number: early_layout(number).items for number in (148, 149)}
    assert ["DefaultTake" in items[number] for number in (148, 149)] == [True, False]
    assert "MaxTake" not in items[148]
    assert outcome(TwoNeurons(148), SudoSet("min_delegate_take", 0, 5)) == "no such call"
    assert outcome(TwoNeurons(149), SudoSet("min_delegate_take", 0, 5)) == "ok"
