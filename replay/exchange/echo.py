"""A synapse for trying things out, and synapses whose fields are known only at run time."""

from typing import Any

from pydantic import ConfigDict, Field, create_model

from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.replay.exchange.synapse import Synapse


class Echo(Synapse):
    """The text comes back in capitals."""

    text: str
    reply: str | None = None
    required_hash_fields = ("text",)


async def echo(synapse: Echo) -> Echo:
    """Answers `Echo`."""
    synapse.reply = synapse.text.upper()
    return synapse


class Open(Synapse):
    """A synapse that keeps all fields of an answer."""

    model_config = ConfigDict(validate_assignment=True, extra="allow")


def asked_for(name: str, fields: dict[str, Any], hashed: tuple[str, ...]) -> Synapse:
    """A synapse of this name with these fields, each of them required. hashed: the fields that the signature protects.

    Raises: FieldError.
    """
    if not name.isidentifier() or name.startswith("_"):
        raise FieldError("--synapse", "the name of a synapse", name)
    for field in fields:
        if field in Synapse.model_fields or field.startswith("_"):
            raise FieldError("--field", "a field of the synapse's own", field)
    for field in hashed:
        if field not in fields:
            raise FieldError("--hashed", f"one of {', '.join(fields) or 'the fields, of which there is none'}", field)
    declared: dict[str, Any] = {field: (type(value) if value is not None else Any, Field()) for field, value in fields.items()}
    cls = create_model(name, __base__=Open, **declared)
    cls.required_hash_fields = tuple(hashed)
    return cls(**fields)
