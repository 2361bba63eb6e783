"""Every kind of call with the most extreme arguments its fields can hold.

Each is accepted, or refused by an error of the chain's that is recorded and changes nothing; nothing else comes out of it. The
ledger audits clean afterwards, and replay gives the live storage.
"""

from collections import Counter
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from neuron_ledger.events.associations import TryAssociateHotkey
from neuron_ledger.events.calls import (
    AdvanceTo,
    DissolveNetwork,
    ForceSetBalance,
    RegisterNetwork,
    SetChildkeyTake,
    SetChildren,
    SetParam,
    SettleBalance,
    SetWeights,
    StartCall,
    SudoSet,
    SudoSetAlphaValues,
    UpgradeRuntime,
)
from neuron_ledger.events.commitments import SetCommitment
from neuron_ledger.events.identities import RegisterNetworkWithIdentity, SetIdentity, SetSubnetIdentity
from neuron_ledger.events.ledger import ExtrinsicFailed
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.subnet_calls import RootDissolveNetwork, SetAutoParentDelegationEnabled, UpdateSymbol
from neuron_ledger.events.wire.record import Call
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.events.wire.units import BOOL_VECTOR, BYTES, TEXT, Unit, family_of, is_list, leaf_of, parts_of
from neuron_ledger.ledger import errors
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.accounts.balances import EXISTENTIAL_DEPOSIT
from neuron_ledger.ledger.rules.stake import lock_calls, move_calls, order_calls
from neuron_ledger.projections.storage import Storage
from tests.chain_fixture import RULES, TAO, account
from tests.ledger_fixture import assert_log_tells_storage
from tests.world_fixture import COLDKEYS, HOTKEYS, OWNER_HOTKEY, TEMPO, WORLD, new_world

MISSING_NETUIDS = (4, 65535)
SEATED = (*HOTKEYS[:4], OWNER_HOTKEY)
ACCOUNTS = (*SEATED, *SEATED, *HOTKEYS[4:], *COLDKEYS, account("nobody"), bytes(32), b"\xff" * 32)
SIGNED_BY_HOTKEYS = {
    name
    for name in (cls.tag.split("/")[0] for cls in RULES.calls)
    if any(word in name for word in ("weights", "serve", "commitment"))
}
LONG = 300
"""More entries than a subnet of the world may have neurons, or a hotkey children."""


