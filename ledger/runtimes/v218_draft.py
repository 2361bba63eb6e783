"""spec_version 218 of the draft of alpha (January 2025, commit 1629c559b), which ran beside the main chain's line.

Subnets have alpha and pools; stake is shares of it, whole numbers. Every block runs a mock epoch on every subnet and on root:
stake earns, and weights count for nothing. Registration, weights, commits and prices are as on the main line. A block emits TAO
in proportion to the TAO in pools, and one alpha for each of these. No upgrade leads on from here: alpha came to the main chain at
233, in another form.
"""

from functools import partial

from attrs import evolve

from neuron_ledger.events.storage.layout_218_draft import LAYOUT_218_DRAFT
from neuron_ledger.ledger.rules import last_blocks
from neuron_ledger.ledger.rules.accounts import balances, empty_calls, identities, identity_calls, transfer_calls
from neuron_ledger.ledger.rules.accounts import calls as accounts
from neuron_ledger.ledger.rules.blocks import calls as blocks
from neuron_ledger.ledger.rules.blocks import hashes
from neuron_ledger.ledger.rules.emission import draft_coinbase
from neuron_ledger.ledger.rules.epoch import mock
from neuron_ledger.ledger.rules.hyperparameters import calls as hyperparameters
from neuron_ledger.ledger.rules.hyperparameters import early_tables, owner_calls, owner_limits
from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import checks, early_calls, early_uids, root, terms, uids
from neuron_ledger.ledger.rules.serving import calls as serving
from neuron_ledger.ledger.rules.serving import checks as endpoint_checks
from neuron_ledger.ledger.rules.stake import calls as stake
from neuron_ledger.ledger.rules.stake import childkey_takes, children, draft_calls, draft_pools, whole_shares
from neuron_ledger.ledger.rules.subnets import draft_calls as subnet_calls
from neuron_ledger.ledger.rules.subnets import draft_networks, early_networks
from neuron_ledger.ledger.rules.swaps import coldkeys
from neuron_ledger.ledger.rules.tao_stake import draft_swaps, positions, set_cost_swap_calls, take_calls
from neuron_ledger.ledger.rules.weights import commit_reveal, early_setting, setting
from neuron_ledger.ledger.rules.weights import early_calls as weights
from neuron_ledger.ledger.runtimes.not_yet import NOTHING_YET

SET_CHILDREN_RATE_LIMIT = 60
"""Blocks between two calls that set the children of a hotkey on a subnet: two tempos by default."""

V218_DRAFT = evolve(
    NOTHING_YET,
    spec_version=218,
    tree="draft",
    layout=LAYOUT_218_DRAFT,
    calls={
        **blocks.CALLS,
        **accounts.CALLS_103,
        **transfer_calls.CALLS,
        **identity_calls.CALLS_195,
        **empty_calls.CALLS_218_DRAFT,
        **registration.CALLS,
        **subnet_calls.CALLS,
        **weights.CALLS_205,
        **serving.CALLS,
        **hyperparameters.CALLS,
        **owner_calls.CALLS_195,
        **stake.CALLS_195,
        **take_calls.CALLS_195,
        **draft_calls.CALLS_218_DRAFT,
        **set_cost_swap_calls.CALLS_195,
    },
    earlier_forms={**identity_calls.FORMS_195, **subnet_calls.FORMS, **set_cost_swap_calls.FORMS_195},
    create_account=positions.create_listed_account_159,
    issuance_after_fee=balances.issued_less_fee_195,
    # Uids.
    registration_limits=checks.ensure_within_registration_limits,
    registration_checks=early_calls.CHECKS_218_DRAFT,
    pay_for_registration=early_calls.paid_on_the_way,
    after_registration=(checks.count_burned_registration, checks.book_recycled_burn),
    append_neuron=uids.append_neuron,
    neuron_to_prune=uids.neuron_to_prune,
    immune_owner_uids=early_uids.nobody_is_spared,
    losing_score=uids.pruning_score,
    prune_queue=uids.queue_by_score_and_age,
    replace_neuron=early_uids.replace_neuron_218_draft,
    clear_neuron=uids.nothing_is_cleared,
    root_stake=root.stake_on_root,
    after_root_registration=(root.join_senate_if_eligible, root.become_delegate),
    # Subnets.
    register_network=draft_networks.STEPS,
    free_netuid=draft_networks.lowest_netuid_218_draft,
    first_parameters=early_networks.FIRST_PARAMETERS_142,
    begin_subnet=draft_networks.BEGIN,
    subnet_identity=identities.OF_SUBNETS_195,
    # Weights and endpoints.
    storage_index=setting.storage_index,
    weights_checks=early_setting.CHECKS_218_DRAFT,
    commit_checks=commit_reveal.COMMIT_CHECKS,
    new_commit=commit_reveal.new_commit,
    reveal_window=commit_reveal.reveal_window,
    commit_target=commit_reveal.anywhere,
    axon_checks=endpoint_checks.AXON_CHECKS,
    prometheus_checks=endpoint_checks.AXON_CHECKS,
    # Blocks, epochs and emission.
    last_blocks=last_blocks.OWN_ITEMS_218_DRAFT,
    block_hash=hashes.block_hash,
    due_epochs=mock.due_epochs_218_draft,
    block_hook=(
        terms.adjust_registration_terms_153,
        draft_coinbase.run_coinbase_218_draft,
        coldkeys.run_scheduled_swaps,
    ),
    run_epoch=mock.run_epoch_218_draft,
    # Stake and pools.
    shares=whole_shares.WHOLE_SHARES_218_DRAFT,
    tao=balances.TAO_BOOK,
    pool=draft_pools.POOL_218_DRAFT,
    schedule_children=partial(children.set_children_at_once_195, SET_CHILDREN_RATE_LIMIT),
    least_childkey_take=childkey_takes.nothing,
    # Keys.
    swaps=draft_swaps.SWAPS,
    # Hyperparameters.
    parameter_steps=early_tables.STEPS_218_DRAFT,
    parameter_setters={},
    parameters_are_frozen=owner_limits.never_frozen,
)
