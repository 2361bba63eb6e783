"""What tests start from, in one call each: a subnet with its neurons, another neuron, stake, weights, epochs."""

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from neuron_ledger.events.calls import (
    CreateRootNetwork,
    ForceRegister,
    ForceSetBalance,
    GrantStake,
    RegisterNetwork,
    SetParam,
    SetWeights,
    StartCall,
)
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.figures import RuntimeFigures
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.until_epoch import blocks_until_epoch
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.chain_view import ChainView
from neuron_ledger.projections.views.not_there import NotThere
from neuron_ledger.replay.oracle.accounts import Account, account, account_of
from neuron_ledger.replay.oracle.remembered import remembered

TAO: Final = 10**9
"""rao."""
FUNDS: Final = 1_000_000 * TAO
STAKE: Final = 1_000 * TAO
MOST_BLOCKS: Final = 70_000
"""In this many blocks every subnet that has epochs has one: tempos are u16."""


@frozen
class NewSubnet:
    """A subnet that `begin_subnet` made: its accounts, in the order of their uids."""

    netuid: int
    coldkey: bytes
    """Owns the subnet, and all hotkeys on it."""
    owner: bytes
    """The owner's hotkey, uid 0."""
    validators: tuple[bytes, ...]
    miners: tuple[bytes, ...]

    @property
    def hotkeys(self) -> tuple[bytes, ...]:
        """All of them, by uid."""
        return self.owner, *self.validators, *self.miners


