"""The tree kept beside a log: right at every size, caught up as the log grows, and never believed where it is wrong."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.events.entries.envelope import NewEntry
from neuron_ledger.ledger.log.errors import ChainBroken, LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, checkpoint, under_checkpoint
from neuron_ledger.replay.transparency.notes import Note, encode
from neuron_ledger.replay.transparency.proofs import prove_consistency, prove_entry, verify_proof
from neuron_ledger.replay.transparency.tree import GROUP, Tree, kept_count
from tests.log.log_fixture import tamper
from tests.transparency import plain_tree
from tests.transparency.transparency_fixture import KEY, ORIGIN, entry_hashes, grown

SIZE = 5 * GROUP + 77


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chain.ledger"


def kept(path: Path) -> Path:
    return path.with_name(path.name + ".tree")


def signed(path: Path) -> Checkpoint:
    with Log.open(path, read_only=True) as log:
        return checkpoint(log, KEY)


def true_root(path: Path, size: int) -> bytes:
    return plain_tree.root(entry_hashes(path)[:size])


@pytest.mark.parametrize("verified", [False, True])
def test_roots_and_proofs_are_those_of_the_rfc(path: Path, verified: bool) -> None:
    grown(path, SIZE)
    leaves = entry_hashes(path)
    with Log.open(path, read_only=True) as log:
        tree = Tree(log)
        tree.catch_up(SIZE, verified=verified)
        for size in (0, 1, 2, 255, 256, 257, 511, 512, 1024, 1025, 1279, 1280, SIZE):
            assert tree.root(size) == plain_tree.root(leaves[:size])
        for index in (0, 255, 256, 700, SIZE - 1):
            assert tree.inclusion(index, SIZE) == plain_tree.inclusion(index, leaves)
        for old in (1, 256, 300, 512, 1280, SIZE):
            assert tree.consistency(old, SIZE) == plain_tree.consistency(old, leaves)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=6))
@settings(max_examples=15, deadline=None)
def test_caught_up_step_by_step_it_is_the_tree_built_at_once(steps: list[int]) -> None:
    with Log.in_memory() as log:
        tree = Tree(log)
        for step in steps:
            position = log.head.position
            new = [NewEntry(number, "Happened/1", b"%d" % number) for number in range(position, position + step)]
            log.append(new, expected_position=position)
            tree.catch_up(position + step, verified=bool(step % 2))
            assert tree.root(position + step) == plain_tree.root([entry.hash for entry in log.read()])


def test_what_is_kept_grows_with_the_log_and_is_what_a_new_one_would_be(path: Path) -> None:
    for _ in range(4):
        grown(path, 333)
        assert signed(path).root == true_root(path, len(entry_hashes(path)))
    grown_step_by_step = kept(path).read_bytes()
    assert len(grown_step_by_step) == 64 + 32 * kept_count(4 * 333 // GROUP)
    kept(path).unlink()
    path.with_name(path.name + ".checkpoint").unlink()
    signed(path)
    assert kept(path).read_bytes() == grown_step_by_step


@pytest.mark.parametrize("with_last", [True, False])
@pytest.mark.parametrize("at", [0, 25, 64, 70, 64 + 32 * 2, 64 + 32 * 6, -1])
def test_a_wrong_tree_never_gives_a_wrong_root_nor_a_wrong_proof(path: Path, at: int, with_last: bool) -> None:
    grown(path, SIZE)
    first = signed(path)
    bent = bytearray(kept(path).read_bytes())
    bent[at] ^= 1
    grown(path, 300)
    root = true_root(path, SIZE + 300)
    if at == 0:
        kept(path).write_bytes(bent)
        with pytest.raises(LogError, match=r"is not the tree of a ledger.*move it away"):
            signed(path)
        return
    for damaged in (bytes(bent), bytes(bent)[:100], bytes(bent) + bytes(640), bytes(64)[:0], bytes(bent)[:-5]):
        kept(path).write_bytes(damaged)
        with Log.open(path, read_only=True) as log:
            proof = under_checkpoint(log, first, lambda tree: tree.inclusion(3, SIZE))
            assert proof == plain_tree.inclusion(3, entry_hashes(path)[:SIZE])
        kept(path).write_bytes(damaged)
        if not with_last:
            path.with_name(path.name + ".checkpoint").unlink(missing_ok=True)
        assert signed(path).root == root


def test_every_proof_is_right_whichever_node_is_bent(path: Path) -> None:
    """Nodes that the root does not need are in proofs; there it shows that they are wrong, and all is made anew."""
    grown(path, SIZE)
    made = signed(path)
    whole = kept(path).read_bytes()
    for place in range(kept_count(SIZE // GROUP)):
        for prove in (partial(prove_entry, position=position, given=made) for position in (1, 300, 600, 900, SIZE)):
            bent = bytearray(whole)
            bent[64 + 32 * place] ^= 1
            kept(path).write_bytes(bent)
            with Log.open(path, read_only=True) as log:
                verify_proof(prove(log), KEY.public)
        kept(path).write_bytes(bent)
        with Log.open(path, read_only=True) as log:
            old = checkpoint_of(path, 300)
            verify_proof(prove_consistency(log, 300, made), KEY.public, old=old)


def checkpoint_of(path: Path, size: int) -> Checkpoint:
    """What was signed, or could have been, when the log had so many entries."""
    text = f"{ORIGIN}\n{size}\n{encode(true_root(path, size))}\n"
    return Checkpoint.parse(str(Note(text, ()).signed(KEY)).encode())


def test_a_file_of_somebodys_that_stands_in_its_place_is_left_alone(path: Path) -> None:
    grown(path, SIZE)
    made = signed(path)
    kept(path).write_text("somebody's notes on a tree, longer than the header of one: do not lose them\n")
    before = kept(path).read_bytes()
    with Log.open(path, read_only=True) as log:
        for use in (lambda: checkpoint(log, KEY), lambda: under_checkpoint(log, made, lambda tree: tree.root(SIZE))):
            with pytest.raises(LogError, match="move it away"):
                use()
        assert audit(log, checkpoints=[made]).entries == SIZE
        Tree(log, anew=True).keep()
    assert kept(path).read_bytes() == before


def test_nodes_planted_beyond_the_last_checkpoint_are_not_signed(path: Path) -> None:
    """They lead to no signed root yet, so that only computing them shows that they are wrong."""
    grown(path, SIZE)
    signed(path)
    grown(path, 4 * GROUP)
    with Log.open(path, read_only=True) as log:
        tree = Tree(log)
        tree.catch_up(SIZE + 4 * GROUP)
        tree.keep()
    whole = kept(path).read_bytes()
    begin = 64 + 32 * kept_count(SIZE // GROUP)
    kept(path).write_bytes(whole[:begin] + bytes(len(whole) - begin))
    assert signed(path).root == true_root(path, SIZE + 4 * GROUP)
    assert kept(path).read_bytes() == whole


def test_the_tree_of_another_ledger_is_made_anew(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.ledger"
    grown(path, SIZE)
    grown(other, SIZE, origin="example.org/other")
    with Log.open(other) as log:
        tree = Tree(log)
        tree.catch_up(SIZE)
        tree.keep()
    kept(path).write_bytes(kept(other).read_bytes())
    assert signed(path).root == true_root(path, SIZE)


def test_where_nothing_may_be_written_beside_the_log_all_is_computed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grown(path, SIZE)
    made = signed(path)
    kept(path).unlink()

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refused)
    with Log.open(path, read_only=True) as log:
        assert under_checkpoint(log, made, lambda tree: tree.root(SIZE)) == made.root
    assert not kept(path).exists()


def test_building_over_an_old_log_is_told(path: Path) -> None:
    grown(path, 70 * GROUP)
    answer: list[tuple[int, int]] = []
    with Log.open(path, read_only=True) as log:
        checkpoint(log, KEY, progress=lambda done, total: answer.append((done, total)))
    assert answer == [(64 * GROUP, 70 * GROUP), (70 * GROUP, 70 * GROUP)]


def test_no_root_over_damage_is_signed(path: Path) -> None:
    grown(path, SIZE)
    tamper(path, "UPDATE log SET payload = x'00' WHERE seq = 700")
    with Log.open(path, read_only=True) as log, pytest.raises(ChainBroken) as caught:
        checkpoint(log, KEY)
    assert caught.value.position == 700
    assert not path.with_name(path.name + ".checkpoint").exists()


@pytest.mark.parametrize("statement", ["DELETE FROM log WHERE seq = 700", "DELETE FROM log WHERE seq = 1"])
def test_no_proof_over_a_gap(path: Path, statement: str) -> None:
    grown(path, SIZE)
    made = signed(path)
    kept(path).unlink()
    tamper(path, statement)
    with Log.open(path, read_only=True) as log, pytest.raises(ChainBroken):
        under_checkpoint(log, made, lambda tree: tree.root(SIZE))
