"""Checker of cases of single swaps with a subnet's pool."""

from neuron_ledger.events.difference import Difference
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.stake.pool import DYNAMIC
from neuron_ledger.ledger.rules.stake.weighted_swaps import alpha_price_283, swap_alpha_for_tao_283, swap_tao_for_alpha_283
from neuron_ledger.ledger.runtime import Runtime, Tx
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.conformance.case import Case, Place, compare, number

NETUID = 1
SWAPS = {"swap_tao_for_alpha": swap_tao_for_alpha_283, "swap_alpha_for_tao": swap_alpha_for_tao_283}


def check_swap(case: Case, rules: Runtime) -> Difference[Place] | None:
    """`unit_swap`: the price before, the amounts paid in and out and the fee, the reserves after; or why it is refused."""
    storage = _pool(case, rules.layout)
    with storage.transaction():
        tx: Tx = Transaction(storage, rules)
        divergence = compare("price_bits", number(case["price_bits"]), alpha_price_283(tx, NETUID))
        try:
            swap = SWAPS[case["fn"]](tx, NETUID, number(case["amount"]), drop_fees=bool(number(case["drop_fees"])))
        except ChainError as error:
            return divergence or compare("result", case["result"], error.name)
    return (
        divergence
        or compare("result", case["result"], "ok")
        or compare("amount_paid_in", number(case["amount_paid_in"]), swap.paid_in)
        or compare("amount_paid_out", number(case["amount_paid_out"]), swap.paid_out)
        or compare("fee_paid", number(case["fee_paid"]), swap.fee)
        or compare("tao_reserve_after", number(case["tao_reserve_after"]), storage.subnet_tao[NETUID])
        or compare("alpha_reserve_after", number(case["alpha_reserve_after"]), storage.subnet_alpha_in[NETUID])
    )


def _pool(case: Case, layout: Layout) -> Storage:
    storage = Storage(layout)
    with storage.transaction():
        storage.subnet_mechanism[NETUID] = DYNAMIC
        storage.subnet_tao[NETUID] = number(case["tao_reserve"])
        storage.subnet_alpha_in[NETUID] = number(case["alpha_reserve"])
        storage.swap_swap_balancer[NETUID] = number(case["quote_weight"])
    return storage
