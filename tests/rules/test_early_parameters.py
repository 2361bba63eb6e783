"""Setting hyperparameters before 277: who may, what is checked, and where the value stands."""

import pytest

from neuron_ledger.events.calls import SudoSet
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.replay.node.metadata.calls import ledger_call
from tests.chain_fixture import account
from tests.rules.early_chain import EarlyChain

OWNER = account("owner")


@pytest.mark.parametrize(
    ("spec_version", "call", "arguments", "item", "key", "value"),
    [
        (103, "sudo_set_default_take", {"default_take": 5}, "DefaultTake", (), 5),
        (143, "sudo_set_default_take", {"default_take": 5}, "DefaultTake", (), 5),
        (185, "sudo_set_default_take", {"default_take": 5}, "MaxTake", (), 5),
        (185, "sudo_set_min_delegate_take", {"take": 6}, "MinTake", (), 6),
        (185, "sudo_set_commit_reveal_weights_interval", {"netuid": 1, "interval": 9}, "WeightCommitRevealInterval", 1, 9),
        (185, "sudo_set_target_stakes_per_interval", {"target_stakes_per_interval": 9}, "TargetStakesPerInterval", (), 9),
        (143, "sudo_set_weights_min_stake", {"min_stake": 8}, "WeightsMinStake", (), 8),
        (143, "sudo_set_subnet_limit", {"max_subnets": 8}, "SubnetLimit", (), 8),
        (103, "sudo_set_burn", {"netuid": 1, "burn": 8}, "Burn", 1, 8),
        (103, "sudo_set_validator_epoch_len", {"netuid": 1, "validator_epoch_length": 8}, "ValidatorEpochLen", 1, 8),
        (103, "sudo_set_scaling_law_power", {"netuid": 1, "scaling_law_power": 100}, "ScalingLawPower", 1, 100),
        (103, "sudo_set_serving_rate_limit", {"netuid": 9, "serving_rate_limit": 3}, "ServingRateLimit", 9, 3),
    ],
)
def test_calls_of_the_chain_set_what_it_had_then(
    spec_version: int, call: str, arguments: dict[str, int], item: str, key: object, value: int
) -> None:
    chain = EarlyChain(spec_version)
    chain.ok(ledger_call(call, arguments, chain.rules.earlier_forms))
    assert dict(chain.storage.map(item))[key] == value


@pytest.mark.parametrize(
    ("spec_version", "name", "netuid", "value", "error"),
    [
        (103, "kappa", 9, 1, "NetworkDoesNotExist"),
        (143, "kappa", 9, 1, "AdminUtils.NetworkDoesNotExist"),
        (185, "kappa", 9, 1, "AdminUtils.SubnetDoesNotExist"),
        (103, "max_allowed_uids", 1, 8, "MaxAllowedUIdsNotAllowed"),
        (143, "max_allowed_uids", 1, 1, "AdminUtils.MaxAllowedUIdsNotAllowed"),
        (185, "max_allowed_uids", 1, 1, "AdminUtils.MaxAllowedUIdsLessThanCurrentUIds"),
        (143, "max_allowed_validators", 1, 9, "AdminUtils.StorageValueOutOfRange"),
        (185, "max_allowed_validators", 1, 9, "AdminUtils.MaxValidatorsLargerThanMaxUIds"),
        (103, "scaling_law_power", 1, 101, "StorageValueOutOfRange"),
        (103, "validator_exclude_quantile", 1, 101, "StorageValueOutOfRange"),
    ],
)
def test_what_root_is_refused(spec_version: int, name: str, netuid: int, value: int, error: str) -> None:
    chain = EarlyChain(spec_version)
    chain.storage.max_allowed_uids[1] = 8
    chain.give_uid(account("hot"), account("cold"))
    assert chain.refused(SudoSet(name, netuid, value)).name == error


def test_at_103_validators_are_not_counted_against_uids_and_uids_only_become_more() -> None:
    chain = EarlyChain(103)
    chain.storage.max_allowed_uids[1] = 8
    chain.ok(SudoSet("max_allowed_validators", 1, 9))
    chain.ok(SudoSet("max_allowed_uids", 1, 9))


@pytest.mark.parametrize(
    ("name", "owners"),
    [
        *((name, True) for name in ("min_burn", "difficulty", "min_difficulty", "weights_set_rate_limit", "serving_rate_limit")),
        *((name, False) for name in ("tempo", "adjustment_interval", "target_registrations_per_interval", "rao_recycled")),
    ],
)
def test_since_136_owners_set_most(name: str, owners: bool) -> None:
    for spec_version in (143, 185):
        chain = EarlyChain(spec_version)
        chain.storage.subnet_owner[1] = OWNER
        assert chain.refused(SudoSet(name, 1, 7), account("anybody")).name == "BadOrigin"
        if owners:
            chain.ok(SudoSet(name, 1, 7), OWNER)
        else:
            assert chain.refused(SudoSet(name, 1, 7), OWNER).name == "BadOrigin"
        chain.ok(SudoSet(name, 1, 7))


def test_there_are_calls_that_a_runtime_does_not_have() -> None:
    with pytest.raises(CannotGoOn, match="sudo_set_tempo is not a call that the rules of spec_version 103 decide"):
        EarlyChain(103).submit(SudoSet("tempo", 1, 5))


def test_an_axon_needs_a_port_since_120() -> None:
    from neuron_ledger.events.calls import ServeAxon

    for spec_version, accepted in ((103, True), (143, False), (185, False)):
        chain = EarlyChain(spec_version)
        hotkey = account("hot")
        chain.give_uid(hotkey, account("cold"))
        decision = chain.submit(ServeAxon(1, 1, 0x01020304, 0, 4, 0, 0, 0), hotkey)
        assert (decision.error is None) is accepted
