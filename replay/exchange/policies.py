"""Who may ask, and who is answered first: by the current metagraph of a subnet in a ledger, an oracle or a node.

may_ask = Policy(Standings.of_ledger(ledger, netuid=1), permit=True, least_stake=1_000 * TAO)
axon.attach(translate, blacklist=may_ask.blacklist, priority=may_ask.priority)
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.replay.exchange.on_chain import read_standings
from neuron_ledger.replay.exchange.standing import By, Standing, standings
from neuron_ledger.replay.exchange.synapse import Synapse

if TYPE_CHECKING:
    from neuron_ledger.replay.oracle.chain import Oracle

RAO: Final = 10**9
EVERY_SECONDS: Final = 1.0
NODE_EVERY_SECONDS: Final = 12.0
LONGEST_SECONDS: Final = 600.0
"""How long the last metagraph is used if it cannot be read again."""


class Standings:
    """The standings of a subnet, read again when they are older than `every` seconds; callers meanwhile wait together.

    read: reads them. If that fails, the last ones are used for ten minutes.
    """

    def __init__(
        self, read: Callable[[], Awaitable[By]], every: float = EVERY_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._every, self._clock = read, every, clock
        self._known: By | None = None
        self._read_at = float("-inf")
        self._reading: asyncio.Task[By] | None = None
        self.problem: Exception | None = None
        """Why they could not be read the last time."""

    @classmethod
    def of_ledger(cls, ledger: Ledger, netuid: int, every: float = EVERY_SECONDS) -> "Standings":
        """Of an open ledger. It is read in a thread, between two of its calls."""

        def read() -> By:
            with ledger.reading() as storage:
                return standings(storage, netuid)

        return cls(lambda: asyncio.to_thread(read), every)

    @classmethod
    def of_oracle(cls, oracle: "Oracle", netuid: int, every: float = 0.0) -> "Standings":
        """Of an oracle, always its current state."""

        async def read() -> By:
            return standings(oracle.storage, netuid)

        return cls(read, every)

    @classmethod
    def of_node(cls, url: str, netuid: int, every: float = NODE_EVERY_SECONDS) -> "Standings":
        """Of a node, at its last block. url: `ws://…` or `wss://…`."""
        return cls(lambda: read_standings(url, netuid), every)

    async def current(self) -> By:
        """All standings. Raises: what reading them raised, if none are recent enough."""
        if self._known is not None and self._clock() - self._read_at < self._every:
            return self._known
        if self._reading is None or self._reading.done() or self._reading.get_loop() is not asyncio.get_running_loop():
            self._reading = asyncio.ensure_future(self._again())
        return await asyncio.shield(self._reading)

    async def _again(self) -> By:
        begun = self._clock()
        try:
            self._known = await self._read()
            self._read_at, self.problem = begun, None
        except (NeuronLedgerError, OSError, LookupError, ValueError) as error:
            self.problem = error
            if self._known is None or begun - self._read_at > LONGEST_SECONDS:
                raise
        return self._known


class Policy:
    """Who may ask: registered hotkeys; with `permit`, only those with a validator permit; with at least this stake, in rao.

    also: hotkeys (SS58) that may always ask. priority: who is answered first; by default those with more stake.
    """

    def __init__(
        self,
        source: Standings,
        *,
        registered: bool = True,
        permit: bool = False,
        least_stake: int = 0,
        also: frozenset[str] = frozenset(),
    ) -> None:
        self._source, self._registered, self._permit, self._least_stake = source, registered, permit, least_stake
        self._also = also

    async def blacklist(self, synapse: Synapse) -> tuple[bool, str]:
        """Whether the caller is refused, and why."""
        hotkey = None if synapse.dendrite is None else synapse.dendrite.hotkey
        if hotkey is None:
            return True, "no hotkey"
        why = self.why_not((await self._source.current()).get(hotkey), hotkey)
        return why is not None, why or ""

    async def priority(self, synapse: Synapse) -> float:
        """Stake in TAO or alpha, with its fraction; 0 for the unregistered. For the queue only; nothing is recorded."""
        hotkey = None if synapse.dendrite is None else synapse.dendrite.hotkey
        standing = (await self._source.current()).get(hotkey or "")
        return 0.0 if standing is None else standing.stake / RAO

    def why_not(self, standing: Standing | None, hotkey: str) -> str | None:
        """Why a neuron of this standing may not ask; None if it may."""
        if hotkey in self._also:
            return None
        if standing is None:
            return "hotkey is not registered" if self._registered or self._permit or self._least_stake else None
        if self._permit and not standing.validator_permit:
            return "no validator permit"
        if standing.stake < self._least_stake:
            return f"stake {standing.stake} is below {self._least_stake}"
        return None


def allowed(policy: Policy, known: By) -> Callable[[Any], bool | str]:
    """The same policy for signed HTTP (`Authenticated(…, may=…)`), by standings that were already read."""
    return lambda caller: policy.why_not(known.get(caller.hotkey), caller.hotkey) or True
