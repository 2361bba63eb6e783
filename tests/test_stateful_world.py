"""Random calls of every kind, over many epochs.

Whatever is submitted: TAO's issuance is what blocks brought, less what was burned; stake, shares and pools add up; storage keeps
its invariants; a refused call changes nothing; crossing many blocks at once is crossing them one by one; replay gives the live
storage, and every call, run again, causes what was recorded.
"""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from neuron_ledger.events.calls import (
    AddStake,
    Observe,
    SudoSet,
)
from neuron_ledger.events.stake_moves import (
    AddStakeLimit,
    BurnAlpha,
    MoveStake,
    RecycleAlpha,
    RemoveStakeLimit,
    SwapStake,
    SwapStakeLimit,
    TransferStake,
    UnstakeAll,
    UnstakeAllAlpha,
)
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.swaps import (
    ScheduleSwapColdkey,
    SwapColdkey,
    SwapHotkey,
)
from neuron_ledger.events.weight_calls import CommitCrv3Weights, StorePulse
from neuron_ledger.ledger.rules.swaps.checks import INTERVAL
from tests import totals
from tests.chain_fixture import RULES, TAO, account
from tests.world_fixture import COLDKEYS
from tests.world_machine import WorldMachine, coldkeys, hotkeys, netuids, newcomers, validators


class MovingWorldMachine(WorldMachine):
    """The same world, in which stake moves as well, and timelocked commits wait."""

    @rule(coldkey=coldkeys, hotkey=hotkeys, other=hotkeys, netuid=netuids, to=netuids, part=st.sampled_from([1, 2, 100_000]))
    def move(self, coldkey: bytes, hotkey: bytes, other: bytes, netuid: int, to: int, part: int) -> None:
        """Stake goes to another hotkey, subnet or coldkey and part of the way back, within price limits too."""
        self.submit(AddStakeLimit(hotkey, netuid, 7 * TAO, 2**63, False), coldkey)
        amount = totals.stake_of(self.ledger.storage, hotkey, coldkey, netuid) // part
        self.submit(MoveStake(hotkey, other, netuid, to, amount), coldkey)
        self.submit(SwapStake(hotkey, netuid, to, amount // 2), coldkey)
        self.submit(SwapStakeLimit(hotkey, to, netuid, amount // 4, 0, True), coldkey)
        self.submit(TransferStake(COLDKEYS[0], hotkey, netuid, to, amount // 8), coldkey)
        self.submit(RemoveStakeLimit(hotkey, netuid, amount // 16, 0, True), coldkey)

    @rule(coldkey=coldkeys, hotkey=hotkeys, alpha_alone=st.booleans())
    def unstake_all(self, coldkey: bytes, hotkey: bytes, alpha_alone: bool) -> None:
        self.submit(AddStake(hotkey, 1, 7 * TAO), coldkey)
        self.submit(UnstakeAllAlpha(hotkey) if alpha_alone else UnstakeAll(hotkey), coldkey)

    @rule(coldkey=coldkeys, hotkey=hotkeys, netuid=st.sampled_from([1, 2]), part=st.sampled_from([1, 3]), burn=st.booleans())
    def give_up_alpha(self, coldkey: bytes, hotkey: bytes, netuid: int, part: int, burn: bool) -> None:
        """What is burned stays outstanding, of nobody."""
        self.submit(AddStake(hotkey, netuid, 7 * TAO), coldkey)
        before = totals.stake_of(self.ledger.storage, hotkey, coldkey, netuid)
        call = BurnAlpha(hotkey, before // part, netuid) if burn else RecycleAlpha(hotkey, before // part, netuid)
        if self.submit(call, coldkey) and burn:
            self.granted[netuid] -= before - totals.stake_of(self.ledger.storage, hotkey, coldkey, netuid)

    @rule(hotkey=validators, block=st.sampled_from([1, 10**6]))
    def commit_timelocked(self, hotkey: bytes, block: int) -> None:
        """Nothing that opens: the pulse that becomes known is that of another round."""
        self.submit(CommitCrv3Weights(2, b"sealed", block), hotkey)
        self.submit(StorePulse(7, b"pulse"))


class SwappingWorldMachine(WorldMachine):
    """The same world, late enough for swaps of hotkeys on one subnet, in which keys are swapped again and again."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        with self.ledger.batch():
            for name, value in (("coldkey_swap_schedule_duration", 3), ("tx_rate_limit", 1)):
                self.ledger.submit(SudoSet(name, 0, value)).unwrap()
            self.ledger.observe(
                Observe("later", 0, bytes(32)), canonical_changes({"BlockNumber": ({(): INTERVAL + self.ledger.block}, [])})
            )

    @rule(hotkey=hotkeys, new=newcomers, netuid=st.none() | netuids)
    def swap_hotkey(self, hotkey: bytes, new: bytes, netuid: int | None) -> None:
        self.submit(SwapHotkey(hotkey, new, netuid), self.coldkey(hotkey, None))

    @rule(old=coldkeys, number=st.integers(0, 9), at_once=st.booleans())
    def swap_coldkey(self, old: bytes, number: int, at_once: bool) -> None:
        """There and, with some luck, back again."""
        new = account(f"new coldkey {number}") if number else COLDKEYS[0]
        if at_once:
            self.submit(SwapColdkey(old, new, number))
        else:
            self.submit(ScheduleSwapColdkey(new), old)


def test_random_calls_of_every_kind() -> None:
    """The same calls in every run, so that it can be seen that they did something: nearly every kind was accepted."""
    WorldMachine.accepted.clear()
    WorldMachine.happened.clear()
    for machine, examples in ((WorldMachine, 60), (MovingWorldMachine, 20), (SwappingWorldMachine, 15)):
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=40,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    # The root network is there already, two are refused always, and nobody here has stake enough for the senate.
    refused = {"CreateRootNetwork", "Faucet", "ScheduleDissolveNetwork", "AdjustSenate"}
    never_accepted = {cls.__name__ for cls in RULES.calls} - set(WorldMachine.accepted) - refused
    assert len(never_accepted) <= 2, sorted(never_accepted)
    assert WorldMachine.happened["EpochCompleted"] > 100
    assert WorldMachine.happened["NeuronReplaced"] > 10
    assert all(WorldMachine.happened[name] for name in ("HotkeySwapped", "HotkeySwappedOnSubnet", "ColdkeySwappedAtCost"))
