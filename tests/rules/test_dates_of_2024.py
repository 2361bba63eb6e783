"""From 146 to 166 on the main line, in 2024: what changed at which spec_version, with values worked out from the chain's code.

Swaps stand in test_swaps_of_2024.py, liquid alpha in tests/epoch/test_liquid_alpha.py.
"""

import pytest

from neuron_ledger.events.associations import AdjustSenate
from neuron_ledger.events.calls import AdvanceTo, BurnedRegister, Register, RootRegister, SudoSet, SudoSetAlphaValues
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake
from neuron_ledger.events.storage.error_names import ERRORS_143, ERRORS_146, ERRORS_149
from neuron_ledger.events.storage.layouts_before import early_layout
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.ledger.errors import CannotGoOn
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


# ------------------------------------------------------------------------------------------------------- 153 and later


def test_closed_subnets_have_epochs_again_since_153_and_give_nothing() -> None:
    """At 150 not even the blocks since the last epoch are counted."""
    found = {}
    for spec_version in (149, 150, 152, 153, 166):
        chain = EarlyChain(spec_version, block=1000)
        storage = chain.storage
        chain.give_uid(HOT, COLD)
        storage.tempo[1], storage.emission_values[1] = 9, 1000
        storage.pending_emission[1], storage.network_registration_allowed[1] = 5, False
        chain.ok(AdvanceTo(1001))
        counted = storage.pending_emission[1], storage.blocks_since_last_step[1]
        chain.ok(AdvanceTo(1007))  # 1007 + netuid + 2 is a multiple of 10
        found[spec_version] = (*counted, storage.last_mechansim_step_block[1])
    assert found == {149: (1005, 1, 1007), 150: (5, 0, 0), 152: (5, 0, 0), 153: (5, 1, 1007), 166: (5, 1, 1007)}


def test_a_closed_subnets_owner_gets_nothing_and_waiting_emission_is_paid() -> None:
    chain = EarlyChain(153, block=1006)
    storage = chain.storage
    chain.give_uid(HOT, COLD)
    storage.tempo[1], storage.emission_values[1], storage.subnet_owner[1] = 9, 10**6, account("owner")
    storage.pending_emission[1], storage.network_registration_allowed[1] = 50, False
    storage.total_hotkey_stake[HOT] = storage.stake[HOT, COLD] = TAO
    chain.ok(AdvanceTo(1008))
    assert (storage.stake[HOT, COLD], account("owner") in storage.balances) == (TAO + 50, False)


@pytest.mark.parametrize(
    ("target", "ended"),
    [
        (21_845, {152: "ok", 153: "ok"}),
        (21_846, {152: "TooManyRegistrationsThisInterval", 153: "ok"}),
    ],
)
def test_three_times_the_target_runs_over_until_153(target: int, ended: dict[int, str]) -> None:
    found = {}
    for spec_version in ended:
        chain = EarlyChain(spec_version)
        chain.pay(COLD, 2 * TAO)
        chain.storage.max_allowed_uids[1] = 5
        chain.storage.target_registrations_per_interval[1] = target
        chain.storage.registrations_this_interval[1] = 3
        found[spec_version] = outcome(chain, BurnedRegister(1, HOT), COLD)
    assert found == ended


def test_terms_move_by_sums_that_stay_at_the_end_since_153() -> None:
    """Twice 40,000 is 14,464 in 16 bits, and 65,535 at the end of them; of nothing that is expected nobody goes on."""
    found = {}
    for spec_version in (152, 153):
        chain = EarlyChain(spec_version, block=1000)
        storage = chain.storage
        storage.target_registrations_per_interval[1], storage.registrations_this_interval[1] = 40_000, 5_000
        storage.pow_registrations_this_interval[1] = 1
        storage.adjustment_interval[1], storage.adjustment_alpha[1] = 100, 0
        storage.burn[1], storage.min_burn[1], storage.max_burn[1] = 65_535 * 14_464, 0, 2**62
        chain.ok(AdvanceTo(1001))
        found[spec_version] = storage.burn[1]
    assert found == {152: 65_535 * 45_000, 153: 45_000 * 14_464}
    for spec_version in (152, 153):
        chain = EarlyChain(spec_version, block=1000)
        chain.storage.target_registrations_per_interval[1] = 0
        with pytest.raises(CannotGoOn):
            chain.submit(AdvanceTo(1001))


