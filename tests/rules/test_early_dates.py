"""From 103 to 151 on the main line: what changed at which spec_version, on the numbers before and from then on."""

import pytest
from attrs import evolve

from neuron_ledger.events.calls import BurnedRegister, Register, SetWeights, SudoSet
from neuron_ledger.events.early_calls import SudoAddNetwork, SudoRegister
from neuron_ledger.events.storage.layouts_before import LAYOUT_185, early_layout
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.registration.seal import create_seal_hash, create_seal_hash_103
from neuron_ledger.ledger.runtimes.early import EARLY_RUNTIMES, EARLY_STEPS, MAIN_LINE
from neuron_ledger.replay.node.metadata.calls import ledger_call
from tests.chain_fixture import TAO, account
from tests.rules.early_chain import EarlyChain

COLD, HOT, OTHER, OWNER = account("cold"), account("hot"), account("other"), account("owner")


def at(spec_version: int) -> EarlyChain:
    """A subnet that anybody may register on, and a coldkey that can pay for it."""
    chain = EarlyChain(spec_version)
    chain.pay(COLD, 100 * TAO)
    chain.storage.difficulty[1] = 1
    return chain


def outcome(chain: EarlyChain, call: object, origin: bytes | None = None) -> str:
    """How a call ends, which leaves nothing behind."""
    mark = chain.storage.journal.mark()
    try:
        error = chain.submit(call, origin).error  # type: ignore[arg-type]
    except CannotGoOn:
        return "no such call"
    finally:
        chain.storage.journal.rollback(mark)
    return "ok" if error is None else error.name


def closed(chain: EarlyChain) -> EarlyChain:
    if "NetworkRegistrationAllowed" in chain.storage.layout.items:
        chain.storage.network_registration_allowed[1] = False
    return chain


@pytest.mark.parametrize(
    ("spec_version", "opened", "shut", "on_root"),
    [
        (110, "RegistrationDisabled", "RegistrationDisabled", "RegistrationDisabled"),
        (111, "ok", "ok", "NetworkDoesNotExist"),
        (120, "ok", "ok", "NetworkDoesNotExist"),
        (121, "ok", "RegistrationDisabled", "NetworkDoesNotExist"),
        (133, "ok", "RegistrationDisabled", "OperationNotPermittedonRootSubnet"),
        (151, "ok", "SubNetRegistrationDisabled", "RegistrationNotPermittedOnRootSubnet"),
    ],
)
def test_registration_for_the_burn(spec_version: int, opened: str, shut: str, on_root: str) -> None:
    assert outcome(at(spec_version), BurnedRegister(1, HOT), COLD) == opened
    assert outcome(closed(at(spec_version)), BurnedRegister(1, HOT), COLD) == shut
    chain = at(spec_version)
    assert outcome(chain, BurnedRegister(0, HOT), COLD) == on_root


def work(chain: EarlyChain, *, bound: bool) -> Register:
    block_hash = chain.rules.block_hash(99, 100)
    seal = create_seal_hash(block_hash, 5, HOT) if bound else create_seal_hash_103(block_hash, 5)
    return Register(1, 99, 5, seal, HOT, COLD)


@pytest.mark.parametrize(
    ("spec_version", "bound", "signer", "used", "ended"),
    [
        (111, False, "other", False, "ok"),
        (111, False, "other", True, "WorkRepeated"),
        (111, True, "other", False, "InvalidSeal"),
        (118, True, "other", True, "ok"),
        (118, False, "other", False, "InvalidSeal"),
        (120, True, "other", False, "HotkeyOriginMismatch"),
        (120, True, "hot", True, "ok"),
        (151, True, "hot", False, "ok"),
    ],
)
def test_registration_by_work(spec_version: int, bound: bool, signer: str, used: bool, ended: str) -> None:
    chain = at(spec_version)
    call = work(chain, bound=bound)
    if used:
        chain.storage.used_work[call.work] = 98
    assert outcome(chain, call, account(signer)) == ended


@pytest.mark.parametrize(
    ("spec_version", "flag"), [(121, "network_registration_allowed"), (136, "network_pow_registration_allowed")]
)
def test_the_flag_of_registration_by_work(spec_version: int, flag: str) -> None:
    chain = at(spec_version)
    chain.storage.map({"network_registration_allowed": "NetworkRegistrationAllowed"}.get(flag, "NetworkPowRegistrationAllowed"))[
        1
    ] = False
    assert outcome(chain, work(chain, bound=True), HOT) == "RegistrationDisabled"


