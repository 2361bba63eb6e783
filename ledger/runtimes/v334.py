"""spec_version 334 (November 2025).

TAO is distributed by its flow into subnets. Root's dividends are kept as alpha to be claimed. The senate is gone, and so is
the limit on single weights. No hotkey can be both child and parent of another. The epoch of a subnet with a duplicate hotkey is
skipped. A price limit that the pool refuses fails with the pool's own error.
"""

from attrs import evolve

from neuron_ledger.events.associations import AdjustSenate
from neuron_ledger.events.storage.items_424 import added
from neuron_ledger.ledger.rules.emission import coinbase, handout, injection, shares, slots
from neuron_ledger.ledger.rules.hyperparameters import dated_tables, owner_calls
from neuron_ledger.ledger.rules.migrations import emission as emission_migrations
from neuron_ledger.ledger.rules.migrations import keys as keys_migrations
from neuron_ledger.ledger.rules.migrations import stake as stake_migrations
from neuron_ledger.ledger.rules.migrations import subnets as subnets_migrations
from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import root, uids
from neuron_ledger.ledger.rules.stake import after_moves, children, claim_calls, limits, root_claims, root_index
from neuron_ledger.ledger.rules.subnets import beginning, ending, pay_out
from neuron_ledger.ledger.rules.swaps import coldkeys, dated_coldkeys, dated_hotkeys, hotkeys
from neuron_ledger.ledger.rules.swaps.coldkeys import run_scheduled_swaps
from neuron_ledger.ledger.rules.weights import setting
from neuron_ledger.ledger.runtime import BlockStep, Runtime
from neuron_ledger.ledger.runtimes.change import inserted, inserted_before, instead, without

ADDED = added(
    "RootAlphaDividendsPerSubnet",
    "PendingRootAlphaDivs",
    "RootClaimableThreshold",
    "RootClaimable",
    "RootClaimed",
    "RootClaimType",
    "StakingColdkeysByIndex",
    "StakingColdkeys",
    "NumStakingColdkeys",
    "NumRootClaim",
    "AlphaMapLastKey",
    "SubnetTaoFlow",
    "SubnetEmaTaoFlow",
    "TaoFlowCutoff",
    "FlowNormExponent",
    "FlowEmaSmoothingFactor",
)
GONE = (
    "SenateMembers",
    "SenateRequiredStakePercentage",
    "TaoDividendsPerSubnet",
    "PendingRootDivs",
    "PendingAlphaSwapped",
)


def step_334(before: Runtime) -> Runtime:
    """The runtime before it, with what 334 changed."""
    later: dict[BlockStep, BlockStep] = {
        children.set_pending_children: children.set_pending_children_334,
        coinbase.run_due_epochs: slots.run_due_epochs_334,
    }
    return evolve(
        before,
        parameter_steps=dated_tables.changed(before.parameter_steps, dated_tables.STEPS_334, dated_tables.GONE_334),
        swaps=evolve(
            before.swaps,
            on_subnet=inserted(
                instead(
                    without(
                        before.swaps.on_subnet,
                        hotkeys.carry_parents,
                        hotkeys.carry_pending_children,
                        hotkeys.carry_tao_dividends,
                    ),
                    {hotkeys.carry_children: dated_hotkeys.carry_relations_334},
                ),
                hotkeys.rename_in_pending_children,
                dated_hotkeys.carry_auto_stake_334,
                dated_hotkeys.carry_root_claims_334,
            ),
            all_subnets_after=without(before.swaps.all_subnets_after, hotkeys.swap_senator),
            coldkey=instead(before.swaps.coldkey, {coldkeys.carry_shares: dated_coldkeys.carry_shares_334}),
        ),
        calls={
            **{call: handler for call, handler in before.calls.items() if call is not AdjustSenate},
            **claim_calls.CALLS_334,
            **registration.CALLS_334,
            **owner_calls.CALLS_334,
        },
        migrations=(
            *before.migrations,
            subnets_migrations.remove_senate_334,
            keys_migrations.renumber_limits_334,
            stake_migrations.mend_children_334,
            subnets_migrations.set_kappa_334,
            emission_migrations.remove_tao_dividends_334,
        ),
        layout=before.layout.without(GONE).with_items(ADDED).with_defaults({"MaxWeightsLimit": 65535}),
        first_parameters=beginning.FIRST_PARAMETERS_334,
        dissolve_network=(
            ending.forget_root_claims_334,
            *instead(before.dissolve_network, {pay_out.END_STAKES_320: pay_out.END_STAKES_334}),
        ),
        cleared_with_network=ending.CLEARED_334,
        emitting=shares.emitting_334,
        share_emission=shares.share_by_flow_334,
        emission_steps=(injection.inject_334, injection.mint_alpha_out_334, coinbase.cut_for_owners, injection.accumulate_334),
        take_pending=injection.take_pending_334,
        orders=evolve(before.orders, within_limit=limits.something_334),
        drain_pending_emission=handout.distribute_emission_334,
        after_staking=(*before.after_staking, after_moves.note_inflow_334, after_moves.join_root_334),
        after_unstaking=(*before.after_unstaking, after_moves.leave_root_334, after_moves.note_outflow_334),
        schedule_children=children.schedule_children_334,
        block_hook=inserted_before(
            inserted(instead(before.block_hook, later), slots.run_due_epochs_334, injection.move_prices_334),
            run_scheduled_swaps,
            root_claims.claim_by_itself_334,
            root_index.index_root_coldkeys_334,
        ),
        weights_checks=without(before.weights_checks, setting.no_weight_above_limit),
        immune_owner_uids=uids.oldest_of_owner_334,
        after_root_registration=without(before.after_root_registration, root.join_senate_if_eligible),
    )
