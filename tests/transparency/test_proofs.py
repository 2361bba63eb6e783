"""Checkpoints, proofs and witnesses: what holds is accepted offline, every lie is refused in one line."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.head_file import head_file_of
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.transparency.checkpoint import Checkpoint, checkpoint
from neuron_ledger.replay.transparency.keys import PrivateKey
from neuron_ledger.replay.transparency.merkle import NotProved
from neuron_ledger.replay.transparency.notes import Note, NoteError, encode
from neuron_ledger.replay.transparency.proofs import prove_consistency, prove_entry, verify_proof
from neuron_ledger.replay.transparency.witness import last_seen, witness
from tests.log.log_fixture import numbered, tamper
from tests.transparency import plain_tree
from tests.transparency.transparency_fixture import KEY, NOW, ORIGIN, WITNESS, entry_hashes, grown


@pytest.fixture
def path(tmp_path: Path) -> Path:
    grown(tmp_path / "chain.ledger", 600)
    return tmp_path / "chain.ledger"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "seen"


def signed(path: Path, key: PrivateKey = KEY) -> Checkpoint:
    with Log.open(path, read_only=True) as log:
        return checkpoint(log, key)


def entry_proof(path: Path, position: int, given: Checkpoint) -> bytes:
    with Log.open(path, read_only=True) as log:
        return prove_entry(log, position, given)


def growth(path: Path, old: int, given: Checkpoint) -> bytes:
    with Log.open(path, read_only=True) as log:
        return prove_consistency(log, old, given)


def cosign(request: bytes, state: Path, time: int = NOW) -> Checkpoint:
    return witness(request, WITNESS, KEY.public, state, time=time)


def forged(origin: str, hashes: list[bytes], key: PrivateKey = KEY) -> Checkpoint:
    """What a ledger's owner can sign: any history at all."""
    return Checkpoint.parse(str(Note(f"{origin}\n{len(hashes)}\n{encode(plain_tree.root(hashes))}\n", ()).signed(key)).encode())


def test_a_checkpoint_states_origin_size_root_and_head(path: Path) -> None:
    made = signed(path)
    with Log.open(path, read_only=True) as log:
        head = log.head
    lines = made.note.text.split("\n")
    assert lines == [ORIGIN, "600", encode(plain_tree.root(entry_hashes(path))), f"head {head}", ""]
    assert Checkpoint.load(path.with_name("chain.ledger.checkpoint")) == made == signed(path)
    verified = verify_proof(bytes(made), str(KEY.public))
    assert (verified.kind, verified.checkpoint) == ("checkpoint", made)


def test_a_checkpoint_of_an_empty_log_is_the_beginning_of_every_later_one(tmp_path: Path) -> None:
    path = tmp_path / "empty.ledger"
    grown(path, 0)
    empty = signed(path)
    assert (empty.size, empty.root) == (0, plain_tree.root([]))
    grown(path, 3)
    assert verify_proof(growth(path, 0, signed(path)), KEY.public, old=empty).old_size == 0


@pytest.mark.parametrize("position", [1, 256, 257, 599, 600])
def test_an_entrys_proof_holds_the_entry_and_is_checked_without_the_ledger(path: Path, position: int) -> None:
    proof = entry_proof(path, position, signed(path))
    with Log.open(path, read_only=True) as log:
        (entry,) = log.read(position - 1, until=position)
    path.unlink()
    assert verify_proof(proof, str(KEY.public)).entry == entry
    assert verify_proof(proof, KEY.public, entry_hash=entry.hash).entry == entry
    with pytest.raises(NotProved, match="another entry"):
        verify_proof(proof, KEY.public, entry_hash=bytes(32))


def test_a_proof_is_in_the_form_of_the_specification(path: Path) -> None:
    made = signed(path)
    lines, _, note = entry_proof(path, 42, made).partition(b"\n\n")
    first, extra, index, *hashes = lines.decode().split("\n")
    assert (first, index, note) == ("c2sp.org/tlog-proof@v1", "index 41", bytes(made))
    assert extra.startswith("extra ")
    assert hashes == [encode(node) for node in plain_tree.inclusion(41, entry_hashes(path))]
    lines, _, note = growth(path, 42, made).partition(b"\n\n")
    first, *hashes = lines.decode().split("\n")
    assert (first, note) == ("old 42", bytes(made))
    assert hashes == [encode(node) for node in plain_tree.consistency(42, entry_hashes(path))]


