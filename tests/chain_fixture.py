"""A small chain for tests: the root network and subnets with a few neurons, and a way to submit calls to it."""

from hashlib import blake2b

from neuron_ledger.events.calls import AdvanceTo, ForceRegister, ForceSetBalance, SetParam
from neuron_ledger.events.deposited import deposited
from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.wire.record import Call, Event
from neuron_ledger.ledger.decide import Decision, decide
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.projections.storage import Storage

RULES = TIMELINE.runtime(277)
TAO = 10**9


def account(name: str) -> bytes:
    """An account id made from a name."""
    return blake2b(name.encode(), digest_size=32).digest()


class Chain:
    """Storage, and the rules of 277 where no others are given.

    `submit` decides a call; `ok` and `refused` say what is expected of it. Its storage is in one long transaction, so that a test
    may lay out by hand what a call meets.
    """

    def __init__(self, *, subnets: tuple[int, ...] = (1,), block: int = 100, rules: Runtime = RULES) -> None:
        self.rules = rules
        self.lay_out(Storage(rules.layout))
        self.storage.block_number.value = block
        for netuid in (0, *subnets):
            self.storage.networks_added[netuid] = True
            self.storage.network_registration_allowed[netuid] = True
            self.storage.network_pow_registration_allowed[netuid] = True
            self.storage.max_registrations_per_block[netuid] = 100
            self.storage.target_registrations_per_interval[netuid] = 100
            self.storage.last_adjustment_block[netuid] = block

    def lay_out(self, storage: Storage) -> None:
        """Take a storage over, to be written to by hand from now on."""
        self.storage = storage
        self.storage.journal.begin()

    @property
    def block(self) -> int:
        return self.storage.block_number.value

    def submit(self, call: Call, origin: Origin = None) -> Decision:
        return decide(self.storage, self.rules, Submission(call, origin))

    def ok(self, call: Call, origin: Origin = None) -> list[Event]:
        """Submit a call that must be accepted. Returns: what it caused."""
        decision = self.submit(call, origin)
        assert decision.error is None, str(decision.error)
        return [entry.event for entry in decision.happened]

    def refused(self, call: Call, origin: Origin = None) -> ChainError:
        """Submit a call that must be refused, and must change nothing. Returns: why it was refused."""
        before = self.storage.digest()
        decision = self.submit(call, origin)
        assert decision.error is not None, "the call was accepted"
        assert self.storage.digest() == before
        return decision.error

    def fund(self, coldkey: bytes, rao: int) -> None:
        self.ok(ForceSetBalance(coldkey, rao))

    def set(self, name: str, value: int, netuid: int = 1) -> None:
        self.ok(SetParam(name, netuid, value))

    def seat(self, *names: str, netuid: int = 1) -> list[bytes]:
        """Register hotkeys by force, each owned by a coldkey of its own (`<name>-cold`). Returns: the hotkeys."""
        hotkeys = [account(name) for name in names]
        for name, hotkey in zip(names, hotkeys, strict=True):
            self.ok(ForceRegister(netuid, hotkey, account(f"{name}-cold")))
        return hotkeys

    def advance(self, blocks: int = 1) -> list[Event]:
        return self.ok(AdvanceTo(self.block + blocks))


def chain_events(events: list[Event]) -> list[tuple[object, ...]]:
    """The chain's own events that ours stand for, in order."""
    return [shown for event in events if (shown := deposited(event)) is not None]
