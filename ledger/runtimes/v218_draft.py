"""spec_version 218 of the draft of alpha (January 2025, commit 1629c559b), which ran beside the main chain's line.

Subnets have alpha and pools; stake is shares of it, whole numbers. Every block runs an epoch on every subnet and on root, a mock:
who has stake earns, and weights count for nothing. Registration, weights, commits and prices are as they were on the main line. A
block brings TAO by the TAO in pools, and one alpha for each of these. Nothing leads on from here: alpha came to the main chain at
233, otherwise.
"""

from attrs import evolve

from neuron_ledger.events.storage.layout_218_draft import LAYOUT_218_DRAFT
from neuron_ledger.ledger.rules import last_blocks
from neuron_ledger.ledger.rules.accounts import balances, transfer_calls
from neuron_ledger.ledger.rules.accounts import calls as accounts
from neuron_ledger.ledger.rules.blocks import calls as blocks
from neuron_ledger.ledger.rules.blocks import hashes
from neuron_ledger.ledger.rules.emission import draft_coinbase
from neuron_ledger.ledger.rules.epoch import mock
from neuron_ledger.ledger.rules.hyperparameters import owner_limits
from neuron_ledger.ledger.rules.registration import terms
from neuron_ledger.ledger.rules.stake import childkey_takes, draft_calls, draft_pools, whole_shares
from neuron_ledger.ledger.rules.weights import setting
from neuron_ledger.ledger.runtimes.not_yet import NOTHING_YET

V218_DRAFT = evolve(
    NOTHING_YET,
    spec_version=218,
    tree="draft",
    layout=LAYOUT_218_DRAFT,
    calls={
        **blocks.CALLS,
        **accounts.CALLS,
        **transfer_calls.CALLS,
        **draft_calls.CALLS_218_DRAFT,
    },
    # Blocks, epochs and emission.
    last_blocks=last_blocks.OWN_ITEMS,
    block_hash=hashes.block_hash,
    due_epochs=mock.due_epochs_218_draft,
    block_hook=(terms.adjust_registration_terms_for_networks, draft_coinbase.run_coinbase_218_draft),
    run_epoch=mock.run_epoch_218_draft,
    storage_index=setting.storage_index,
    # Stake and pools.
    shares=whole_shares.WHOLE_SHARES_218_DRAFT,
    tao=balances.TAO_BOOK,
    pool=draft_pools.POOL_218_DRAFT,
    least_childkey_take=childkey_takes.nothing,
    # Hyperparameters.
    parameters_are_frozen=owner_limits.never_frozen,
)
