"""Signed notes and keys: the published examples, and every way in which a note can be cut, bent or signed by somebody else."""

import stat
from base64 import b64encode
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.replay.transparency.checkpoint import Checkpoint
from neuron_ledger.replay.transparency.keys import PrivateKey, PublicKey, Purpose, public_key
from neuron_ledger.replay.transparency.merkle import NotProved
from neuron_ledger.replay.transparency.notes import Note, NoteError, Signature, cosigned_message, parse_note
from tests.transparency.transparency_fixture import KEY, NOW, WITNESS

GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example in the documentation of Go's package golang.org/x/mod/sumdb/note, where the format comes from."""

NOTE = Note("example.org/ledger\n3\n" + b64encode(bytes(32)).decode() + "\n", ()).signed(KEY)


def test_the_published_note_is_read_verified_and_signed_the_same() -> None:
    note = parse_note(GO_NOTE.encode())
    note.verify(PublicKey.parse(GO_PUBLIC))
    key = PrivateKey.parse(GO_PRIVATE)
    assert str(key.public) == GO_PUBLIC
    assert str(Note(note.text, ()).signed(key)) == GO_NOTE == str(note)


def test_a_cosignature_is_over_the_documented_message() -> None:
    """C2SP tlog-cosignature: type 4 in the key id; a big-endian time, then the signature over header, time and text."""
    cosigned = NOTE.cosigned(WITNESS, NOW)
    line = cosigned.signatures[-1]
    assert line.signature[:8] == NOW.to_bytes(8, "big")
    assert line.key_id == WITNESS.public.id != evolve(WITNESS.public, purpose=Purpose.SIGN).id
    message = f"cosignature/v1\ntime {NOW}\nexample.org/ledger\n3\n{b64encode(bytes(32)).decode()}\n".encode()
    assert cosigned_message(NOTE.text, NOW) == message
    WITNESS.public.verify(line.signature[8:], message)
    assert parse_note(str(cosigned).encode()).verify(WITNESS.public) == NOW
    assert len(cosigned.cosigned(WITNESS, NOW + 1).signatures) == 2


def test_a_published_witness_key_is_read_and_its_id_is_the_one_that_is_computed() -> None:
    """A witness of the public network: a key of type 4, whose id therefore is none of type 1."""
    published = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
    assert str(PublicKey.parse(published)) == published
    assert PublicKey.parse(published).purpose is Purpose.COSIGN


@pytest.mark.parametrize("signature", [b"", b"1", bytes(8), bytes(71), bytes(72), bytes(73), b"\xff" * 72])
def test_a_signature_of_another_length_or_time_is_wrong(signature: bytes) -> None:
    for key in (KEY, WITNESS):
        line = Signature(key.name, key.public.id, signature)
        with pytest.raises(NotProved, match="the signature of"):
            evolve(NOTE, signatures=(line,)).verify(key.public)


def test_every_truncation_of_a_note_is_refused() -> None:
    whole = str(NOTE.cosigned(WITNESS, NOW)).encode()
    for length in range(len(whole)):
        try:
            note = parse_note(whole[:length])
        except NoteError:
            continue
        assert whole[:length] == str(NOTE).encode(), "only the last signature line as a whole can be left out"
        with pytest.raises(NotProved, match=r"no signature of example\.org/witness"):
            note.verify(WITNESS.public)


@given(st.data())
def test_no_changed_byte_of_a_note_is_accepted(data: st.DataObject) -> None:
    whole = bytearray(str(NOTE).encode())
    at, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    whole[at] ^= 1 << bit
    with pytest.raises((NoteError, NotProved)):
        parse_note(bytes(whole)).verify(KEY.public)


@pytest.mark.parametrize(
    ("bytes_", "why"),
    [
        (b"", "cut off"),
        (b"text\n\n", "cut off|signature line"),
        (b"a\n\n\xe2\x80\x94 name AAAA\n", "cut off"),
        (b"a\n\n\xe2\x80\x94 name AAAAAAAA", "cut off"),
        (b"a\n\n- name AAAAAAAA\n", "expected a signature line"),
        (b"a\n\n\xe2\x80\x94 na+me AAAAAAAA\n", "expected a signature line"),
        (b"a\n\n\xe2\x80\x94 name A!AAAAAA\n", "not base64"),
        (b"a\n\n\xe2\x80\x94 name AAAAAAB=\n", "expected base64"),
        (b"a\x1b[2J\n\n\xe2\x80\x94 name AAAAAAAA\n", "unprintable"),
        ("a\u202e\n\n— name AAAAAAAA\n".encode(), "unprintable"),
        (b"\xff\n\n\xe2\x80\x94 name AAAAAAAA\n", "not UTF-8"),
        (b"a\n\n" + b"\xe2\x80\x94 name AAAAAAAA\n" * 101, "101 signatures"),
        (b"a" * (1 << 20) + b"\n\n\xe2\x80\x94 name AAAAAAAA\n", "longer than"),
    ],
)
def test_what_is_no_note_is_refused_in_one_line(bytes_: bytes, why: str) -> None:
    with pytest.raises(NoteError, match=why) as caught:
        parse_note(bytes_)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_wrong_signature_of_a_known_key_is_refused_beside_a_right_one() -> None:
    other = Note("another\n", ()).signed(KEY).signatures
    with pytest.raises(NotProved, match="the signature of"):
        evolve(NOTE, signatures=NOTE.signatures + other).verify(KEY.public)


