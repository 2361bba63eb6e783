"""Random calls of every kind to the ledger of a small world, and what must be true of it after each of them."""

from collections import Counter
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from neuron_ledger.events.associations import (
    AdjustSenate,
    BecomeDelegate,
    Faucet,
    ScheduleDissolveNetwork,
    SetTaoWeights,
    TryAssociateHotkey,
)
from neuron_ledger.events.balances import TransferAll, TransferAllowDeath, TransferKeepAlive
from neuron_ledger.events.calls import (
    AddStake,
    AdvanceTo,
    BatchCommitWeights,
    BatchRevealWeights,
    BatchSetWeights,
    BurnedRegister,
    CommitWeights,
    CreateRootNetwork,
    DecreaseTake,
    DissolveNetwork,
    ForceRegister,
    ForceSetBalance,
    GrantStake,
    IncreaseTake,
    PokePruningScores,
    Register,
    RegisterNetwork,
    RemoveStake,
    RevealWeights,
    RootRegister,
    ServeAxon,
    ServeAxonTls,
    ServePrometheus,
    SetChildkeyTake,
    SetChildren,
    SetParam,
    SettleBalance,
    SetWeights,
    StartCall,
    SudoSet,
    SudoSetAlphaValues,
)
from neuron_ledger.events.commitments import SetCommitment, SetMaxSpace
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.extrinsics import IncludeExtrinsic
from neuron_ledger.events.identities import RegisterNetworkWithIdentity, SetIdentity, SetSubnetIdentity
from neuron_ledger.events.parameters import SudoSetNetworkMaxStake, SudoSetSnOwnerHotkey, SudoSetSubnetOwnerHotkey
from neuron_ledger.events.registration_calls import PokeEmission, PokeValidatorPermit
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.layout import LAYOUT_277
from neuron_ledger.events.swaps import (
    ColdkeySwappedAtCost,
    HotkeySwapped,
    HotkeySwappedOnSubnet,
)
from neuron_ledger.events.wire.record import Call, Event
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.events.wire.units import leaf_of
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.rules.blocks.hashes import block_hash
from neuron_ledger.ledger.rules.registration.seal import create_work
from neuron_ledger.ledger.rules.swaps.checks import KEY_SWAP_COST, KEY_SWAP_ON_SUBNET_COST
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.projections.invariants import violations
from neuron_ledger.projections.storage import Storage
from tests import totals
from tests.chain_fixture import RULES, TAO, account
from tests.ledger_fixture import assert_log_tells_storage
from tests.world_fixture import COLDKEYS, DIFFICULTY, HOTKEYS, OWNER, OWNER_HOTKEY, TEMPO, new_world, set_up_subnet

netuids = st.sampled_from([1, 2, 1, 2, 1, 2, 1, 2, 0, 3, 4])
hotkeys = st.sampled_from([*HOTKEYS, OWNER_HOTKEY])
validators = st.sampled_from([OWNER_HOTKEY, *HOTKEYS[:2], OWNER_HOTKEY, *HOTKEYS[:2], HOTKEYS[2], HOTKEYS[6]])
newcomers = st.sampled_from([account(f"newcomer {number}") for number in range(9)] + HOTKEYS[4:])
coldkeys = st.sampled_from(COLDKEYS)
signers = st.sampled_from([None, None, None, None, *COLDKEYS])
"""None: whoever owns what the call is about."""
amounts = st.sampled_from([1, 500_000, 550_000, TAO, 7 * TAO + 3, 900 * TAO])
rows = st.dictionaries(st.integers(0, 4), st.sampled_from([0, 1, 7, 65535]), min_size=1, max_size=4)
proportions = st.sampled_from([0, 1, 2**62, 2**63, 2**64 - 1])

Revealable = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]
"""(uids, values, salt, version key) of weights that were committed to."""


def same(one: Storage, other: Storage) -> bool:
    return all(table == other.map(table.item.name) for table in one.maps())