def test_calls_that_come_and_go() -> None:
    by_force = SudoRegister(netuid=1, hotkey=HOT, coldkey=COLD, stake=0, balance=0)
    network = SudoAddNetwork(netuid=2, tempo=9, modality=0)
    assert [outcome(at(number), by_force) for number in (103, 135, 136)] == ["ok", "ok", "no such call"]
    on_root = SudoRegister(netuid=0, hotkey=HOT, coldkey=COLD, stake=0, balance=0)
    assert [outcome(at(number), on_root) for number in (127, 133)] == ["NetworkDoesNotExist", "OperationNotPermittedonRootSubnet"]
    assert [outcome(at(number), network) for number in (103, 127, 133)] == ["ok", "ok", "no such call"]


@pytest.mark.parametrize(
    ("name", "netuid", "value", "by_number"),
    [
        ("tempo", 1, 65535, {120: "no such call", 121: "InvalidTempo", 133: "ok"}),
        ("validator_batch_size", 1, 5, {126: "ok", 127: "no such call"}),
        ("burn", 1, 5, {127: "ok", 133: "no such call"}),
        ("immunity_period", 1, 7201, {127: "ok", 133: "StorageValueOutOfRange", 135: "StorageValueOutOfRange", 136: "ok"}),
        ("senate_required_stake_perc", 0, 5, {122: "no such call", 123: "ok", 127: "ok", 133: "no such call"}),
        ("max_subnets", 0, 5, {133: "no such call", 134: "ok"}),
        (
            "scaling_law_power",
            1,
            101,
            {135: "StorageValueOutOfRange", 136: "AdminUtils.StorageValueOutOfRange", 139: "no such call"},
        ),
        ("max_allowed_validators", 1, 5000, {127: "ok", 133: "StorageValueOutOfRange", 136: "AdminUtils.StorageValueOutOfRange"}),
        ("kappa", 9, 5, {135: "NetworkDoesNotExist", 136: "AdminUtils.NetworkDoesNotExist"}),
        ("kappa", 9, 5, {149: "AdminUtils.NetworkDoesNotExist", 151: "AdminUtils.SubnetDoesNotExist"}),
    ],
)
def test_what_root_may_set(name: str, netuid: int, value: int, by_number: dict[int, str]) -> None:
    assert {number: outcome(at(number), SudoSet(name, netuid, value)) for number in by_number} == by_number


@pytest.mark.parametrize(
    ("name", "owners"),
    [
        ("immunity_period", {133, 134, 136, 139, 141, 142, 143, 149, 151}),
        ("kappa", {136, 142, 143, 149, 151}),
        ("difficulty", {142, 143, 149, 151}),
        ("adjustment_interval", {136}),
        ("min_burn", {136, 139, 141, 142, 143, 149, 151}),
    ],
)
def test_what_owners_may_set(name: str, owners: set[int]) -> None:
    found = set()
    for number in (133, 134, 136, 139, 141, 142, 143, 149, 151):
        chain = at(number)
        chain.storage.subnet_owner[1] = OWNER
        if outcome(chain, SudoSet(name, 1, 5), OWNER) == "ok":
            found.add(number)
    assert found == owners


def test_one_call_had_another_name_first() -> None:
    call = ledger_call("sudo_set_registration_allowed", {"netuid": 1, "registration_allowed": False})
    assert call == SudoSet("network_registration_allowed", 1, 0)


@pytest.mark.parametrize(("spec_version", "stored"), [(116, [10922, 54612]), (117, [13107, 65535])])
def test_weights_are_parts_of_their_sum_and_then_of_the_greatest(spec_version: int, stored: list[int]) -> None:
    chain = at(spec_version)
    for hotkey in (HOT, OTHER):
        chain.give_uid(hotkey, COLD)
    chain.storage.validator_permit[1] = (True, True)
    chain.put("MinAllowedWeights", {1: 1})
    chain.put("MaxWeightsLimit", {1: 65535})
    chain.storage.weights_version_key[1] = 5
    call = SetWeights(netuid=1, dests=(0, 1), weights=(1, 5), version_key=5)
    chain.ok(call, HOT)
    assert [weight for _, weight in pairs(chain.storage.weights[1, 0])] == stored
    newer = SetWeights(netuid=1, dests=(0, 1), weights=(1, 5), version_key=6)
    chain.storage.last_update[1] = (0, 0)
    assert outcome(chain, newer, HOT) == "IncorrectNetworkVersionKey"
    later = evolve(at(118).rules, layout=chain.rules.layout)
    chain.rules = later
    assert outcome(chain, newer, HOT) == "ok"


def test_layouts_end_in_that_of_185() -> None:
    assert list(early_layout(151).items) == list(LAYOUT_185.items)
    numbers = [runtime.spec_version for runtime in EARLY_RUNTIMES]
    assert 185 in numbers[numbers.index(MAIN_LINE[-1]) + 1 :]
    grown = [len(early_layout(number).items) for number in EARLY_STEPS if number <= 151]
    assert grown[0] == len(early_layout(103).items) < grown[-1]