class Builders(ChainView):
    """What an oracle can set up, each by calls that its chain decides."""

    ledger: Ledger

    @property
    def storage(self) -> Storage:
        """All storage, for reading."""
        return self.ledger.storage

    @property
    def figures(self) -> RuntimeFigures:
        """What the rules in force derive from storage, for views."""
        return self.ledger.figures

    @property
    def block(self) -> int:
        """The current block."""
        return self.ledger.block

    def submit(self, call: Call, signer: Account | None = None) -> Receipt:
        """Decide and record a call. signer: 32 bytes, SS58 or a throwaway account's name; None for a privileged call.

        Raises: as `Ledger.submit`.
        """
        return self.ledger.submit(call, None if signer is None else account_of(signer, "signer"))

    def fund(self, coldkey: Account, rao: int = FUNDS) -> bytes:
        """Set a coldkey's free balance. Returns: the coldkey's 32 bytes."""
        whose = account_of(coldkey, "coldkey")
        self.submit(ForceSetBalance(whose, rao)).unwrap()
        return whose

    def begin_subnet(
        self,
        neurons: int | None = None,
        *,
        validators: int = 1,
        miners: int = 2,
        stake: int = STAKE,
        name: str | None = None,
    ) -> NewSubnet:
        """A new subnet: its owner (uid 0), validators with stake and permits, and miners. An epoch passes on the way.

        It is started, so that it emits, if the runtime allows that at once (the current one does).
        neurons: how many in all; those that are neither owner nor validator are miners. stake: alpha of each validator. name:
        makes its accounts differ from those of other subnets; its number if none is given.
        Raises: FieldError for fewer neurons than its owner and validators; ChainError if the chain refuses it, as at the limit
        of subnets.
        """
        if neurons is not None:
            if neurons < 1 + validators:
                raise FieldError("neurons", f"at least {1 + validators}: the owner and {validators} validators", neurons)
            miners = neurons - 1 - validators
        key = "begin_subnet", validators, miners, stake, name
        return remembered(self.ledger, key, lambda: self._begun(validators, miners, stake, name))

    def _begun(self, validators: int, miners: int, stake: int, name: str | None) -> NewSubnet:
        if not self.storage.networks_added[0]:
            self.submit(CreateRootNetwork()).unwrap()
            self.submit(SetParam("network_rate_limit", 0, 0)).unwrap()
        before = set(self.netuids())
        label = f"subnet {len(before)}" if name is None else name
        coldkey = self.fund(account(f"{label}: owner"))
        owner = account(f"{label}: owner's hotkey")
        self.submit(RegisterNetwork(owner), coldkey).unwrap()
        (netuid,) = (netuid for netuid in self.netuids() if netuid not in before)
        if self.ledger.rules.start_call_delay(self.storage) == 0:
            self.submit(StartCall(netuid), coldkey).unwrap()
        made = NewSubnet(
            netuid,
            coldkey,
            owner,
            tuple(account(f"{label}: validator {number}") for number in range(validators)),
            tuple(account(f"{label}: miner {number}") for number in range(miners)),
        )
        if len(made.hotkeys) > self.storage.max_allowed_uids[netuid]:
            self.submit(SetParam("max_allowed_uids", netuid, len(made.hotkeys))).unwrap()
        for hotkey in (*made.validators, *made.miners):
            self.submit(ForceRegister(netuid, hotkey, coldkey)).unwrap()
        for hotkey in made.validators:
            self.submit(GrantStake(hotkey, coldkey, netuid, stake)).unwrap()
        self.submit(SetParam("commit_reveal_weights_enabled", netuid, 0)).unwrap()
        self.submit(SetParam("max_allowed_validators", netuid, max(validators, 1))).unwrap()
        self.mine_to_epoch(netuid)
        return made

    def register(self, netuid: int, hotkey: Account, coldkey: Account | None = None) -> int:
        """One more neuron, whatever the price and the limits of registration: on a free uid, else in place of the one that the
        rules choose. coldkey: the hotkey's owner, if it has none yet; a throwaway account if none is given. Returns: its uid.

        Raises: ChainError if the chain refuses it: it is already registered, or nobody may be replaced.
        """
        new = account_of(hotkey, "hotkey")
        named = hotkey if isinstance(hotkey, str) else new.hex()
        owner = account(f"{named}: coldkey") if coldkey is None else account_of(coldkey, "coldkey")
        self.submit(ForceRegister(netuid, new, owner)).unwrap()
        uid = self.storage.uids[netuid, new]
        assert uid is not None
        return uid

    def fill(self, netuid: int, name: str = "filler") -> tuple[bytes, ...]:
        """Register neurons until the subnet is full. name: what their accounts are named after. Returns: their hotkeys."""
        free = range(self.subnet(netuid).n, self.storage.max_allowed_uids[netuid])
        hotkeys = tuple(account(f"{name} {uid}") for uid in free)

        def filled() -> tuple[bytes, ...]:
            for uid, hotkey in zip(free, hotkeys, strict=True):
                self.submit(ForceRegister(netuid, hotkey, account(f"{name} {uid}: coldkey"))).unwrap()
            return hotkeys

        return remembered(self.ledger, ("fill", netuid, name), filled)

    def stake(self, netuid: int, hotkey: Account, alpha: int = STAKE, coldkey: Account | None = None) -> int:
        """Give a hotkey stake that nobody pays for. coldkey: its owner; by default the hotkey's owner.

        alpha: in the subnet's smallest unit (rao on the root network). Returns: all stake on the hotkey there.
        """
        whose = account_of(hotkey, "hotkey")
        owner = self.storage.owner[whose] if coldkey is None else account_of(coldkey, "coldkey")
        self.submit(GrantStake(whose, owner, netuid, alpha)).unwrap()
        return self.storage.total_hotkey_alpha[whose, netuid]

    def set_weights(self, netuid: int, hotkey: Account, weights: Mapping[int, int], version_key: int = 0) -> Receipt:
        """Set a neuron's weights. weights: uid → weight (u16). Returns: the receipt, with the chain's error if it refused."""
        return self.submit(SetWeights(netuid, tuple(weights), tuple(weights.values()), version_key), hotkey)

    def mine(self, blocks: int = 1) -> Receipt:
        """Let blocks pass."""
        return self.ledger.advance_to(self.block + blocks)

    def mine_to_epoch(self, netuid: int, epochs: int = 1) -> Receipt:
        """Let blocks pass until the subnet's next epoch has run, or the next `epochs`. Returns: the last receipt.

        Raises: NotThere.
        """
        if epochs < 1:
            raise FieldError("epochs", "at least 1", epochs)
        for _ in range(epochs):
            left = blocks_until_epoch(self.storage, self.ledger.rules, netuid, MOST_BLOCKS)
            if left is None:
                tempo = self.storage.tempo[netuid]
                raise NotThere(
                    f"netuid: subnet {netuid} has no epoch ahead; its tempo is {tempo}", netuid=netuid, block=self.block
                )
            receipt = self.mine(left)
        return receipt
