"""Subnets, their parameters and identities in the draft of alpha, 218 beside the main line."""

from pathlib import Path

import pytest

from neuron_ledger.events.associations import AdjustSenate, BecomeDelegate, Faucet, ScheduleDissolveNetwork, SetTaoWeights
from neuron_ledger.events.calls import SetChildkeyTake, SetChildren, SudoSet, SudoSetAlphaValues
from neuron_ledger.events.early_calls import DissolveOwnNetwork, SetIdentityOfSix, SetSubnetIdentityOfThree
from neuron_ledger.events.parameters import SudoSetNetworkMaxStake
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.hyperparameters.early_tables import STEPS_218_DRAFT
from neuron_ledger.ledger.rules.subnets.symbols import SYMBOLS_218_DRAFT
from neuron_ledger.ledger.runtimes.v218_draft import V218_DRAFT
from neuron_ledger.replay.importers.call_list import import_calls
from neuron_ledger.replay.node.metadata.calls import ledger_call
from neuron_ledger.replay.proof.audit import audit
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

COLD, HOT, OWNER, OTHER = map(account, ("cold", "hot", "owner", "other"))
ALL = 2**64 - 1


@pytest.fixture
def chain() -> EarlyChain:
    chain = EarlyChain(V218_DRAFT, block=1000)
    chain.pay(COLD, 10 * TAO)
    chain.storage.total_issuance.value = 100 * TAO
    chain.storage.subnet_owner[1] = OWNER
    return chain


def as_named(name: str, /, **arguments: object) -> Call:
    """The ledger's call for one of the chain's."""
    return ledger_call(name, arguments, V218_DRAFT.earlier_forms)


def begin(mechid: int = 1, hotkey: bytes = HOT) -> Call:
    return as_named("register_network", hotkey=hotkey, mechid=mechid)


# --------------------------------------------------------------------------------------------------------- subnets


