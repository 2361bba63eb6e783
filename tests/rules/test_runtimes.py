"""Runtimes: a second one made of twelve changes to 277, each in force where it should be; upgrades, and how readers take them."""

import pytest
from attrs import evolve

from neuron_ledger.events.calls import (
    AdvanceTo,
    BurnedRegister,
    CreateRootNetwork,
    ForceRegister,
    GrantStake,
    RegisterNetwork,
    SetWeights,
    SudoSet,
    UpgradeRuntime,
)
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.ledger import RuntimeUpgraded
from neuron_ledger.events.registration import NeuronReplaced
from neuron_ledger.events.subnets import HyperparameterSet
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn, UnknownSpecVersion
from neuron_ledger.ledger.errors.origins import SpecVersionNeedsToIncrease, SpecVersionNotBuilt
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.blocks.calls import advance_to
from neuron_ledger.ledger.rules.epoch.run import read_epoch
from neuron_ledger.ledger.rules.epoch.steps import trace_epoch
from neuron_ledger.ledger.rules.epoch.working import Epoch
from neuron_ledger.ledger.rules.registration.calls import burned_register
from neuron_ledger.ledger.rules.weights.calls import set_weights
from neuron_ledger.ledger.runtime import Runtime, Tx, call_table, handles
from neuron_ledger.ledger.runtimes.change import instead, with_steps, without
from neuron_ledger.ledger.runtimes.timeline import TIMELINE, Timeline
from neuron_ledger.ledger.runtimes.v277 import V277
from neuron_ledger.ledger.transaction import Transaction
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.questions.explain import explain
from neuron_ledger.replay.questions.recorded_epochs import recorded_epoch
from tests.chain_fixture import TAO, Chain, account
from tests.ledger_fixture import open_subnets
from tests.rules.other_runtime import BANNED, BOTH, OTHER, V900

OLD, NEW = (BOTH.runtime(version) for version in (277, OTHER))
EACH = pytest.mark.parametrize("rules", [OLD, NEW], ids=["277", "900"])


def is_new(rules: Runtime) -> bool:
    return rules.spec_version == OTHER


# ------------------------------------------------------------------------------------------------- the twelve changes


def full_subnet(rules: Runtime) -> Chain:
    """Three neurons on a subnet that takes no more. The second has the lowest pruning score, the third the least emission."""
    chain = Chain(rules=rules)
    chain.seat("a", "b", "c")
    storage = chain.storage
    storage.max_allowed_uids[1], storage.immunity_period[1] = 3, 10
    storage.pruning_scores[1], storage.emission[1] = (9, 1, 9), (2**40, 2**40, 2**40 - 1)
    storage.block_number.value = 200
    return chain


@EACH
def test_a_full_subnet_prunes_by_score_or_by_emission(rules: Runtime) -> None:
    chain = full_subnet(rules)
    (replaced,) = [e for e in chain.ok(ForceRegister(1, account("d"), account("e"))) if isinstance(e, NeuronReplaced)]
    assert (replaced.uid, replaced.pruning_score) == ((2, 2**40 - 1) if is_new(rules) else (1, 1))


@EACH
def test_where_all_are_immune_somebody_goes_or_nobody_comes(rules: Runtime) -> None:
    chain = full_subnet(rules)
    chain.storage.immunity_period[1] = 1000
    call = ForceRegister(1, account("d"), account("e"))
    if is_new(rules):
        assert chain.refused(call).name == "NoNeuronIdAvailable"
    else:
        chain.ok(call)


@EACH
def test_a_newcomer_inherits_the_last_update_or_has_its_own(rules: Runtime) -> None:
    chain = full_subnet(rules)
    chain.ok(ForceRegister(1, account("d"), account("e")))
    assert chain.storage.last_update[1] == ((100, 100, 200) if is_new(rules) else (100, 100, 100))


@EACH
def test_an_error_has_another_name(rules: Runtime) -> None:
    chain = Chain(rules=rules)
    error = chain.refused(ForceRegister(9, account("a"), account("b")))
    assert error.name == ("SubnetNotExists" if is_new(rules) else "SubNetworkDoesNotExist")
    assert str(error) == f"{error.name}: there is no subnet with this netuid (netuid=9)"


