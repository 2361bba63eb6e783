"""A chain to test against, in a few words: subnets with neurons, blocks that pass, forks, and what there was before.

    oracle = Oracle()
    subnet = oracle.begin_subnet(miners=3)
    oracle.submit(calls.SetWeights(subnet.netuid, (2, 3), (1, 3), 0), subnet.validators[0]).unwrap()
    oracle.mine_to_epoch(subnet.netuid)
    oracle.subnet(subnet.netuid).neuron(3).incentive

Everything is decided by the chain's rules and recorded in a ledger in memory. The same calls give the same head each time.
"""

from hashlib import blake2b
from typing import Final, Self

from attrs import frozen

from neuron_ledger.events.calls import CreateRootNetwork, ForceRegister, ForceSetBalance, GrantStake, RegisterNetwork, SetParam
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.until_epoch import blocks_until_epoch
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.chain_view import ChainView, NotThere, PastChain

TAO: Final = 10**9
"""rao."""
FUNDS: Final = 1_000_000 * TAO
STAKE: Final = 1_000 * TAO
MOST_BLOCKS: Final = 70_000
"""Blocks in which every subnet that has epochs has one: tempos are u16."""


def account(name: str) -> bytes:
    """A throwaway account: the same one for the same name, of which nobody has the key."""
    return blake2b(name.encode(), digest_size=32).digest()


@frozen
class NewSubnet:
    """A subnet that `Oracle.begin_subnet` made: who is there, in the order of their uids."""

    netuid: int
    coldkey: bytes
    """Owns the subnet, and all hotkeys on it."""
    owner: bytes
    """The owner's hotkey, uid 0."""
    validators: tuple[bytes, ...]
    miners: tuple[bytes, ...]


@frozen
class Snapshot:
    """What `Oracle.revert` goes back to."""

    ledger: Ledger


class Oracle(ChainView):
    """A chain of one's own. ledger: everything that happened on it; a new one in memory if none is given."""

    def __init__(self, ledger: Ledger | None = None, *, spec_version: int | None = None) -> None:
        """spec_version: of a new ledger; today's runtime if none is given. Raises: UnknownSpecVersion."""
        self.ledger = Ledger.in_memory(spec_version=spec_version) if ledger is None else ledger

    @property
    def storage(self) -> Storage:
        """All storage, for reading."""
        return self.ledger.storage

    @property
    def block(self) -> int:
        """The current block."""
        return self.ledger.block

    def submit(self, call: Call, signer: Origin | str = None) -> Receipt:
        """Decide and record a call. signer: 32 bytes or SS58; None for a privileged call. Raises: as `Ledger.submit`."""
        return self.ledger.submit(call, signer)

    def fund(self, coldkey: bytes, rao: int = FUNDS) -> bytes:
        """Set a coldkey's free balance. Returns: the coldkey."""
        self.submit(ForceSetBalance(coldkey, rao)).unwrap()
        return coldkey

    def begin_subnet(self, *, validators: int = 1, miners: int = 2, stake: int = STAKE, name: str | None = None) -> NewSubnet:
        """A new subnet: its owner (uid 0), validators with stake and permits, and miners. An epoch passes on the way.

        stake: alpha of each validator. name: makes its accounts differ from those of other subnets; its netuid if none is given.
        Raises: ChainError where the chain refuses it, as at the limit of subnets.
        """
        with self.ledger.batch():
            if not self.storage.networks_added[0]:
                self.submit(CreateRootNetwork()).unwrap()
                self.submit(SetParam("network_rate_limit", 0, 0)).unwrap()
            before = set(self.netuids())
            label = f"subnet {len(before)}" if name is None else name
            coldkey = self.fund(account(f"{label}: owner"))
            owner = account(f"{label}: owner's hotkey")
            self.submit(RegisterNetwork(owner), coldkey).unwrap()
            (netuid,) = (netuid for netuid in self.netuids() if netuid not in before)
            made = NewSubnet(
                netuid,
                coldkey,
                owner,
                tuple(account(f"{label}: validator {number}") for number in range(validators)),
                tuple(account(f"{label}: miner {number}") for number in range(miners)),
            )
            for hotkey in (*made.validators, *made.miners):
                self.submit(ForceRegister(netuid, hotkey, coldkey)).unwrap()
            for hotkey in made.validators:
                self.submit(GrantStake(hotkey, coldkey, netuid, stake)).unwrap()
            self.submit(SetParam("commit_reveal_weights_enabled", netuid, 0)).unwrap()
            self.submit(SetParam("max_allowed_validators", netuid, max(validators, 1))).unwrap()
            self.mine_to_epoch(netuid)
        return made

    def mine(self, blocks: int = 1) -> Receipt:
        """Let blocks pass."""
        return self.ledger.advance_to(self.block + blocks)

    def mine_to_epoch(self, netuid: int) -> Receipt:
        """Let blocks pass until the subnet's next epoch has run. Raises: NotThere."""
        left = blocks_until_epoch(self.storage, self.ledger.rules, netuid, MOST_BLOCKS)
        if left is None:
            raise NotThere(f"netuid: subnet {netuid} has no epoch ahead; its tempo is {self.storage.tempo[netuid]}")
        return self.mine(left)

    def at(self, *, block: int | None = None, position: int | None = None) -> PastChain:
        """The chain as it was. Raises: as `Ledger.at`."""
        return self.ledger.at(block=block, position=position)

    def fork(self) -> Self:
        """Another chain that goes on from here, apart from this one."""
        return type(self)(self._copied())

    def snapshot(self) -> Snapshot:
        """What to go back to."""
        return Snapshot(self._copied())

    def revert(self, snapshot: Snapshot) -> None:
        """Go back, as often as is wanted: what was submitted since is gone."""
        self.ledger = Ledger(snapshot.ledger.log.copied(), timeline=self.ledger.timeline)

    def _copied(self) -> Ledger:
        return Ledger(self.ledger.log.copied(), timeline=self.ledger.timeline)