def extreme_integer(rng: Random, field: str, bits: int, storage: Storage) -> int:
    most = 2**bits - 1
    if field.endswith(("netuid", "netuids")):
        return rng.choice((1, 2, 1, 2, *storage.networks_added, *MISSING_NETUIDS))
    values: list[int] = [0, 1, most // 2 + 1, most - 1, most]
    if field in ("block", "block_number"):
        values += [max(storage.block_number.value + offset, 0) for offset in (-3, -1, 0, 1, TEMPO + 1)]
    elif bits == 64:
        values += [EXISTENTIAL_DEPOSIT - 1, EXISTENTIAL_DEPOSIT, EXISTENTIAL_DEPOSIT + 1, 20 * TAO, 100 * TAO]
    elif bits == 8:
        values += [4, 6]
    return rng.choice(values)


def extreme(rng: Random, field: str, unit: Unit, storage: Storage) -> Any:
    """An extreme value of a call's field."""
    match family_of(unit):
        case "integer":
            return extreme_integer(rng, field, leaf_of(unit).most.bit_length(), storage)
        case "wide":
            return rng.choice([0, 1, 0x01020304, 0x7F000001, 2**32 - 1, 2**32, 2**128 - 1])
        case "bool":
            return rng.choice([False, True])
        case "account":
            return rng.choice(ACCOUNTS)
        case "bytes":
            if unit == BYTES:
                return bytes([1]) * rng.choice([0, 1, 65, 66, 10 * LONG])
            return rng.choice([bytes(32), b"\xff" * 32])
        case "vector":
            count = rng.choice([0, 1, 1, 2, 5, LONG])
            if rng.random() < 0.5 and unit != BOOL_VECTOR:
                return tuple(range(count))
            return (extreme(rng, field, leaf_of(unit).element, storage),) * count
        case "row":
            count = rng.choice([0, 1, 2, LONG])
            return pack_pairs([[uid, extreme_integer(rng, "weight", 16, storage)] for uid in range(count)])
        case "optional":
            return None if rng.random() < 0.5 else extreme(rng, field, parts_of(unit)[0], storage)
        case "tuple":
            inner = unit.__args__[:1] * rng.choice([0, 1, 2, 6]) if is_list(unit) else unit.__args__
            return tuple(extreme(rng, field, part, storage) for part in inner)
    raise AssertionError(f"no extremes of {unit}")


def extreme_parameter(rng: Random, cls: type[SetParam] | type[SudoSet], storage: Storage) -> Call:
    names = sorted(storage.layout.hyperparameters if cls is SetParam else RULES.parameter_steps)
    parameter = HYPERPARAMETERS[rng.choice(names)]
    item = storage.layout.items.get(parameter.item, parameter.storage_item)
    bits = 1 if parameter.is_flag else leaf_of(item.value).most.bit_length()
    netuid = extreme_integer(rng, "netuid", 16, storage)
    return cls(parameter.name, netuid, rng.choice([0, 1, 2 ** (bits - 1), 2**bits - 1]))


def extreme_call(rng: Random, cls: type[Call], storage: Storage) -> Call:
    if cls is SetParam or cls is SudoSet:
        return extreme_parameter(rng, cls, storage)
    if cls is AdvanceTo:
        # The far future is as near as blocks are dear: each runs its hook.
        return AdvanceTo(rng.choice([0, 1, *(storage.block_number.value + offset for offset in (-1, 0, 1, 20))]))
    if cls is SetCommitment:
        content = rng.choice([b"", bytes(128)])
        later = ("TimelockEncrypted", content, 2**64 - 1)
        asked = rng.choice([(), (("Raw", content, 0),) * 3, (("ResetBondsFlag", b"", 0),), (later,)])
        return SetCommitment(extreme_integer(rng, "netuid", 16, storage), asked)
    assert not any(unit == TEXT for _, unit in cls.units), "texts need extremes of their own"
    values = {name: extreme(rng, name, unit, storage) for name, unit in cls.units}
    fits = rng.random() < 0.5
    if cls is ForceSetBalance and values["new_free"] > 100 * TAO:
        # Where all balances together pass 64 bits, the chain's total of them saturates and is right no more.
        values["new_free"] = (2**64 - storage.balances_total_issuance.value) // 2
    if cls is SettleBalance and values["came"] > 100 * TAO:
        values["came"] = (2**64 - storage.balances_total_issuance.value) // 2
    if cls is RegisterNetworkWithIdentity:
        values["identity"] = rng.choice([None, (rng.choice([b"", bytes(256), bytes(1025)]),) * 7])
    if cls is SetSubnetIdentity:
        values["logo_url"] = None
    if cls is DissolveNetwork and fits:
        values["coldkey"] = storage.subnet_owner[values["netuid"]]
    if cls is SetWeights and fits:
        values["weights"] = tuple([65535] * len(values["dests"]))
    return cls(**values)


def asking(call: Call, **arguments: Any) -> Call:
    """The same call with other arguments."""
    return type(call)(**{**{name: getattr(call, name) for name, _ in call.units}, **arguments})


def origin_of(rng: Random, call: Call, storage: Storage) -> bytes | None:
    """Mostly who may submit the call, else anybody."""
    if rng.random() < 0.1:
        return rng.choice([None, *ACCOUNTS])
    name = call.tag.split("/")[0]
    fields: dict[str, Any] = {field: getattr(call, field) for field, _ in call.units}
    if name in SIGNED_BY_HOTKEYS:
        return rng.choice(SEATED)
    if name == "register":
        return bytes(fields["hotkey"])
    if isinstance(call, (StartCall, SudoSetAlphaValues)):
        return storage.subnet_owner[call.netuid]
    if name.startswith("transfer_") and "dest" in fields:
        return rng.choice(ACCOUNTS)
    if "hotkey" in fields and "coldkey" not in fields:
        return storage.owner.get(fields["hotkey"], COLDKEYS[0])
    return None


def submit(ledger: Ledger, call: Call, origin: bytes | None) -> str:
    """Submit a call. Returns: the name of what refused it, or "ok"."""
    before, position = ledger.storage.copy(), ledger.head.position
    receipt = ledger.submit(call, origin)
    assert ledger.head.position == position + 1 + len(receipt.events)
    if receipt.error is None:
        return "ok"
    assert isinstance(receipt.error, errors.ChainError)
    assert receipt.events == (ExtrinsicFailed(error=receipt.error.name, detail=receipt.error.detail()),)
    assert all(table == before.map(table.item.name) for table in ledger.storage.maps())
    return receipt.error.name


OF_SUBNETS = (
    *(RegisterNetwork, RegisterNetworkWithIdentity, DissolveNetwork, RootDissolveNetwork, StartCall, UpdateSymbol),
    *(SetAutoParentDelegationEnabled, SetSubnetIdentity, SetIdentity, TryAssociateHotkey, SetChildren, SetChildkeyTake),
)


def test_extreme_arguments_of_calls_on_subnets_at_424() -> None:
    """The world goes over to 424, where there may be three subnets; then subnets begin and end in every order."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for seed in range(6):
        rng, ledger = Random(seed), new_world()
        ledger.submit(UpgradeRuntime(424)).unwrap()
        for name, value in (("network_rate_limit", 0), ("network_immunity_period", 0), ("max_subnets", 3)):
            ledger.submit(SetParam(name, 0, value)).unwrap()
        ledger.observe(WORLD, canonical_changes({"NetworkRegistrationStartBlock": ({(): 0}, [])}))
        for cls in rng.sample(OF_SUBNETS * 6, 6 * len(OF_SUBNETS)):
            call = extreme_call(rng, cls, ledger.storage)
            if isinstance(call, SetSubnetIdentity):
                call = asking(call, logo_url=b"logo")
            elif isinstance(call, RegisterNetworkWithIdentity) and call.identity is not None:
                call = asking(call, identity=(*call.identity, b""))
            elif isinstance(call, UpdateSymbol) and rng.random() < 0.5:
                call = asking(call, symbol=rng.choice("βγδ").encode())
            outcomes[cls.__name__, submit(ledger, call, origin_of(rng, call, ledger.storage))] += 1
        ledger.advance_to(ledger.block + 2 * (TEMPO + 1))
        assert_log_tells_storage(ledger)
    assert len({name for name, outcome in outcomes if outcome == "ok"}) >= 10, sorted(outcomes)
    assert outcomes["RegisterNetwork", "ok"] > 1 < outcomes["RootDissolveNetwork", "ok"]


OF_STAKE = tuple(
    {**order_calls.CALLS_411, **order_calls.CALLS_283, **move_calls.CALLS, **lock_calls.CALLS_411, **lock_calls.CALLS_421}
)


def test_extreme_arguments_of_calls_on_stake_at_424() -> None:
    """The world goes over to 424, where coldkeys stake, move stake to each other, and lock it, as often as they unstake."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for seed in range(12):
        rng, ledger = Random(seed), new_world()
        ledger.submit(UpgradeRuntime(424)).unwrap()
        for cls in rng.sample(OF_STAKE * 6, 6 * len(OF_STAKE)):
            call = extreme_call(rng, cls, ledger.storage)
            outcomes[cls.__name__, submit(ledger, call, rng.choice([*COLDKEYS, *COLDKEYS, None]))] += 1
        ledger.advance_to(ledger.block + 2 * (TEMPO + 1))
        assert_log_tells_storage(ledger)
    assert len({name for name, outcome in outcomes if outcome == "ok"}) >= 13, sorted(outcomes)
    assert len({outcome for _, outcome in outcomes}) >= 15, sorted(outcomes)


def test_extreme_arguments_are_accepted_or_refused() -> None:
    """The same calls in every run, so that it can be seen how far they came."""
    outcomes: Counter[tuple[str, str]] = Counter()
    calls = [*sorted(RULES.calls, key=lambda cls: cls.tag), SudoSet, SudoSet, SudoSet]

    @settings(
        max_examples=16,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def one_of_each(rng: Random) -> None:
        ledger = new_world()
        for cls in rng.sample(calls, len(calls)):
            call = extreme_call(rng, cls, ledger.storage)
            outcomes[cls.__name__, submit(ledger, call, origin_of(rng, call, ledger.storage))] += 1
        ledger.advance_to(ledger.block + 2 * (TEMPO + 1))
        assert_log_tells_storage(ledger)

    one_of_each()
    accepted = {name for name, outcome in outcomes if outcome == "ok"}
    assert len(accepted) >= 20, sorted(outcomes)
    assert len({outcome for _, outcome in outcomes}) >= 30, sorted(outcomes)