def test_a_proof_that_does_not_carry_its_entry_wants_the_entrys_hash(path: Path) -> None:
    lines = entry_proof(path, 42, signed(path)).split(b"\n")
    bare = b"\n".join([lines[0], *lines[2:]])
    with pytest.raises(NotProved, match="give the hash"):
        verify_proof(bare, KEY.public)
    assert verify_proof(bare, KEY.public, entry_hash=entry_hashes(path)[41]).entry is None
    with pytest.raises(NotProved, match="not in the log at position 42"):
        verify_proof(bare, KEY.public, entry_hash=entry_hashes(path)[42])


def proofs_to_bend() -> dict[str, tuple[bytes, Checkpoint | None]]:
    """A proof of each kind, with the earlier checkpoint that it needs."""
    with Log.in_memory(origin=ORIGIN) as log:
        log.append(numbered(300), expected_position=0)
        old = checkpoint(log, KEY)
        log.append(numbered(150, first=300), expected_position=300)
        made = checkpoint(log, KEY)
        return {"entry": (prove_entry(log, 42, made), None), "consistency": (prove_consistency(log, 300, made), old)}


PROOFS = proofs_to_bend()


def line_changed(number: int, new: bytes) -> Callable[[bytes], bytes]:
    def change(proof: bytes) -> bytes:
        lines = proof.split(b"\n")
        lines[number] = new
        return b"\n".join(lines)

    return change


