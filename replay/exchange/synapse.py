"""What one neuron asks another: a model whose fields are the question and the answer, and how it travels.

    class Translate(Synapse):
        text: str
        language: str = "fr"
        answer: str | None = None
        required_hash_fields = ("text", "language")

It is sent as JSON with headers that say who asks whom. Fields without a default are named in headers too, with empty values, so
that the other side can decide on the request before it has read the body. `required_hash_fields` are those that the signature
protects: if it is empty, the body is not protected at all. Fields with `frozen=True` stay as they were sent.

Source: bittensor 9.7.0 and 10.5.0 core/synapse.py, which are the same on the wire.
"""

from collections.abc import Mapping
from hashlib import sha3_256
from typing import Any, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from neuron_ledger.replay.exchange.headers import empty_value, header_text, parsed_headers
from neuron_ledger.replay.exchange.sizes import size_of_dict, size_of_model

DEFAULT_TIMEOUT: Final = 12.0
"""Seconds."""

SUCCESS, UNVERIFIED, FORBIDDEN, TIMED_OUT = 200, 401, 403, 408


class TerminalInfo(BaseModel):
    """One side of an exchange. process_time: seconds. nonce: nanoseconds since 1970. hotkey: SS58. signature: 0x, hex digits."""

    model_config = ConfigDict(validate_assignment=True)

    status_code: int | None = None
    status_message: str | None = None
    process_time: float | None = None
    ip: str | None = None
    port: int | None = None
    version: int | None = None
    nonce: int | None = None
    uuid: str | None = None
    hotkey: str | None = None
    signature: str | None = None


class Synapse(BaseModel):
    """The base class of all synapses, with the fields that are always sent. timeout: seconds."""

    model_config = ConfigDict(validate_assignment=True)

    name: str | None = Field(default=None, repr=False)
    timeout: float | None = Field(default=DEFAULT_TIMEOUT, repr=False, allow_inf_nan=False)
    total_size: int | None = Field(default=0, repr=False)
    header_size: int | None = Field(default=0, repr=False)
    dendrite: TerminalInfo | None = Field(default_factory=TerminalInfo, repr=False)
    axon: TerminalInfo | None = Field(default_factory=TerminalInfo, repr=False)
    computed_body_hash: str | None = Field(default="", repr=False, frozen=True)

    required_hash_fields: ClassVar[tuple[str, ...]] = ()
    """Fields that the signature protects, in the order in which they are hashed."""

    @model_validator(mode="before")
    @classmethod
    def set_name_type(cls, values: Any) -> Any:
        """The name is that of the class, whatever was sent."""
        return {**values, "name": cls.__name__} if isinstance(values, dict) else values

    def deserialize(self) -> Any:
        """What `deserialize` gives the caller; a subclass may return something else than the whole synapse."""
        return self

    @property
    def is_success(self) -> bool:
        return self._status() == SUCCESS

    @property
    def is_failure(self) -> bool:
        return self._status() != SUCCESS

    @property
    def is_timeout(self) -> bool:
        return self._status() == TIMED_OUT

    @property
    def is_blacklist(self) -> bool:
        return self._status() == FORBIDDEN

    @property
    def failed_verification(self) -> bool:
        return self._status() == UNVERIFIED

    def _status(self) -> int | None:
        return None if self.dendrite is None else self.dendrite.status_code

    @classmethod
    def hashed_fields(cls) -> tuple[str, ...]:
        """The fields that the signature protects. The older way to name them, as a field of the synapse, works too."""
        named = cls.model_fields.get("required_hash_fields")
        if named is None:
            return cls.required_hash_fields
        return tuple(name for name in cls.model_fields if name in (named.default or ()))

    @classmethod
    def required_fields(cls) -> list[str]:
        """The fields without a default, by the names they travel under."""
        return [field.alias or name for name, field in cls.model_fields.items() if field.is_required()]

    @property
    def body_hash(self) -> str:
        """SHA3-256 over the hashes of the protected fields, each of its value's Python text; hex digits."""
        fields = self.hashed_fields()
        values = self.model_dump(include=set(fields)) if fields else {}
        hashes = [sha3_256(str(values[field]).encode()).hexdigest() for field in fields]
        return sha3_256("".join(hashes).encode()).hexdigest()

    def get_total_size(self) -> int:
        """Bytes of the whole, as CPython 3.11 counts them; kept as `total_size`."""
        self.__dict__["total_size"] = size = size_of_model(self)
        return size

    def to_headers(self) -> dict[str, str]:
        """The headers with which it is sent. Raises: ValueError for a required field whose type has no empty value."""
        headers = {"name": str(self.name), "timeout": str(self.timeout)}
        for side, info in (("axon", self.axon), ("dendrite", self.dendrite)):
            if info is not None:
                headers.update((f"bt_header_{side}_{k}", header_text(v)) for k, v in info.__dict__.items() if v is not None)
        for field in self.required_fields():
            value = getattr(self, field, None)
            if field not in headers and value is not None:
                headers[f"bt_header_input_obj_{field}"] = empty_value(field, value)
        headers["header_size"] = str(size_of_dict(len(headers)))
        headers["total_size"] = str(self.get_total_size())
        headers["computed_body_hash"] = self.body_hash
        return headers

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Self:
        """From a synapse's headers: who asks whom, and its required fields, empty. Raises: pydantic's ValidationError."""
        return cls(**parsed_headers(headers))
