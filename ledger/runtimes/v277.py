"""spec_version 277 (June 2025): later runtimes are described by how they differ from it.

A subnet has one mechanism. A hotkey registers by burn or by proof of work, within limits per block and interval; at the end of an
interval both prices are adjusted to its registrations. A full subnet prunes the uid with the lowest pruning score of the last
epoch; there always is one. Newcomers inherit whatever of their predecessor's values is not cleared, including the last update.

Setting weights always requires stake and a permit. Commits are kept with the blocks between which they may be revealed; a
timelocked one whose pulse is missing is dropped in the epoch that would have revealed it.

A subnet's epoch runs in every block in which block + netuid + 1 is tempo modulo tempo + 1, however many are due at once. TAO is
distributed by moving prices; root's part of the alpha is sold as it accrues. Pools hold a constant product.

Joining the root network makes a hotkey a delegate and, with enough stake, a senator.
"""

from neuron_ledger.events.storage.layout import LAYOUT_277
from neuron_ledger.ledger.rules import last_blocks
from neuron_ledger.ledger.rules.accounts import (
    balances,
    empty_calls,
    identities,
    identity_calls,
    owners,
    transfer_calls,
)
from neuron_ledger.ledger.rules.accounts import calls as accounts
from neuron_ledger.ledger.rules.blocks import calls as blocks
from neuron_ledger.ledger.rules.blocks import hashes
from neuron_ledger.ledger.rules.commitments import bonds, reveals
from neuron_ledger.ledger.rules.commitments import calls as commitments
from neuron_ledger.ledger.rules.emission import coinbase, dividends, drain
from neuron_ledger.ledger.rules.epoch import run, steps
from neuron_ledger.ledger.rules.hyperparameters import calls as hyperparameters
from neuron_ledger.ledger.rules.hyperparameters import owner_calls, owner_limits
from neuron_ledger.ledger.rules.hyperparameters import setters as parameter_setters
from neuron_ledger.ledger.rules.hyperparameters import tables as parameter_tables
from neuron_ledger.ledger.rules.migrations import emission as migrations
from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import checks, root, terms, uids
from neuron_ledger.ledger.rules.serving import calls as serving
from neuron_ledger.ledger.rules.serving import checks as endpoint_checks
from neuron_ledger.ledger.rules.stake import (
    alpha,
    childkey_takes,
    children,
    limits,
    move_calls,
    moves,
    orders,
    share_books,
    swaps,
    transitions,
)
from neuron_ledger.ledger.rules.stake import calls as stake
from neuron_ledger.ledger.rules.stake import checks as stake_checks
from neuron_ledger.ledger.rules.subnets import beginning, ending, new_networks
from neuron_ledger.ledger.rules.subnets import calls as subnets
from neuron_ledger.ledger.rules.swaps import calls as swap_calls
from neuron_ledger.ledger.rules.swaps import coldkeys
from neuron_ledger.ledger.rules.weights import calls as weights
from neuron_ledger.ledger.rules.weights import commit_epochs, commit_reveal, setting, timelock, timelock_calls, timelock_payload
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.trading import Orders

