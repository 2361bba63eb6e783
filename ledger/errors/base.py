"""What every refusal is: the chain's own error name, one class each, carrying the values that failed as typed attributes.

`str(error)` is a sentence for people; the name is what is recorded, compared and shown to machines.
Source: subtensor macros/errors.rs, spec_version 277 (the names).
"""

from collections.abc import Iterable
from typing import Any, ClassVar, dataclass_transform

from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError

ACCOUNTS = frozenset({"hotkey", "coldkey", "signer", "owner", "child", "senate_member", "locked_to"})
"""Attributes of refusals that hold an account."""


@dataclass_transform(kw_only_default=True, eq_default=False)
class ChainError(NeuronLedgerError):
    """A refusal. Its annotated attributes hold what was asked for, what was found and what would have been needed.

    They are keyword-only; one with a default may be left out where a refusal has no such value, and is None then.
    Raises: TypeError for one that is missing or unknown.
    """

    reason: ClassVar[str] = "refused"
    chain_name: ClassVar[str] = ""
    """The chain's name, where it is not a class name: errors of other pallets are prefixed with the pallet's name."""
    attributes: ClassVar[tuple[str, ...]] = ()
    """The names of its attributes, in the order in which they are recorded."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.attributes = (*cls.attributes, *(name for name in vars(cls).get("__annotations__", {}) if name not in cls.attributes))

    def __init__(self, **given: Any) -> None:
        cls = type(self)
        unknown = [name for name in given if name not in cls.attributes]
        missing = [name for name in cls.attributes if name not in given and not hasattr(cls, name)]
        if unknown or missing:
            raise TypeError(
                f"{cls.__name__} takes {', '.join(cls.attributes) or 'nothing'}; missing: {missing}, unknown: {unknown}"
            )
        vars(self).update(given)
        self.name = cls.chain_name or cls.__name__
        """The chain's name of this error: that of its class, unless the runtime that refused uses another."""
        super().__init__(given)

    @property
    def values(self) -> dict[str, int | str | bytes]:
        """Its attributes by name, without those that were left out."""
        return {name: value for name in self.attributes if (value := getattr(self, name)) is not None}

    def __str__(self) -> str:
        shown = values_for_people(self.detail())
        return f"{self.name}: {self.reason}" + (f" ({shown})" if shown else "")

    def detail(self) -> tuple[tuple[str, str], ...]:
        """The values as texts, as they are recorded."""
        return tuple((name, value.hex() if isinstance(value, bytes) else str(value)) for name, value in self.values.items())


def values_for_people(detail: Iterable[tuple[str, str]]) -> str:
    """A refusal's values as they were recorded, in one line, with accounts as SS58."""
    return ", ".join(f"{name}={_address(text) if name in ACCOUNTS else text}" for name, text in detail)


def _address(text: str) -> str:
    try:
        return ss58.encode(ss58.account(text))
    except FieldError:
        return text


class CannotGoOn(NeuronLedgerError, ValueError):
    """Storage from which the chain's own code could not go on. Not a refusal: nothing is decided or recorded."""


class CallNotDecided(CannotGoOn):
    """A call that the runtime in force does not have. call: its name on the chain; elsewhere: the runtimes that have it."""

    def __init__(self, call: str, spec_version: RuntimeName, elsewhere: str = "") -> None:
        self.call, self.spec_version, self.elsewhere = call, spec_version, elsewhere
        others = f"; those of {elsewhere} do" if elsewhere else ""
        advice = ": begin with one of them (`init --spec-version`), or go on to a later one (`upgrade_runtime`)" if others else ""
        super().__init__(f"{call} is not a call that the rules of spec_version {spec_version} decide{others}{advice}")


class UnknownSpecVersion(NeuronLedgerError, ValueError):
    """No rules are built for this spec_version. known: those that there are rules for, in words."""

    def __init__(self, spec_version: RuntimeName, known: str) -> None:
        super().__init__(f"no rules for spec_version {spec_version}; there are rules for {known}")
        self.spec_version, self.known = spec_version, known
