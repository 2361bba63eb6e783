"""Calls that set what is no single number: `set_param` and `sudo_set` in `calls.py` set all the others."""

from neuron_ledger.events.wire.record import Call, call
from neuron_ledger.events.wire.units import U16_VECTOR, NetUid


@call("set_mechanism_emission_split")
class SetMechanismEmissionSplit(Call):
    """Privileged: the pallet's bare setter of the split of emission among mechanisms.

    maybe_split: parts of 65535, the first mechanism's first; nil: all alike.
    """

    netuid: NetUid
    maybe_split: U16_VECTOR | None