@EACH
def test_an_absent_entry_has_another_default(rules: Runtime) -> None:
    assert Chain(rules=rules).storage.burn[1] == (TAO // 10 if is_new(rules) else TAO)


@EACH
def test_the_price_decays_with_every_block_or_stays_for_its_interval(rules: Runtime) -> None:
    chain = Chain(rules=rules)
    chain.storage.burn[1], chain.storage.adjustment_interval[1] = TAO, 100
    chain.advance(2)
    assert chain.storage.burn[1] == (TAO * 81 // 100 if is_new(rules) else TAO)


@EACH
def test_epochs_that_are_due_at_once_run_at_once_or_wait(rules: Runtime) -> None:
    chain = Chain(subnets=(1, 2, 3), rules=rules)
    ran: dict[int, list[int]] = {1: [], 2: [], 3: []}
    for netuid, tempo in ((1, 5), (2, 5), (3, 4)):
        chain.storage.tempo[netuid] = tempo
        chain.storage.last_mechansim_step_block[netuid] = chain.block
    for _ in range(12):
        for event in chain.advance():
            if isinstance(event, EpochCompleted) and event.netuid < 4096:
                ran[event.netuid].append(chain.block)
    if is_new(rules):
        assert ran == {1: [105, 110], 2: [106, 111], 3: [104, 108, 112]}
    else:
        assert ran == {1: [105, 111], 2: [104, 110], 3: [105, 110]}


@EACH
def test_the_owner_needs_stake_and_permit_or_neither(rules: Runtime) -> None:
    chain = Chain(rules=rules)
    owner, stranger = chain.seat("owner", "stranger")
    chain.storage.subnet_owner_hotkey[1] = owner
    chain.storage.stake_threshold.value = TAO
    chain.storage.weights_set_rate_limit[1] = 0
    chain.storage.min_allowed_weights[1] = 1
    chain.storage.max_weights_limit[1] = 65535
    assert chain.refused(SetWeights(1, (1,), (5,), 0), stranger).name == "NotEnoughStakeToSetWeights"
    if is_new(rules):
        chain.ok(SetWeights(1, (1,), (5,), 0), owner)
    else:
        assert chain.refused(SetWeights(1, (1,), (5,), 0), owner).name == "NotEnoughStakeToSetWeights"


@EACH
def test_bonds_are_written_for_some_or_for_all(rules: Runtime) -> None:
    chain = validated(rules)
    epoch = trace(chain)
    assert sorted(epoch.bond_rows) == ([0, 1, 2] if is_new(rules) else [0])


@EACH
def test_the_steepness_is_divided(rules: Runtime) -> None:
    chain = validated(rules)
    chain.storage.liquid_alpha_on[1] = True
    liquid = trace(chain).liquid_alpha
    assert liquid is not None
    assert liquid.slope == (-10 if is_new(rules) else -1000) << 32


@EACH
def test_weights_of_a_mechanism_stand_under_its_index(rules: Runtime) -> None:
    chain = validated(rules)
    call = SetWeights(1 + 4096, (1, 2), (1, 1), 0)
    if not is_new(rules):
        assert chain.refused(call, account("validator")).name == "SubNetworkDoesNotExist"
        return
    before = chain.storage.weights[1, 0]
    chain.ok(call, account("validator"))
    assert pairs(chain.storage.weights[1 + 4096, 0]) == [(1, 65535), (2, 65535)]
    assert chain.storage.weights[1, 0] == before
    assert chain.storage.last_update[1 + 4096][0] == chain.block
    chain.storage.tempo[1] = 1
    epochs = {event.netuid: event for event in chain.advance() if isinstance(event, EpochCompleted)}
    assert epochs[1].vector("Incentive") == (0, 49151, 16383)
    assert epochs[1 + 4096].vector("Incentive") == (0, 32767, 32767)


@EACH
def test_every_call_passes_the_guard(rules: Runtime) -> None:
    chain = Chain(rules=rules)
    chain.fund(BANNED, 100 * TAO)
    for call in (BurnedRegister(1, account("a")), SetWeights(9, (), (), 0)):
        decision = chain.submit(call, BANNED)
        assert (decision.error is not None and decision.error.name == "BadOrigin") == is_new(rules)


@EACH
def test_a_new_subnet_has_other_first_parameters(rules: Runtime) -> None:
    chain = Chain(block=10_000, rules=rules)
    chain.fund(account("owner"), 10_000 * TAO)
    events = chain.ok(RegisterNetwork(account("owner's hotkey")), account("owner"))
    assert (HyperparameterSet(name="yuma3_enabled", netuid=2, value=1) in events) == is_new(rules)
    assert chain.storage.yuma3_on[2] == is_new(rules)


def validated(rules: Runtime) -> Chain:
    """A validator that weighs two miners, 3 : 1, on a subnet where everything is allowed."""
    chain = Chain(rules=rules)
    validator, *_ = chain.seat("validator", "miner", "other miner")
    chain.ok(GrantStake(validator, account("validator-cold"), 1, 1000 * TAO))
    chain.storage.validator_permit[1] = (True, False, False)
    for name, value in (("min_allowed_weights", 1), ("max_weight_limit", 65535), ("weights_set_rate_limit", 0)):
        chain.set(name, value)
    chain.storage.block_number.value = 101
    chain.ok(SetWeights(1, (1, 2), (3, 1), 0), validator)
    return chain


def trace(chain: Chain) -> Epoch:
    tx: Tx = Transaction(chain.storage, chain.rules)
    return trace_epoch(read_epoch(tx, 1, 0, TAO), steps=chain.rules.epoch)


# ---------------------------------------------------------------------------------------------------------- upgrades


def upgraded_ledger() -> tuple[Ledger, dict[int, bytes]]:
    """A ledger that began at 277, lived, went over to the other runtime, and lived on; with the digest of some positions."""
    ledger = Ledger.in_memory(timeline=BOTH)
    digests = {}

    def live(*names: str) -> None:
        for name in names:
            ledger.submit(ForceRegister(1, account(name), account(f"{name}'s cold"))).unwrap()
        ledger.advance_to(ledger.block + 12)
        ledger.submit(SetWeights(1, (1, 2), (3, 1), 0), account("a"))
        ledger.advance_to(ledger.block + 12)
        digests[ledger.head.position] = ledger.storage.digest()

    open_subnets(ledger, 1, 2)
    for netuid in (1, 2):
        for name, value in (("tempo", 5), ("max_allowed_uids", 6), ("min_allowed_weights", 1), ("max_weight_limit", 65535)):
            ledger.submit(SudoSet(name, netuid, value)).unwrap()
    ledger.submit(GrantStake(account("a"), account("a's cold"), 1, 1000 * TAO)).unwrap()
    live("a", "b", "c", "d")
    receipt = ledger.submit(UpgradeRuntime(OTHER)).unwrap()
    assert receipt.events[0] == RuntimeUpgraded(spec_version=OTHER)
    assert ledger.rules.spec_version == OTHER
    live("e", "f")
    return ledger, digests


def test_a_log_with_an_upgrade_is_proved_by_the_rules_of_each_time() -> None:
    ledger, digests = upgraded_ledger()
    report = audit(ledger.log, timeline=BOTH)
    assert report.findings == ()
    assert report.digest == ledger.storage.digest()
    for position, digest in digests.items():
        assert rebuild(ledger.log, position=position, timeline=BOTH).storage.digest() == digest
    assert Ledger(ledger.log, timeline=BOTH).rules.spec_version == OTHER


def test_blocks_before_and_after_an_upgrade_are_run_again_by_the_rules_of_their_time() -> None:
    ledger, _ = upgraded_ledger()
    for block in range(1, ledger.block + 1):
        rebuilt = rebuild(ledger.log, block=block, timeline=BOTH).storage
        assert rebuilt.block_number.value == block
        assert rebuilt.layout is (NEW if rebuilt.last_runtime_upgrade.value == OTHER else OLD).layout


def test_epochs_before_and_after_an_upgrade_are_explained_by_the_rules_of_their_time() -> None:
    ledger, _ = upgraded_ledger()
    early, late = (recorded_epoch(ledger.log, 1, block=block, timeline=BOTH) for block in (20, None))
    assert early.difference() is None
    assert late.difference() is None
    assert len(early.trace.bond_rows) < len(late.trace.bond_rows) == late.given.n
    assert explain(late, 1).incentive


def test_what_is_refused_leaves_the_runtime_in_force() -> None:
    ledger = Ledger.in_memory(timeline=BOTH)
    assert ledger.submit(UpgradeRuntime(OTHER), account("anyone")).error is not None
    refused = ledger.submit(UpgradeRuntime(301)).error
    assert refused is not None
    assert (refused.name, refused.values) == ("SpecVersionNotBuilt", {"spec_version": 301, "current": 277})
    assert ledger.rules.spec_version == 277
    ledger.submit(UpgradeRuntime(OTHER)).unwrap()
    for version in (277, OTHER):
        refused = ledger.submit(UpgradeRuntime(version)).error
        assert refused is not None
        assert (refused.name, refused.values) == ("SpecVersionNeedsToIncrease", {"spec_version": version, "current": OTHER})
    assert audit(ledger.log, timeline=BOTH).clean


def test_a_batch_that_is_given_up_takes_its_upgrade_along() -> None:
    ledger = Ledger.in_memory(timeline=BOTH)

    def give_up() -> None:
        with ledger.batch():
            ledger.submit(UpgradeRuntime(OTHER)).unwrap()
            raise KeyError

    with pytest.raises(KeyError):
        give_up()
    assert (ledger.rules.spec_version, ledger.storage.burn[1]) == (277, TAO)


def test_a_log_of_a_runtime_that_is_not_built_is_not_guessed_at() -> None:
    ledger, _ = upgraded_ledger()
    unknown = f"no rules for spec_version 900; there are rules for {TIMELINE.known}"
    with pytest.raises(UnknownSpecVersion, match=unknown):
        Ledger(ledger.log)
    first, *_ = audit(ledger.log).findings
    assert (first.what, first.got) == ("another event follows from the call", "RuntimeUpgraded/1")
    assert unknown in [finding.what for finding in audit(ledger.log).findings]


def test_runtimes_are_in_order_of_the_timeline_not_of_their_numbers() -> None:
    back = evolve(V900, spec_version=300, migrations=())
    timeline = Timeline((V277, V900, back))
    assert [runtime.spec_version for runtime in timeline.steps(277, 300)] == [OTHER, 300]
    assert timeline.steps(300, OTHER) == ()
    ledger = Ledger.in_memory(timeline=timeline)
    ledger.submit(UpgradeRuntime(300)).unwrap()
    assert ledger.rules.spec_version == 300
    with pytest.raises(ValueError, match="two runtimes"):
        Timeline((V277, V277))


def test_the_timeline_knows_what_is_built() -> None:
    few = Timeline([TIMELINE.runtime(277)], earlier=[TIMELINE.runtime(name) for name in (103, 108, 109, 110, 133, 134, 185)])
    assert few.known == "103, 108 to 110, 133, 134, 185, 277"
    assert TIMELINE.known.startswith("110-first, 101 to 103, 108 to 127, ")
    assert TIMELINE.known.endswith(", 218-draft, 233, 234, 238, 239, 244 to 247, 252, 257, 258, 261, 263 to 265, 273 to 425")
    with pytest.raises(UnknownSpecVersion, match="no rules for spec_version 1; there are rules for 110-first, 101 to 103"):
        Ledger.in_memory(spec_version=1)


def test_no_upgrade_leads_on_from_a_runtime_that_stands_alone() -> None:
    ledger = Ledger.in_memory(spec_version=103)
    with pytest.raises(SpecVersionNotBuilt):
        ledger.submit(UpgradeRuntime(277)).unwrap()
    with pytest.raises(SpecVersionNeedsToIncrease):
        Ledger.in_memory(spec_version=277).submit(UpgradeRuntime(103)).unwrap()
    assert TIMELINE.steps(103, 277) == ()


# ------------------------------------------------------------------------------------------------ how one is written


def test_a_handler_of_another_call_does_not_fit_a_table() -> None:
    """mypy says so: without an error to ignore, the comments below would be errors themselves."""
    assert handles(SetWeights, set_weights) == (SetWeights, set_weights)
    handles(SetWeights, burned_register)  # type: ignore[arg-type]
    handles(BurnedRegister, set_weights)  # type: ignore[arg-type]
    call_table(handles(AdvanceTo, advance_to), handles(SetWeights, advance_to))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two handlers"):
        call_table(handles(AdvanceTo, advance_to), handles(AdvanceTo, advance_to))


def test_what_is_replaced_has_to_be_there() -> None:
    assert instead((1, 2, 3), {2: 5}) == (1, 5, 3)
    assert without((1, 2, 3), 2) == (1, 3)
    for replace in (lambda: instead((1, 2), {3: 4}), lambda: without((1, 2), 3), lambda: with_steps(V277.epoch, {"x": print})):
        with pytest.raises(ValueError, match=r"not among|no steps"):
            replace()


def test_a_new_ledger_begins_with_the_newest_runtime_that_is_proved() -> None:
    first, second, third = TIMELINE.runtimes[:3]
    versions = [runtime.spec_version for runtime in (first, second, third)]
    assert Timeline([first, second, third]).of_new_ledgers == versions[0]
    assert Timeline([first, second, third], proved=versions[:2]).of_new_ledgers == versions[1]
    with Ledger.in_memory(timeline=Timeline([first, second], proved=versions[1:2])) as ledger:
        assert ledger.log.spec_version == versions[1]


def test_a_rule_that_reads_what_storage_no_longer_has_is_not_built_there() -> None:
    """A runtime without an item that a handler still reads, as one might forget to bring up to date."""
    forgetful = evolve(V277, spec_version=278, layout=V277.layout.without(["PruningScores", "MinActivityCutoff"]))
    ledger = Ledger.in_memory(spec_version=278, timeline=Timeline((V277, forgetful)))
    ledger.submit(CreateRootNetwork()).unwrap()
    with pytest.raises(CannotGoOn, match="not built for this runtime: it reads min_activity_cutoff"):
        ledger.submit(SudoSet("activity_cutoff", 0, 1))
