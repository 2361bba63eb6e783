"""Two neurons, their coldkeys and a nominator on a subnet at any spec_version from 233 to 276."""

from collections.abc import Callable
from typing import Any

from neuron_ledger.events.calls import (
    GrantStake,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.rules.stake.positions import get_stake_for_hotkey_and_coldkey_on_subnet
from tests.chain_fixture import TAO, account
from tests.rules.dtao_chain import DtaoChain

COLD, HOT, OTHER, NOMINATOR, OWNER, NEW = map(account, ("cold", "hot", "other", "nominator", "owner", "new"))
FEE = 50_000
PART = 2**62
"""Of 2^64 - 1, a quarter."""


def shown(behaviour: Callable[[int], Any], *spec_versions: int) -> list[Any]:
    return [behaviour(number) for number in spec_versions]


def world(spec_version: int, *, subnets: tuple[int, ...] = (1,)) -> DtaoChain:
    """HOT is COLD's, OTHER is OWNER's, who owns subnet 1; COLD and NOMINATOR have 100 TAO, COLD 8 alpha on HOT."""
    chain = DtaoChain(spec_version, subnets=subnets)
    chain.give_uid(HOT, COLD)
    chain.give_uid(OTHER, OWNER)
    chain.storage.subnet_owner[1], chain.storage.subnet_owner_hotkey[1] = OWNER, OTHER
    for coldkey in (COLD, NOMINATOR, OWNER):
        chain.pay(coldkey, 100 * TAO)
    chain.ok(GrantStake(HOT, COLD, 1, 8 * TAO))
    return chain


def outcome(chain: DtaoChain, call: Call, signer: bytes | None) -> str | None:
    """Why a call is refused; None where it is not."""
    error = chain.submit(call, signer).error
    return None if error is None else chain.rules.error_name(error)


def stake(chain: DtaoChain, hotkey: bytes, coldkey: bytes, netuid: int = 1) -> int:
    return get_stake_for_hotkey_and_coldkey_on_subnet(chain.tx, hotkey, coldkey, netuid)
