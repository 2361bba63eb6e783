"""Chains on which registrations are tried: a burn, a difficulty, a coldkey with money."""

from neuron_ledger.events.calls import Register
from neuron_ledger.events.wire.record import Event
from neuron_ledger.ledger.rules.blocks.hashes import block_hash
from neuron_ledger.ledger.rules.registration.seal import create_work
from tests.chain_fixture import TAO, Chain, account

BURN = 3 * TAO
COLD = account("cold")
HOT = account("hot")


def new_chain(*, subnets: tuple[int, ...] = (1,)) -> Chain:
    chain = Chain(subnets=subnets)
    for netuid in subnets:
        chain.set("burn", BURN, netuid)
        chain.set("difficulty", 1000, netuid)
    chain.fund(COLD, 10 * TAO)
    return chain


def work(chain: Chain, hotkey: bytes = HOT, coldkey: bytes = COLD, netuid: int = 1, age: int = 0) -> Register:
    """A proof-of-work registration that the chain accepts."""
    block = chain.block - age
    nonce, seal = create_work(block_hash(block, chain.block), 0, hotkey, chain.storage.difficulty[netuid])
    return Register(netuid, block, nonce, seal, hotkey, coldkey)


def only(events: list[Event], kind: type[Event]) -> Event:
    (found,) = [event for event in events if isinstance(event, kind)]
    return found
