"""Staking, unstaking and delegates of before there was alpha: what recorded chains do not show, at each of the early runtimes."""

from collections.abc import Callable

import pytest

from neuron_ledger.events.associations import BecomeDelegate
from neuron_ledger.events.calls import DecreaseTake, IncreaseTake
from neuron_ledger.events.early_staking import AddTaoStake, RemoveTaoStake
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.rules.tao_stake.calls import clear_small_nominations
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import account
from tests.rules.two_neurons import COLD, EARLY, HOT, NOMINATOR, OTHER_COLD, OTHER_HOT, TwoNeurons


@pytest.fixture(params=EARLY)
def chain(request: pytest.FixtureRequest) -> TwoNeurons:
    chain = TwoNeurons(request.param)
    chain.fund(COLD, 1_000_000)
    chain.fund(NOMINATOR, 1_000_000)
    return chain


def name_of(chain: TwoNeurons, call: Call, signer: bytes | None) -> str:
    return chain.rules.error_name(chain.refused(call, signer))


def by_version(chain: TwoNeurons, *names: str) -> str:
    return dict(zip(EARLY, names, strict=True))[chain.rules.spec_version]


# -------------------------------------------------------------------------------------------------------------- staking


def test_stake_moves_from_balance_to_hotkey_and_back(chain: TwoNeurons) -> None:
    storage = chain.storage
    if chain.rules.spec_version == 185:
        storage.target_stakes_per_interval.value = 2
    chain.ok(AddTaoStake(HOT, 400_000), COLD)
    assert storage.balances[COLD] == 600_000
    assert storage.total_issuance.value - 10**15 == (400_000 if chain.rules.spec_version == 143 else 0)
    chain.ok(RemoveTaoStake(HOT, 150_000), COLD)
    assert (storage.balances[COLD], storage.stake[HOT, COLD], storage.total_stake.value) == (750_000, 250_000, 250_000)
    assert storage.total_coldkey_stake[COLD] == (400_000 if chain.rules.spec_version == 103 else 250_000)
    assert dict(storage.last_tx_block) == ({} if chain.rules.spec_version == 103 else {COLD: 1000})


def test_faults_of_staking_in_the_chains_order(chain: TwoNeurons) -> None:
    stranger = account("stranger")
    stake = AddTaoStake(OTHER_HOT, 1_000_001)
    assert name_of(chain, stake, None) == "BadOrigin"
    assert name_of(chain, AddTaoStake(stranger, 1_000_001), COLD) == "NotEnoughBalanceToStake"
    assert name_of(chain, AddTaoStake(stranger, 5), COLD) == by_version(chain, *["NotRegistered"] * 2, "HotKeyAccountNotExists")
    not_own = by_version(chain, *["NonAssociatedColdKey"] * 2, "HotKeyNotDelegateAndSignerNotOwnHotKey")
    assert name_of(chain, AddTaoStake(OTHER_HOT, 5), COLD) == not_own
    chain.storage.delegates[OTHER_HOT] = 0
    chain.ok(AddTaoStake(OTHER_HOT, 5), COLD)


def test_the_existential_deposit_stays_in_the_account(chain: TwoNeurons) -> None:
    """Until 149 by refusal, then by staking less than asked."""
    call = AddTaoStake(HOT, 999_501)
    if chain.rules.spec_version == 185:
        chain.ok(call, COLD)
        assert (chain.storage.balances[COLD], chain.storage.stake[HOT, COLD]) == (500, 999_500)
        chain.storage.total_hotkey_coldkey_stakes_this_interval[COLD, HOT] = 0, 0
        assert name_of(chain, AddTaoStake(HOT, 1), COLD) == "ZeroBalanceAfterWithdrawn"
    else:
        assert name_of(chain, call, COLD) == "BalanceWithdrawalError"
        chain.ok(AddTaoStake(HOT, 999_500), COLD)


