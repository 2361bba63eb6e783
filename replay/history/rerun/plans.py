"""An extrinsic as the rules can decide it: one call of the ledger, or calls inside sudo, batches and proxies."""

from hashlib import blake2b
from typing import Any, Final, TypeAlias

from attrs import frozen

from neuron_ledger.events.blocks_seen import ExtrinsicSeen
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.history.runtime import PALLET, NodeRuntime
from neuron_ledger.replay.node.metadata.calls import NUMBERS, ledger_call
from neuron_ledger.replay.node.types.codec import ScaleError

BATCHES: Final = ("batch", "batch_all", "force_batch")
OF_SENATE: Final = ("sudo", "sudo_unchecked_weight")
"""The pallet's own calls that execute another one: only the senate's decisions may make them, never an account or root."""


class NotDecided(NeuronLedgerError, ValueError):
    """A call that no rules decide. name: `Pallet.call`."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name
        self.why = why


@frozen
class Single:
    """A call that the rules decide."""

    call: Call


@frozen
class Remark:
    """A call without effects. is_signed: whether an account must have signed it."""

    is_signed: bool


@frozen
class Refused:
    """A call that is refused, whoever makes it. error: its error."""

    error: str


@frozen
class Sudo:
    """A call by the sudo key: as root, or as an account (who)."""

    inner: "Plan"
    who: bytes | None = None


@frozen
class Proxied:
    """A call as another account, whose proxy signed. Whether it is a proxy is taken from the chain."""

    real: bytes
    inner: "Plan"


@frozen
class Batch:
    """Calls in order. kind: `batch` stops at a refusal, `force_batch` continues, `batch_all` does all or none."""

    kind: str
    inner: tuple["Plan", ...]


Plan: TypeAlias = Single | Remark | Refused | Sudo | Proxied | Batch


@frozen
class Asked:
    """The content of an extrinsic; a reason if no rules decide it. nonce: of its signer, None if unsigned."""

    plan: Plan | NotDecided
    nonce: int | None = None


def asked(runtime: NodeRuntime, extrinsic: ExtrinsicSeen, rules: Runtime) -> Asked:
    """The plan of an extrinsic. rules: those that decide it."""
    nonce = None
    try:
        read = runtime.scale.decode_extrinsic(extrinsic.encoded)
        nonce = read.get("nonce")
        encoded = call_bytes(extrinsic.encoded, read["call"]["call_hash"])
        return Asked(planned(runtime.types.codec.decode(runtime.types.call, encoded), rules), nonce)
    except NotDecided as why:
        return Asked(why, nonce)
    except (ValueError, KeyError) as error:
        return Asked(NotDecided(extrinsic.call, f"its bytes cannot be read: {error}"), nonce)


def call_bytes(encoded: bytes, call_hash: str) -> bytes:
    """The bytes of the call at the end of an extrinsic. Raises: ScaleError."""
    wanted = bytes.fromhex(call_hash.removeprefix("0x"))
    for begin in range(len(encoded)):
        if blake2b(encoded[begin:], digest_size=32).digest() == wanted:
            return encoded[begin:]
    raise ScaleError("there is no call in it")


def planned(call: Any, rules: Runtime) -> Plan:
    """The plan of a call, as the codec read it. Raises: NotDecided."""
    pallet, ((name, arguments),) = call
    if pallet == PALLET and name in OF_SENATE:
        return Refused("BadOrigin")
    if pallet in NUMBERS:
        return _single(pallet, name, arguments, rules)
    if pallet == "System" and name in ("remark", "remark_with_event"):
        return Remark(name == "remark_with_event")
    if pallet == "Sudo" and name in ("sudo", "sudo_unchecked_weight"):
        return Sudo(planned(arguments["call"], rules))
    if pallet == "Sudo" and name == "sudo_as":
        return Sudo(planned(arguments["call"], rules), _account(arguments["who"]))
    if pallet == "Utility" and name in BATCHES:
        return Batch(name, tuple(planned(inner, rules) for inner in arguments["calls"]))
    if pallet == "Proxy" and name == "proxy":
        return Proxied(_account(arguments["real"]), planned(arguments["call"], rules))
    raise NotDecided(f"{pallet}.{name}", "a call of another pallet")


def _account(address: Any) -> bytes:
    """The account of a multi-address, or the account itself."""
    return bytes(address[1][0] if isinstance(address, tuple) else address)


def _single(pallet: str, name: str, arguments: Any, rules: Runtime) -> Single:
    try:
        return Single(ledger_call(name, arguments, rules.earlier_forms))
    except FieldError as error:
        raise NotDecided(f"{pallet}.{name}", f"a call that is not built: {error}") from None
