"""Random calls of stake, children and subnets over many epochs.

Totals hold: TAO's issuance is what blocks brought, less what was burned; the shares of a hotkey's stake add up; pools and
balances stay. A refused call changes nothing, replay gives the live storage, and every call, run again, causes what was recorded.
"""

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from events.calls import (
    AddStake,
    CreateRootNetwork,
    DecreaseTake,
    DissolveNetwork,
    ForceRegister,
    ForceSetBalance,
    IncreaseTake,
    Observe,
    RegisterNetwork,
    RemoveStake,
    RootRegister,
    SetChildkeyTake,
    SetChildren,
    SetWeights,
    SudoSet,
)
from events.changes import canonical_changes
from events.record import Call
from ledger.chain import Ledger
from projections.invariants import violations
from replay.audit import audit
from replay.rebuild import rebuild
from tests.chain_fixture import TAO, account

HOTKEYS = [account(f"hotkey {number}") for number in range(6)]
COLDKEYS = [account(f"coldkey {number}") for number in range(3)]
OWNER, OWNER_HOTKEY = COLDKEYS[0], account("owner's hotkey")
BEGIN_BALANCE = 5000 * TAO
TEMPO = 7
STARTED = Observe("a subnet whose emission was started", 0, bytes(32))

netuids = st.sampled_from([1, 2, 1, 2, 0, 3])
hotkeys = st.sampled_from([*HOTKEYS, OWNER_HOTKEY])
coldkeys = st.sampled_from(COLDKEYS)
amounts = st.sampled_from([1, 500_000, TAO, 7 * TAO + 3, 900 * TAO])
proportions = st.sampled_from([0, 1, 2**62, 2**63, 2**64 - 1])


class StakeMachine(RuleBasedStateMachine):
    """A ledger from nothing but calls, under random ones."""

    @initialize()
    def begin(self) -> None:
        self.ledger = Ledger.in_memory()
        for coldkey in COLDKEYS:
            self.submit(ForceSetBalance(coldkey, BEGIN_BALANCE))
        self.submit(CreateRootNetwork())
        self.submit(SudoSet("network_rate_limit", 0, 0))
        self.submit(SudoSet("network_min_lock", 0, 100 * TAO))
        self.submit(SudoSet("subnet_moving_alpha", 0, 2**30))
        self.submit(SudoSet("pending_childkey_cooldown", 0, TEMPO))
        self.ledger.advance_to(10)
        for _ in (1, 2):
            self.begin_subnet(OWNER, OWNER_HOTKEY)
        for hotkey in HOTKEYS[:4]:
            for netuid in (1, 2):
                self.submit(ForceRegister(netuid, hotkey, COLDKEYS[1]))

    def submit(self, call: Call, origin: bytes | None = None) -> bool:
        before = self.ledger.storage.digest()
        receipt = self.ledger.submit(call, origin)
        if not receipt.ok:
            assert self.ledger.storage.digest() == before
        return receipt.ok

    @rule(coldkey=coldkeys, hotkey=hotkeys)
    def begin_subnet(self, coldkey: bytes, hotkey: bytes) -> None:
        known = set(self.ledger.storage.networks_added)
        if len(known) < 4 and self.submit(RegisterNetwork(hotkey), coldkey):
            (netuid,) = set(self.ledger.storage.networks_added) - known
            for name, value in (("tempo", TEMPO), ("subtoken_enabled", 1), ("weights_set_rate_limit", 0)):
                self.submit(SudoSet(name, netuid, value))
            # A start_call would have to wait for 50,400 blocks.
            self.ledger.observe(STARTED, canonical_changes({"FirstEmissionBlockNumber": ({netuid: self.ledger.block}, [])}))

    @rule(coldkey=coldkeys, netuid=netuids)
    def end_subnet(self, coldkey: bytes, netuid: int) -> None:
        if netuid == 3:
            self.submit(DissolveNetwork(coldkey, netuid))

    @rule(coldkey=coldkeys, hotkey=hotkeys, netuid=netuids, amount=amounts)
    def stake(self, coldkey: bytes, hotkey: bytes, netuid: int, amount: int) -> None:
        self.submit(AddStake(hotkey, netuid, amount), coldkey)

    @rule(coldkey=coldkeys, hotkey=hotkeys, netuid=netuids, amount=amounts)
    def unstake(self, coldkey: bytes, hotkey: bytes, netuid: int, amount: int) -> None:
        self.submit(RemoveStake(hotkey, netuid, amount), coldkey)

    @rule(hotkey=hotkeys, coldkey=coldkeys)
    def join_root(self, hotkey: bytes, coldkey: bytes) -> None:
        self.submit(RootRegister(hotkey), coldkey)

    @rule(hotkey=hotkeys, netuid=netuids, uids=st.sets(st.integers(0, 4), min_size=1), weight=st.sampled_from([1, 65535]))
    def set_weights(self, hotkey: bytes, netuid: int, uids: set[int], weight: int) -> None:
        self.submit(SetWeights(netuid, tuple(sorted(uids)), (weight,) * len(uids), 0), hotkey)

    @rule(coldkey=coldkeys, hotkey=hotkeys, netuid=netuids, children=st.dictionaries(hotkeys, proportions, max_size=3))
    def schedule_children(self, coldkey: bytes, hotkey: bytes, netuid: int, children: dict[bytes, int]) -> None:
        links = tuple((proportion, child) for child, proportion in children.items())
        self.submit(SetChildren(hotkey, netuid, links), coldkey)

    @rule(coldkey=coldkeys, hotkey=hotkeys, netuid=netuids, take=st.sampled_from([0, 5000, 11796, 11797]))
    def takes(self, coldkey: bytes, hotkey: bytes, netuid: int, take: int) -> None:
        self.submit(SetChildkeyTake(hotkey, netuid, take), coldkey)
        self.submit(IncreaseTake(hotkey, take), coldkey)
        self.submit(DecreaseTake(hotkey, take), coldkey)

    @rule(blocks=st.sampled_from([1, TEMPO, 3 * TEMPO, 160]))
    def pass_blocks(self, blocks: int) -> None:
        issuance = self.ledger.storage.total_issuance.value
        self.ledger.advance_to(self.ledger.block + blocks)
        assert 0 <= self.ledger.storage.total_issuance.value - issuance <= blocks * TAO

    @invariant()
    def totals_hold(self) -> None:
        storage = self.ledger.storage
        assert list(violations(storage)) == []
        shares: Counter[tuple[bytes, int]] = Counter()
        for (hotkey, _, netuid), share in storage.alpha.items():
            shares[hotkey, netuid] += share
        assert shares == dict(storage.total_hotkey_shares)
        held = sum(storage.balances.values()) + sum(storage.subnet_tao.values()) + sum(storage.pending_root_divs.values())
        assert held <= storage.total_issuance.value
        assert all(stake <= 2**64 - 1 for stake in storage.total_hotkey_alpha.values())

    def teardown(self) -> None:
        digest = self.ledger.storage.digest()
        assert rebuild(self.ledger.log).storage.digest() == digest
        report = audit(self.ledger.log, expected_head=self.ledger.head)
        assert report.findings == ()
        assert report.digest == digest


TestStake = StakeMachine.TestCase
TestStake.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
