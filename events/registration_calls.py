"""Calls about registration that came after `burned_register` and `register`."""

from neuron_ledger.events.wire.arguments import GivenAccount, GivenBools, GivenU64s
from neuron_ledger.events.wire.record import Call, call
from neuron_ledger.events.wire.units import U16, NetUid, Rao


@call("register_limit")
class RegisterLimit(Call):
    """Register a hotkey by burning TAO, unless the price is above a limit (rao). Signed by the coldkey."""

    netuid: NetUid
    hotkey: GivenAccount
    limit_price: Rao


@call("trim_to_max_allowed_uids")
class TrimToMaxAllowedUids(Call):
    """Privileged: limit a subnet to `max_n` uids from now on, removing those in excess."""

    netuid: NetUid
    max_n: U16


@call("poke_emission")
class PokeEmission(Call):
    """Privileged: record emissions that were observed elsewhere. values: one per uid, from uid 0 on, in rao."""

    netuid: NetUid
    values: GivenU64s


@call("poke_validator_permit")
class PokeValidatorPermit(Call):
    """Privileged: record validator permits that were observed elsewhere. values: one per uid, from uid 0 on."""

    netuid: NetUid
    values: GivenBools
