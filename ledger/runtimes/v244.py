"""spec_version 244 (February 2025): validators are paid the part of their dividends that alpha earned.

A share that is too small, or would make others so, is taken out whole. The stake from before alpha, and unused items, are removed
from storage. Hotkeys can be associated with coldkeys; where others stake on one within a limit, or move stake to it, it becomes a
delegate. Raising takes is limited by hotkey. A subnet's owner hotkey can have children without stake.
"""

from functools import partial

from attrs import evolve

from neuron_ledger.events.associations import TryAssociateHotkey
from neuron_ledger.events.calls import DecreaseTake, IncreaseTake
from neuron_ledger.events.storage.layouts_dtao import dtao_layout
from neuron_ledger.ledger.rules.accounts import calls as accounts
from neuron_ledger.ledger.rules.accounts import owners
from neuron_ledger.ledger.rules.emission import dtao
from neuron_ledger.ledger.rules.hyperparameters import dtao_tables
from neuron_ledger.ledger.rules.migrations import dtao as migrations
from neuron_ledger.ledger.rules.stake import calls as stake
from neuron_ledger.ledger.rules.stake import children, dtao_orders, share_books, transitions
from neuron_ledger.ledger.rules.tao_stake import dtao_swap_calls
from neuron_ledger.ledger.runtime import Runtime


def step_244(before: Runtime) -> Runtime:
    """The runtime before it, with what 244 changed."""
    return evolve(
        before,
        early_migrations=migrations.MIGRATIONS_244,
        layout=dtao_layout(244),
        calls={
            **before.calls,
            TryAssociateHotkey: accounts.CALLS[TryAssociateHotkey],
            **{call: stake.CALLS[call] for call in (IncreaseTake, DecreaseTake)},
        },
        create_account=owners.create_listed_account,
        parameter_steps={**before.parameter_steps, **dtao_tables.STEPS_244},
        schedule_children=partial(children.schedule_children_after, children.COOLDOWN_233),
        swaps=dtao_swap_calls.SWAPS_244,
        orders=evolve(
            before.orders,
            movable=dtao_orders.MOVABLE_244,
            name_delegate=transitions.become_delegate_of_others,
        ),
        shares=share_books.BINARY_SHARES,
        drain_pending_emission=dtao.drain_pending_emission_244,
    )
