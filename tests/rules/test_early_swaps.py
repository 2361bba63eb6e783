"""A hotkey takes the place of another before there was alpha: what goes over, what stays, what it costs."""

import pytest

from neuron_ledger.events.early_staking import AddTaoStake
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.events.wire.errors import FieldError
from tests.chain_fixture import TAO, account
from tests.rules.two_neurons import COLD, HOT, NOMINATOR, OTHER_HOT, TwoNeurons

NEW = account("new")


@pytest.fixture(params=(143, 185))
def chain(request: pytest.FixtureRequest) -> TwoNeurons:
    chain = TwoNeurons(request.param)
    chain.fund(COLD, 2 * TAO)
    return chain


def test_everything_of_the_hotkey_goes_over(chain: TwoNeurons) -> None:
    storage = chain.storage
    axon, prometheus = (1000, 1, 2, 3, 4, 4, 0, 0), (1000, 1, 2, 3, 4)
    storage.axons[1, HOT], storage.prometheus[1, HOT] = axon, prometheus
    storage.delegates[HOT], storage.last_tx_block[HOT] = 7, 8
    chain.ok(AddTaoStake(HOT, 500), COLD)
    storage.stake[HOT, NOMINATOR], storage.stake[NEW, NOMINATOR], storage.stake[NEW, account("third")] = 30, 4, 5
    storage.loaded_emission[1] = ((OTHER_HOT, 1, 2), (HOT, 3, 4))
    issuance = storage.total_issuance.value
    chain.at(2000)
    chain.ok(SwapHotkey(HOT, NEW, None), COLD)
    assert (storage.owner[NEW], HOT in storage.owner) == (COLD, False)
    assert dict(storage.stake.items() - {((OTHER_HOT, account("other cold")), 0)}) == {
        (NEW, COLD): 500,
        (NEW, NOMINATOR): 30,
        (NEW, account("third")): 5,
    }
    assert dict(storage.total_hotkey_stake) == {NEW: 500}
    assert dict(storage.delegates) == {NEW: 7}
    assert dict(storage.last_tx_block) == {NEW: 8, COLD: 2000}
    assert (dict(storage.axons), dict(storage.prometheus)) == ({(1, NEW): axon}, {(1, HOT): prometheus})
    assert [storage.keys[netuid, 0] for netuid in (1, 2)] == [NEW, NEW]
    assert ((1, HOT) in storage.uids, storage.uids[1, NEW]) == (False, 0)
    assert dict(storage.is_network_member) == {
        (OTHER_HOT, 1): True,
        (OTHER_HOT, 2): True,
        (NEW, 1): True,
        (NEW, 2): True,
    }
    assert storage.loaded_emission[1] == ((NEW, 1, 2), (HOT, 3, 4)), "the place in the list is that of the uid, whosesoever it is"
    assert 2 not in storage.loaded_emission
    assert storage.total_issuance.value == issuance - TAO
    assert storage.balances[COLD] == TAO - 500


def test_faults_in_the_chains_order(chain: TwoNeurons) -> None:
    is_143 = chain.rules.spec_version == 143
    chain.storage.tx_rate_limit.value, chain.storage.last_tx_block[COLD] = 10, 990

    def name(new: bytes, old: bytes = HOT, signer: bytes | None = COLD) -> str:
        return chain.rules.error_name(chain.refused(SwapHotkey(old, new, None), signer))

    assert name(NEW, signer=None) == "BadOrigin"
    assert name(HOT, old=OTHER_HOT) == "NonAssociatedColdKey"
    assert name(HOT) == ("TxRateLimitExceeded" if is_143 else "HotKeySetTxRateLimitExceeded")
    chain.at(1001)
    assert name(HOT) == ("AlreadyRegistered" if is_143 else "NewHotKeyIsSameWithOld")
    chain.fund(COLD, TAO - 1)
    assert name(OTHER_HOT) == ("AlreadyRegistered" if is_143 else "HotKeyAlreadyRegisteredInSubNet")
    assert name(NEW) == ("NotEnoughBalance" if is_143 else "NotEnoughBalanceToPaySwapHotKey")


def test_the_existential_deposit_is_kept(chain: TwoNeurons) -> None:
    chain.fund(COLD, TAO)
    swap = SwapHotkey(HOT, NEW, None)
    if chain.rules.spec_version == 143:
        assert chain.refused(swap, COLD).name == "BalanceWithdrawalError"
    else:
        chain.ok(swap, COLD)
        assert (chain.storage.balances[COLD], chain.storage.total_issuance.value) == (500, 10**15 - (TAO - 500))


def test_a_subnet_cannot_be_named(chain: TwoNeurons) -> None:
    with pytest.raises(FieldError, match="netuid"):
        chain.submit(SwapHotkey(HOT, NEW, 1), COLD)
