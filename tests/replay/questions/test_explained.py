"""`explain call`, `permit`, `incentive` and `burn`: each answer held against a ledger to which calls are submitted."""

from pathlib import Path
from typing import Any

import pytest

from neuron_ledger import Ledger, calls, explain
from neuron_ledger.events.calls import AddStake, ForceSetBalance, RegisterNetwork, SetParam, SudoSet
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.replay.conformance.recording import record_history
from neuron_ledger.replay.oracle.chain import Oracle
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.permits import permit
from neuron_ledger.replay.questions.prices import ADJUSTED, DECAYED, burn
from neuron_ledger.replay.questions.refused import Remedy, call
from neuron_ledger.replay.questions.remedies import BALANCE, SIGNER, STAKE, WAIT, Step
from tests.chain_fixture import TAO, account
from tests.cli.cli_fixture import asked, one_line, run
from tests.cli.epochs_ledger import OWNER, THIRD_EPOCH, three_epochs
from tests.replay.recorded_histories import EXACT, RECORDED
from tests.shared_data import recorded_cases


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_epochs(tmp_path_factory.mktemp("explained") / "chain.ledger")


def tried(ledger: Ledger, submission: Submission, steps: tuple[Step, ...]) -> Receipt:
    """What comes of a call on a copy of the ledger after these steps."""
    with Ledger(ledger.log.copied(), timeline=ledger.timeline) as other:
        origin, given = submission.origin, {name: getattr(submission.call, name) for name, _ in submission.call.units}
        for step in steps:
            if step.before is not None:
                other.submit(step.before.call, step.before.origin).unwrap()
            if step.origin is not None:
                (origin,) = step.origin
            given.update(step.arguments)
        return other.submit(type(submission.call)(**given), origin)


def refusals(ledger: Ledger) -> list[Group]:
    found = groups(ledger.log.read())
    return [group for group in found if any(isinstance(event, ExtrinsicFailed) for event in group.events)]


SORTS = [one for one in EXACT if one[2] in ("registration", "weights", "mixed", "stake_moves")]


@pytest.mark.parametrize(("spec_version", "folder", "kind"), SORTS)
def test_what_would_let_a_call_pass_does(spec_version: int, folder: str, kind: str) -> None:
    """Of a recorded history, one refusal of each error: remedies are submitted to a ledger that stands where it was refused."""
    case = recorded_cases(kind, folder)[9]
    with Ledger.in_memory(spec_version=spec_version, timeline=RECORDED) as ledger:
        with ledger.batch():
            record_history(case, ledger)
        first = {group.events[0].error: group.position for group in reversed(refusals(ledger))}  # type: ignore[attr-defined]
        answers = {position: call(ledger.log, position, timeline=RECORDED) for position in first.values()}
    remedied = 0
    with Ledger.in_memory(spec_version=spec_version, timeline=RECORDED) as ledger:
        begun = False
        for group in groups_of(case, spec_version):
            if group.position in answers:
                answer = answers[group.position]
                assert answer.error == group.events[0].error  # type: ignore[attr-defined]
                assert not tried(ledger, group.submission, ()).ok
                for remedy in answer.remedies:
                    remedied += 1
                    assert tried(ledger, group.submission, remedy.steps).ok, (answer.error, remedy)
            if not begun:
                observed: Any = group.events[0]
                ledger.observe(group.submission.call, observed.changes)  # type: ignore[arg-type]
                begun = True
            else:
                ledger.submit(group.submission.call, group.submission.origin)
    assert remedied > 0


def groups_of(case: dict[str, Any], spec_version: int) -> list[Group]:
    with Ledger.in_memory(spec_version=spec_version, timeline=RECORDED) as ledger:
        with ledger.batch():
            record_history(case, ledger)
        return list(groups(ledger.log.read()))


def only(remedies: tuple[Remedy, ...], kind: str) -> Step:
    """The first remedy of one step of that kind."""
    return next(remedy.steps[0] for remedy in remedies if [step.kind for step in remedy.steps] == [kind])


