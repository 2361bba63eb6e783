"""A chain of the draft of alpha, 218 beside the main line, that is made up: its metadata, its blocks, its storage after each.

Nothing of that chain is recorded here. The metadata is the development node's document with what the draft declares otherwise;
the blocks are those of its rules: this shows what is read of such a chain and how, not that the rules are the chain's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from unittest import mock

from attrs import evolve, frozen

from neuron_ledger.events.associations import BecomeDelegate
from neuron_ledger.events.calls import AdvanceTo, SudoSet
from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.extrinsics import IncludeExtrinsic
from neuron_ledger.events.storage.event_names import EVENTS_277
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.decide import decide
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.rules.weights.calls import item_failed
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.v218_draft import V218_DRAFT
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.node.chain.extrinsic import inherent
from neuron_ledger.replay.node.chain.inclusion import Inclusion, Outcome, result_event
from neuron_ledger.replay.node.chain.plan import Batch, Plan, Single, Sudo
from neuron_ledger.replay.node.chain.state import StorageKeys
from neuron_ledger.replay.node.metadata.calls import ChainCall, name_on_chain, pallet_of
from neuron_ledger.replay.node.metadata.document import VERSIONS, NodeRuntime
from neuron_ledger.replay.node.metadata.events import ChainEvent
from neuron_ledger.replay.node.metadata.pallets import PATHS
from neuron_ledger.replay.node.metadata.storage import MODULE, NEW_LOGIC, shape_of
from neuron_ledger.replay.node.types.codec import compact
from neuron_ledger.replay.node.types.notation import Fields, Shape, fields, shape
from tests.chain_fixture import account
from tests.replay.history.recorded_node import RecordedNode

RULES = evolve(V218_DRAFT, layout=evolve(V218_DRAFT.layout, events=EVENTS_277), item_failed=item_failed)
"""With what the document asks for and the draft's rules do not need."""
WHOLE = shape("u64")
PAYMENT = "TransactionPayment"
OF_FEES = (
    ChainEvent("Balances", "Withdraw", 8, fields("who: AccountId32, amount: u64")),
    ChainEvent(PAYMENT, "TransactionFeePaid", 0, fields("who: AccountId32, actual_fee: u64, tip: u64")),
)


OwnCalls = tuple[tuple[str, type[Call], int], ...]
"""(name on the chain, call, its number)."""
CALLS_OF_DRAFT: OwnCalls = (
    ("become_delegate", BecomeDelegate, 1),
    ("swap_hotkey", SwapHotkey, 70),
)
"""Calls that the draft declares otherwise, with their numbers."""
NAMES = {cls: name for name, cls, _ in CALLS_OF_DRAFT}
NOT_YET = ("swap_hotkey", "netuid")
"""An argument of a later time."""


class BeforeAlpha(NodeRuntime):
    """Of a scheduled swap nothing is kept, and fees are told."""

    OTHERWISE: ClassVar[Mapping[str, Shape]] = {"ColdkeySwapScheduled": shape("()")}
    CALLS: ClassVar[OwnCalls] = ()

    def _enums(self) -> dict[str, Any]:
        self.events = sorted((*self.events, *OF_FEES), key=lambda event: (event.pallet, event.number))
        otherwise = self.OTHERWISE
        changed = {(MODULE, name): evolve(self.entries[MODULE, name], value=kind, default=0) for name, kind in otherwise.items()}
        changed[MODULE, "ColdkeySwapScheduled"] = evolve(changed[MODULE, "ColdkeySwapScheduled"], to_chain=lambda _: ())
        self.entries = {**self.entries, **changed}
        own = [ChainCall(MODULE, name, number, _arguments(name, cls)) for name, cls, number in self.CALLS]
        own.append(ChainCall(MODULE, "sudo", 51, fields("call: RuntimeCall")))
        self.calls = {(call.pallet, call.name): call for call in sorted((*self.calls.values(), *own), key=_place)}
        return super()._enums()


class DraftRuntime(BeforeAlpha):
    """Shares are whole numbers as well."""

    OTHERWISE: ClassVar[Mapping[str, Shape]] = {**BeforeAlpha.OTHERWISE, "Alpha": WHOLE, "TotalHotkeyShares": WHOLE}
    CALLS: ClassVar[OwnCalls] = CALLS_OF_DRAFT


