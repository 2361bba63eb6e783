"""What might let a refused call pass: candidates, by the chain's error. Whether they do is found by running them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.calls import AdvanceTo, ForceRegister, ForceSetBalance, GrantStake, SetParam
from neuron_ledger.events.entries.codec import Origin, Submission
from neuron_ledger.events.registration_calls import PokeValidatorPermit
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.until_epoch import blocks_until_epoch
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.questions.trial import Trial

WAIT, BALANCE, STAKE, AMOUNT, SIGNER = "wait", "balance", "stake", "amount", "signer"
ARGUMENT, PARAMETER, REGISTRATION, PERMIT = "argument", "parameter", "registration", "permit"
"""What is changed: the block; a free balance; stake; how much the call moves; who signs; another argument; a hyperparameter;
the hotkey's registration or validator permit."""

MOST_BLOCKS: Final = 60_000
"""How many blocks ahead are tried: more would take minutes to run."""
MOST_RAO: Final = 2**62

WAITS: Final = ("allowed_from", "next_block", "next_interval", "possible_from", "first_reveal_block", "oldest_expires_after")
"""Attributes of errors that name a block in which, or right after which, the call may pass."""

AMOUNTS: Final = (
    *("amount", "amount_staked", "amount_unstaked", "alpha_amount", "alpha_unstaked", "alpha", "value", "limit_price"),
)
"""Arguments that are amounts."""

FLAGS: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "SubNetRegistrationDisabled": (("network_registration_allowed", 1), ("network_pow_registration_allowed", 1)),
    "POWRegistrationDisabled": (("network_pow_registration_allowed", 1),),
    "CommitRevealEnabled": (("commit_reveal_weights_enabled", 0),),
    "CommitRevealDisabled": (("commit_reveal_weights_enabled", 1),),
    "SubtokenDisabled": (("subtoken_enabled", 1),),
    "TransferDisallowed": (("toggle_transfer", 1),),
    "LiquidAlphaDisabled": (("liquid_alpha_enabled", 1),),
    "AdminActionProhibitedDuringWeightsWindow": (("admin_freeze_window", 0),),
}
"""By error: the hyperparameters that switch its subject on or off."""

ORDINARY: Final[Mapping[str, tuple[tuple[str, tuple[int, ...]], ...]]] = {
    "InvalidPort": (("port", (8091,)),),
    "InvalidIpType": (("ip_type", (4, 6)),),
    "InvalidIpAddress": (("ip", (0x01010101,)), ("ip_type", (4, 6))),
}
"""By error: arguments, with values that the chain accepts."""

NOT_THERE: Final = (
    *("SubNetworkDoesNotExist", "SubnetNotExists", "SubnetDoesNotExist", "RegistrationNotPermittedOnRootSubnet", "SameNetuid"),
    *("CanNotSetRootNetworkWeights", "CannotBurnOrRecycleOnRootSubnet", "NotPermittedOnRootSubnet"),
)
"""Errors that another subnet avoids."""
MOST_SUBNETS: Final = 4


@frozen
class Step:
    """One change.

    kind: what. who: whose balance, stake or signature. netuid: where. value: the block, the amount, the argument. name: of the
    argument or the hyperparameter. before: a call submitted first. origin: (who signs instead,). arguments: (name, value) that
    the call has instead. is_least: whether less was run and does not suffice.
    """

    kind: str
    value: Any = None
    name: str | None = None
    who: bytes | None = None
    netuid: int | None = None
    before: Submission | None = None
    origin: tuple[Origin] | None = None
    arguments: tuple[tuple[str, Any], ...] = ()
    is_least: bool = False


@frozen
class Tried:
    """A candidate. step: of a value. values: (one that does not suffice, the furthest from it): the nearest that does is sought,
    among `choices` first; None: the first of `choices` that suffices is taken."""

    step: Callable[[int], Step]
    values: tuple[int, int] | None = None
    choices: Sequence[int] = ()


ONE: Final = (0,)
"""The choices of a candidate without a value."""


def candidates(trial: Trial, asked: Submission, error: ChainError) -> Iterator[Tried]:
    """What might remove an error, the likeliest first, given the storage before the call."""
    storage = trial.storage
    yield from _waits(storage, trial, asked.call, error)
    yield from _signers(storage, asked, error)
    yield from _flags(asked.call, error)
    yield from _balances(storage, asked, error)
    yield from _stakes(storage, asked, error)
    yield from _arguments(asked.call, error)
    yield from _registrations(storage, asked, error)


