"""Every error that a call can end with, provoked for real: a line for each stands in the tables of `tests/rules/refusals_*.py`.

The reference names more errors that its calls of these names cannot end with at spec_version 277. They have no class here:
- no code of the pallet raises them: NotEnoughStake, ColdkeyIsInArbitration, CannotUnstakeLock,
  NotEnoughAlphaOutToRecycle;
- register_network always asks for the dynamic mechanism: MechanismDoesNotExist;
- only other calls raise them. EVM keys: UnableToRecoverPublicKey, InvalidRecoveredPublicKey. The senate's votes: NotSenateMember.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from neuron_ledger.events.calls import UpgradeRuntime
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.ledger import errors
from neuron_ledger.ledger.errors import ChainError, pools
from neuron_ledger.ledger.errors.registration import NoNeuronIdAvailable, RegistrationNotPermittedOnRootSubnet
from neuron_ledger.ledger.errors.stake import DelegateTakeTooLow
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.proof.audit import audit
from tests.rules.refusals import Refusal, Refusals
from tests.rules.refusals_associations import ASSOCIATIONS
from tests.rules.refusals_commitments import COMMITMENTS
from tests.rules.refusals_registration import REGISTRATION
from tests.rules.refusals_stake import STAKE
from tests.rules.refusals_stake_moves import STAKE_MOVES
from tests.rules.refusals_subnets import SUBNETS
from tests.rules.refusals_swaps import SWAPS
from tests.rules.refusals_weights import WEIGHTS_TABLES

OF_UPGRADES = {"SpecVersionNotBuilt", "SpecVersionNeedsToIncrease"}
"""Provoked in test_runtimes.py, where there is a runtime to go to."""

OF_LATER_RUNTIMES = {
    *("MechanismDoesNotExist", "IncorrectCommitRevealVersion", "InvalidRevealRound"),
    *("ColdkeySwapAnnounced", "ColdkeySwapDisputed"),
}
"""Provoked in dated_weights.py and test_mechanism_weights.py."""

OF_LATER_NETWORKS = {
    *("ChildParentInconsistency", "CannotAffordLockCost", "SubnetLimitReached", "SymbolDoesNotExist", "SymbolAlreadyInUse"),
}
"""Provoked in dated_networks.py and test_later_networks.py."""

OF_LATER_REGISTRATIONS = {
    *("CannotUseSystemAccount", "InvalidValue", "RegistrationPriceLimitExceeded", "TrimmingWouldExceedMaxImmunePercentage"),
}
"""Provoked in test_later_registration.py: calls and checks that 277 has not."""

OF_LATER_PARAMETERS = {
    *("RevealPeriodTooLarge", "RevealPeriodTooSmall", "TooManyUIDsPerMechanism", "AdminActionProhibitedDuringWeightsWindow"),
    *("TempoOutOfBounds", "ActivityCutoffFactorMilliOutOfBounds", "DynamicTempoBlockedByCommitReveal"),
    *("EpochTriggerAlreadyPending", "AutoEpochAlreadyImminent", "VotingPowerTrackingNotEnabled", "InvalidVotingPowerEmaAlpha"),
    *("MaxAllowedUidsLessThanMinAllowedUids", "MaxAllowedUidsGreaterThanDefaultMaxAllowedUids"),
    *("MinAllowedUidsGreaterThanCurrentUids", "MinAllowedUidsGreaterThanMaxAllowedUids", "NegativeSigmoidSteepness"),
    *("RevealPeriodOutOfBounds", "ValueNotInBounds", "ParameterOutOfBounds", "NotPermittedOnRootSubnet"),
    *("POWRegistrationDisabled", "CallDeprecated"),
}
"""Provoked in test_later_parameters.py, test_owners_parameters.py and dated_parameters.py."""

OF_LATER_SWAPS = {
    *(
        "ActiveLockExists",
        "ColdkeySwapAnnouncementNotFound",
        "ColdkeySwapReannouncedTooEarly",
        "AnnouncedColdkeyHashDoesNotMatch",
    ),
    *("ColdkeySwapTooEarly", "ColdkeySwapClearTooEarly", "ColdkeySwapAlreadyDisputed", "Deprecated"),
    *("NewHotKeyNotCleanForRootSwap", "DisabledTemporarily"),
}
"""Provoked in test_announced_swaps.py and dated_swaps.py."""

OF_EARLIER_NETWORKS = {
    *("AllNetworksInImmunity", "NetworkExist", "InvalidModality", "InvalidTempo", "InvalidEmissionValues"),
    *("InvalidConnectionRequirement", "DidNotPassConnectedNetworkRequirement", "WorkRepeated"),
}
"""Provoked in test_early_networks.py and test_early_registration.py."""

OF_EARLIER_STAKE = {
    *("BalanceWithdrawalError", "HotKeyNotDelegateAndSignerNotOwnHotKey", "HotKeyAlreadyDelegate", "StakeToWithdrawIsZero"),
    *(
        "StakeRateLimitExceeded",
        "UnstakeRateLimitExceeded",
        "StakingRateLimitExceeded",
        "NomStakeBelowMinimumThreshold",
        "NotRootSubnet",
    ),
    *("WeightsCommitNotAllowed", "InvalidRevealCommitTempo", "CommitmentSetRateLimitExceeded"),
}
"""Provoked in test_tao_stake.py, test_tao_stake_calls.py, test_noted_stake.py test_early_weights.py and test_dtao_calls.py."""

OF_EARLIER_SWAPS = {
    *("SameColdkey", "NoBalanceToTransfer", "ColdkeyIsInArbitration", "InsufficientBalanceToPerformColdkeySwap"),
    *("DuplicateColdkey", "MaxColdkeyDestinationsReached"),
}
"""Provoked in test_swaps_of_2024.py."""

NEVER_ACCEPTED = {"faucet/1": "FaucetDisabled", "schedule_dissolve_network/1": "CallDisabled"}
"""Calls that are always refused, and how: provoked in test_identities.py."""

TABLES: tuple[Refusals, ...] = (
    *REGISTRATION,
    *ASSOCIATIONS,
    *WEIGHTS_TABLES,
    *STAKE,
    *STAKE_MOVES,
    *SUBNETS,
    *SWAPS,
    *COMMITMENTS,
)


def name_of(refusals: Refusals) -> str:
    return refusals.accepted().call.tag


def lines() -> Iterator[Any]:
    for refusals in TABLES:
        for number, line in enumerate(refusals.lines()):
            yield pytest.param(refusals, line, id=f"{name_of(refusals)}-{number}-{line.name}")


def test_every_error_has_a_line() -> None:
    classes = {cls.__name__ for cls in ChainError.__subclasses__() if cls.__module__.startswith(errors.__name__)}
    of_pools = {name for name, value in vars(pools).items() if getattr(value, "__module__", "") == pools.__name__}
    classes -= of_pools - {pools.BelowMinimum.__name__}
    classes -= OF_UPGRADES | OF_LATER_RUNTIMES | OF_LATER_NETWORKS | OF_LATER_REGISTRATIONS | {*NEVER_ACCEPTED.values()}
    classes -= OF_LATER_PARAMETERS | OF_LATER_SWAPS | OF_EARLIER_STAKE | OF_EARLIER_NETWORKS | OF_EARLIER_SWAPS
    names = {cls.chain_name or cls.__name__ for cls in ChainError.__subclasses__() if cls.__name__ in classes}
    assert names == {line.name for refusals in TABLES for line in refusals.lines()}


def test_every_call_has_a_table() -> None:
    tags = {cls.tag for cls in TIMELINE.runtime(277).calls}
    assert tags - {UpgradeRuntime.tag, *NEVER_ACCEPTED} == {name_of(refusals) for refusals in TABLES}


@pytest.mark.parametrize("refusals", TABLES, ids=name_of)
def test_without_a_fault_the_call_is_accepted(refusals: Refusals) -> None:
    attempt = refusals.accepted()
    receipt = attempt.ledger().submit(attempt.call, attempt.signer)
    assert receipt.error is None


@pytest.mark.parametrize(("refusals", "line"), list(lines()))
def test_a_fault_is_refused_by_its_name_and_values(refusals: Refusals, line: Refusal) -> None:
    """The error says what was asked and what would have been needed; it is recorded, and nothing else changes.

    (Some faults break an invariant: the situation is one that calls alone would not have led to.)
    """
    attempt = refusals.accepted()
    line.fault(attempt)
    with attempt.ledger() as ledger:
        before = ledger.storage.digest()
        receipt = ledger.submit(attempt.call, attempt.signer)
        assert receipt.error is not None
        assert (receipt.error.name, receipt.error.values) == (line.name, line.values)
        assert receipt.events == (ExtrinsicFailed(error=line.name, detail=receipt.error.detail()),)
        assert ledger.storage.digest() == before
        assert [finding for finding in audit(ledger.log).findings if "invariant" not in finding.what] == []


@pytest.mark.parametrize("refusals", TABLES, ids=name_of)
def test_of_two_faults_the_one_that_the_chain_checks_first_is_named(refusals: Refusals) -> None:
    for first, second in refusals.ordered_pairs():
        attempt = refusals.accepted()
        second.fault(attempt)
        first.fault(attempt)
        error = attempt.chain.submit(attempt.call, attempt.signer).error
        assert error is not None, f"{first.name} and {second.name} are not refused"
        assert error.name == first.name, f"{first.name} comes before {second.name}"


def test_three_errors_got_other_names_at_149() -> None:
    """Two of them until 151 alone."""
    names = {
        spec_version: [
            TIMELINE.runtime(spec_version).error_names.get(error, error.__name__)
            for error in (NoNeuronIdAvailable, RegistrationNotPermittedOnRootSubnet, DelegateTakeTooLow)
        ]
        for spec_version in (145, 149, 151)
    }
    assert names == {
        145: ["NetworkDoesNotExist", "OperationNotPermittedonRootSubnet", "DelegateTakeTooLow"],
        149: ["NoNeuronIdAvailable", "OperationNotPermittedOnRootSubnet", "InvalidTake"],
        151: ["NoNeuronIdAvailable", "RegistrationNotPermittedOnRootSubnet", "DelegateTakeTooLow"],
    }
