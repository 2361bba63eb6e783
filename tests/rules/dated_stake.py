"""Dated changes of pools, stake and emission. What lies between 277 and 424 is composed: no recorded cases prove it."""

from typing import Any

from attrs import evolve

from neuron_ledger.events.calls import AddStake, RemoveStake
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.emission.coinbase import run_coinbase
from neuron_ledger.ledger.rules.emission.dividends import get_parent_child_dividends_distribution
from neuron_ledger.ledger.rules.stake.positions import increase_stake_for_hotkey_and_coldkey_on_subnet
from neuron_ledger.ledger.runtime import Runtime, Tx
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, Change, account, subnet


def refusal(tx: Tx, signer: bytes | None, call: Any) -> str | None:
    """The chain's name of the error that a call ends with, which leaves nothing behind; None where it is accepted."""
    before = tx.savepoint()
    try:
        dispatch(tx, signer, call)
    except ChainError as error:
        tx.undo(before)
        return tx.rules.error_name(error)
    return None


def fee_of_ten_tao(rules: Runtime) -> int:
    with subnet(rules) as tx:
        dispatch(tx, COLD, AddStake(hotkey=HOT, netuid=1, amount_staked=10 * TAO))
        return int(tx.happened[-1].event.fee)  # type: ignore[attr-defined]


def subnet_holds(rules: Runtime) -> int:
    """What stands in the subnet's account after ten TAO were staked."""
    with subnet(rules) as tx:
        dispatch(tx, COLD, AddStake(hotkey=HOT, netuid=1, amount_staked=10 * TAO))
        return tx.storage.balances[subnet_account(1)] // TAO


def inflow(rules: Runtime) -> int | None:
    with subnet(rules) as tx:
        dispatch(tx, COLD, AddStake(hotkey=HOT, netuid=1, amount_staked=10 * TAO))
        flows = getattr(tx.storage, "subnet_tao_flow", None)
        return None if flows is None else round(flows[1] / TAO)


def shares_stand(rules: Runtime) -> list[str]:
    """The items in which a first share stands."""
    with subnet(rules) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 648)
        return [table.item.name for table in tx.storage.maps() if table.item.name.startswith("Alpha") and table]


def more_than_the_pool_takes(rules: Runtime) -> str | None:
    """What staking, without the balance for it, more than a thousand times the pool's TAO ends with."""
    with subnet(rules) as tx:
        return refusal(tx, COLD, AddStake(hotkey=HOT, netuid=1, amount_staked=1_000_001 * TAO))


def locked_stake(rules: Runtime) -> str | None:
    """What unstaking ends with where all stake is locked."""
    with subnet(rules) as tx:
        increase_stake_for_hotkey_and_coldkey_on_subnet(tx, HOT, COLD, 1, 100 * TAO)
        if "Lock" in rules.layout.items:
            tx.storage.lock[COLD, 1, HOT] = (100 * TAO, 0, 1000)
        return refusal(tx, COLD, RemoveStake(hotkey=HOT, netuid=1, amount_unstaked=50 * TAO))


# ---------------------------------------------------------------------------------------------------------- emission


def waits(rules: Runtime) -> list[str]:
    """Where alpha waits for the epoch."""
    with subnet(rules) as tx:
        tx.storage.subnet_owner_cut.value = 11_796
        tx.storage.subnet_moving_price[1] = 2 << 32
        run_coinbase(tx)
        return [table.item.name for table in tx.storage.maps() if table.item.name.startswith("Pending") and any(table.values())]


def price_after_injection(rules: Runtime) -> bool:
    """Whether the price is the same after TAO without alpha was put into the pool."""
    with subnet(rules) as tx:
        before = tx.rules.pool.price(tx, 1)
        ((tao, _),) = tx.rules.pool.room_for(tx, [(1, 100 * TAO, 0)])
        tx.storage.subnet_tao[1] += tao
        return abs(tx.rules.pool.price(tx, 1) - before) <= 1


