"""Stake that is lent to children before there was alpha: what counts on a subnet, and what of dividends goes to parents."""

import pytest

from neuron_ledger.ledger.rules.emission.accrued import accrue_195, accrue_210
from neuron_ledger.ledger.rules.epoch.early_run import read_epoch_195
from neuron_ledger.ledger.rules.numbers.fixed import U64_MAX
from neuron_ledger.ledger.rules.tao_stake.lent import staked_on_subnet_195
from tests.chain_fixture import account
from tests.rules.early_chain import EarlyChain

HOT, PARENT, OTHER, CHILD = map(account, ("hot", "parent", "other", "child"))
HALF = 2**63
TAKE = 6553
"""0.09999 of 65535."""


def lending(spec_version: int = 195) -> EarlyChain:
    """A hotkey of 1000 rao, to which a parent of 3000 lends half."""
    chain = EarlyChain(spec_version)
    chain.put("TotalHotkeyStake", {HOT: 1000, PARENT: 3000})
    chain.put("ParentKeys", {(HOT, 1): ((HALF, PARENT),)})
    chain.put("ChildKeys", {(PARENT, 1): ((HALF, HOT),)})
    chain.storage.childkey_take[HOT, 1] = TAKE
    return chain


def on_subnet(chain: EarlyChain, hotkey: bytes, netuid: int = 1) -> int:
    return staked_on_subnet_195(chain.storage, hotkey, netuid)


def test_stake_is_lent_on_the_subnet_of_the_children_alone() -> None:
    chain = lending()
    assert [on_subnet(chain, hotkey) for hotkey in (HOT, PARENT)] == [2500, 1500]
    assert [on_subnet(chain, hotkey, 2) for hotkey in (HOT, PARENT)] == [1000, 3000]


def test_each_part_is_rounded_down_by_itself() -> None:
    chain = EarlyChain(195)
    chain.storage.total_hotkey_stake[HOT] = 1001
    chain.storage.child_keys[HOT, 1] = ((HALF, CHILD), (HALF, OTHER))
    assert on_subnet(chain, HOT) == 1001 - 500 - 500
    chain.storage.parent_keys[CHILD, 1] = ((HALF, HOT), (U64_MAX, HOT))
    assert on_subnet(chain, CHILD) == 500 + 1001


def test_a_proportion_is_known_to_32_bits_behind_the_point() -> None:
    chain = EarlyChain(195)
    chain.storage.total_hotkey_stake[PARENT] = 10**16
    chain.storage.parent_keys[HOT, 1] = ((U64_MAX // 3, PARENT),)
    # A third is 1431655765 of 2^32.
    assert on_subnet(chain, HOT) == 10**16 * 1431655765 // 2**32 == 3_333_333_332_557_231


def test_a_subnet_caps_what_one_hotkey_counts_with() -> None:
    chain = lending()
    chain.storage.network_max_stake[1] = 2499
    assert on_subnet(chain, HOT) == 2499


def test_the_epoch_reads_stake_with_what_is_lent() -> None:
    chain = lending()
    for hotkey in (PARENT, HOT, OTHER):
        chain.give_uid(hotkey, account("cold"))
    assert read_epoch_195(chain.tx, 1, 0, 0).total_stake_bits == (1500 << 64, 2500 << 64, 0)


def test_at_195_a_child_takes_of_all_its_dividends() -> None:
    chain = lending()
    accrue_195(chain.tx, 1, (HOT, 7, 1000))
    # The take is 99.99; 0.6 of the other 901 is the parent's, 540.6.
    assert dict(chain.storage.pendingd_hotkey_emission.items()) == {PARENT: 540, HOT: 99 + 361 + 7}


def test_since_210_a_child_takes_of_its_parents_part_alone() -> None:
    chain = lending(210)
    accrue_210(chain.tx, 1, (HOT, 7, 1000))
    # The parent's part is 599.9999998, of which the take is 59.99; both are rounded down before they are parted.
    assert dict(chain.storage.pendingd_hotkey_emission.items()) == {PARENT: 599 - 59, HOT: 1000 - 599 + 59 + 7}
    assert dict(chain.storage.pendingd_hotkey_emission_untouchable.items()) == {HOT: 59 + 7}


@pytest.mark.parametrize("spec_version", [195, 210])
def test_a_hotkey_without_stake_shares_nothing(spec_version: int) -> None:
    chain = lending(spec_version)
    chain.storage.network_max_stake[1] = 0
    accrue = accrue_195 if spec_version == 195 else accrue_210
    accrue(chain.tx, 1, (HOT, 7, 1000))
    assert dict(chain.storage.pendingd_hotkey_emission.items()) == {HOT: 1007}
    if spec_version == 210:
        assert chain.storage.pendingd_hotkey_emission_untouchable[HOT] == 7


def test_under_a_cap_parents_get_more_than_there_is() -> None:
    chain = lending()
    chain.storage.network_max_stake[1] = 1000
    accrue_195(chain.tx, 1, (HOT, 0, 1000))
    # What is lent is 1.5 of what counts.
    assert dict(chain.storage.pendingd_hotkey_emission.items()) == {PARENT: 1351, HOT: 99}
    chain = lending(210)
    chain.storage.network_max_stake[1] = 1000
    accrue_210(chain.tx, 1, (HOT, 0, 1000))
    # The take is 149.98 of 1500.
    assert dict(chain.storage.pendingd_hotkey_emission.items()) == {PARENT: 1500 - 149, HOT: 149}


def test_a_hotkey_may_be_its_own_parent() -> None:
    chain = EarlyChain(195)
    chain.storage.total_hotkey_stake[HOT] = 1000
    chain.storage.parent_keys[HOT, 1] = chain.storage.child_keys[HOT, 1] = ((HALF, HOT),)
    assert on_subnet(chain, HOT) == 1000
    accrue_195(chain.tx, 1, (HOT, 0, 901))
    assert dict(chain.storage.pendingd_hotkey_emission.items()) == {HOT: 901}


def test_several_parents_get_their_parts_in_turn() -> None:
    chain = lending()
    chain.storage.total_hotkey_stake[OTHER] = 500
    chain.storage.parent_keys[HOT, 1] = ((HALF, PARENT), (U64_MAX, OTHER))
    chain.storage.childkey_take[HOT, 1] = 0
    accrue_195(chain.tx, 1, (HOT, 0, 999))
    # 1500, 500 and 1000 of 3000, each part rounded down: the hotkey has what is left over.
    assert dict(chain.storage.pendingd_hotkey_emission.items()) == {PARENT: 499, OTHER: 166, HOT: 334}