def _waits(storage: Storage, trial: Trial, call: Call, error: ChainError) -> Iterator[Tried]:
    now = storage.block_number.value
    if isinstance(call, AdvanceTo):
        return
    named = [value for name in WAITS if isinstance(value := getattr(error, name, None), int)]
    for block in named:
        if now < block + 1 <= now + MOST_BLOCKS:
            yield Tried(_wait, (now, block + 1), (block, block + 1) if block > now else ())
    if not named and any(name.endswith(("_epoch", "epoch")) and getattr(error, name) is not None for name in error.attributes):
        left = blocks_until_epoch(storage, trial.rules, getattr(call, "netuid", ROOT), MOST_BLOCKS)
        if left is not None:
            yield Tried(_wait, choices=[now + left * number for number in (1, 2, 3)])


def _wait(block: int) -> Step:
    return Step(WAIT, block, before=Submission(AdvanceTo(block), None))


def _signers(storage: Storage, asked: Submission, error: ChainError) -> Iterator[Tried]:
    """The keys that the call, or the error, has to do with."""
    if error.name != "BadOrigin" and not {"signer", "owner", "coldkey"} & set(error.attributes):
        return
    hotkey = getattr(asked.call, "hotkey", None)
    netuid = getattr(asked.call, "netuid", None)
    keys: list[bytes | None] = [getattr(error, "owner", None), None if hotkey is None else storage.owner.get(hotkey), hotkey]
    keys += [None if netuid is None else storage.subnet_owner.get(netuid)]
    others: list[Origin] = [key for key in dict.fromkeys(keys) if key not in (None, asked.origin)]
    if error.name == "BadOrigin":
        others.append(None)
    yield from (_just(Step(SIGNER, who=key, origin=(key,))) for key in others)


def _just(step: Step) -> Tried:
    """A candidate without a value."""
    return Tried(lambda _: step, choices=ONE)


def _flags(call: Call, error: ChainError) -> Iterator[Tried]:
    names = ("netuid", "origin_netuid", "destination_netuid")
    netuids = [value for name in names if isinstance(value := getattr(call, name, None), int)]
    for name, value in FLAGS.get(type(error).__name__, ()):
        for netuid in netuids:
            yield _just(_parameter(name, netuid, value))
    if type(error).__name__ == "NoNeuronIdAvailable":
        for netuid in netuids:
            yield _just(_parameter("max_allowed_uids", netuid, getattr(error, "max_allowed_uids", 0) + 1))


def _parameter(name: str, netuid: int, value: int) -> Step:
    return Step(PARAMETER, value, name, netuid=netuid, before=Submission(SetParam(name, netuid, value), None))


def _balances(storage: Storage, asked: Submission, error: ChainError) -> Iterator[Tried]:
    if asked.origin is None or not {"balance", "asked"} & set(error.attributes):
        return
    who = asked.origin
    had = storage.balances.get(who, 0)
    yield Tried(lambda rao: Step(BALANCE, rao, who=who, before=Submission(ForceSetBalance(who, rao), None)), (had, MOST_RAO))


def _stakes(storage: Storage, asked: Submission, error: ChainError) -> Iterator[Tried]:
    if not {"stake", "staked"} & set(error.attributes):
        return
    hotkeys = [key for name in ("hotkey", "origin_hotkey") if (key := getattr(asked.call, name, None)) is not None]
    for hotkey in dict.fromkeys([*hotkeys, asked.origin]):
        owner = storage.owner.get(hotkey) if hotkey is not None else None
        for netuid in dict.fromkeys([getattr(asked.call, "origin_netuid", getattr(asked.call, "netuid", ROOT)), ROOT]):
            for coldkey in dict.fromkeys([asked.origin, owner]):
                if hotkey is not None and coldkey is not None and (owner == coldkey or hotkey != coldkey):
                    yield Tried(_staking(hotkey, coldkey, netuid), (0, MOST_RAO))


def _staking(hotkey: bytes, coldkey: bytes, netuid: int) -> Callable[[int], Step]:
    def step(amount: int) -> Step:
        before = Submission(GrantStake(hotkey, coldkey, netuid, amount), None)
        return Step(STAKE, amount, who=hotkey, netuid=netuid, before=before)

    return step


