"""What every block emits in the draft of alpha: TAO by the TAO in pools, one alpha for each pool, and epochs everywhere.

TAO is split among mechanisms, and within each among its subnets. The alpha that a pool gets follows from its price; the rest of a
block's alpha is handed out at once, since there are no tempos. Only a part of one rao counts as issued.
Source: subtensor coinbase/run_coinbase.rs::run_coinbase, spec_version 218 of the draft (commit 1629c559b).
"""

from collections import defaultdict
from collections.abc import Sequence

from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.emission.coinbase import look_up_block_emission
from neuron_ledger.ledger.rules.emission.draft_dividends import hand_out_218_draft
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers import u96f32
from neuron_ledger.ledger.rules.numbers.fixed import I96F32, U64_MAX
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, sub_u64
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC
from neuron_ledger.ledger.rules.stake.whole_shares import increase_218_draft
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.projections.maps import StorageMap
from neuron_ledger.projections.storage import Storage


def run_coinbase_218_draft(tx: Tx) -> None:
    """Distribute a block's emission to the subnets, and hand out what is pending on each, including root.

    Raises: CannotGoOn where nothing is emitted any more: the chain's runtime panics there.
    """
    storage = tx.storage
    emission = look_up_block_emission(storage, storage.total_issuance.value)
    subnets = [netuid for netuid in tx.due_epochs if netuid != ROOT]
    if subnets and not emission:
        raise CannotGoOn("blocks no longer emit TAO: its parts cannot be distributed")
    for netuid, tao in zip(subnets, shares_of_tao(storage, subnets, emission), strict=True):
        storage.emission_values[netuid] = tao
    for netuid in subnets:
        inject_218_draft(storage, netuid, storage.emission_values[netuid], emission)
    for netuid in tx.due_epochs:
        drain_218_draft(tx, netuid)


def shares_of_tao(storage: Storage, netuids: Sequence[int], emission: int) -> list[int]:
    """The rao of a block's emission that each subnet gets: its mechanism's part by the TAO in pools, and its own part of that."""
    tao = {netuid: I96F32.from_int(storage.subnet_tao[netuid]) for netuid in netuids}
    of_mechanisms: dict[int, int] = defaultdict(int)
    for netuid in netuids:
        mechanism = storage.subnet_mechanism[netuid]
        of_mechanisms[mechanism] = I96F32.saturating_add(of_mechanisms[mechanism], tao[netuid])
    total = I96F32.saturate(sum(tao.values()))

    def share(netuid: int) -> int:
        of_mechanism = of_mechanisms[storage.subnet_mechanism[netuid]]
        part = I96F32.saturating_mul(I96F32.safe_div(of_mechanism, total), I96F32.from_int(emission))
        return I96F32.to_wrapped_int(I96F32.checked_mul(part, I96F32.safe_div(tao[netuid], of_mechanism)) or 0)

    return [share(netuid) for netuid in netuids]


def inject_218_draft(storage: Storage, netuid: int, tao: int, emission: int) -> None:
    """Put a subnet's rao into its pool, with alpha by its price; the rest of a block's alpha is pending.

    emission: rao of the whole block. A subnet without a pool gets only its part of one rao.
    """
    part = I96F32.from_int(tao) // emission
    counted = part >> I96F32.fraction
    brought, waits = counted, counted
    if storage.subnet_mechanism[netuid] == DYNAMIC:
        alpha_issuance = storage.subnet_alpha_in[netuid] + storage.subnet_alpha_out[netuid] & U64_MAX
        alpha = I96F32.from_int(look_up_block_emission(storage, alpha_issuance))
        for_pool = alpha_for_pool(part, I96F32.from_int(storage.subnet_tao[netuid]), storage.subnet_alpha_in[netuid], alpha)
        _add(storage.subnet_alpha_in, netuid, I96F32.to_wrapped_int(for_pool))
        brought, waits = tao, I96F32.to_wrapped_int(I96F32.saturating_sub(alpha, for_pool))
    _add(storage.subnet_tao, netuid, brought)
    _add(storage.pending_emission, netuid, waits)
    for counter in (storage.total_stake, storage.total_issuance):
        counter.value = add_u64(counter.value, counted)


def alpha_for_pool(part: int, tao_reserve: int, alpha_reserve: int, alpha: int) -> int:
    """The part of a block's alpha that goes to a pool: its price or its part of a block's TAO, the smaller divided by the
    greater.

    part, tao_reserve, alpha, and what is returned: I96F32. alpha_reserve: u64.
    """
    price = I96F32.safe_div(tao_reserve, I96F32.from_int(alpha_reserve))
    less, more = (price, part) if price <= part else (part, price)
    return I96F32.saturating_mul(I96F32.safe_div(less, more), alpha)


def drain_218_draft(tx: Tx, netuid: int) -> None:
    """Run a subnet's epoch on what is pending, less its owner's cut, which is removed from the alpha out, and hand it out."""
    storage = tx.storage
    waits, storage.pending_emission[netuid] = storage.pending_emission[netuid], 0
    storage.blocks_since_last_step[netuid] = 0
    storage.last_mechansim_step_block[netuid] = tx.block
    cut = I96F32.to_wrapped_int(I96F32.saturating_mul(I96F32.from_int(waits), u96f32.of_u16_max(storage.subnet_owner_cut.value)))
    if netuid in storage.subnet_owner and netuid in storage.subnet_owner_hotkey:
        increase_218_draft(storage, storage.subnet_owner_hotkey[netuid], storage.subnet_owner[netuid], netuid, cut)
        storage.subnet_alpha_out[netuid] = sub_u64(storage.subnet_alpha_out[netuid], cut)
    hand_out_218_draft(tx, netuid, tx.rules.run_epoch(tx, netuid, sub_u64(waits, cut)))


def _add(table: StorageMap[int, int], netuid: int, amount: int) -> None:
    table[netuid] = add_u64(table[netuid], amount)
