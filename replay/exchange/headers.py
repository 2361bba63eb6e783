"""Headers of a synapse: values as texts that cannot break out of a header, and back.

Source: bittensor 10.5.0 core/synapse.py::Synapse.to_headers, parse_headers_to_inputs.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

from neuron_ledger.events.wire.errors import FieldError

PREFIXES: Final = {"axon": "bt_header_axon_", "dendrite": "bt_header_dendrite_"}
INPUT: Final = "bt_header_input_obj_"
PLAIN: Final = ("timeout", "name", "header_size", "total_size", "computed_body_hash")


def header_text(value: Any) -> str:
    """A value for a header; what a header cannot contain is escaped."""
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() and char < "\u0100" else ascii(char)[1:-1] for char in text)


def empty_value(field: str, value: Any) -> str:
    """Base64 of the JSON of the empty value of a value's type. Raises: FieldError if it has none."""
    if hasattr(value, "model_dump"):
        value = {}
    try:
        return b64encode(json.dumps(type(value)()).encode()).decode()
    except TypeError:
        raise FieldError(field, "a value whose type has an empty one", value) from None


def parsed_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a synapse in headers; what cannot be read is ignored."""
    sides: dict[str, dict[str, str]] = {"axon": {}, "dendrite": {}}
    fields: dict[str, Any] = {}
    for name, value in headers.items():
        if name.startswith(PREFIXES["axon"]):
            sides["axon"][name[len(PREFIXES["axon"]) :]] = value
        elif name.startswith(PREFIXES["dendrite"]):
            sides["dendrite"][name[len(PREFIXES["dendrite"]) :]] = value
        elif name.startswith(INPUT):
            try:
                fields[name[len(INPUT) :]] = json.loads(b64decode(value))
            except (ValueError, RecursionError):
                continue
    return {**fields, **sides, **{name: headers.get(name) for name in PLAIN}}