def emission_of_equal_prices(rules: Runtime) -> list[int]:
    """How a block's TAO is shared (in %) by two subnets of one price, of which users brought TAO to the first alone."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.networks_added[2] = storage.subtoken_enabled[2] = storage.network_registration_allowed[2] = True
        storage.subnet_mechanism[2] = storage.first_emission_block_number[2] = 1
        storage.subnet_tao[2], storage.subnet_alpha_in[2], storage.subnet_alpha_out[2] = 1_000 * TAO, 4_000 * TAO, 100_000 * TAO
        storage.subnet_moving_price[2] = 1 << 32
        if "SubnetTaoFlow" in rules.layout.items:
            storage.subnet_tao_flow[1] = 50 * TAO
        shares = rules.share_emission(tx).shares
        return [round(100 * (share.tao_in + share.excess_tao) / (TAO << 32)) for share in shares]


def emits_without_token(rules: Runtime) -> bool:
    with subnet(rules) as tx:
        tx.storage.subtoken_enabled[1] = False
        return rules.emitting(tx.storage, [1]) == [1]


def emits_without_registration(rules: Runtime) -> bool:
    with subnet(rules) as tx:
        tx.storage.network_registration_allowed[1] = False
        return rules.emitting(tx.storage, [1]) == [1]


def owner_cut_switched_off(rules: Runtime) -> bool:
    """Whether the owner's cut is taken where it was switched off."""
    with subnet(rules) as tx:
        tx.storage.subnet_owner_cut.value = 11_796
        if "OwnerCutEnabled" in rules.layout.items:
            tx.storage.owner_cut_enabled[1] = False
        run_coinbase(tx)
        return tx.storage.pending_owner_cut[1] > 0


def owners_cut_is_locked(rules: Runtime) -> bool:
    """Whether the owner's cut is locked where the owner switched that on."""
    with subnet(rules) as tx:
        tx.storage.subnet_owner[1], tx.storage.subnet_owner_hotkey[1] = COLD, HOT
        if "OwnerCutAutoLockEnabled" in rules.layout.items:
            tx.storage.owner_cut_auto_lock_enabled[1] = True
        rules.pay_owner(tx, 1, 500)
        return "Lock" in rules.layout.items and tx.storage.lock[COLD, 1, HOT] == (500, 500 << 64, 1000)


def issued_in_a_block(rules: Runtime) -> int:
    """What the block adds to the issuance of balances, in TAO."""
    with subnet(rules) as tx:
        tx.storage.subnet_tao_flow[1] = TAO
        run_coinbase(tx)
        return round(tx.storage.balances_total_issuance.value / TAO)


def root_proportion_is_noted(rules: Runtime) -> bool:
    return any(step.__name__ == "note_root_proportions_365" for step in rules.block_hook)


# -------------------------------------------------------------------------------------------------------- the epoch's end


def stake_of(rules: Runtime, **chosen: Any) -> dict[str, Any]:
    """What becomes of 600 alpha that OTHER earned as a miner, whose coldkey is the subnet's owner; and what is noted of it."""
    with subnet(rules) as tx:
        storage = tx.storage
        owner, hotkey = (COLD, HOT) if chosen.get("owner") else (account("owner"), account("owner's"))
        storage.subnet_owner[1], storage.subnet_owner_hotkey[1] = owner, hotkey
        storage.owned_hotkeys[COLD] = (HOT, OTHER)
        if "RecycleOrBurn" in rules.layout.items and "recycle" in chosen:
            storage.recycle_or_burn[1] = "Recycle"
        if "AutoStakeDestination" in rules.layout.items and "auto" in chosen:
            storage.auto_stake_destination[COLD, 1] = HOT
        issued = storage.subnet_alpha_out[1]
        rules.pay_miners(tx, 1, {OTHER: 600})
        paid = {name: storage.total_hotkey_alpha[key, 1] for name, key in (("hot", HOT), ("other", OTHER))}
        noted = storage.miner_burned[1] >> 32 if "MinerBurned" in rules.layout.items else None
        gone = issued - storage.subnet_alpha_out[1]
        return {**{name: alpha for name, alpha in paid.items() if alpha}, "gone": gone, "noted": noted}


def chosen_destination(rules: Runtime) -> dict[str, Any]:
    return stake_of(rules, auto=True)


def owners_other_hotkey(rules: Runtime) -> dict[str, Any]:
    return stake_of(rules, owner=True, recycle=True)