def test_a_signature_of_another_key_of_the_same_name_is_unknown() -> None:
    impostor = PrivateKey.generate(KEY.name)
    with pytest.raises(NotProved, match="no signature of"):
        evolve(NOTE, signatures=()).signed(impostor).verify(KEY.public)
    framed = tuple(evolve(line, key_id=KEY.public.id) for line in evolve(NOTE, signatures=()).signed(impostor).signatures)
    with pytest.raises(NotProved, match="another key signed it"):
        evolve(NOTE, signatures=framed).verify(KEY.public)


def test_a_ledgers_key_does_not_count_as_a_witness_nor_a_witness_as_a_ledger(tmp_path: Path) -> None:
    for key, other in ((KEY, Purpose.COSIGN), (WITNESS, Purpose.SIGN)):
        key.save(tmp_path / key.name.rpartition("/")[2])
        with pytest.raises(ValueError, match="is the key of a"):
            PrivateKey.load(tmp_path / key.name.rpartition("/")[2], other)
        with pytest.raises(ValueError, match="is the key of a"):
            public_key(str(key.public), other)
    as_log = evolve(WITNESS, purpose=Purpose.SIGN)
    with pytest.raises(NotProved, match="no signature of"):
        NOTE.signed(as_log).verify(WITNESS.public)


def test_a_key_file_is_its_owners_alone_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "chain.key"
    made = PrivateKey.generate("example.org/ledger")
    made.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PrivateKey.load(path, Purpose.SIGN) == made
    with pytest.raises(FileExistsError):
        made.save(path)
    assert PublicKey.parse(str(made.public)) == made.public == public_key(str(made.public))


def test_no_error_and_no_representation_shows_a_private_key(tmp_path: Path) -> None:
    path = tmp_path / "chain.key"
    KEY.save(path)
    text = path.read_text().strip()
    secret = text.rpartition("+")[2]
    assert KEY.seed.hex() not in repr(KEY)
    assert repr(KEY.seed) not in repr(KEY)
    said = []
    for wrong in (
        text[:-1],
        text + "A",
        text.replace("example", "exemple"),
        text.replace("PRIVATE", "PRIVAT"),
        text + "\n" + text,
    ):
        for read in (PrivateKey.parse, PublicKey.parse, public_key):
            with pytest.raises((ValueError, OSError)) as caught:
                read(wrong)
            said.append(str(caught.value))
    for purpose in Purpose:
        with pytest.raises(ValueError, match="private one") as refused:
            public_key(str(path), purpose)
        said.append(str(refused.value))
    assert not any(secret[:12] in line for line in said), said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+",
        "a b+00000000+AAAA",
        str(KEY.public)[:-4],
        str(KEY.public).replace("+A", "+B", 1),
        str(KEY.public).replace("example", "exemple"),
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="public key"):
        PublicKey.parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("o\n3\n", "origin, size and root"),
        ("o\n03\n{root}\n", "a size is a decimal number"),
        ("o\n-1\n{root}\n", "a size is a decimal number"),
        ("o\n9223372036854775808\n{root}\n", "a size is a decimal number"),
        ("o\n" + "9" * 5000 + "\n{root}\n", "a size is a decimal number"),
        ("o\n²\n{root}\n", "a size is a decimal number"),
        ("o\n3\nAAAA\n", "the root: expected 32 bytes"),
        ("o\n3\n{root}\nhead 3:00\n", "the checkpoint's head"),
        ("o\n3\n{root}\nhead 4:" + "00" * 32 + "\n", "head is at 4, its size is 3"),
        ("\n3\n{root}\n", "no empty lines"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, why: str) -> None:
    note = Note(text.format(root=b64encode(bytes(32)).decode()), ()).signed(KEY)
    with pytest.raises(NoteError, match=why) as caught:
        Checkpoint.parse(str(note).encode())
    assert len(str(caught.value)) < 300
