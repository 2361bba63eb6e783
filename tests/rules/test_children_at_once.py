"""Children and takes before 233, on storage laid out by hand: what a call changes at once, and how often it may be made."""

from functools import partial

import pytest

from neuron_ledger.events.associations import BecomeDelegate
from neuron_ledger.events.calls import DecreaseTake, IncreaseTake, SetChildkeyTake, SetChildren
from neuron_ledger.events.storage.items import LINKS
from neuron_ledger.ledger.errors import ChainError, TxRateLimitExceeded
from neuron_ledger.ledger.rules.stake.calls import set_childkey_take_195
from neuron_ledger.ledger.rules.stake.children import set_children_at_once_195
from neuron_ledger.ledger.rules.tao_stake.take_calls import become_delegate_195, decrease_take_195, increase_take_195
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.transaction import Transaction
from tests.chain_fixture import Chain, account

COLD, HOT, A, B, C = map(account, ("hot-cold", "hot", "a", "b", "c"))
set_children = partial(set_children_at_once_195, 60)


@pytest.fixture
def chain() -> Chain:
    chain = Chain(block=1000)
    chain.seat("hot")
    return chain


def tx_of(chain: Chain) -> Tx:
    return Transaction(chain.storage, chain.rules)


def has(chain: Chain, item: str) -> dict[bytes, LINKS]:
    return {hotkey: links for (hotkey, netuid), links in chain.storage.map(item).items() if netuid == 1}


def test_children_are_set_in_the_block_of_the_call(chain: Chain) -> None:
    chain.storage.parent_keys[B, 1] = ((9, C),)
    set_children(tx_of(chain), COLD, SetChildren(HOT, 1, ((5, A), (6, B))))
    assert has(chain, "ChildKeys") == {HOT: ((5, A), (6, B))}
    assert has(chain, "ParentKeys") == {A: ((5, HOT),), B: ((9, C), (6, HOT))}
    assert dict(chain.storage.transaction_key_last_block) == {(HOT, 1, 0): 1000}
    assert not dict(chain.storage.pending_child_keys)
    chain.storage.block_number.value = 1060
    set_children(tx_of(chain), COLD, SetChildren(HOT, 1, ((7, B),)))
    assert has(chain, "ChildKeys") == {HOT: ((7, B),)}
    assert has(chain, "ParentKeys") == {A: (), B: ((9, C), (7, HOT))}, "who is no child any more keeps an empty entry"
    chain.storage.block_number.value = 1120
    set_children(tx_of(chain), COLD, SetChildren(HOT, 1, ()))
    assert (has(chain, "ChildKeys"), has(chain, "ParentKeys")) == ({HOT: ()}, {A: (), B: ((9, C),)})


@pytest.mark.parametrize(
    ("coldkey", "netuid", "children", "name"),
    [
        (A, 0, ((1, HOT),), "RegistrationNotPermittedOnRootSubnet"),
        (A, 9, ((1, HOT),), "SubNetworkDoesNotExist"),
        (A, 1, ((1, HOT),), "NonAssociatedColdKey"),
        (COLD, 1, ((1, HOT),) * 6, "TooManyChildren"),
        (COLD, 1, ((2**64 - 1, A), (1, HOT)), "InvalidChild"),
        (COLD, 1, ((2**64 - 1, A), (1, A)), "ProportionOverflow"),
        (COLD, 1, ((2**64 - 2, A), (1, A)), "DuplicateChild"),
    ],
)
def test_faults_in_the_chains_order(chain: Chain, coldkey: bytes, netuid: int, children: LINKS, name: str) -> None:
    call = SetChildren(HOT, netuid, children)
    with pytest.raises(ChainError) as refused:
        set_children(tx_of(chain), coldkey, call)
    assert refused.value.name == name
    chain.storage.transaction_key_last_block[HOT, netuid, 0] = 941
    with pytest.raises(TxRateLimitExceeded) as too_soon:
        set_children(tx_of(chain), coldkey, call)
    assert too_soon.value.allowed_from == 1001, "the limit is asked for before everything else"


def test_a_childs_take_changes_now_and_then_only_also_downwards(chain: Chain) -> None:
    storage = chain.storage
    storage.tx_childkey_take_rate_limit.value = 10

    def fault(take: int, coldkey: bytes = COLD) -> str | None:
        try:
            set_childkey_take_195(tx_of(chain), coldkey, SetChildkeyTake(HOT, 1, take))
        except ChainError as error:
            return error.name
        return None

    assert fault(11797, A) == "NonAssociatedColdKey"
    assert fault(11797) == "InvalidChildkeyTake"
    assert fault(11796) is None
    assert (storage.childkey_take[HOT, 1], storage.transaction_key_last_block[HOT, 1, 1]) == (11796, 1000)
    storage.block_number.value = 1009
    assert fault(0) == "TxChildkeyTakeRateLimitExceeded"
    storage.block_number.value = 1010
    assert fault(0) is None
    storage.min_childkey_take.value = 5
    storage.block_number.value = 1020
    assert fault(4) is None, "the least take is not asked for"


def test_a_delegates_take_is_limited_by_its_coldkey(chain: Chain) -> None:
    storage, other = chain.storage, chain.seat("other")[0]
    storage.owner[other] = COLD
    storage.tx_rate_limit.value, storage.tx_delegate_take_rate_limit.value = 0, 10
    storage.min_delegate_take.value = 5000
    become_delegate_195(tx_of(chain), COLD, BecomeDelegate(HOT))
    assert dict(storage.delegates) == {HOT: 11796}
    assert [dict(storage.map(item)) for item in ("LastTxBlock", "LastTxBlockDelegateTake")] == [{COLD: 1000}] * 2
    decrease_take_195(tx_of(chain), COLD, DecreaseTake(HOT, 5000))
    with pytest.raises(ChainError, match="DelegateTakeTooLow"):
        decrease_take_195(tx_of(chain), COLD, DecreaseTake(HOT, 4999))
    storage.block_number.value = 1010
    with pytest.raises(ChainError, match="DelegateTxRateLimitExceeded"):
        increase_take_195(tx_of(chain), COLD, IncreaseTake(other, 6000))
    storage.block_number.value = 1011
    increase_take_195(tx_of(chain), COLD, IncreaseTake(other, 6000))
    assert (dict(storage.delegates), storage.last_tx_block_delegate_take[COLD]) == ({HOT: 5000, other: 6000}, 1011)
    with pytest.raises(ChainError, match="DelegateTakeTooHigh"):
        increase_take_195(tx_of(chain), COLD, IncreaseTake(other, 11797))