def _place(call: ChainCall) -> tuple[str, int]:
    return call.pallet, call.number


def _arguments(name: str, cls: type[Call]) -> Fields:
    return tuple((field, shape_of(unit)) for field, unit in cls.units if (name, field) != NOT_YET)


def runtime_of(kind: type[BeforeAlpha], rules: Runtime) -> BeforeAlpha:
    with mock.patch.dict(PATHS, {PAYMENT: "pallet_transaction_payment"}):
        return kind(rules)


@frozen
class OfSenate:
    """The pallet's own sudo, which only the senate may use: here an account tries."""

    inner: "Call | Plan"


Signed = tuple[bytes, Call | Plan | OfSenate, int]
"""(who signs, what, rao that it costs)."""
SUDO = account("sudo")
TOLD = {"NetworkAdded", "NeuronRegistered", "NetworkRemoved"}
"""Events of the pallet that are told; others are declared otherwise at the draft."""


@frozen
class Deciding:
    """What carries calls out."""

    storage: Storage
    rules: Runtime

    def submit(self, call: Call, origin: Origin) -> Receipt:
        made = decide(self.storage, self.rules, Submission(call, origin))
        return Receipt(0, made.block, tuple(happened.event for happened in made.happened), made.error)


class DraftChain(RecordedNode):
    """What a node of it answers; of other rules, where a class below has them.

    begin: writes the storage of block 1. blocks: what is signed in each block after it.
    """

    rules: Runtime = RULES
    kind: type[BeforeAlpha] = DraftRuntime

    def __init__(self, begin: Callable[[Storage], None], blocks: Sequence[Sequence[Signed]]) -> None:
        self.spec_version = self.rules.spec_version
        self.runtime = runtime_of(self.kind, self.rules)
        self.text = f"0x{self.runtime.metadata(VERSIONS[0]).hex()}"
        self.keys_of = StorageKeys(self.runtime)
        self.genesis, self.asked = f"0x{0:064x}", {}
        self.change = lambda _method, _params, answer: answer
        self.storage, self.nonces = Storage(self.rules.layout), dict[bytes, int]()
        self.blocks: list[dict[str, Any]] = []
        self.numbers = {self.genesis: 0}
        self.made: dict[int, dict[str, str]] = {0: {}}
        with self.storage.transaction():
            begin(self.storage)
            self.storage.block_number.value = 1
        self._end(1, [], [])
        for number, signed in enumerate(blocks, start=2):
            self._block_of(number, signed)

    def state(self, number: int) -> dict[str, str]:
        return self.made[number]

    def _metadata(self, _at: str | None = None) -> str:
        return self.text

    # ------------------------------------------------------------------------------------------------------- blocks

    def _block_of(self, number: int, signed: Sequence[Signed]) -> None:
        extrinsics = [
            inherent(self.runtime.codec.encode(shape("RuntimeCall"), ("Timestamp", (("set", {"now": 12_000 * number}),))))
        ]
        records = [(("ApplyExtrinsic", (0,)), result_event(Outcome(), "Mandatory"), ())]
        with self.storage.transaction():
            assert decide(self.storage, self.rules, Submission(AdvanceTo(number), None)).error is None
            for index, (signer, call, fee) in enumerate(signed, start=1):
                extrinsics.append(self._signed(signer, call))
                records += [(("ApplyExtrinsic", (index,)), event, ()) for event in self._carry_out(signer, call, fee)]
        self._end(number, extrinsics, records)

    def _carry_out(self, signer: bytes, call: Call | Plan | OfSenate, fee: int) -> Iterator[Any]:
        """Gives the events of an extrinsic."""
        storage = self.storage
        decide(storage, self.rules, Submission(IncludeExtrinsic(signer, self.nonces[signer] - 1, b""), None))
        if fee:
            storage.balances[signer] -= fee
            yield "Balances", (("Withdraw", {"who": signer, "amount": fee}),)
        if isinstance(call, OfSenate):
            outcome = Outcome(error=("BadOrigin", ()))
        else:
            plan = Single(call) if isinstance(call, Call) else call
            outcome = Inclusion(Deciding(storage, self.rules), SUDO).carry_out(plan, signer)
        yield from (event for event in outcome.events if event[0] != MODULE or event[1][0][0] in TOLD)
        if fee:
            for issuance in (storage.balances_total_issuance, storage.total_issuance):
                issuance.value = max(issuance.value - fee, 0)
            yield PAYMENT, (("TransactionFeePaid", {"who": signer, "actual_fee": fee, "tip": 0}),)
        yield result_event(outcome)

    def _end(self, number: int, extrinsics: Sequence[bytes], records: Sequence[Any]) -> None:
        header: dict[str, Any] = {"number": hex(number), "parentHash": f"0x{number - 1:064x}", "digest": {"logs": []}}
        self.blocks.append(
            {"hash": f"0x{number:064x}", "header": header, "extrinsics": [{"hex": f"0x{one.hex()}"} for one in extrinsics]}
        )
        self.numbers[f"0x{number:064x}"] = number
        made = dict(self._entries(self.runtime.codec.encode(shape("Vec<EventRecord>"), tuple(records))))
        self.made[number] = {f"0x{key.hex()}": f"0x{value.hex()}" for key, value in made.items()}

    def _entries(self, events: bytes) -> Iterator[tuple[bytes, bytes]]:
        """(key, value) of everything."""
        encode, storage = self.runtime.codec.encode, self.storage
        accounts = sorted({*storage.balances, *storage.account_nonce})
        own: dict[tuple[str, str], Any] = {
            ("System", "Account"): {
                who: (storage.account_nonce[who], 0, 1, 0, (storage.balances[who], 0, 0, NEW_LOGIC)) for who in accounts
            },
            ("Balances", "TotalIssuance"): {(): storage.balances_total_issuance.value},
            ("Sudo", "Key"): {(): SUDO},
            ("System", "LastRuntimeUpgrade"): {(): (self.spec_version, "node-subtensor")},
        }
        for place, entry in self.runtime.entries.items():
            held = own.get(place, {}) if entry.item is None else storage.map(entry.item.name).as_dict()
            ours = list(held)
            keys = self.keys_of.keys(entry, ours) if entry.keys else [self.keys_of.prefix(entry)] * len(ours)
            yield from ((key, encode(entry.value, entry.to_chain(held[one]))) for key, one in zip(keys, ours, strict=True))
        yield self.keys_of.prefix(self.runtime.entries["System", "Events"]), events

    # -------------------------------------------------------------------------------------------------------- bytes

    def _signed(self, signer: bytes, call: Call | Plan | OfSenate) -> bytes:
        nonce, encode = self.nonces.get(signer, 0), self.runtime.codec.encode
        self.nonces[signer] = nonce + 1
        content = b"\x84" + encode(shape("MultiAddress"), ("Id", (signer,)))
        content += encode(shape("MultiSignature"), ("Sr25519", (bytes(64),))) + b"\0" + compact(nonce) + compact(0) + b"\0"
        content += encode(shape("RuntimeCall"), on_chain(call, self.rules))
        return compact(len(content)) + content


def on_chain(call: Call | Plan | OfSenate, rules: Runtime) -> tuple[str, Any]:
    """A call as a client encodes it."""
    if isinstance(call, OfSenate):
        return MODULE, (("sudo", {"call": on_chain(call.inner, rules)}),)
    if isinstance(call, Single):
        return on_chain(call.call, rules)
    if isinstance(call, Sudo):
        return "Sudo", (("sudo", {"call": on_chain(call.inner, rules)}),)
    if isinstance(call, Batch):
        return "Utility", ((call.kind, {"calls": tuple(on_chain(one, rules) for one in call.inner)}),)
    assert isinstance(call, Call)
    name = NAMES.get(type(call)) or name_on_chain(rules, type(call))
    arguments = {field: getattr(call, field) for field, _ in call.units if (name, field) != NOT_YET}
    if isinstance(call, SudoSet):
        parameter = rules.layout.hyperparameters[call.name]
        of_subnet = {} if parameter.whole_chain else {"netuid": call.netuid}
        name, arguments = str(parameter.call), {**of_subnet, parameter.argument: call.value}
    return pallet_of(name) or MODULE, ((name, arguments),)
