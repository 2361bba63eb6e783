"""spec_version 385 (March 2026).

Coldkeys are swapped by announcement. Validators gather voting power where a subnet tracks it. A subnet has at most 256 uids.
A subnet's owner can buy alpha to burn it. When stake on root changes hands, the record of what was claimed for it moves along.
"""

from attrs import evolve

from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.accounts.balances import issued_as_before
from neuron_ledger.ledger.rules.epoch.dated_run import update_voting_power_385
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, mechanism_setters, owner_calls
from neuron_ledger.ledger.rules.migrations import keys as keys_migrations
from neuron_ledger.ledger.rules.stake import after_moves, order_calls
from neuron_ledger.ledger.rules.swaps import announcement_calls, dated_coldkeys, dated_hotkeys, hotkeys
from neuron_ledger.ledger.rules.swaps.coldkeys import run_scheduled_swaps
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import inserted, without

ADDED = added(
    "VotingPower",
    "VotingPowerTrackingEnabled",
    "VotingPowerDisableAtBlock",
    "VotingPowerEmaAlpha",
    "StartCallDelay",
    "ColdkeySwapAnnouncementDelay",
    "ColdkeySwapReannouncementDelay",
    "ColdkeySwapAnnouncements",
    "ColdkeySwapDisputes",
)

GONE = ("ColdkeySwapScheduleDuration", "ColdkeySwapRescheduleDuration", "ColdkeySwapScheduled", "ScheduledColdkeySwaps")


def step_385(before: Runtime) -> Runtime:
    """The runtime before it, with what 385 changed."""
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_385, dated_tables.GONE_385),
        swaps=evolve(
            before.swaps,
            on_subnet=inserted(before.swaps.on_subnet, hotkeys.carry_dividends, dated_hotkeys.carry_voting_power_385),
            coldkey=dated_coldkeys.COLDKEY_385,
        ),
        migrations=(*before.migrations, keys_migrations.announce_scheduled_swaps_385),
        block_hook=without(before.block_hook, run_scheduled_swaps),
        layout=before.layout.without(GONE).with_items(ADDED).with_defaults({"MaxAllowedUids": 256}),
        parameter_setters={**before.parameter_setters, **mechanism_setters.SETTERS_385},
        issuance_after_fee=issued_as_before,
        after_epoch=(*before.after_epoch, update_voting_power_385),
        orders=evolve(before.orders, before_handing=(*before.orders.before_handing, after_moves.claims_follow_385)),
        calls={**before.calls, **order_calls.CALLS_385, **owner_calls.CALLS_385, **announcement_calls.CALLS_385},
    )