def withheld(rules: Runtime) -> Any:
    return stake_of(rules, owner=True)["noted"]


def root_dividends(rules: Runtime) -> list[str]:
    """Where 1000 that a validator earned for its stake on root stand, when its take is nothing."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.total_hotkey_alpha[HOT, 0] = 10_000
        storage.delegates[HOT] = 0
        before = {table.item.name: dict(table) for table in storage.maps()}
        tx.rules = evolve(rules, run_epoch=lambda _tx, _netuid, _emission: [(HOT, 0, 1000)])
        tx.rules.drain_pending_emission(tx, 1, (1000, 1000, 1000, 0))
        changed = [table.item.name for table in storage.maps() if dict(table) != before[table.item.name]]
        return [name for name in changed if name.startswith(("Root", "Tao"))]


def child_burn(rules: Runtime) -> list[int]:
    """What a parent of another coldkey and a child get of 1000, where half of the parent's part would be burned."""
    with subnet(rules) as tx:
        storage = tx.storage
        storage.owner[OTHER] = account("parent")
        storage.parent_keys[HOT, 1] = ((2**64 - 1, OTHER),)
        storage.total_hotkey_alpha[OTHER, 1] = 500
        if "CKBurn" in rules.layout.items:
            storage.ck_burn.value = 2**63
        storage.childkey_take[HOT, 1] = 0
        return [part for _, part in get_parent_child_dividends_distribution(tx, HOT, 1, 1000)]


STAKE: tuple[Change, ...] = (
    Change("a pool's fee is 33 / 65535 of what is put in", 283, fee_of_ten_tao, 50_000, 10 * TAO * 33 // 65535),
    Change(
        "miners' incentives go where their owner chose",
        315,
        chosen_destination,
        {"other": 600, "gone": 0, "noted": None},
        {"hot": 600, "gone": 0, "noted": None},
    ),
    Change("a part of what parents get from children is recycled", 315, child_burn, [1000, 0], [500, 0]),
    Change(
        "incentives of all the owner's hotkeys are burned, or recycled",
        320,
        owners_other_hotkey,
        {"other": 600, "gone": 0, "noted": None},
        {"gone": 600, "noted": None},
    ),
    Change("flows of users' TAO are counted", 334, inflow, None, 10),
    Change("TAO is shared out by flow", 334, emission_of_equal_prices, [50, 50], [100, 0]),
    Change("no registration, no emission", 334, emits_without_registration, True, False),
    Change(
        "root's dividends are claimable alpha",
        334,
        root_dividends,
        ["TaoDividendsPerSubnet"],
        ["RootAlphaDividendsPerSubnet", "RootClaimable"],
    ),
    Change(
        "pending alpha is split as it accrues",
        343,
        waits,
        ["PendingEmission", "PendingOwnerCut", "PendingRootAlphaDivs"],
        ["PendingOwnerCut", "PendingRootAlphaDivs", "PendingServerEmission", "PendingValidatorEmission"],
    ),
    Change("no token, no emission", 361, emits_without_token, True, False),
    Change("root's proportion is noted", 365, root_proportion_is_noted, False, True),
    Change("shares are decimal floats", 397, shares_stand, ["Alpha"], ["AlphaV2"]),
    Change("a subnet's TAO stands in its account", 411, subnet_holds, 0, 9),
    Change("a block's TAO is minted into accounts", 411, issued_in_a_block, 0, 1),
    Change("the owner's cut can be switched off", 411, owner_cut_switched_off, True, False),
    Change("the owner's cut can lock itself", 411, owners_cut_is_locked, False, True),
    Change("locked stake stays", 411, locked_stake, None, "StakeUnavailable"),
    Change("TAO is shared out by price, root's weight and what miners got", 421, emission_of_equal_prices, [100, 0], [50, 50]),
    Change("the part withheld from miners is noted", 421, withheld, None, 1),
    Change("a pool's weights follow what is added", 423, price_after_injection, False, True),
    Change(
        "more than a pool takes is refused first",
        424,
        more_than_the_pool_takes,
        "NotEnoughBalanceToStake",
        "InsufficientLiquidity",
    ),
)
"""What changed in stake, pools and emission."""
