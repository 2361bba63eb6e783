"""Groups: a call and what it caused, written without saying the same weights twice."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuron_ledger.events.calls import BatchSetWeights, BurnedRegister, RevealWeights, SetWeights
from neuron_ledger.events.entries.codec import (
    Abridged,
    PayloadError,
    Submission,
    abridged,
    decode,
    decode_group,
    encode,
    encode_group,
)
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.registration import NeuronRegistered
from neuron_ledger.events.weights import BatchWeightsCompleted, WeightCommitsDropped, WeightsRevealed, WeightsSet
from neuron_ledger.events.wire.record import Call, Event
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.rules.weights.scaling import max_upscaled

HOTKEY = bytes(range(32))
REFUSED = ExtrinsicFailed(error="SettingWeightsTooFast", detail=(("allowed_from", "9"),))


def row(uids: tuple[int, ...], weights: tuple[int, ...]) -> bytes:
    return pack_pairs(list(zip(uids, weights, strict=True)))


def scaled_up(weights: tuple[int, ...]) -> tuple[int, ...]:
    """Exact scaling to 65535, half away from zero."""
    largest = max(weights)
    return tuple((2 * weight * 65535 + largest) // (2 * largest) for weight in weights)


def set_weights(uids: tuple[int, ...], weights: tuple[int, ...]) -> Submission:
    return Submission(SetWeights(1, uids, weights, 3), HOTKEY)


def there_and_back(submission: Submission, *events: Event) -> list[tuple[str, bytes]]:
    """Encode a group, check that it reads back and encodes again to the same bytes, entry by entry too."""
    entries = encode_group(submission, events)
    assert decode_group(entries) == (submission, events)
    assert encode_group(*decode_group(entries)) == entries
    for tag, payload in entries:
        record = decode(tag, payload)
        assert encode(record) == payload
        assert (record.tag if isinstance(record, Event) else record.call.tag) == tag
    return entries


def test_weights_stored_as_given_are_written_once() -> None:
    uids, weights = (3, 0, 7), (65535, 0, 12)
    entries = there_and_back(set_weights(uids, weights), WeightsSet(netuid=1, uid=5, row=row(uids, weights), last_update=40))
    assert msgspec.msgpack.decode(entries[0][1]) == [HOTKEY, 1, None, None, 3]
    assert decode(*entries[0]) == Abridged(SetWeights, HOTKEY, (1, None, None, 3))


def test_weights_that_were_scaled_up_are_told_by_their_largest() -> None:
    uids, weights = (0, 1, 2, 3), (1, 1000, 999, 0)
    entries = there_and_back(
        set_weights(uids, weights), WeightsSet(netuid=1, uid=5, row=row(uids, scaled_up(weights)), last_update=40)
    )
    assert msgspec.msgpack.decode(entries[0][1]) == [HOTKEY, 1, None, 1000, 3]


@pytest.mark.parametrize("largest", [1, 2, 3, 255, 256, 21845, 32767, 32768, 32769, 43690, 65533, 65534])
def test_every_weight_survives_scaling_up_and_back(largest: int) -> None:
    weights = tuple(range(largest + 1))
    uids = tuple(range(len(weights)))
    entries = there_and_back(
        set_weights(uids, weights), WeightsSet(netuid=1, uid=5, row=row(uids, scaled_up(weights)), last_update=40)
    )
    assert isinstance(decode(*entries[0]), Abridged)


@given(st.dictionaries(st.integers(0, 65535), st.integers(0, 65535), max_size=64))
def test_whatever_the_chain_stores_tells_the_call(asked: dict[int, int]) -> None:
    uids, weights = tuple(asked), tuple(asked.values())
    entries = there_and_back(
        set_weights(uids, weights), WeightsSet(netuid=1, uid=5, row=row(uids, tuple(max_upscaled(weights))), last_update=40)
    )
    assert isinstance(decode(*entries[0]), Abridged)


@pytest.mark.parametrize("weights", [(), (0,), (0, 0)])
def test_no_weights_and_weights_of_zero(weights: tuple[int, ...]) -> None:
    uids = tuple(range(len(weights)))
    entries = there_and_back(set_weights(uids, weights), WeightsSet(netuid=1, uid=5, row=row(uids, weights), last_update=None))
    assert msgspec.msgpack.decode(entries[0][1]) == [HOTKEY, 1, None, None, 3]


@pytest.mark.parametrize(
    "event",
    [
        REFUSED,
        WeightsSet(netuid=2, uid=5, row=row((0, 1), (65535, 9)), last_update=40),
        WeightsSet(netuid=1, uid=5, row=row((1, 0), (65535, 9)), last_update=40),
        WeightsSet(netuid=1, uid=5, row=row((0, 1), (65535, 8)), last_update=40),
        WeightsSet(netuid=1, uid=5, row=row((0,), (65535,)), last_update=40),
        WeightsSet(netuid=1, uid=5, row=b"", last_update=40),
        BatchWeightsCompleted(netuids=(1,), hotkey=HOTKEY),
    ],
    ids=["refused", "other subnet", "other order", "other weight", "shorter", "empty", "another event"],
)
def test_a_call_that_its_event_does_not_tell_is_written_whole(event: Event) -> None:
    submission = set_weights((0, 1), (65535, 9))
    entries = there_and_back(submission, event)
    assert entries[0] == ("set_weights/1", encode(submission))
    assert decode(*entries[0]) == submission


def test_a_refused_call_with_lists_of_different_length_is_written_whole() -> None:
    there_and_back(set_weights((0, 1), (65535,)), REFUSED)


def test_a_group_may_be_a_call_alone() -> None:
    there_and_back(set_weights((0,), (1,)))
    there_and_back(Submission(BurnedRegister(1, HOTKEY), HOTKEY), NeuronRegistered(netuid=1, uid=0, hotkey=HOTKEY))


def test_a_reveal_is_told_by_its_row_too() -> None:
    uids, weights = (4, 2), (500, 1000)
    submission = Submission(RevealWeights(1, uids, weights, (7, 8, 9), 3), HOTKEY)
    entries = there_and_back(
        submission,
        WeightsSet(netuid=1, uid=5, row=row(uids, scaled_up(weights)), last_update=None),
        WeightCommitsDropped(netuid=1, hotkey=HOTKEY, commits=()),
        WeightsRevealed(netuid=1, hotkey=HOTKEY, commit_hash=bytes(32)),
    )
    assert msgspec.msgpack.decode(entries[0][1]) == [HOTKEY, 1, None, 1000, b"\x07\0\x08\0\x09\0", 3]


def test_a_batch_is_written_whole() -> None:
    given = row((0, 1), (65535, 9))
    submission = Submission(BatchSetWeights((1,), (given,), (3,)), HOTKEY)
    entries = there_and_back(
        submission, WeightsSet(netuid=1, uid=5, row=given, last_update=40), BatchWeightsCompleted(netuids=(1,), hotkey=HOTKEY)
    )
    assert entries[0][1] == encode(submission)


def test_a_privileged_call_is_written_short_with_nil_for_its_origin() -> None:
    entries = there_and_back(
        Submission(SetWeights(1, (0,), (65535,), 3), None), WeightsSet(netuid=1, uid=5, row=row((0,), (65535,)), last_update=40)
    )
    assert msgspec.msgpack.decode(entries[0][1]) == [None, 1, None, None, 3]


@pytest.mark.parametrize(
    "following", [None, REFUSED, WeightsSet(netuid=2, uid=5, row=b"", last_update=40)], ids=["nothing", "refused", "other subnet"]
)
def test_a_short_call_needs_the_row_after_it(following: Event | None) -> None:
    short = abridged(set_weights((0,), (65535,)), WeightsSet(netuid=1, uid=5, row=row((0,), (65535,)), last_update=40))
    assert isinstance(short, Abridged)
    with pytest.raises(PayloadError, match="set_weights/1 is written short but not followed"):
        short.completed(following)
    entries = [("set_weights/1", encode(short))]
    if following is not None:
        entries.append((following.tag, encode(following)))
    with pytest.raises(PayloadError, match="set_weights/1 is written short but not followed"):
        decode_group(entries)


@pytest.mark.parametrize(
    ("wire", "fault"),
    [
        ([HOTKEY, 1, None, None], "a list of 5 values"),
        ([HOTKEY, 1, None, 65536, 3], "weights"),
        ([HOTKEY, 1, None, -1, 3], "weights"),
        ([HOTKEY, 1, None, b"\0\0", 3], "weights"),
        ([HOTKEY, 65536, None, None, 3], "netuid"),
        ([HOTKEY, 1, b"\0\0", None, 3], "not a payload"),
        ([HOTKEY[1:], 1, None, None, 3], "origin"),
        ([], "not a payload"),
    ],
)
def test_malformed_short_calls_are_refused(wire: list[object], fault: str) -> None:
    with pytest.raises(PayloadError, match=fault):
        decode("set_weights/1", msgspec.msgpack.encode(wire))


def test_what_is_no_group_is_refused() -> None:
    call = ("set_weights/1", encode(set_weights((0,), (1,))))
    event = ("NeuronRegistered/1", encode(NeuronRegistered(netuid=1, uid=0, hotkey=HOTKEY)))
    for entries in ([], [event], [event, call], [call, call], [call, event, call]):
        with pytest.raises(PayloadError, match="a group"):
            decode_group(entries)


def test_bytes_of_a_weight_set() -> None:
    """256 pairs are 1024 bytes; with 50 bytes for hash, tag and position a call and its event stay within 1.15 times that."""
    chance = random.Random(256)
    weights = (65535, *(chance.randrange(65536) for _ in range(255)))
    for uids in (tuple(range(256)), tuple(chance.sample(range(256), 256))):
        for asked in (weights, tuple(weight // 2 for weight in weights)):
            entries = there_and_back(
                set_weights(uids, asked), WeightsSet(netuid=1, uid=255, row=row(uids, scaled_up(asked)), last_update=5_000_000)
            )
            assert sum(len(payload) + 50 for _, payload in entries) <= 1.15 * 1024


@pytest.mark.parametrize(
    "row", [[b"\x07", bytes(4)], [bytes(3), bytes(4)], [65535, bytes(4)], [1, b"\x00"], [1], [1, bytes(4), 2]]
)
def test_a_row_whose_uids_and_values_do_not_match_is_refused(row: object) -> None:
    with pytest.raises(PayloadError, match=r"^not a payload of WeightsSet/1: "):
        decode("WeightsSet/1", msgspec.msgpack.encode([1, 5, row, None]))


def test_calls_without_a_row_are_never_short() -> None:
    call: Call = BurnedRegister(1, HOTKEY)
    assert abridged(Submission(call, HOTKEY), WeightsSet(netuid=1, uid=0, row=b"", last_update=None)) == Submission(call, HOTKEY)
