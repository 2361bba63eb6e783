"""Random calls on several subnets.

Whatever is submitted: storage keeps its invariants, a refused call changes nothing, replay gives the live storage, and every
call, run again, causes what was recorded.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from neuron_ledger.events.calls import (
    BurnedRegister,
    ForceRegister,
    ForceSetBalance,
    PokePruningScores,
    Register,
    RootRegister,
    ServeAxon,
    ServePrometheus,
    SetParam,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.blocks.hashes import block_hash
from neuron_ledger.ledger.rules.registration.seal import create_work
from neuron_ledger.projections.invariants import violations
from tests.chain_fixture import TAO, account
from tests.ledger_fixture import DIFFICULTY, assert_log_tells_storage, open_subnets

HOTKEYS = [account(f"hotkey {number}") for number in range(12)]
COLDKEYS = [account(f"coldkey {number}") for number in range(3)]

netuids = st.sampled_from([1, 2, 0, 3, 1, 1, 2])
hotkeys = st.sampled_from(HOTKEYS)
coldkeys = st.sampled_from(COLDKEYS)
small = st.integers(0, 6)


class RegistrationMachine(RuleBasedStateMachine):
    """A ledger under random calls of the registration lifecycle."""

    @initialize()
    def begin(self) -> None:
        self.ledger = Ledger.in_memory(spec_version=277)
        open_subnets(self.ledger, 1, 2)
        self.ledger.advance_to(10)
        for coldkey in COLDKEYS[:2]:
            self.submit(ForceSetBalance(coldkey, 1000 * TAO))
        for hotkey in HOTKEYS[:4]:
            self.submit(ForceRegister(1, hotkey, COLDKEYS[0]))

    def submit(self, call: Call, origin: bytes | None = None) -> None:
        before = self.ledger.storage.digest()
        receipt = self.ledger.submit(call, origin)
        if not receipt.ok:
            assert self.ledger.storage.digest() == before

    @rule(netuid=netuids, hotkey=hotkeys, coldkey=coldkeys)
    def burn(self, netuid: int, hotkey: bytes, coldkey: bytes) -> None:
        self.submit(BurnedRegister(netuid, hotkey), coldkey)

    @rule(netuid=netuids, hotkey=hotkeys, coldkey=coldkeys, age=st.integers(0, 3), honest=st.integers(0, 4))
    def work(self, netuid: int, hotkey: bytes, coldkey: bytes, age: int, honest: int) -> None:
        block = max(self.ledger.block - age, 0)
        nonce, seal = create_work(block_hash(block, self.ledger.block), 0, hotkey, DIFFICULTY)
        self.submit(Register(netuid, block, nonce, seal if honest else bytes(32), hotkey, coldkey), hotkey)

    @rule(hotkey=hotkeys, coldkey=coldkeys)
    def join_root(self, hotkey: bytes, coldkey: bytes) -> None:
        self.submit(RootRegister(hotkey), coldkey)

    @rule(netuid=st.sampled_from([1, 2]), hotkey=hotkeys, coldkey=coldkeys)
    def force(self, netuid: int, hotkey: bytes, coldkey: bytes) -> None:
        # As on a test bed, the one who forces a registration sees to it that the hotkey is not registered yet.
        if self.ledger.storage.uids[netuid, hotkey] is None and self.ledger.storage.max_allowed_uids[netuid]:
            self.submit(ForceRegister(netuid, hotkey, coldkey))

    @rule(netuid=netuids, hotkey=hotkeys, ip=st.sampled_from([0, 0x7F000001, 0x01020304]), port=st.sampled_from([0, 8091]))
    def serve(self, netuid: int, hotkey: bytes, ip: int, port: int) -> None:
        self.submit(ServeAxon(netuid, 1, ip, port, 4, 4, 0, 0), hotkey)
        self.submit(ServePrometheus(netuid, 1, ip, port, 4), hotkey)

    @rule(netuid=st.sampled_from([1, 2]), data=st.data())
    def poke(self, netuid: int, data: Any) -> None:
        n = self.ledger.storage.subnetwork_n[netuid]
        scores = data.draw(st.lists(st.integers(0, 65535), min_size=n, max_size=n))
        self.submit(PokePruningScores(netuid, tuple(scores)))

    @rule(
        name=st.sampled_from(
            ["immunity_period", "max_allowed_uids", "max_registrations_per_block", "adjustment_interval", "burn"]
        ),
        netuid=netuids,
        value=small,
    )
    def set_parameter(self, name: str, netuid: int, value: int) -> None:
        self.submit(SetParam(name, netuid, value))

    @rule(coldkey=coldkeys, rao=st.sampled_from([0, 499, 500, 501, TAO, 50 * TAO]))
    def set_balance(self, coldkey: bytes, rao: int) -> None:
        self.submit(ForceSetBalance(coldkey, rao))

    @rule(blocks=st.integers(1, 8))
    def pass_blocks(self, blocks: int) -> None:
        self.ledger.advance_to(self.ledger.block + blocks)

    @invariant()
    def invariants_hold(self) -> None:
        assert list(violations(self.ledger.storage)) == []

    def teardown(self) -> None:
        assert_log_tells_storage(self.ledger)


TestRegistration = RegistrationMachine.TestCase
TestRegistration.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
