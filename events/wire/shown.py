"""Values as errors show them: shortened, at a cost that does not grow with the value."""

from collections.abc import Iterator

MOST_SHOWN = 100
"""Characters of a value that an error shows."""

_LARGEST_WRITTEN = 1 << 512
"""Integers from here on are described by their size: writing them out takes quadratic time."""


def shown(value: object) -> str:
    """The value as Python writes it, cut after `MOST_SHOWN` characters; only the part that is shown is looked at."""
    text = ""
    for piece in _pieces(value):
        text += piece
        if len(text) > MOST_SHOWN:
            return text[: MOST_SHOWN - 3] + "..."
    return text


def cut(name: str) -> str:
    """A name, which may be a key from foreign input, cut to a length that can be shown."""
    return name if len(name) <= 3 * MOST_SHOWN else name[: 3 * MOST_SHOWN - 3] + "..."


def _pieces(value: object) -> Iterator[str]:
    if type(value) is str or type(value) is bytes:
        yield repr(value[: MOST_SHOWN + 1])
    elif type(value) is int and not -_LARGEST_WRITTEN < value < _LARGEST_WRITTEN:
        yield f"an integer of {value.bit_length()} bits"
    elif type(value) is list:
        yield "["
        yield from _items(value)
        yield "]"
    elif type(value) is tuple:
        yield "("
        yield from _items(value)
        yield ",)" if len(value) == 1 else ")"
    elif type(value) is dict:
        yield "{"
        for index, (key, item) in enumerate(value.items()):
            yield ", " if index else ""
            yield from _pieces(key)
            yield ": "
            yield from _pieces(item)
        yield "}"
    else:
        yield repr(value)


def _items(values: list[object] | tuple[object, ...]) -> Iterator[str]:
    for index, item in enumerate(values):
        yield ", " if index else ""
        yield from _pieces(item)
