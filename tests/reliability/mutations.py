"""Mutations of texts, of JSON values and of bytes: seeded, so that a case can be made again from its number."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

STRANGE: list[Any] = [
    *(None, True, False, 0, 1, -1, 1.5, -0.0, 1e400, float("nan"), 10**50),
    *(2**16, 2**32, 2**63, 2**64 - 1, 2**64, 2**127, -(2**127)),
    *("", " ", "0", "-1", "9" * 50, str(2**64 - 1), "NaN", "0x", "ff" * 32, "5" * 48, "x" * 70_000),
    *("\x1b[31m", "\u202e", "\ud800", "tempo", "netuid"),
    *([], {}, [[]], [0], [None], {"": 0}, list(range(3000))),
]
"""Values that belong nowhere, or at the edge of where they belong."""

TOKENS = [
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\n", b"-"),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"NaN", b"1e999", b"null", b"9" * 5000),
]


def mutated_value(value: Any, random: Random) -> Any:
    """A JSON value with one to three changes somewhere in it."""
    for _ in range(random.randint(1, 3)):
        value = _changed(value, random)
    return value


def _changed(value: Any, random: Random) -> Any:
    if isinstance(value, bytes) and value and random.random() < 0.6:
        return mutated_bytes(value, random)
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(list(value))
        match random.randrange(8):
            case 0:
                return {name: item for name, item in value.items() if name != key}
            case 1:
                return {**value, str(random.choice(STRANGE))[:40]: random.choice(STRANGE)}
            case 2:
                return {(str(random.choice(STRANGE))[:40] if name == key else name): item for name, item in value.items()}
            case _:
                return {**value, key: _changed(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.9:
        at = random.randrange(len(value))
        match random.randrange(8):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, value[at]]
            case 2:
                return value * 3
            case _:
                return [*value[:at], _changed(value[at], random), *value[at + 1 :]]
    if type(value) is int and random.random() < 0.5:
        return random.choice([value + 1, value - 1, -value, value * 2**16, str(value), float(value)])
    if isinstance(value, str) and value and random.random() < 0.5:
        at = random.randrange(len(value))
        return random.choice([value[:at], value[:at] + random.choice("0lI\x00é") + value[at + 1 :], value * 2, value.upper()])
    return random.choice(STRANGE)


def mutated_bytes(content: bytes, random: Random) -> bytes:
    """Bytes with one to four changes: flipped, cut, doubled, moved, filled."""
    changes: list[Callable[[bytes, int, int], bytes]] = [
        lambda raw, at, _: raw[:at] + bytes([raw[at] ^ 1 << random.randrange(8)]) + raw[at + 1 :],
        lambda raw, at, end: raw[:at] + raw[end:],
        lambda raw, at, _: raw[:at],
        lambda raw, at, end: raw[:end] + raw[at:],
        lambda raw, at, end: raw[:at] + random.randbytes(end - at) + raw[end:],
        lambda raw, at, end: raw[:at] + bytes(end - at) + raw[end:],
        lambda raw, at, _: raw[:at] + random.choice(TOKENS) + raw[at:],
        lambda raw, at, end: raw[:at] + random.choice(TOKENS) + raw[end:],
    ]
    for _ in range(random.randint(1, 4)):
        if not content:
            return random.choice(TOKENS)
        at = random.randrange(len(content))
        end = min(len(content), at + int(2 ** random.uniform(0, 10)))
        content = random.choice(changes)(content, at, end)
    return content


def mutated_in_place(content: bytes, random: Random) -> bytes:
    """Bytes of the same length, with one to four changes."""
    raw = bytearray(content)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(raw))
        end = min(len(raw), at + int(2 ** random.uniform(0, 8)))
        match random.randrange(4):
            case 0:
                raw[at] ^= 1 << random.randrange(8)
            case 1:
                raw[at] = random.randrange(256)
            case 2:
                raw[at:end] = random.randbytes(end - at)
            case _:
                begin = random.randrange(len(raw) - (end - at) + 1)
                raw[at:end] = raw[begin : begin + end - at]
    return bytes(raw)


def mutated_json(value: Any, random: Random) -> bytes:
    """A JSON text, mutated as a value or as bytes."""
    if random.random() < 0.7:
        return json.dumps(mutated_value(value, random)).encode()
    return mutated_bytes(json.dumps(value).encode(), random)
