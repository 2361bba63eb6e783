"""Columns as a data frame of pandas or polars: the extra `frames`, loaded on first use."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neuron_ledger.events.wire.errors import NeuronLedgerError

if TYPE_CHECKING:
    import pandas
    import polars


class ExtraMissing(NeuronLedgerError, ImportError):
    """A library that an optional part needs is not installed; the message says how to install it."""


def _missing(library: str) -> ExtraMissing:
    return ExtraMissing(f"{library} is not installed; data frames need the extra `frames`: pip install 'neuron-ledger[frames]'")


def to_pandas(columns: Mapping[str, Any]) -> "pandas.DataFrame":
    """A frame of these columns. Raises: ExtraMissing."""
    try:
        import pandas
    except ModuleNotFoundError:
        raise _missing("pandas") from None
    return pandas.DataFrame(dict(columns))


def to_polars(columns: Mapping[str, Any]) -> "polars.DataFrame":
    """A frame of these columns. Raises: ExtraMissing."""
    try:
        import polars
    except ModuleNotFoundError:
        raise _missing("polars") from None
    return polars.DataFrame(dict(columns))