def test_what_shares_leave_over_is_never_below_0_since_153() -> None:
    """The total lacks what a nominator has: its share is the whole, the owner's too."""
    found = {}
    for spec_version in (152, 153):
        chain = TwoNeurons(spec_version)
        storage = chain.storage
        storage.delegates[HOT] = 0
        storage.stake[HOT, COLD] = storage.stake[HOT, NOMINATOR] = storage.total_hotkey_stake[HOT] = 100
        storage.loaded_emission[1] = ((HOT, 7, 60),)
        chain.ok(AdvanceTo(1001))
        found[spec_version] = storage.stake[HOT, COLD], storage.stake[HOT, NOMINATOR]
    assert found == {152: (2**64 - 1, 160), 153: (167, 160)}


def test_bounds_of_liquid_alpha_are_owners_to_set_since_154() -> None:
    values = SudoSetAlphaValues(1, 45000, 60000)
    assert outcome(TwoNeurons(153), values, COLD) == "no such call"
    chain = TwoNeurons(154)
    storage = chain.storage
    storage.subnet_owner[1] = COLD
    assert outcome(chain, values, COLD) == "LiquidAlphaDisabled"
    chain.ok(SudoSet("liquid_alpha_enabled", 1, 1), COLD)
    assert storage.liquid_alpha_on[1]
    assert outcome(chain, SudoSetAlphaValues(1, 45000, 52427), COLD) == "AlphaHighTooLow"
    assert outcome(chain, SudoSetAlphaValues(1, 0, 52428), COLD) == "AlphaLowOutOfRange"
    assert outcome(chain, SudoSetAlphaValues(1, 52428, 52428), COLD) == "AlphaLowOutOfRange"
    assert outcome(chain, values, NOMINATOR) == "BadOrigin"
    assert outcome(chain, values) == "BadOrigin", "root is no signer"
    chain.ok(values, COLD)
    assert storage.alpha_values[1] == (45000, 60000)
    assert outcome(TwoNeurons(154), SudoSet("liquid_alpha_enabled", 9, 1)) == "ok", "nobody asks whether the subnet is there"


def test_who_is_on_root_joins_the_senate_by_a_call_since_194() -> None:
    assert outcome(TwoNeurons(160), AdjustSenate(HOT), COLD) == "no such call"
    chain = TwoNeurons(194)
    storage = chain.storage
    assert outcome(chain, AdjustSenate(HOT), COLD) == "HotKeyNotRegisteredInSubNet"
    storage.max_allowed_uids[0] = 64
    chain.ok(RootRegister(HOT), COLD)
    assert storage.senate_members.value == (HOT,)
    assert outcome(chain, AdjustSenate(HOT), COLD) == "HotKeyAlreadyRegisteredInSubNet"
    storage.senate_members.value = tuple(sorted(account(f"senator {number}") for number in range(12)))
    assert outcome(chain, AdjustSenate(HOT), COLD) == "StakeTooLowForRoot"
    storage.total_hotkey_stake[HOT] = 1
    chain.ok(AdjustSenate(HOT), COLD)
    assert HOT in storage.senate_members.value
    assert len(storage.senate_members.value) == 12


def test_layouts_in_the_order_of_the_line() -> None:
    """194 stands between 160 and 162."""
    line = (153, 154, 156, 158, 159, 160, 194, 162, 165, 166)
    assert [len(early_layout(number).items) - len(early_layout(153).items) for number in line] == [0, 2, 3, 3, 4, 4, 9, 9, 10, 10]
    assert [len(early_layout(number).errors) for number in line] == [60, 63, 70, 70, 70, 70, 76, 76, 76, 76]
    assert early_layout(194).errors[59:62] == ("CommitRevealDisabled", "CouldNotJoinSenate", "LiquidAlphaDisabled")
