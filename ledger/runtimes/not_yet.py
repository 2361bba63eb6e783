"""What runtimes before 277 do not have: fields of later runtimes, which none of their calls and blocks use."""

from typing import Any, Final

from attrs import NOTHING, fields

from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.runtime import Runtime


class NotYet:
    """A placeholder for one or more rules that came later. name: of the runtime's field."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Raises: CannotGoOn."""
        raise CannotGoOn(f"the rules of this spec_version have no {self.name} yet")

    def __getattr__(self, name: str) -> "NotYet":
        if name.startswith("__"):
            raise AttributeError(name)
        return NotYet(f"{self.name}.{name}")


NOTHING_YET: Final = Runtime(
    **{field.name: NotYet(field.name) for field in fields(Runtime) if field.init and field.default is NOTHING}  # type: ignore[arg-type]
)
"""A runtime without any rules, from which the first ones are made."""