def test_the_rate_limit_of_103_and_143(chain: TwoNeurons) -> None:
    """At 103 the block is never noted; 185 counts moves instead. It comes after the withdrawal at 103, before it at 143."""
    storage = chain.storage
    storage.tx_rate_limit.value = 10
    storage.last_tx_block[COLD] = 990
    if chain.rules.spec_version == 185:
        chain.ok(AddTaoStake(HOT, 5), COLD)
        return
    assert name_of(chain, AddTaoStake(HOT, 5), COLD) == "TxRateLimitExceeded"
    chain.storage.stake[HOT, COLD] = 1
    assert name_of(chain, RemoveTaoStake(HOT, 1), COLD) == "TxRateLimitExceeded"
    whole = AddTaoStake(HOT, 1_000_000)
    assert name_of(chain, whole, COLD) == by_version(chain, "BalanceWithdrawalError", "TxRateLimitExceeded", "")
    assert chain.refused(AddTaoStake(HOT, 5), COLD).values["allowed_from"] == 1001
    chain.at(1001)
    chain.ok(AddTaoStake(HOT, 5), COLD)
    assert storage.last_tx_block[COLD] == (990 if chain.rules.spec_version == 103 else 1001)


def test_faults_of_unstaking_in_the_chains_order(chain: TwoNeurons) -> None:
    assert name_of(chain, RemoveTaoStake(HOT, 1), None) == "BadOrigin"
    assert name_of(chain, RemoveTaoStake(OTHER_HOT, 1), COLD) == by_version(
        chain, *["NonAssociatedColdKey"] * 2, "HotKeyNotDelegateAndSignerNotOwnHotKey"
    )
    too_much = by_version(chain, *["NotEnoughStaketoWithdraw"] * 2, "NotEnoughStakeToWithdraw")
    assert name_of(chain, RemoveTaoStake(HOT, 1), COLD) == too_much
    nothing = RemoveTaoStake(HOT, 0)
    if chain.rules.spec_version == 103:
        chain.ok(nothing, COLD)
        assert dict(chain.storage.total_coldkey_stake) == {COLD: 0}
    else:
        assert name_of(chain, nothing, COLD) == by_version(chain, "", "NotEnoughStaketoWithdraw", "StakeToWithdrawIsZero")


# -------------------------------------------------------------------------------------------------- moves of an interval


def test_moves_of_an_interval_are_counted_together_at_185() -> None:
    chain = TwoNeurons(185)
    chain.fund(COLD, 1_000_000)
    counted, key = chain.storage.total_hotkey_coldkey_stakes_this_interval, (COLD, HOT)
    chain.storage.target_stakes_per_interval.value = 2
    chain.ok(AddTaoStake(HOT, 1000), COLD)
    chain.at(1359)
    chain.ok(RemoveTaoStake(HOT, 1), COLD)
    assert counted[key] == (2, 1359)
    assert chain.refused(AddTaoStake(HOT, 1), COLD).name == "StakeRateLimitExceeded"
    chain.at(1718)
    error = chain.refused(RemoveTaoStake(HOT, 1), COLD)
    assert (error.name, error.values["allowed_from"]) == ("UnstakeRateLimitExceeded", 1719)
    chain.at(1719)
    assert chain.refused(AddTaoStake(HOT, 2**40), COLD).name == "NotEnoughBalanceToStake"
    assert counted[key] == (2, 1359), "a call that fails undoes what its look at the count wrote"
    chain.ok(RemoveTaoStake(HOT, 1), COLD)
    assert counted[key] == (1, 1719)


def test_of_a_nomination_nothing_small_stays_at_185() -> None:
    chain = TwoNeurons(185)
    storage = chain.storage
    chain.fund(NOMINATOR, 1_000_000)
    storage.nominator_min_required_stake.value = 1000
    storage.target_stakes_per_interval.value = 10
    storage.delegates[HOT] = 0
    error = chain.refused(AddTaoStake(HOT, 999), NOMINATOR)
    assert (error.name, error.values) == ("NomStakeBelowMinimumThreshold", {"stake": 999, "needed": 1000, "missing": 1})
    chain.ok(AddTaoStake(HOT, 2000), NOMINATOR)
    chain.ok(RemoveTaoStake(HOT, 1000), NOMINATOR)
    assert storage.stake[HOT, NOMINATOR] == 1000
    chain.ok(RemoveTaoStake(HOT, 1), NOMINATOR)
    assert (HOT, NOMINATOR) not in storage.stake
    assert (storage.balances[NOMINATOR], storage.total_hotkey_stake[HOT], storage.total_stake.value) == (1_000_000, 0, 0)
    assert storage.total_issuance.value == 10**15 - 999, "what is cleared leaves the issuance, what is taken back does not"


