"""One log from 277 to 424: a chain lives, goes over to 320, 397 and 424, and lives on; and the same calls without an upgrade."""

import json
from collections.abc import Iterator
from functools import cache

import pytest
from attrs import define, field
from click.testing import CliRunner

from neuron_ledger.events.calls import (
    BurnedRegister,
    CommitWeights,
    RevealWeights,
    SetParam,
    SetWeights,
    SudoSet,
    UpgradeRuntime,
)
from neuron_ledger.events.weight_calls import CommitCrv3Weights, CommitTimelockedWeights
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rebuild import rebuild
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.projections.views.tenures import Tenures
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.explain import explain
from neuron_ledger.replay.questions.recorded_epochs import recorded_epoch
from tests.chain_fixture import account
from tests.world_fixture import COLDKEYS, HOTKEYS, OWNER_HOTKEY, TEMPO, WORLD, world

UPGRADES = (320, 397, 424)
OPEN, BY_COMMITS = 1, 2
"""A subnet on which weights are set, and one on which they are committed to and revealed."""
SALT = (1, 2, 3)


@define
class Life:
    """A chain that lives. digests: by block, noted at its end; at_upgrades: by position, noted right before and after them.

    foretold: who was first in the queue before each replacement.
    """

    ledger: Ledger
    upgrades: bool
    digests: dict[int, bytes] = field(factory=dict)
    at_upgrades: dict[int, bytes] = field(factory=dict)
    upgraded_in: dict[int, int] = field(factory=dict)
    foretold: list[bytes] = field(factory=list)
    came: int = 0

    def pass_block(self) -> None:
        self.digests[self.ledger.block] = self.ledger.storage.digest()
        self.ledger.advance_to(self.ledger.block + 1)

    def try_call(self, call: Call, signer: bytes | None = None) -> bool:
        """Submit a call; whether it was accepted. One that the runtime does not know is not recorded."""
        try:
            return self.ledger.submit(call, signer).ok
        except CannotGoOn:
            return False

    def register(self) -> None:
        """A newcomer takes the place of whoever goes next."""
        storage, hotkey = self.ledger.storage, newcomer(self.came)
        self.came += 1
        if storage.subnetwork_n[OPEN] == storage.max_allowed_uids[OPEN]:
            first = current_prune_queue(self.ledger.rules, storage, OPEN)[0]
            self.foretold.append(storage.keys[OPEN, first.uid])
        assert self.try_call(BurnedRegister(OPEN, hotkey), COLDKEYS[2])

    def weigh(self) -> None:
        """Validators set weights on one subnet, and reveal and commit on the other."""
        storage = self.ledger.storage
        for hotkey in (OWNER_HOTKEY, *HOTKEYS[:2]):
            uids = tuple(range(storage.subnetwork_n[OPEN]))
            values = tuple(7 + (uid * 5 + self.came) % 9 for uid in uids)
            self.try_call(SetWeights(OPEN, uids, values, 0), hotkey)
            shown = tuple(range(storage.subnetwork_n[BY_COMMITS]))
            values = tuple(9 for _ in shown)
            self.try_call(RevealWeights(BY_COMMITS, shown, values, SALT, 0), hotkey)
            assert self.try_call(CommitWeights(BY_COMMITS, get_commit_hash(hotkey, BY_COMMITS, shown, values, SALT, 0)), hotkey)
        sealed = CommitCrv3Weights(BY_COMMITS, b"sealed", 10**6), CommitTimelockedWeights(BY_COMMITS, b"sealed", 10**6, 4)
        assert sum(self.try_call(call, HOTKEYS[1]) for call in sealed) == 1

    def live(self, epochs: int) -> None:
        """Let epochs pass, with a registration and weights after each."""
        for _ in range(epochs):
            for _ in range(TEMPO + 1):
                self.pass_block()
            self.register()
            self.weigh()

    def upgrade(self, to: int) -> None:
        """Go over to a later runtime; commits that wait go on waiting. Subnets on which weights were set directly stay so."""
        self._note()
        waiting = commits_waiting(self.ledger)
        assert self.try_call(UpgradeRuntime(to))
        assert commits_waiting(self.ledger) == waiting
        assert self.ledger.rules.spec_version == to
        self._note()
        self.upgraded_in[to] = self.ledger.block
        assert self.try_call(SetParam("commit_reveal_weights_enabled", OPEN, 0))

    def _note(self) -> None:
        self.at_upgrades[self.ledger.head.position] = self.ledger.storage.digest()


def newcomer(number: int) -> bytes:
    return account(f"newcomer {number}")


def commits_waiting(ledger: Ledger) -> tuple[list[tuple[int, bytes]], list[bytes]]:
    """Whose commits wait: to be revealed; to be opened, wherever those are kept."""
    storage = ledger.storage
    timelocked = [storage.map(item) for item in ("CRV3WeightCommits", "CRV3WeightCommitsV2", "TimelockedWeightCommits")]
    opened = [commit[0] for table in timelocked for queue in table.values() for commit in queue]
    assert storage.weight_commits
    assert opened
    return list(storage.weight_commits), opened