def test_a_call_that_is_too_early_passes_from_the_first_block_it_can(path: Path) -> None:
    with Ledger.open(path, read_only=True) as source, Ledger(source.log.copied()) as ledger:
        ledger.submit(SudoSet("weights_set_rate_limit", 1, 7)).unwrap()
        ledger.submit(calls.SetWeights(1, (3,), (1,), 0), account("1")).unwrap()
        refused = ledger.submit(calls.SetWeights(1, (4,), (1,), 0), account("1"))
        answer = call(ledger.log, refused.position)
        step = only(answer.remedies, WAIT)
        assert (answer.error, step.value, step.is_least) == ("SettingWeightsTooFast", ledger.block + 7, True)
        ledger.advance_to(ledger.block + 6)
        assert not ledger.submit(calls.SetWeights(1, (4,), (1,), 0), account("1")).ok
        ledger.advance_to(ledger.block + 1)
        ledger.submit(calls.SetWeights(1, (4,), (1,), 0), account("1")).unwrap()


def test_a_balance_that_is_too_low_is_named_with_the_least_that_does(path: Path) -> None:
    with Ledger.open(path, read_only=True) as source, Ledger(source.log.copied()) as ledger:
        poor = account("poor")
        ledger.submit(ForceSetBalance(poor, 5)).unwrap()
        answer = call(ledger.log, ledger.submit(calls.BurnedRegister(1, account("9")), poor).position)
        step = only(answer.remedies, BALANCE)
        for rao, passes in ((step.value, True), (step.value - 1, False)):
            ledger.submit(ForceSetBalance(poor, rao)).unwrap()
            with Ledger(ledger.log.copied()) as other:
                assert other.submit(calls.BurnedRegister(1, account("9")), poor).ok is passes


def test_another_signer_and_another_error_behind_the_first(path: Path) -> None:
    """A hotkey of somebody else: its owner may sign. Of a stake threshold, the least stake is named."""
    with Ledger.open(path, read_only=True) as source, Ledger(source.log.copied()) as ledger:
        stranger = account("stranger")
        ledger.submit(ForceSetBalance(stranger, 100 * TAO)).unwrap()
        refused = ledger.submit(calls.RemoveStake(account("1"), 1, TAO), stranger)
        answer = call(ledger.log, refused.position)
        assert answer.error in ("NonAssociatedColdKey", "NotEnoughStakeToWithdraw")
        assert {step.kind for remedy in answer.remedies for step in remedy.steps} & {SIGNER, STAKE}
        ledger.submit(SetParam("stake_threshold", 0, 10**15)).unwrap()
        answer = call(ledger.log, ledger.submit(calls.SetWeights(1, (4,), (1,), 0), account("1")).position)
        step = only(answer.remedies, STAKE)
        assert (answer.error, step.is_least, step.who) == ("NotEnoughStakeToSetWeights", True, account("1"))


def test_an_accepted_call_says_what_it_caused(path: Path) -> None:
    with Ledger.open(path, read_only=True) as ledger:
        group = next(group for group in groups(ledger.log.read()) if isinstance(group.submission.call, RegisterNetwork))
        answer = call(ledger.log, group.position)
    assert (answer.error, answer.remedies, answer.tried) == (None, (), 0)
    assert "NeuronAppended" in answer.caused