def test_a_subnet_begins_with_a_neuron_and_nearly_no_pool(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.kappa[2] = 7
    chain.ok(begin(), COLD)
    assert {name: storage.map(name)[2] for name in ("SubnetTAO", "SubnetAlphaIn", "SubnetMechanism", "NetworkRegisteredAt")} == {
        "SubnetTAO": 1,
        "SubnetAlphaIn": 1,
        "SubnetMechanism": 1,
        "NetworkRegisteredAt": 1000,
    }
    first = {
        "NetworksAdded": True,
        "SubnetworkN": 1,
        "Tempo": 30,
        "NetworkModality": 0,
        "NetworkRegistrationAllowed": True,
        "MaxAllowedUids": 256,
        "MaxAllowedValidators": 64,
        "MinAllowedWeights": 1,
        "MaxWeightsLimit": 65535,
        "AdjustmentInterval": 360,
        "TargetRegistrationsPerInterval": 1,
        "AdjustmentAlpha": 17_893_341_751_498_265_066,
        "ImmunityPeriod": 5000,
        "MinBurn": 1,
        "MinDifficulty": ALL,
        "MaxDifficulty": ALL,
        "Kappa": 7,
        "Difficulty": 10_000_000,
        "ActivityCutoff": 5000,
        "EmissionValues": 0,
        "RegistrationsThisInterval": 0,
        "POWRegistrationsThisInterval": 0,
        "BurnRegistrationsThisInterval": 0,
        "TaoWeightOnSubnet": 3_320_413_933_267_719_290,
        "SubnetOwner": COLD,
        "SubnetOwnerHotkey": HOT,
        "TokenSymbol": "β".encode(),
    }
    assert {name: storage.map(name).get(2, None) for name in first} == first
    absent = "SubnetAlphaOut", "SubnetLocked", "Burn", "NetworkPowRegistrationAllowed", "SubnetIdentities", "Rho"
    assert [name for name in absent if 2 in storage.map(name)] == []
    assert (storage.keys[2, 0], storage.owner[HOT], storage.stake[HOT, COLD], storage.last_update[2]) == (HOT, COLD, 0, (1000,))
    assert (storage.network_last_lock_cost.value, storage.network_last_registered.value) == (TAO, 1000)
    assert (storage.total_issuance.value, storage.balances[COLD], storage.total_networks.value) == (99 * TAO, 9 * TAO, 3)
    assert storage.total_stake.value == 0
    # Twice a TAO, less 833333 rao (a TAO in 1200 parts) a block.
    storage.block_number.value = 1010
    chain.ok(begin(hotkey=OTHER), COLD)
    assert storage.network_last_lock_cost.value == 2 * TAO - 10 * 833_333


def test_faults_of_a_subnets_registration_in_the_chains_order(chain: EarlyChain) -> None:
    storage = chain.storage
    storage.network_last_registered.value = 991
    chain.give_uid(HOT, OTHER)

    def name(mechid: int = 0, hotkey: bytes = HOT, signer: bytes | None = COLD) -> str:
        return chain.refused(begin(mechid, hotkey), signer).name

    assert name(signer=None) == "BadOrigin"
    assert name() == "HotKeyNotDelegateAndSignerNotOwnHotKey"
    assert name(hotkey=OTHER) == "MechanismDoesNotExist"
    assert name(1, OTHER) == "NetworkTxRateLimitExceeded"
    storage.network_last_registered.value = 990
    chain.pay(COLD, TAO)
    assert name(1, OTHER) == "NotEnoughBalanceToStake"
    storage.network_last_registered.value = 0
    chain.ok(begin(1, OTHER), COLD)
    assert (storage.network_last_lock_cost.value, storage.balances[COLD]) == (TAO - 500, 500)


def test_a_subnet_may_begin_with_an_identity_and_none_ends(chain: EarlyChain) -> None:
    texts = {"subnet_name": b"n" * 256, "github_repo": b"g" * 1024, "subnet_contact": b"c" * 1024}
    longer = {**texts, "subnet_contact": b"c" * 1025}
    asked = {"hotkey": HOT, "mechid": 1}
    assert chain.refused(as_named("register_network_with_identity", **asked, identity=longer), COLD).name == "InvalidIdentity"
    chain.ok(as_named("register_network_with_identity", **asked, identity=texts), COLD)
    assert chain.storage.map("SubnetIdentities")[2] == tuple(texts.values())
    before = chain.storage.digest()
    for call in (
        as_named("dissolve_network", _netuid=2),
        ScheduleDissolveNetwork(2),
        SetTaoWeights(0, HOT, (1,), (), 0),
        as_named("sudo_hotfix_swap_coldkey_delegates", _old_coldkey=HOT, _new_coldkey=COLD),
    ):
        chain.ok(call, OTHER)
    assert isinstance(as_named("dissolve_network", _netuid=2), DissolveOwnNetwork)
    assert chain.storage.digest() == before
    assert chain.refused(Faucet(1, 2, b""), COLD).name == "FaucetDisabled"


def test_symbols_are_those_of_the_draft() -> None:
    """The Greek letters have a last sigma and a tau, the Arabic ones a yeh, and after 133 comes nothing."""
    letters = {0: "Τ", 18: "σ", 19: "τ", 25: "א", 52: "ا", 80: "ى", 81: "ي", 82: "ᚠ", 98: "ა", 104: "Ա", 116: "Ѕ", 117: "Ⲁ"}
    assert {netuid: SYMBOLS_218_DRAFT[netuid] for netuid in letters} == letters
    assert (len(SYMBOLS_218_DRAFT), SYMBOLS_218_DRAFT[133]) == (134, "ⴵ")


# ------------------------------------------------------------------------------------------------------- parameters


def words(names: str) -> list[str]:
    return names.split()


BY_ROOT = words("""
    sudo_set_default_take sudo_set_tx_rate_limit sudo_set_adjustment_interval sudo_set_max_allowed_uids
    sudo_set_target_registrations_per_interval sudo_set_max_allowed_validators sudo_set_max_registrations_per_block
    sudo_set_subnet_owner_cut sudo_set_network_rate_limit sudo_set_tempo sudo_set_total_issuance
    sudo_set_network_immunity_period sudo_set_network_min_lock_cost sudo_set_subnet_limit sudo_set_lock_reduction_interval
    sudo_set_rao_recycled sudo_set_weights_min_stake sudo_set_nominator_min_required_stake
    sudo_set_tx_delegate_take_rate_limit sudo_set_min_delegate_take sudo_set_coldkey_swap_schedule_duration
    sudo_set_tx_childkey_take_rate_limit sudo_set_min_childkey_take sudo_set_max_childkey_take
""")
BY_OWNER = words("""
    sudo_set_serving_rate_limit sudo_set_min_difficulty sudo_set_max_difficulty sudo_set_weights_version_key
    sudo_set_weights_set_rate_limit sudo_set_adjustment_alpha sudo_set_max_weight_limit sudo_set_immunity_period
    sudo_set_min_allowed_weights sudo_set_kappa sudo_set_rho sudo_set_activity_cutoff sudo_set_network_registration_allowed
    sudo_set_network_pow_registration_allowed sudo_set_min_burn sudo_set_max_burn sudo_set_difficulty
    sudo_set_bonds_moving_average sudo_set_commit_reveal_weights_enabled sudo_set_liquid_alpha_enabled
    sudo_set_commit_reveal_weights_interval
""")
OF_ANY_NETUID = words("""
    sudo_set_serving_rate_limit sudo_set_network_registration_allowed sudo_set_network_pow_registration_allowed
    sudo_set_liquid_alpha_enabled
""")


def parameters() -> dict[str, str]:
    """By the chain's call: the parameter that it sets."""
    named = V218_DRAFT.layout.hyperparameters
    return {str(named[name].call): name for name in STEPS_218_DRAFT}


@pytest.mark.parametrize("call", [*BY_ROOT, *BY_OWNER])
def test_who_sets_a_parameter(chain: EarlyChain, call: str) -> None:
    storage = chain.storage
    parameter = V218_DRAFT.layout.hyperparameters[parameters()[call]]
    netuid, key = (0, ()) if parameter.whole_chain else (1, 1)
    arguments = {parameter.argument: 1} if parameter.whole_chain else {"netuid": 1, parameter.argument: 1}
    if parameter.is_flag:
        arguments[parameter.argument] = True
    asked = as_named(call, **arguments)
    assert asked == SudoSet(parameter.name, netuid, 1)
    assert chain.refused(asked, COLD).name == "BadOrigin"
    if call in BY_ROOT:
        assert chain.refused(asked, OWNER).name == "BadOrigin"
    chain.ok(asked, OWNER if call in BY_OWNER else None)
    assert storage.map(parameter.item)[key] == 1
    if parameter.whole_chain:
        return
    elsewhere = SudoSet(parameter.name, 9, 1)
    if call in OF_ANY_NETUID:
        chain.ok(elsewhere)
    else:
        assert chain.refused(elsewhere).name == "AdminUtils.SubnetDoesNotExist"


def test_all_of_them_are_there() -> None:
    assert set(parameters()) == {*BY_ROOT, *BY_OWNER}


def test_what_is_asked_of_some_values(chain: EarlyChain) -> None:
    storage = chain.storage
    chain.give_uid(HOT, COLD)
    assert chain.refused(SudoSet("max_allowed_uids", 1, 1)).name == "AdminUtils.MaxAllowedUIdsLessThanCurrentUIds"
    chain.ok(SudoSet("max_allowed_uids", 1, 2))
    assert chain.refused(SudoSet("max_allowed_validators", 1, 3)).name == "AdminUtils.MaxValidatorsLargerThanMaxUIds"
    chain.ok(SudoSetNetworkMaxStake(9, ALL))
    assert dict(storage.map("NetworkMaxStake")) == {9: ALL}
    values = SudoSetAlphaValues(1, 1, 52428)
    assert chain.refused(values).name == "BadOrigin", "root is not the owner"
    assert chain.refused(values, OWNER).name == "LiquidAlphaDisabled"
    storage.liquid_alpha_on[1] = True
    assert chain.refused(SudoSetAlphaValues(1, 0, 52427), OWNER).name == "AlphaHighTooLow"
    assert chain.refused(SudoSetAlphaValues(1, 52428, 52428), OWNER).name == "AlphaLowOutOfRange"
    chain.ok(values, OWNER)
    assert storage.alpha_values[1] == (1, 52428)


def test_nominations_that_become_too_small_are_given_back(chain: EarlyChain) -> None:
    storage, other_hot = chain.storage, account("other hot")
    chain.give_uid(HOT, COLD)
    for coldkey, shares in ((COLD, 4), (OTHER, 4), (OWNER, 8)):
        storage.alpha[HOT, coldkey, 1] = shares
    storage.total_hotkey_shares[HOT, 1] = storage.total_hotkey_alpha[HOT, 1] = 16
    storage.subnet_tao[1], storage.subnet_alpha_out[1], storage.total_stake.value = 1000, 16, 1000
    storage.owner[other_hot] = OTHER
    chain.pay(OTHER, 1000)
    chain.ok(SudoSet("nominator_min_required_stake", 0, 5))
    assert {coldkey: shares for (_, coldkey, _), shares in storage.alpha.items()} == {COLD: 4, OWNER: 8}
    assert (storage.balances[OTHER], storage.total_hotkey_alpha[HOT, 1]) == (1004, 12), "a stable subnet: one for one"
    chain.ok(SudoSet("nominator_min_required_stake", 0, 4))
    assert storage.nominator_min_required_stake.value == 4


# -------------------------------------------------------------------------------------- identities, children, takes


def test_identities_have_six_texts_and_three(chain: EarlyChain) -> None:
    six = {"name": b"n" * 256, "url": b"u" * 256, "image": b"i" * 1024}
    six |= {"discord": b"d" * 256, "description": b"e" * 1024, "additional": b"a" * 1024}
    call = as_named("set_identity", **six)
    assert isinstance(call, SetIdentityOfSix)
    assert chain.refused(call, COLD).name == "HotKeyNotRegisteredInNetwork"
    chain.give_uid(HOT, COLD)
    assert chain.refused(as_named("set_identity", **{**six, "discord": b"d" * 257}), COLD).name == "InvalidIdentity"
    chain.ok(call, COLD)
    assert dict(chain.storage.map("Identities")) == {COLD: tuple(six.values())}
    of_subnet = as_named("set_subnet_identity", netuid=1, subnet_name=b"n", github_repo=b"", subnet_contact=b"c")
    assert isinstance(of_subnet, SetSubnetIdentityOfThree)
    assert chain.refused(of_subnet, COLD).name == "NotSubnetOwner"
    chain.ok(of_subnet, OWNER)
    assert dict(chain.storage.map("SubnetIdentities")) == {1: (b"n", b"", b"c")}


def test_children_takes_and_senators(chain: EarlyChain) -> None:
    storage = chain.storage
    chain.give_uid(HOT, COLD)
    chain.ok(SetChildren(HOT, 1, ((ALL, OTHER),)), COLD)
    assert dict(storage.parent_keys) == {(OTHER, 1): ((ALL, HOT),)}
    storage.block_number.value = 1059
    assert chain.refused(SetChildren(HOT, 1, ()), COLD).name == "TxRateLimitExceeded"
    storage.block_number.value = 1060
    chain.ok(SetChildren(HOT, 1, ()), COLD)
    chain.ok(SetChildkeyTake(HOT, 1, 5), COLD)
    assert chain.refused(SetChildkeyTake(HOT, 1, 4), COLD).name == "TxChildkeyTakeRateLimitExceeded"
    chain.ok(BecomeDelegate(HOT), COLD)
    assert (storage.delegates[HOT], storage.last_tx_block[COLD]) == (11796, 1060)
    assert chain.refused(AdjustSenate(HOT), COLD).name == "HotKeyNotRegisteredInSubNet"


def test_calls_are_submitted_by_the_chains_names_of_that_time(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(
        '{"block": 0, "call": "create_root_network", "args": {}}\n'
        f'{{"block": 0, "call": "force_set_balance", "args": {{"who": "{COLD.hex()}", "new_free": {10 * TAO}}}}}\n'
        f'{{"block": 20, "signer": "{COLD.hex()}", "call": "register_network", '
        f'"args": {{"hotkey": "{HOT.hex()}", "mechid": 1}}}}\n'
    )
    with Ledger.in_memory(spec_version="218-draft") as ledger:
        assert import_calls(ledger, path).refused == 0
        assert ledger.storage.subnet_owner_hotkey[1] == HOT
        assert not audit(ledger.log).findings