def test_small_nominations_are_cleared_at_once_and_owners_keep_theirs() -> None:
    chain = TwoNeurons(185)
    storage = chain.storage
    storage.stake[HOT, NOMINATOR], storage.stake[OTHER_HOT, NOMINATOR], storage.stake[HOT, COLD] = 999, 1000, 1
    storage.total_coldkey_stake[NOMINATOR], storage.total_hotkey_stake[HOT] = 1999, 1000
    storage.nominator_min_required_stake.value = 1000
    clear_small_nominations(Transaction(storage, chain.rules))
    assert dict(storage.stake) == {(OTHER_HOT, NOMINATOR): 1000, (HOT, COLD): 1, (OTHER_HOT, OTHER_COLD): 0}
    assert (storage.balances[NOMINATOR], storage.total_coldkey_stake[NOMINATOR]) == (999, 1000)


# ------------------------------------------------------------------------------------------------------------ delegates


def test_becoming_a_delegate(chain: TwoNeurons) -> None:
    storage, version = chain.storage, chain.rules.spec_version
    (storage.max_take if version == 185 else storage.default_take).value = 9000
    not_there = by_version(chain, *["NotRegistered"] * 2, "HotKeyAccountNotExists")
    assert name_of(chain, BecomeDelegate(account("stranger")), COLD) == not_there
    assert name_of(chain, BecomeDelegate(OTHER_HOT), COLD) == "NonAssociatedColdKey"
    chain.ok(BecomeDelegate(HOT), COLD)
    assert dict(storage.delegates) == {HOT: 9000}
    already = by_version(chain, *["AlreadyDelegate"] * 2, "HotKeyAlreadyDelegate")
    assert name_of(chain, BecomeDelegate(HOT), COLD) == already
    assert dict(storage.last_tx_block) == ({} if version == 103 else {COLD: 1000})
    storage.tx_rate_limit.value, storage.last_tx_block[OTHER_COLD] = 5, 996
    too_soon = by_version(chain, *["TxRateLimitExceeded"] * 2, "DelegateTxRateLimitExceeded")
    assert name_of(chain, BecomeDelegate(OTHER_HOT), OTHER_COLD) == too_soon


def takes(chain: TwoNeurons, call: Callable[[bytes, int], Call], take: int) -> str | None:
    error = chain.submit(call(HOT, take), COLD).error
    return None if error is None else error.name


def test_takes_at_185() -> None:
    """Raised at most every so many blocks by one coldkey, whichever hotkey; lowered at any time; within bounds of the chain."""
    chain = TwoNeurons(185)
    storage = chain.storage
    storage.tx_delegate_take_rate_limit.value = 100
    assert takes(chain, IncreaseTake, 11797) == "DelegateTakeTooHigh"
    assert takes(chain, DecreaseTake, 5897) == "DelegateTakeTooLow"
    assert takes(chain, DecreaseTake, 5898) is None
    assert dict(storage.delegates) == {HOT: 5898}, "even a hotkey that is no delegate"
    assert dict(storage.last_tx_block_delegate_take) == {}
    assert takes(chain, IncreaseTake, 5898) == "DelegateTakeTooLow"
    assert takes(chain, IncreaseTake, 6000) is None
    assert dict(storage.last_tx_block_delegate_take) == {COLD: 1000}
    chain.at(1100)
    assert takes(chain, IncreaseTake, 6001) == "DelegateTxRateLimitExceeded"
    assert takes(chain, DecreaseTake, 5999) is None
    chain.at(1101)
    assert takes(chain, IncreaseTake, 11796) is None
    storage.min_take.value = 12000
    storage.owner[account("new")] = COLD
    assert chain.refused(BecomeDelegate(account("new")), COLD).name == "DelegateTakeTooLow"
