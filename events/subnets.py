"""What happens to a subnet as a whole: its hyperparameters, its beginning and end."""

from events.record import Event, Long, Name, NetUid, Short, event


@event("HyperparameterSet")
class HyperparameterSet(Event):
    """A hyperparameter has a new value. name: as in `hyperparameters.py`; value: flags are 0 and 1.

    The chain deposits an event of its own name for most (`TempoSet`, …): see `hyperparameters.py`.
    """

    name: Name
    netuid: NetUid
    value: Long


@event("AlphaValuesSet")
class AlphaValuesSet(Event):
    """The bounds of liquid alpha, as parts of 65535, have new values."""

    netuid: NetUid
    alpha_low: Short
    alpha_high: Short