V277 = Runtime(
    spec_version=277,
    layout=LAYOUT_277,
    every_upgrade=(migrations.recount_total_issuance,),
    calls={
        **blocks.CALLS,
        **accounts.CALLS,
        **transfer_calls.CALLS,
        **identity_calls.CALLS,
        **empty_calls.CALLS,
        **registration.CALLS,
        **stake.CALLS,
        **move_calls.CALLS,
        **subnets.CALLS,
        **weights.CALLS,
        **timelock_calls.CALLS,
        **serving.CALLS,
        **hyperparameters.CALLS,
        **owner_calls.CALLS,
        **swap_calls.CALLS,
        **commitments.CALLS,
    },
    block_hash=hashes.block_hash,
    create_account=owners.create_listed_account,
    issuance_after_fee=balances.issued_less_fee_195,
    last_blocks=last_blocks.OWN_ITEMS,
    due_epochs=run.due_epochs,
    block_hook=(
        swap_calls.clean_up_hotkey_swap_records,
        terms.adjust_registration_terms_for_networks,
        coinbase.run_coinbase,
        coinbase.run_due_epochs,
        children.set_pending_children,
        coldkeys.run_scheduled_swaps,
        reveals.reveal_commitments,
    ),
    registration_limits=checks.ensure_within_registration_limits,
    registration_checks=checks.CHECKS,
    pay_for_registration=checks.burn_for_registration,
    after_registration=(checks.count_burned_registration, checks.book_recycled_burn),
    append_neuron=uids.append_neuron,
    neuron_to_prune=uids.neuron_to_prune,
    immune_owner_uids=uids.owners_hotkey,
    losing_score=uids.pruning_score,
    prune_queue=uids.queue_by_score_and_age,
    replace_neuron=uids.replace_neuron,
    clear_neuron=uids.nothing_is_cleared,
    root_stake=root.stake_on_root,
    after_root_registration=(root.join_senate_if_eligible, root.become_delegate),
    register_network=new_networks.STEPS,
    free_netuid=beginning.lowest_free_netuid,
    first_parameters=beginning.FIRST_PARAMETERS,
    begin_subnet=(beginning.init_network, beginning.set_first_parameters, beginning.keep_registration_counters),
    subnet_identity=identities.OF_SUBNETS,
    start_call_delay=subnets.seven_days,
    dissolve_network=ending.STEPS,
    cleared_with_network=ending.CLEARED_WITH_A_NETWORK,
    parameter_steps=parameter_tables.STEPS,
    parameter_setters=parameter_setters.SETTERS,
    parameters_are_frozen=owner_limits.never_frozen,
    storage_index=setting.storage_index,
    weights_checks=setting.CHECKS,
    commit_checks=commit_reveal.COMMIT_CHECKS,
    new_commit=commit_reveal.new_commit,
    reveal_window=commit_reveal.reveal_window,
    commit_target=commit_reveal.anywhere,
    item_failed=weights.item_failed,
    timelock_queue=timelock.QUEUE,
    commit_epoch=commit_epochs.commit_epoch,
    open_timelock=timelock_payload.open_by_beacon,
    read_timelock=timelock_payload.read_payload,
    epoch_index=commit_epochs.epoch_index,
    reset_bonds=bonds.reset_bonds,
    axon_checks=endpoint_checks.AXON_CHECKS,
    prometheus_checks=endpoint_checks.PROMETHEUS_CHECKS,
    shares=share_books.BINARY_SHARES,
    tao=balances.TAO_BOOK,
    may_unstake=orders.anybody_may_unstake,
    schedule_children=children.schedule_children,
    least_childkey_take=childkey_takes.nothing,
    nomination_cleared=orders.nothing_was_locked,
    swaps=swap_calls.SWAPS,
    orders=Orders(
        least=moves.MIN_STAKE,
        offered=orders.as_asked,
        bound=limits.unbounded,
        most_added=limits.most_added,
        most_removed=limits.most_removed,
        relative_price=limits.relative_price,
        within_limit=limits.something,
        move=transitions.move_at_fixed_fee,
        is_traded=transitions.always_traded,
        free_of_fee=transitions.never_free,
        is_enabled=stake_checks.is_subtoken_enabled,
        before_staking=(stake_checks.ensure_subtoken_enabled,),
        movable=stake_checks.MOVABLE,
        unstaking_fee=moves.unstaking_fee,
        all_there=move_calls.all_that_may_leave,
        name_delegate=transitions.become_delegate_of_others,
        note_block=moves.note_block,
        least_nomination=moves.least_nomination,
        clear_nominations=moves.clear_small_nominations,
        tao_of_moves=balances.TAO_IN_NO_ACCOUNT,
    ),
    pool=swaps.POOL,
    count_alpha=alpha.alpha_is_not_counted,
    emitting=coinbase.emitting,
    share_emission=coinbase.share_by_moving_price,
    emission_steps=(coinbase.inject, coinbase.cut_for_owners, coinbase.accumulate, coinbase.move_prices),
    before_drain=(timelock.reveal_in_epoch,),
    take_pending=coinbase.take_pending,
    drain_pending_emission=drain.drain_pending_emission,
    share_with_parents=dividends.get_parent_child_dividends_distribution,
    childkey_burn=dividends.nothing_is_burned,
    pay_owner=drain.pay_owner,
    pay_miners=drain.pay_miners,
    run_epoch=run.run_epoch,
    read_epoch=run.read_epoch,
    epoch=steps.STEPS,
)