def _arguments(call: Call, error: ChainError) -> Iterator[Tried]:
    """Arguments that the error names, with what it says about them; amounts, less and more; lists without the wrong parts."""
    given = {name: getattr(call, name) for name, _ in call.units}
    numbers = {name: value for name, value in error.values.items() if type(value) is int}
    for name, value in given.items():
        if type(value) is int and name != "netuid" and value in numbers.values():
            bounds = [number for number in numbers.values() if number != value]
            near = [number + step for step in (1, -1) for number in bounds]
            yield Tried(_argument(name), choices=[*bounds, *near])
        if type(value) is int and name in AMOUNTS:
            yield Tried(_argument(name), (value, 1))
            yield Tried(_argument(name), (value, MOST_RAO))
    for name, values in ORDINARY.get(type(error).__name__, ()):
        if name in given:
            yield Tried(_argument(name), choices=values)
    yield from _other_weights(given, error)


def _argument(name: str) -> Callable[[int], Step]:
    return lambda value: Step(AMOUNT if name in AMOUNTS else ARGUMENT, value, name, arguments=((name, value),))


def _other_weights(given: Mapping[str, Any], error: ChainError) -> Iterator[Tried]:
    """Weights without unknown or repeated uids, with lists of equal length; as many as are needed;
    all alike."""
    lists = {name: value for name, value in given.items() if isinstance(value, tuple) and all(type(one) is int for one in value)}
    names = [name for name in ("dests", "uids") if name in lists]
    if len(names) != 1 or not (others := [name for name in ("weights", "values") if name in lists]):
        return
    uids, weights = lists[names[0]], lists[others[0]]
    neurons = getattr(error, "neurons", None)
    kept: dict[int, int] = {}
    for uid, weight in zip(uids, weights, strict=False):
        if neurons is None or uid < neurons:
            kept.setdefault(uid, weight)
    if (tuple(kept), tuple(kept.values())) != (uids, weights):
        arguments = ((names[0], tuple(kept)), (others[0], tuple(kept.values())))
        yield _just(Step(ARGUMENT, tuple(kept), names[0], arguments=arguments))
    if type(error).__name__ in ("MaxWeightExceeded", "WeightVecLengthIsLow"):
        several = tuple(range(max(len(uids), getattr(error, "needed", 0))))
        yield _just(Step(ARGUMENT, several, names[0], arguments=((names[0], several), (others[0], (1,) * len(several)))))


def _registrations(storage: Storage, asked: Submission, error: ChainError) -> Iterator[Tried]:
    """A hotkey that is registered, or one that is not yet; one with a permit; another subnet."""
    netuid, hotkey = getattr(asked.call, "netuid", ROOT), getattr(asked.call, "hotkey", asked.origin)
    name = type(error).__name__
    if name in ("HotKeyNotRegisteredInSubNet", "HotKeyNotRegisteredInNetwork", "HotKeyAccountNotExists") and hotkey is not None:
        before = Submission(ForceRegister(netuid, hotkey, storage.owner.get(hotkey) or asked.origin or hotkey), None)
        yield _just(Step(REGISTRATION, who=hotkey, netuid=netuid, before=before))
    if name in ("HotKeyAlreadyRegisteredInSubNet", "NonAssociatedColdKey") and hasattr(asked.call, "hotkey"):
        other = blake2b(b"a hotkey that nobody has", digest_size=32).digest()
        yield _just(Step(ARGUMENT, None, "hotkey", arguments=(("hotkey", other),)))
    if name == "NeuronNoValidatorPermit" and hotkey is not None and (uid := storage.uids[netuid, hotkey]) is not None:
        n, permits = storage.subnetwork_n[netuid], storage.validator_permit[netuid]
        values = tuple(other == uid or (other < len(permits) and bool(permits[other])) for other in range(n))
        yield _just(Step(PERMIT, who=hotkey, netuid=netuid, before=Submission(PokeValidatorPermit(netuid, values), None)))
    if name in NOT_THERE:
        there = [netuid for netuid, added in sorted(storage.networks_added.items()) if added and netuid != ROOT]
        for argument in ("netuid", "destination_netuid"):
            if hasattr(asked.call, argument):
                yield Tried(_argument(argument), choices=there[:MOST_SUBNETS])