def lived(ledger: Ledger, *, upgrades: bool) -> Life:
    """A world of two subnets, of which one is full, lives four epochs at each runtime."""
    ledger.observe(WORLD, world())
    ledger.submit(SudoSet("immunity_period", OPEN, 12)).unwrap()
    life = Life(ledger, upgrades)
    life.live(4)
    for to in UPGRADES:
        if upgrades:
            life.upgrade(to)
        life.live(4)
    life.digests[ledger.block] = ledger.storage.digest()
    return life


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """With its upgrades, in a file."""
    with Ledger.create(tmp_path_factory.mktemp("life") / "chain.ledger", spec_version=277) as ledger:
        yield lived(ledger, upgrades=True)


@cache
def without_upgrades() -> Life:
    return lived(Ledger.in_memory(spec_version=277), upgrades=False)


# ---------------------------------------------------------------------------------------------------------- one log


def test_the_whole_life_is_proved_by_the_rules_of_each_time(life: Life) -> None:
    report = audit(life.ledger.log, expected_head=life.ledger.head)
    assert report.findings == ()
    assert report.digest == life.ledger.storage.digest() == rebuild(life.ledger.log).storage.digest()
    assert life.ledger.rules is TIMELINE.runtime(424)


def test_storage_before_and_after_each_upgrade_is_as_it_was_noted(life: Life) -> None:
    assert len(life.at_upgrades) == 2 * len(UPGRADES)
    for position, digest in life.at_upgrades.items():
        assert rebuild(life.ledger.log, position=position).storage.digest() == digest
    for number, block in life.upgraded_in.items():
        for at in (block - 1, block, block + 1):
            rebuilt = rebuild(life.ledger.log, block=at).storage
            assert rebuilt.digest() == life.digests[at]
            assert (rebuilt.last_runtime_upgrade.value == number) == (at >= block)


def test_the_command_replays_blocks_on_both_sides_of_an_upgrade(life: Life) -> None:
    path = life.ledger.log.path
    for block in life.upgraded_in.values():
        for at in (block - 1, block + 1):
            result = CliRunner().invoke(main, ["replay", str(path), "--block", str(at), "--json"])
            assert json.loads(result.output)["digest"] == life.digests[at].hex()


def test_everybody_who_went_was_the_next_to_go(life: Life) -> None:
    """Tenures on both sides of the upgrades: pruning scores decide until 365, emission since, and who stays is never touched."""
    tenures = [tenure for tenure in Tenures.of(groups(life.ledger.log.read_verified())) if tenure.netuid == OPEN]
    ended = {tenure.replaced_by: tenure for tenure in tenures if tenure.replaced_by}
    assert [ended[newcomer(number)].hotkey for number in range(life.came - len(life.foretold), life.came)] == life.foretold
    scores = [ended[newcomer(number)].pruning_score for number in range(life.came) if newcomer(number) in ended]
    assert all(score is not None for score in scores)
    for tenure in tenures:
        after = [other for other in tenures if other.uid == tenure.uid and other.from_block == tenure.to_block]
        assert [other.hotkey for other in after] == ([] if tenure.to_block is None else [tenure.replaced_by])
    held = {tenure.uid: tenure.hotkey for tenure in tenures if tenure.to_block is None}
    storage = life.ledger.storage
    assert held == {uid: storage.keys[OPEN, uid] for uid in range(storage.subnetwork_n[OPEN])}
    assert OWNER_HOTKEY in held.values()


def test_epochs_on_both_sides_of_each_upgrade_are_explained(life: Life) -> None:
    for number, block in life.upgraded_in.items():
        for netuid in (OPEN, BY_COMMITS):
            early, late = (recorded_epoch(life.ledger.log, netuid, block=at) for at in (block, block + 2 * TEMPO))
            assert early.block <= block < late.block
            for epoch in (early, late):
                assert epoch.difference() is None
                storage = rebuild(life.ledger.log, block=epoch.block).storage
                incentives = [explain(epoch, uid).incentive for uid in range(epoch.given.n)]
                assert any(incentives)
                assert [bits * 65535 >> 32 for bits in incentives] == pytest.approx(storage.incentive[netuid], abs=1)
            scored = explain(early, 1).pruning_score is not None, explain(late, 1).pruning_score is not None
            assert scored == (number <= 397, number < 365)


# ------------------------------------------------------------------------------------------------------ and another


def test_the_same_calls_without_an_upgrade_are_another_log(life: Life) -> None:
    other = without_upgrades()
    assert audit(other.ledger.log).findings == ()
    assert other.ledger.rules is TIMELINE.runtime(277)
    first = life.upgraded_in[UPGRADES[0]]
    same = {block for block, digest in other.digests.items() if life.digests[block] == digest}
    assert same == {block for block in other.digests if block < first}
    assert other.digests.keys() == life.digests.keys()
