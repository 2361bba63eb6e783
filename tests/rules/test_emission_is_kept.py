"""Hundreds of blocks of 195 to 219 on subnets with parents, children and nominators: nothing comes from nowhere, or gets lost."""

from collections import Counter
from itertools import pairwise

import pytest

from neuron_ledger.events.calls import AdvanceTo
from neuron_ledger.events.wire.rows import pack_pairs
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

OWNER = account("owner")
HOTKEYS = [account(f"hot {number}") for number in range(6)]
COLDKEYS = [account(f"cold {number}") for number in range(6)]
BROUGHT = {1: 400_000_001, 2: 599_999_999, 3: 7}
"""By netuid: rao of each block. Subnet 2 has an owner, 3 is closed."""


def world(spec_version: int) -> EarlyChain:
    """Three subnets with all hotkeys on each; each is lent a third of the stake of the one before it, and lends it half."""
    chain = EarlyChain(spec_version, subnets=(1, 2, 3), block=1000)
    storage = chain.storage
    storage.hotkey_emission_tempo.value = 20
    storage.subnet_owner[2] = OWNER
    storage.network_registration_allowed[3] = False
    for netuid, brought in BROUGHT.items():
        storage.tempo[netuid] = 9 + netuid
        storage.emission_values[netuid] = brought
        for uid, (hotkey, coldkey) in enumerate(zip(HOTKEYS, COLDKEYS, strict=True)):
            chain.give_uid(hotkey, coldkey, netuid)
            storage.weights[netuid, uid] = pack_pairs([(to, 1 + uid * to) for to in range(6) if to != uid])
        storage.last_update[netuid] = (1001,) * 6
        storage.validator_permit[netuid] = (True,) * 4 + (False,) * 2
        storage.max_allowed_validators[netuid] = 4
        for of, (parent, child) in enumerate(pairwise(HOTKEYS)):
            storage.child_keys[parent, netuid] = ((2**64 // 3, child),)
            storage.parent_keys[child, netuid] = ((2**64 // 3, parent),)
            storage.childkey_take[child, netuid] = 2000 * of
    for number, hotkey in enumerate(HOTKEYS):
        storage.delegates[hotkey] = 3000 * number
        for coldkey in COLDKEYS[: 1 + number]:
            stake(chain, hotkey, coldkey, (number + 1) * 1000 * TAO + COLDKEYS.index(coldkey))
    return chain


def stake(chain: EarlyChain, hotkey: bytes, coldkey: bytes, rao: int) -> None:
    storage = chain.storage
    storage.stake[hotkey, coldkey] = rao
    storage.total_hotkey_stake[hotkey] += rao
    storage.total_coldkey_stake[coldkey] += rao
    storage.total_stake.value += rao


def ensure_totals(chain: EarlyChain) -> int:
    """Returns: rao of all that is staked."""
    storage, by_hotkey, by_coldkey = chain.storage, Counter[bytes](), Counter[bytes]()
    for (hotkey, coldkey), rao in storage.stake.items():
        by_hotkey[hotkey] += rao
        by_coldkey[coldkey] += rao
    assert dict(storage.total_hotkey_stake.items()) == by_hotkey
    assert dict(storage.total_coldkey_stake.items()) == by_coldkey
    assert storage.total_stake.value == by_hotkey.total()
    return by_hotkey.total()


@pytest.mark.parametrize("spec_version", [195, 202, 205, 211, 218])
def test_what_blocks_bring_waits_or_is_staked_or_is_the_owners(spec_version: int) -> None:
    chain = world(spec_version)
    storage, begin, staked = chain.storage, chain.block, ensure_totals(chain)
    paid_out = set()
    for _ in range(6):
        chain.ok(AdvanceTo(chain.block + 50))
        blocks = chain.block - begin
        issued = storage.total_issuance.value
        now = ensure_totals(chain)
        assert issued == now - staked + storage.balances[OWNER]
        emitting = BROUGHT if spec_version < 211 else {1: BROUGHT[1], 2: BROUGHT[2]}
        waiting = sum(storage.pending_emission[netuid] for netuid in BROUGHT)
        waiting += sum(rao for _, rao in storage.pendingd_hotkey_emission.items())
        lost = sum(emitting.values()) * blocks - issued - waiting
        # An epoch rounds what each earns down, to a rao and to 32 bits behind the point.
        assert 0 <= lost < blocks * 10
        paid_out |= {hotkey for hotkey, at in storage.last_hotkey_emission_drain.items() if at}
    assert paid_out == set(HOTKEYS)
    assert storage.pending_emission[3] == (0 if spec_version >= 211 else 7 * (chain.block - storage.last_mechansim_step_block[3]))


@pytest.mark.parametrize("spec_version", [195, 218])
def test_of_a_thousand_million_two_rao_are_rounded_away(spec_version: int) -> None:
    """As in the reference's own test: a miner whose two parents lend it a little, another, and a validator."""
    chain = EarlyChain(spec_version, block=1000)
    storage, stakes = chain.storage, (200_000, 150_000, 20_000, 100_000)
    for hotkey, coldkey, rao in zip(HOTKEYS, COLDKEYS, stakes, strict=False):
        chain.give_uid(hotkey, coldkey)
        stake(chain, hotkey, coldkey, rao)
    parents = ((100_000, HOTKEYS[0]), (75_000, HOTKEYS[1]))
    storage.parent_keys[HOTKEYS[2], 1] = parents
    for proportion, parent in parents:
        storage.child_keys[parent, 1] = ((proportion, HOTKEYS[2]),)
    storage.validator_permit[1] = (True,) * 4
    storage.last_update[1] = (0, 0, 0, 1001)
    storage.weights[1, 3] = pack_pairs([(1, 65535), (2, 65535)])
    storage.tempo[1], storage.hotkey_emission_tempo.value = 1000, 10
    storage.pending_emission[1] = 10**9
    while (chain.block + 1 + 1 + 2) % 1001:
        storage.block_number.value += 1
    chain.ok(AdvanceTo(chain.block + 12))
    assert ensure_totals(chain) == sum(stakes) + 10**9 - 2
    # The one validator that says something has no majority of the stake, so that all earn by their stake.
    earned = [storage.total_hotkey_stake[hotkey] - rao for hotkey, rao in zip(HOTKEYS, stakes, strict=False)]
    assert [rao * sum(stakes) // 10**9 for rao in earned] == [199_999, 149_999, 19_999, 99_999]
