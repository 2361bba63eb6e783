"""Which functions serve which spec_version.

A ruleset names, for one runtime, the function that decides each call and the seams inside the rules at which runtimes differ.
A later runtime is the ruleset before it with a few of these replaced (`attrs.evolve`), never a copied package.
"""

from collections.abc import Callable, Mapping

from attrs import frozen

from events.record import Call
from ledger.rules import (
    accounts,
    blocks,
    children,
    coinbase,
    commit_reveal,
    dividends,
    drain,
    epochs,
    hyperparameters,
    networks,
    registration,
    root,
    serving,
    stakes,
    staking,
    takes,
    terms,
    uids,
    weights,
)
from ledger.transaction import Handler, Transaction


@frozen
class Ruleset:
    """The functions of one runtime. Everything that a later runtime changes is a field."""

    spec_version: int
    calls: Mapping[type[Call], Handler]
    block_hook: tuple[Callable[[Transaction], None], ...]
    """What runs in every block, in order, after the block number moved on."""
    should_run_epoch: Callable[[Transaction, int], bool]
    """netuid → whether the subnet's epoch runs in this block."""
    run_epoch: Callable[[Transaction, int, int], list[dividends.Emission]]
    """(netuid, emission) → what each uid earned, in the chain's order; the epoch's results are in storage."""
    drain_pending_emission: Callable[[Transaction, int, int, int, int, int], None]
    """(netuid, pending alpha, pending TAO, alpha that was sold for it, owner cut)."""
    append_neuron: Callable[[Transaction, int, bytes], int]
    """(netuid, hotkey) → the new uid."""
    neuron_to_prune: Callable[[Transaction, int], uids.Candidate]
    """netuid → the neuron that a full subnet gives up."""
    replace_neuron: Callable[[Transaction, int, uids.Candidate, bytes], None]
    """(netuid, who goes, new hotkey): also says what of the old neuron is cleared."""
    weights_checks: tuple[weights.WeightsCheck, ...]
    """What weights must pass before they are stored, in order."""
    new_commit: Callable[[Transaction, int, bytes], commit_reveal.Commit]
    """(netuid, hash) → the queue's entry for a commit to weights made in this block."""
    reveal_window: Callable[[Transaction, int, commit_reveal.Commit], commit_reveal.RevealWindow]
    """(netuid, commit) → when it may be revealed, and whether that is now, later, or over."""


class UnknownSpecVersion(ValueError):
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
        **stakes.CALLS,
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
    should_run_epoch=epochs.should_run_epoch,
    run_epoch=epochs.run_epoch,
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
