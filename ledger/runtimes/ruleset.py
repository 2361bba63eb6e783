"""Which functions serve which spec_version.

A ruleset names, for one runtime, the function that decides each call and the seams inside the rules at which runtimes differ.
A later runtime is the ruleset before it with a few of these replaced (`attrs.evolve`), never a copied package.
"""

from collections.abc import Mapping

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.rules import accounts, blocks, hyperparameters, networks, serving
from neuron_ledger.ledger.rules.emission import coinbase, drain
from neuron_ledger.ledger.rules.epoch import due
from neuron_ledger.ledger.rules.registration import calls as registration
from neuron_ledger.ledger.rules.registration import root, terms, uids
from neuron_ledger.ledger.rules.stake import calls as staking
from neuron_ledger.ledger.rules.stake import children, positions, takes
from neuron_ledger.ledger.rules.weights import calls as weights
from neuron_ledger.ledger.rules.weights import commit_reveal
from neuron_ledger.ledger.transaction import Ruleset


class UnknownSpecVersion(NeuronLedgerError, ValueError):
    """No rules are built for this spec_version."""


def ruleset(spec_version: int) -> Ruleset:
    """The rules of a spec_version. Raises: UnknownSpecVersion."""
    try:
        return RULESETS[spec_version]
    except KeyError:
        known = ", ".join(str(version) for version in sorted(RULESETS))
        raise UnknownSpecVersion(f"no rules for spec_version {spec_version}; there are rules for {known}") from None


RULES_277 = Ruleset(
    spec_version=277,
    calls={
        **blocks.CALLS,
        **accounts.CALLS,
        **registration.CALLS,
        **root.CALLS,
        **uids.CALLS,
        **positions.CALLS,
        **staking.CALLS,
        **takes.CALLS,
        **children.CALLS,
        **networks.CALLS,
        **weights.CALLS,
        **commit_reveal.CALLS,
        **serving.CALLS,
        **hyperparameters.CALLS,
    },
    block_hook=(terms.adjust_registration_terms_for_networks, coinbase.run_coinbase, children.set_pending_children),
    should_run_epoch=due.should_run_epoch,
    run_epoch=due.run_epoch,
    drain_pending_emission=drain.drain_pending_emission,
    append_neuron=uids.append_neuron,
    neuron_to_prune=uids.neuron_to_prune,
    replace_neuron=uids.replace_neuron,
    weights_checks=weights.CHECKS,
    new_commit=commit_reveal.new_commit,
    reveal_window=commit_reveal.reveal_window,
)

RULESETS: Mapping[int, Ruleset] = {rules.spec_version: rules for rules in (RULES_277,)}
"""Every ruleset by its spec_version."""