def test_the_stake_that_a_permit_lacks_is_the_least_that_gives_one(tmp_path: Path) -> None:
    """Run on another ledger: with that much more staked before the epoch there is a permit, with less there is none."""
    path = three_epochs(tmp_path / "chain.ledger")
    with Ledger.open(path, read_only=True) as ledger:
        assert permit(ledger.log, netuid=1, uid=1).after is True
        lone = permit(ledger.log, netuid=1, uid=3)
        assert (lone.after, lone.stake, lone.place) == (False, 0, None)
        assert lone.needed is not None
        assert lone.most == ledger.storage.max_allowed_validators[1]
        with Ledger(ledger.log.copied()) as other:
            other.submit(SetParam("max_allowed_validators", 1, 2)).unwrap()
            other.advance_to(THIRD_EPOCH + 10)
            lone = permit(other.log, netuid=1, uid=3)
            assert lone.needed is not None
            assert lone.least_with_permit is not None
            assert abs(lone.needed - lone.least_with_permit) <= 1 + lone.needed // 2**30
        for more, has in ((lone.needed, True), (lone.needed * 99 // 100, False)):
            with Ledger(ledger.log.copied()) as other:
                other.submit(SetParam("max_allowed_validators", 1, 2)).unwrap()
                other.submit(calls.GrantStake(account("3"), OWNER, 1, more)).unwrap()
                other.advance_to(THIRD_EPOCH + 10)
                assert other.subnet(1).neuron(3).validator_permit is has
    with Ledger.open(path, read_only=True) as ledger, pytest.raises(ValueError, match="a uid of the subnet, which had 5"):
        explain.permit(ledger.log, netuid=1, uid=9)


def test_the_incentive_is_explained_under_the_same_name(path: Path) -> None:
    with Ledger.open(path, read_only=True) as ledger:
        answer = explain.incentive(ledger.log, netuid=1, uid=4)
        assert [weight.validator for weight in answer.weights_on] == [1, 2]
        assert answer.emission_by == "incentive and dividends"
    said = run("explain", "incentive", path, "--netuid", 1, "--uid", 4).stdout
    for part in ("from uid 1", "what kappa", "shared out by", "every number is what the rules say"):
        assert part in said
    assert asked("explain", "incentive", path, "--netuid", 1, "--uid", 4)["explanation"]["uid"] == 4


def test_a_price_that_intervals_adjust_is_explained_change_by_change(path: Path) -> None:
    with Ledger.open(path, read_only=True) as source, Ledger(source.log.copied()) as ledger:
        ledger.submit(SetParam("adjustment_interval", 1, 10)).unwrap()
        ledger.submit(SetParam("adjustment_alpha", 1, 0)).unwrap()
        ledger.advance_to(100)
        ledger.submit(SetParam("burn", 1, TAO)).unwrap()
        ledger.advance_to(105)
        answer = burn(ledger.log, netuid=1)
        assert answer.price == ledger.storage.burn[1]
        assert {change.why for change in answer.changes} == {"register_network", ADJUSTED, "set_param"}
        for one, following in zip(answer.changes, answer.changes[1:], strict=False):
            assert one.after == following.before
        for change in answer.changes[1:]:
            assert ledger.at(block=change.first_block - 1).storage.burn[1] in (change.before, TAO)
        assert burn(ledger.log, netuid=1, block=62).price == ledger.at(block=62).storage.burn[1]


def test_a_price_that_falls_with_every_block_and_rises_with_registrations() -> None:
    oracle = Oracle(spec_version=TIMELINE.of_new_ledgers)
    subnet = oracle.begin_subnet(miners=1)
    oracle.submit(calls.BurnedRegister(subnet.netuid, account("late")), subnet.coldkey).unwrap()
    oracle.mine(20)
    log = oracle.ledger.log
    answer = burn(log, netuid=subnet.netuid)
    assert answer.price == oracle.storage.burn[subnet.netuid]
    last, before = answer.changes[-1], answer.changes[-2]
    assert (last.why, last.count, before.why) == (DECAYED, 20, "burned_register")
    assert last.before == before.after
    assert (before.after or 0) > (before.before or 0)


def test_a_price_that_nothing_wrote_is_the_runtimes_default() -> None:
    """An upgrade from 277 to 424 moves it, since an absent entry reads otherwise then."""
    oracle = Oracle(spec_version=277)
    netuid = oracle.begin_subnet(miners=1).netuid
    assert netuid not in oracle.storage.burn
    oracle.submit(calls.UpgradeRuntime(424)).unwrap()
    oracle.mine(3)
    changes = burn(oracle.ledger.log, netuid=netuid).changes
    assert [(change.why, change.before, change.after) for change in changes[:-1]] == [
        ("register_network", None, TAO),
        ("upgrade_runtime", TAO, TAO // 10),
    ]
    assert (changes[-1].why, changes[-1].before, changes[-1].after) == (DECAYED, TAO // 10, oracle.storage.burn[netuid])


def test_the_commands(path: Path) -> None:
    position = asked("log", path, "--call", "register_network")[0]["position"]
    assert "accepted; it caused" in run("explain", "call", path, position).stdout
    assert asked("explain", "call", path, position)["refused"] is None
    assert "permits go to those with the most stake" in run("explain", "permit", path, "--netuid", 1, "--uid", 3).stdout
    assert asked("explain", "permit", path, "--netuid", 1, "--uid", 1)["after"] is True
    assert "a registration costs" in run("explain", "burn", path, "--netuid", 1).stdout
    assert asked("explain", "burn", path, "--netuid", 1)["netuid"] == 1
    assert "position 99999 is not in the log" in one_line(run("explain", "call", path, 99999))
    assert "a subnet of this ledger" in one_line(run("explain", "burn", path, "--netuid", 7))


def test_a_refusal_in_words(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.ledger"
    copy.write_bytes(path.read_bytes())
    with Ledger.open(copy) as ledger:
        ledger.submit(AddStake(account("1"), 1, 10**18), OWNER)
        position = ledger.head.position
    said = run("explain", "call", copy, position).stdout
    assert "refused, " in said
    assert "What would let it pass" in said