def cost_of(event: Event) -> int:
    """The rao that a swap burned; everybody here has more than that."""
    if isinstance(event, ColdkeySwappedAtCost):
        return event.swap_cost
    return {HotkeySwapped: KEY_SWAP_COST, HotkeySwappedOnSubnet: KEY_SWAP_ON_SUBNET_COST}.get(type(event), 0)


class WorldMachine(RuleBasedStateMachine):
    """A ledger of a small world, under random calls."""

    accepted: ClassVar[Counter[str]] = Counter()
    happened: ClassVar[Counter[str]] = Counter()

    ledger: Ledger

    @initialize()
    def begin(self) -> None:
        self.ledger = new_world()
        self.committed: dict[bytes, list[Revealable]] = {}
        self.granted: Counter[int] = Counter()
        self.dissolved: set[int] = set()
        self.given = 0
        self.issuance = self.ledger.storage.total_issuance.value

    def submit(self, call: Call, origin: bytes | None = None) -> bool:
        before = self.ledger.storage.copy()
        receipt = self.ledger.submit(call, origin)
        if not receipt.ok:
            assert same(self.ledger.storage, before)
            return False
        if not isinstance(call, AdvanceTo):
            self.issuance -= sum(map(cost_of, receipt.events))
        self.accepted[type(call).__name__] += 1
        self.happened.update(type(event).__name__ for event in receipt.events)
        return True

    def coldkey(self, hotkey: bytes, signer: bytes | None) -> bytes:
        return signer or self.ledger.storage.owner.get(hotkey, COLDKEYS[1])

    # ------------------------------------------------------------------------------------------ blocks, issuance

    @rule(blocks=st.sampled_from([1, 2, 3, TEMPO + 1, 3 * TEMPO]))
    def pass_blocks(self, blocks: int) -> None:
        """Each block brings at most one TAO, and what it puts into pools; many at once do what each by itself does."""
        storage = self.ledger.storage.copy()
        for block in range(self.ledger.block + 1, self.ledger.block + blocks + 1):
            with storage.transaction():
                decision = decide(storage, RULES, Submission(AdvanceTo(block), None))
            assert decision.error is None
            self.issuance -= sum(cost_of(entry.event) for entry in decision.happened)
            issued = storage.total_issuance.value - self.issuance
            assert issued == totals.issued_by_last_block(storage)
            assert 0 <= issued <= storage.block_emission.value
            self.issuance += issued
        self.submit(AdvanceTo(self.ledger.block + blocks))
        assert same(self.ledger.storage, storage)

    # ---------------------------------------------------------------------------------------------- registration

    @rule(netuid=netuids, hotkey=newcomers, signer=signers)
    def burn(self, netuid: int, hotkey: bytes, signer: bytes | None) -> None:
        self.submit(BurnedRegister(netuid, hotkey), self.coldkey(hotkey, signer))

    @rule(netuid=netuids, hotkey=newcomers, signer=signers, age=st.integers(0, 3))
    def work(self, netuid: int, hotkey: bytes, signer: bytes | None, age: int) -> None:
        block = self.ledger.block - age
        nonce, seal = create_work(block_hash(block, self.ledger.block), 0, hotkey, DIFFICULTY)
        self.submit(Register(netuid, block, nonce, seal, hotkey, self.coldkey(hotkey, signer)), hotkey)

    @rule(hotkey=newcomers, coldkey=coldkeys, netuid=netuids)
    def join(self, hotkey: bytes, coldkey: bytes, netuid: int) -> None:
        self.submit(RootRegister(hotkey), coldkey)
        self.submit(ForceRegister(netuid, hotkey, coldkey))

    @rule(
        netuid=netuids, hotkey=hotkeys, ip=st.sampled_from([0, 0x01020304]), certificate=st.sampled_from([None, b"", b"\x01key"])
    )
    def serve(self, netuid: int, hotkey: bytes, ip: int, certificate: bytes | None) -> None:
        axon = (netuid, 1, ip, 8091, 4, 4, 0, 0)
        self.submit(ServeAxon(*axon) if certificate is None else ServeAxonTls(*axon, certificate), hotkey)
        self.submit(ServePrometheus(netuid, 1, ip, 8091, 4), hotkey)

    @rule(netuid=netuids, data=st.data())
    def poke(self, netuid: int, data: Any) -> None:
        n = self.ledger.storage.subnetwork_n[netuid]
        scores = data.draw(st.lists(st.integers(0, 65535), min_size=n, max_size=n))
        self.submit(PokePruningScores(netuid, tuple(scores)))
        self.submit(PokeEmission(netuid, tuple(scores)))
        self.submit(PokeValidatorPermit(netuid, tuple(score % 2 == 0 for score in scores)))

    # --------------------------------------------------------------------------------------------------- weights

    @rule(netuid=netuids, hotkey=validators, row=rows)
    def set_weights(self, netuid: int, hotkey: bytes, row: dict[int, int]) -> None:
        self.submit(SetWeights(netuid, tuple(row), tuple(row.values()), 0), hotkey)

    @rule(batch=st.lists(st.tuples(netuids, rows), min_size=1, max_size=3), hotkey=validators)
    def batch_weights(self, batch: list[tuple[int, dict[int, int]]], hotkey: bytes) -> None:
        packed = tuple(pack_pairs(list(row.items())) for _, row in batch)
        self.submit(BatchSetWeights(tuple(netuid for netuid, _ in batch), packed, (0,) * len(batch)), hotkey)

    @rule(hotkey=validators, row=rows, salt=st.integers(0, 3), together=st.booleans())
    def commit(self, hotkey: bytes, row: dict[int, int], salt: int, together: bool) -> None:
        weights = (tuple(row), tuple(row.values()), (salt,), 0)
        commit_hash = get_commit_hash(hotkey, 2, *weights)
        call = BatchCommitWeights((2, 1), (commit_hash, commit_hash)) if together else CommitWeights(2, commit_hash)
        if self.submit(call, hotkey):
            self.committed.setdefault(hotkey, []).append(weights)

    @rule(hotkey=validators, row=rows, other_row=rows, together=st.booleans(), blocks=st.sampled_from([TEMPO + 1, TEMPO + 1, 1]))
    def reveal(self, hotkey: bytes, row: dict[int, int], other_row: dict[int, int], together: bool, blocks: int) -> None:
        """Two commits more, and after some blocks (of which one span is an epoch) the reveal of the hotkey's last ones."""
        self.commit(hotkey, row, 4, together)
        self.commit(hotkey, other_row, 5, together)
        self.pass_blocks(blocks)
        last = self.committed.get(hotkey, [])[-2:]
        if together:
            uids, values, salts, keys = zip(*last, strict=True) if last else ((), (), (), ())
            self.submit(BatchRevealWeights(2, uids, values, salts, keys), hotkey)
        for weights in last:
            self.submit(RevealWeights(2, *weights), hotkey)

    # ------------------------------------------------------------------------------------ stake, takes, children

    @rule(coldkey=coldkeys, hotkey=hotkeys, netuid=netuids, amount=amounts)
    def stake(self, coldkey: bytes, hotkey: bytes, netuid: int, amount: int) -> None:
        self.submit(AddStake(hotkey, netuid, amount), coldkey)

    @rule(coldkey=coldkeys, rao=st.sampled_from([0, 499, 500, TAO, 3000 * TAO]))
    def set_balance(self, coldkey: bytes, rao: int) -> None:
        before = self.ledger.storage.balances[coldkey]
        self.submit(IncludeExtrinsic(coldkey, self.ledger.storage.account_nonce[coldkey], bytes(3)))
        self.submit(ForceSetBalance(coldkey, rao))
        self.submit(SettleBalance(coldkey, 700, 300))
        self.given += self.ledger.storage.balances[coldkey] - before
        # All may go to another, and comes back but for what a closed account lost.
        other = COLDKEYS[1] if coldkey == COLDKEYS[0] else COLDKEYS[0]
        self.submit(TransferKeepAlive(other, 500), coldkey)
        self.submit(TransferAllowDeath(other, max(rao - 1000, 0)), coldkey)
        self.submit(TransferAllowDeath(coldkey, max(rao - 1000, 0)), other)
        self.submit(TransferAll(account("nobody"), rao > TAO), account("nobody"))

    @rule(coldkey=coldkeys, hotkey=hotkeys, netuid=netuids, amount=amounts, part=st.sampled_from([1, 1, 2, 100_000]))
    def stake_and_unstake(self, coldkey: bytes, hotkey: bytes, netuid: int, amount: int, part: int) -> None:
        """After it has staked, a coldkey takes back a part of what it has then, from all to next to nothing."""
        self.submit(AddStake(hotkey, netuid, amount), coldkey)
        staked = totals.stake_of(self.ledger.storage, hotkey, coldkey, netuid)
        self.submit(RemoveStake(hotkey, netuid, staked // part), coldkey)

    @rule(coldkey=coldkeys, hotkey=hotkeys, netuid=st.sampled_from([1, 2]), amount=amounts)
    def grant(self, coldkey: bytes, hotkey: bytes, netuid: int, amount: int) -> None:
        if self.submit(GrantStake(hotkey, coldkey, netuid, amount)):
            self.granted[netuid] += amount

    @rule(signer=signers, hotkey=hotkeys, netuid=netuids, children=st.dictionaries(hotkeys, proportions, max_size=3))
    def schedule_children(self, signer: bytes | None, hotkey: bytes, netuid: int, children: dict[bytes, int]) -> None:
        links = tuple((proportion, child) for child, proportion in children.items())
        self.submit(SetChildren(hotkey, netuid, links), self.coldkey(hotkey, signer))

    @rule(signer=signers, hotkey=hotkeys, netuid=netuids, take=st.sampled_from([0, 5000, 11796, 11797]))
    def takes(self, signer: bytes | None, hotkey: bytes, netuid: int, take: int) -> None:
        coldkey = self.coldkey(hotkey, signer)
        self.submit(SetChildkeyTake(hotkey, netuid, take), coldkey)
        self.submit(IncreaseTake(hotkey, take), coldkey)
        self.submit(DecreaseTake(hotkey, take // 2), coldkey)

    # --------------------------------------------------------------------------------------------------- subnets

    @rule(coldkey=coldkeys, hotkey=hotkeys, named=st.booleans())
    def begin_subnet(self, coldkey: bytes, hotkey: bytes, named: bool) -> None:
        """Of the lock all but what fills the pool is burned."""
        storage = self.ledger.storage
        known, balance = set(storage.networks_added), storage.balances[coldkey]
        call = RegisterNetworkWithIdentity(hotkey, (b"name",) * 7) if named else RegisterNetwork(hotkey)
        if len(known) < 5 and self.submit(call, coldkey):
            (netuid,) = set(storage.networks_added) - known
            self.issuance -= balance - storage.balances[coldkey] - storage.subnet_tao[netuid]
            set_up_subnet(self.ledger, netuid)

    @rule(signer=signers, netuid=st.sampled_from([1, 3, 3, 4]))
    def start_subnet(self, signer: bytes | None, netuid: int) -> None:
        self.submit(StartCall(netuid), signer or self.ledger.storage.subnet_owner[netuid])

    @rule(coldkey=coldkeys, netuid=st.sampled_from([3, 4]))
    def end_subnet(self, coldkey: bytes, netuid: int) -> None:
        if self.submit(DissolveNetwork(coldkey, netuid)):
            self.dissolved.add(netuid)

    @rule(coldkey=coldkeys, hotkey=hotkeys, length=st.sampled_from([0, 256, 257]))
    def associate(self, coldkey: bytes, hotkey: bytes, length: int) -> None:
        """Hotkeys become a coldkey's, identities are set, senators change; calls without effect have none."""
        self.submit(TryAssociateHotkey(hotkey), coldkey)
        self.submit(SetIdentity(bytes(length), *(b"",) * 6), coldkey)
        self.submit(SetSubnetIdentity(1, bytes(length), *(b"",) * 6), coldkey)
        self.submit(AdjustSenate(hotkey), coldkey)
        self.submit(BecomeDelegate(hotkey), coldkey)
        self.submit(SetTaoWeights(0, hotkey, (1,), (1,), 0))
        self.submit(SudoSetNetworkMaxStake(1, 0))
        assert not self.submit(ScheduleDissolveNetwork(1), coldkey)
        assert not self.submit(Faucet(1, 1, b""), coldkey)

    @rule()
    def create_root(self) -> None:
        assert not self.submit(CreateRootNetwork())

    @rule(low=st.sampled_from([0, 1, 52427, 52428]), high=st.sampled_from([52427, 52428, 65535]), netuid=netuids)
    def set_alpha_values(self, low: int, high: int, netuid: int) -> None:
        self.submit(SudoSetAlphaValues(netuid, low, high), OWNER)

    @rule(name=st.sampled_from(sorted(set(LAYOUT_277.hyperparameters) - {"total_issuance"})), netuid=netuids, data=st.data())
    def an_extreme_parameter(self, name: str, netuid: int, data: Any) -> None:
        """For an epoch and a few calls a parameter has an extreme value; then it is as it was."""
        parameter = HYPERPARAMETERS[name]
        unit = LAYOUT_277.item(parameter.item).value
        most = leaf_of(unit).most if leaf_of(unit).family == "integer" else 1
        table = self.ledger.storage.map(parameter.item)
        before = int(table[() if parameter.whole_chain else netuid])
        if self.submit(SetParam(name, netuid, data.draw(st.sampled_from([0, 1, most // 2 + 1, most])))):
            self.burn(netuid, data.draw(newcomers), None)
            self.pass_blocks(TEMPO + 1)
            self.submit(SetParam(name, netuid, before))

    @rule(hotkey=hotkeys, netuid=netuids, make=st.sampled_from([SudoSetSubnetOwnerHotkey, SudoSetSnOwnerHotkey]))
    def another_own_hotkey(self, hotkey: bytes, netuid: int, make: type[SudoSetSubnetOwnerHotkey]) -> None:
        before = self.ledger.storage.subnet_owner_hotkey[netuid]
        if self.submit(make(netuid, hotkey), OWNER):
            self.submit(SudoSetSubnetOwnerHotkey(netuid, before), OWNER)

    @rule(
        name=st.sampled_from(["immunity_period", "kappa", "weights_version_key", "serving_rate_limit", "max_allowed_uids"]),
        netuid=netuids,
        value=st.sampled_from([0, 1, 300, 65535]),
    )
    def an_owner_sets(self, name: str, netuid: int, value: int) -> None:
        """What only root may set is refused."""
        table = self.ledger.storage.map(HYPERPARAMETERS[name].item)
        before = int(table[netuid])
        if self.submit(SudoSet(name, netuid, value), OWNER):
            self.pass_blocks(TEMPO + 1)
            self.submit(SetParam(name, netuid, before))

    @rule(hotkey=hotkeys, netuid=netuids, asks=st.booleans(), space=st.sampled_from([99, 3100]))
    def commit_to_data(self, hotkey: bytes, netuid: int, asks: bool, space: int) -> None:
        """Now and then a subnet lets bonds be reset, and a commitment asks for it."""
        self.submit(SetMaxSpace(space))
        self.submit(SetParam("bonds_reset", netuid, int(asks)))
        self.submit(SetCommitment(netuid, (("ResetBondsFlag", b"", 0), ("Raw", hotkey, 0))), hotkey)

    # ------------------------------------------------------------------------------------------- what always holds

    @invariant()
    def totals_hold(self) -> None:
        storage = self.ledger.storage
        assert list(violations(storage)) == []
        assert storage.total_issuance.value == self.issuance
        totals.assert_quantities_in_range(storage)
        totals.assert_tao_is_issued(storage, self.given)
        totals.assert_shares_add_up(storage)
        for netuid in (1, 2, 3, 4):
            if netuid not in self.dissolved:
                totals.assert_alpha_is_out(storage, netuid, self.granted[netuid])

    def teardown(self) -> None:
        assert_log_tells_storage(self.ledger)