FORGERIES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another index": (line_changed(2, b"index 40"), "not in the log at position 41"),
    "an index beyond the end": (line_changed(2, b"index 600"), "not in a tree of 600 entries"),
    "no index": (line_changed(2, b"inedx 41"), "no line with the entry's index"),
    "another hash": (line_changed(3, encode(bytes(32)).encode()), "not in the log"),
    "half a hash": (line_changed(3, b"AAAA"), "a hash of the proof: expected 32 bytes"),
    "a hash less": (lambda proof: b"\n".join(proof.split(b"\n")[:3] + proof.split(b"\n")[4:]), "too short"),
    "a hash more": (line_changed(3, b"\n".join([encode(bytes(32)).encode()] * 2)), "too long|not in the log"),
    "a thousand hashes": (line_changed(3, b"\n".join([encode(bytes(32)).encode()] * 1000)), "at most 63 hashes"),
    "another entry": (lambda proof: proof.replace(proof.split(b"\n")[1][60:70], b"AAAAAAAAAA"), "not in the log|readable tag"),
    "an entry that is cut off": (line_changed(1, b"extra AAAA"), "entry is cut off"),
    "another size": (lambda proof: proof.replace(b"\n600\n", b"\n601\n"), "head is at 600, its size is 601"),
    "another origin": (lambda proof: proof.replace(b"\n\nexample.org/ledger", b"\n\nexample.org/leather"), "the signature of"),
    "no checkpoint": (lambda proof: proof.partition(b"\n\n")[0], "cut off"),
    "no signature": (lambda proof: proof.rpartition(b"\xe2\x80\x94")[0], "cut off|signature line"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_proof_is_refused_in_one_line(path: Path, name: str) -> None:
    change, why = FORGERIES[name]
    proof = entry_proof(path, 42, signed(path))
    assert change(proof) != proof
    with pytest.raises((NotProved, NoteError), match=why) as caught:
        verify_proof(change(proof), KEY.public)
    assert "\n" not in str(caught.value)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_changed_bit_of_a_proof_is_accepted(data: st.DataObject) -> None:
    proof, old = PROOFS[data.draw(st.sampled_from(sorted(PROOFS)))]
    bent = bytearray(proof)
    bent[data.draw(st.integers(0, len(proof) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((NotProved, NoteError)):
        verify_proof(bytes(bent), KEY.public, old=old)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_truncated_proof_is_accepted(data: st.DataObject) -> None:
    proof, old = PROOFS[data.draw(st.sampled_from(sorted(PROOFS)))]
    with pytest.raises((NotProved, NoteError)):
        verify_proof(proof[: data.draw(st.integers(0, len(proof) - 1))], KEY.public, old=old)


def test_the_proofs_that_are_bent_hold_as_they_are() -> None:
    for proof, old in PROOFS.values():
        verify_proof(proof, KEY.public, old=old)


def test_a_proof_of_one_position_is_not_one_of_another(path: Path) -> None:
    """An entry says its position itself, so even an owner who signs anything cannot place it elsewhere in a proof."""
    hashes = entry_hashes(path)
    hashes[10] = hashes[41]
    lying = forged(ORIGIN, hashes)
    extra = entry_proof(path, 42, signed(path)).split(b"\n")[1]
    lines = [b"c2sp.org/tlog-proof@v1", extra, b"index 10", *(encode(node).encode() for node in plain_tree.inclusion(10, hashes))]
    with pytest.raises(NotProved, match="its entry says position 42"):
        verify_proof(b"\n".join(lines) + b"\n\n" + bytes(lying), KEY.public)


def test_the_origin_is_the_name_of_the_key_or_the_one_given(path: Path) -> None:
    key = PrivateKey.generate("example.org/another-name")
    made = signed(path, key)
    with pytest.raises(NotProved, match="wrong origin"):
        verify_proof(bytes(made), key.public)
    verify_proof(bytes(made), key.public, origin=ORIGIN)
    with pytest.raises(NotProved, match="wrong origin"):
        verify_proof(bytes(signed(path)), KEY.public, origin="example.org/another")


# ------------------------------------------------------------------------------------------------------ consistency


def test_growth_is_proved_from_every_earlier_checkpoint(path: Path) -> None:
    earlier = [signed(path)]
    for _ in range(3):
        grown(path, 150)
        earlier.append(signed(path))
    for old in earlier:
        proved = verify_proof(growth(path, old.size, earlier[-1]), KEY.public, old=old)
        assert (proved.kind, proved.old_size) == ("consistency", old.size)
        with pytest.raises(NotProved, match="give the checkpoint of that size"):
            verify_proof(growth(path, old.size, earlier[-1]), KEY.public)
    with pytest.raises(NotProved, match="begins at size 600, the earlier checkpoint is of size 750"):
        verify_proof(growth(path, 600, earlier[-1]), KEY.public, old=earlier[1])


def test_a_split_view_is_refused(path: Path) -> None:
    """Two histories, both signed by the owner: no proof leads from the one to the other."""
    other = forged(ORIGIN, [bytes([number % 256]) * 32 for number in range(500)])
    proof = growth(path, 500, signed(path))
    with pytest.raises(NotProved, match="two different histories were signed"):
        verify_proof(proof, KEY.public, old=other)


def test_an_earlier_checkpoint_of_another_key_does_not_count(path: Path) -> None:
    stranger = forged(ORIGIN, entry_hashes(path)[:500], PrivateKey.generate(ORIGIN))
    with pytest.raises(NotProved, match="no signature of"):
        verify_proof(growth(path, 500, signed(path)), KEY.public, old=stranger)


def test_a_rolled_back_log_is_not_signed_again(path: Path) -> None:
    signed(path)
    tamper(path, "DELETE FROM log WHERE seq > 590")
    head_file_of(path).unlink()
    for _ in range(2):
        with pytest.raises(NotProved, match=r"does not hold the 600 entries of the checkpoint signed last, it has 59\d: restore"):
            signed(path)
        grown(path, 4)
    grown(path, 50, salt=b"another ")
    with pytest.raises(NotProved, match="its entry 600 differs"):
        signed(path)


def test_the_kept_checkpoint_is_believed_only_with_the_same_key(path: Path) -> None:
    signed(path)
    kept = path.with_name("chain.ledger.checkpoint")
    kept.write_bytes(bytes(forged(ORIGIN, [bytes(32)] * 600, PrivateKey.generate(ORIGIN))))
    assert signed(path).root == plain_tree.root(entry_hashes(path))
    kept.write_bytes(bytes(signed(path))[:-20])
    with pytest.raises(NoteError, match=r"chain\.ledger\.checkpoint: "):
        signed(path)


def test_a_log_that_does_not_hold_the_checkpoint_proves_nothing_under_it(path: Path, tmp_path: Path) -> None:
    made = signed(path)
    tamper(path, "DELETE FROM log WHERE seq > 590")
    head_file_of(path).unlink()
    with pytest.raises(NotProved, match="covers 600 entries, the log has 590"):
        entry_proof(path, 5, made)
    other = tmp_path / "other.ledger"
    grown(other, 600, salt=b"another ")
    with pytest.raises(NotProved, match="are not those of the checkpoint"):
        entry_proof(other, 5, made)
    third = tmp_path / "third.ledger"
    grown(third, 600, origin="example.org/third")
    with pytest.raises(NotProved, match="wrong origin"):
        entry_proof(third, 5, made)
    for position in (0, 601):
        with pytest.raises(NotProved, match="is not covered by the checkpoint"):
            entry_proof(path, position, made)


# ---------------------------------------------------------------------------------------------------------- witness


def test_a_witness_follows_a_log_as_it_grows(path: Path, state: Path) -> None:
    first = signed(path)
    cosigned = cosign(bytes(first), state)
    assert verify_proof(bytes(cosigned), KEY.public, witnesses=[str(WITNESS.public)]).witnesses == ((WITNESS.name, NOW),)
    assert cosign(bytes(first), state, NOW + 5).note.verify(WITNESS.public) == NOW + 5
    grown(path, 77)
    later = cosign(growth(path, 600, signed(path)), state, NOW + 9)
    assert later.size == 677
    assert last_seen(state, ORIGIN) == later
    proof = entry_proof(path, 670, later)
    assert verify_proof(proof, KEY.public, witnesses=[WITNESS.public]).witnesses == ((WITNESS.name, NOW + 9),)


def test_without_the_witness_that_is_asked_for_nothing_is_proved(path: Path) -> None:
    with pytest.raises(NotProved, match=r"no signature of example\.org/witness"):
        verify_proof(bytes(signed(path)), KEY.public, witnesses=[WITNESS.public])


def test_a_witness_refuses_what_does_not_continue_what_it_saw(path: Path, state: Path) -> None:
    first = signed(path)
    hashes = entry_hashes(path)
    cosign(bytes(first), state)
    before = state.read_bytes()
    grown(path, 77)
    later = signed(path)
    others = [bytes([number % 256]) * 32 for number in range(677)]
    refusals = {
        "rolled back": bytes(forged(ORIGIN, hashes[:599])),
        "two different roots at size 600": bytes(forged(ORIGIN, others[:600])),
        "prove consistency from there": bytes(later),
        "not from 500": growth(path, 500, later),
        "does not begin with": growth(path, 600, later).partition(b"\n\n")[0] + b"\n\n" + bytes(forged(ORIGIN, others)),
        "wrong origin": bytes(forged("example.org/else", hashes)),
        "no signature of": bytes(forged(ORIGIN, hashes, PrivateKey.generate(ORIGIN))),
    }
    for why, request in refusals.items():
        with pytest.raises(NotProved, match=why) as caught:
            cosign(request, state)
        assert "\n" not in str(caught.value)
    assert state.read_bytes() == before
    assert last_seen(state, ORIGIN).size == 600  # type: ignore[union-attr]


def test_a_witness_that_saw_nothing_believes_no_proof(path: Path, state: Path) -> None:
    with pytest.raises(NotProved, match="has not seen"):
        cosign(growth(path, 500, signed(path)), state)


def test_two_histories_at_once_are_not_both_cosigned(path: Path, state: Path) -> None:
    """Comparing and keeping is one step: of two continuations that exclude each other one is refused, whoever is first."""
    base = entry_hashes(path)[:4]
    cosign(bytes(forged(ORIGIN, base)), state)
    start = Barrier(2)
    outcomes: list[str] = []

    def ask(salt: int) -> None:
        hashes = [*base, bytes([salt]) * 32]
        path_hashes = "".join(f"{encode(node)}\n" for node in plain_tree.consistency(4, hashes))
        request = f"old 4\n{path_hashes}\n".encode() + bytes(forged(ORIGIN, hashes))
        start.wait()
        try:
            cosign(request, state)
            outcomes.append("cosigned")
        except NotProved as error:
            outcomes.append(str(error))

    threads = [Thread(target=ask, args=(salt,)) for salt in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[0] == "cosigned"
    assert "two different histories were signed" in sorted(outcomes)[1]


def test_only_a_witnesss_own_file_is_its_state(path: Path, tmp_path: Path) -> None:
    made = bytes(signed(path))
    with pytest.raises(LogError, match="is not the state of a witness"):
        cosign(made, path)
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(LogError, match="is not the state of a witness"):
        cosign(made, other)
    text = tmp_path / "text"
    text.write_text("x" * 5000)
    with pytest.raises(LogError, match="is damaged"):
        cosign(made, text)
    with pytest.raises(ValueError, match="a witness has one of its own"):
        witness(made, evolve(KEY), KEY.public, tmp_path / "seen", time=NOW)
