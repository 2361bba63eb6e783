"""The metagraph as the SDK has it: numpy vectors under its names, long and short (`stake` and `S`), at any block of a ledger."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, get_type_hints

import numpy as np
from attrs import asdict, frozen
from numpy.typing import NDArray

from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError, Unquoted
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views import neuron_info as exact
from neuron_ledger.projections.views.figures import Figures
from neuron_ledger.projections.views.metagraph_info import metagraph_info
from neuron_ledger.projections.views.sdk.amounts import U16_MAX, address, in_tao, of_u16, of_u64, text
from neuron_ledger.projections.views.sdk.frames import to_pandas, to_polars
from neuron_ledger.projections.views.sdk.neurons import AxonInfo, axon_of
from neuron_ledger.projections.views.sdk.saved import Expected, load, problems_of, save, structured
from neuron_ledger.projections.views.sdk.subnets import (
    MetagraphInfoEmissions,
    MetagraphInfoPool,
    SubnetIdentity,
    emissions_of,
    identity_of,
    pool_of,
)

if TYPE_CHECKING:
    import pandas
    import polars

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

KIND: Final = "metagraph"
ROOT: Final = 0
ROOT_TAO_STAKE_WEIGHT: Final = 0.18
"""The weight of a TAO on the root network in the SDK, whatever the chain's TaoWeight is."""


@frozen(kw_only=True)
class MetagraphInfoParams:
    """A metagraph's hyperparameters: proportions from 0 to 1, amounts in TAO."""

    activity_cutoff: int
    adjustment_alpha: float
    adjustment_interval: int
    alpha_high: float
    alpha_low: float
    bonds_moving_avg: float
    burn: float
    commit_reveal_period: int
    commit_reveal_weights_enabled: bool
    difficulty: float
    immunity_period: int
    kappa: int
    liquid_alpha_enabled: bool
    max_burn: float
    max_difficulty: float
    max_regs_per_block: int
    max_validators: int
    max_weights_limit: float
    min_allowed_weights: float
    min_burn: float
    min_difficulty: float
    pow_registration_allowed: bool
    registration_allowed: bool
    rho: int
    serving_rate_limit: int
    target_regs_per_interval: int
    tempo: int
    weights_rate_limit: int
    weights_version: int


@frozen(kw_only=True, eq=False, repr=False)
class Metagraph:
    """One subnet at a block. Vectors have one value per uid.

    stake (S): what counts in an epoch, in whole alpha; alpha_stake (AS) its part that is alpha; tao_stake (TS): TAO on the root
    network × 0.18; on the root network all of them are the TAO. ranks (R), trust (T), consensus (C), validator_trust (Tv),
    incentive (I), dividends (D), pruning_score: from 0 to 1. emission (E): whole alpha per epoch. weights (W): n × n, each row
    adds up to 1; bonds (B): n × n, u16. On the root network weights have a column per subnet, in the order of netuids. n, block:
    0-dimensional arrays, as in the SDK (`metagraph.n.item()`).
    """

    netuid: int
    name: str
    symbol: str
    network_registered_at: int
    num_uids: int
    max_uids: int
    identity: SubnetIdentity | None
    last_step: int
    tempo: int
    blocks_since_last_step: int
    owner_hotkey: str
    owner_coldkey: str
    hparams: MetagraphInfoParams
    pool: MetagraphInfoPool
    emissions: MetagraphInfoEmissions
    axons: list[AxonInfo]
    hotkeys: list[str]
    coldkeys: list[str]
    n: Integers
    block: Integers
    uids: Integers
    stake: Floats
    alpha_stake: Floats
    tao_stake: Floats
    ranks: Floats
    trust: Floats
    consensus: Floats
    validator_trust: Floats
    incentive: Floats
    emission: Floats
    dividends: Floats
    pruning_score: Floats
    active: Integers
    last_update: Integers
    block_at_registration: Integers
    validator_permit: Flags
    tao_dividends: Floats
    alpha_dividends: Floats
    weights: Floats
    bonds: Floats

    S = property(lambda self: self.stake)
    AS = property(lambda self: self.alpha_stake)
    TS = property(lambda self: self.tao_stake)
    R = property(lambda self: self.ranks)
    I = property(lambda self: self.incentive)  # noqa: E741 - the SDK's name
    E = property(lambda self: self.emission)
    C = property(lambda self: self.consensus)
    T = property(lambda self: self.trust)
    Tv = property(lambda self: self.validator_trust)
    D = property(lambda self: self.dividends)
    B = property(lambda self: self.bonds)
    W = property(lambda self: self.weights)
    total_stake = property(lambda self: self.stake)
    addresses = property(lambda self: [axon.ip_str() for axon in self.axons])
    tao_dividends_per_hotkey = property(lambda self: list(zip(self.hotkeys, self.tao_dividends.tolist(), strict=True)))
    alpha_dividends_per_hotkey = property(lambda self: list(zip(self.hotkeys, self.alpha_dividends.tolist(), strict=True)))

    def __repr__(self) -> str:
        return f"<Metagraph: subnet {self.netuid} at block {self.block}, {self.n} neurons>"

    def columns(self) -> dict[str, Any]:
        """Everything with one value per uid, by name: keys, endpoints, and the vectors."""
        texts = {"hotkey": self.hotkeys, "coldkey": self.coldkeys, "axon": self.addresses}
        return {"uid": self.uids, **texts, **{name: getattr(self, name) for name in _VECTORS if name != "uids"}}

    def to_pandas(self) -> "pandas.DataFrame":
        """One row per uid. Needs the extra `frames`. Raises: ExtraMissing."""
        return to_pandas(self.columns())

    def to_polars(self) -> "polars.DataFrame":
        """The same with polars. Raises: ExtraMissing."""
        return to_polars(self.columns())

    def save(self, path: str | Path) -> Path:
        """Write it to a file of numbers and text only (`.npz`). Returns: its path."""
        described = {name: value for name, value in asdict(self).items() if name not in _ARRAYS}
        return save(Path(path), KIND, {name: getattr(self, name) for name in _ARRAYS}, described)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what `save` wrote, checked field by field. Raises: MetagraphProblem; OSError where it cannot be read."""
        values, described = load(Path(path), KIND, _ARRAYS)
        with problems_of(Path(path)):
            kinds = {name: kind for name, kind in get_type_hints(cls).items() if name not in _ARRAYS}
            if not isinstance(described, dict) or set(described) != set(kinds):
                raise FieldError("description", f"the fields {', '.join(kinds)}", described)
            found = cls(**values, **{name: structured(kind, described[name], name) for name, kind in kinds.items()})
            _ensure_whole(found)
        return found


def _ensure_whole(graph: Metagraph) -> None:
    """Raises: FieldError where the parts of a metagraph do not match."""
    n = int(graph.n)
    if not 0 <= n <= U16_MAX + 1:
        raise FieldError("n", "0 to 65536", n)
    if int(graph.block) < 0:
        raise FieldError("block", "at least 0", int(graph.block))
    for name in ("hotkeys", "coldkeys", "axons", *_VECTORS, *_MATRICES):
        if len(getattr(graph, name)) != n:
            raise FieldError(name, f"{n} values (n)", Unquoted(f"{len(getattr(graph, name))}"))
    if graph.num_uids != n:
        raise FieldError("num_uids", f"{n} (n)", graph.num_uids)
    if not np.array_equal(graph.uids, np.arange(n)):
        raise FieldError("uids", f"0 to {n - 1}, in order", graph.uids.tolist())
    if graph.netuid != ROOT and any(getattr(graph, name).shape != (n, n) for name in _MATRICES):
        raise FieldError("weights", f"{n} x {n} values, as bonds", Unquoted(f"{graph.weights.shape} and {graph.bonds.shape}"))
    for name, want in _ARRAYS.items():
        values = getattr(graph, name)
        if want.dtype is np.float32 and not (np.isfinite(values) & (values >= 0)).all():
            raise FieldError(name, "numbers from 0 on", Unquoted("others among them"))
    for name in ("hotkeys", "coldkeys"):
        for uid, key in enumerate(getattr(graph, name)):
            ss58.account(key, f"{name}[{uid}]")


def metagraph_of(storage: Storage, netuid: int, figures: Figures) -> Metagraph:
    """An existing subnet, with its weights and bonds."""
    info = metagraph_info(storage, netuid, figures)
    n = info["num_uids"]
    uids = range(n)
    keys = list(zip(info["hotkeys"], info["coldkeys"], strict=True))
    neurons = [exact.neuron_info(storage, netuid, uid) for uid in uids]
    rows = [(neuron.weights, neuron.bonds) if neuron is not None else ((), ()) for neuron in neurons]
    same = ("network_registered_at", "num_uids", "max_uids", "last_step", "tempo", "blocks_since_last_step")
    values: dict[str, Any] = {**{name: info[name] for name in same}, **_stakes(info, netuid)}
    for name, (field, absent) in _PROPORTIONS.items():
        values[name] = _floats(map(of_u16, _padded(info[field], n, absent)))
    for name in ("active", "last_update", "block_at_registration"):
        values[name] = np.array(_padded(info[name], n), dtype=np.int64)
    for name in ("tao_dividends", "alpha_dividends"):
        values[name] = _floats(in_tao(amount) for _, amount in info[f"{name}_per_hotkey"])
    return Metagraph(
        **values,
        netuid=netuid,
        name=text(info["name"]),
        symbol=text(info["symbol"]),
        identity=identity_of(info["identity"]),
        owner_hotkey=address(info["owner_hotkey"]),
        owner_coldkey=address(info["owner_coldkey"]),
        hparams=_parameters(info),
        pool=pool_of(info),
        emissions=emissions_of(info),
        axons=[axon_of(axon, *pair) for axon, pair in zip(info["axons"], keys, strict=True)],
        hotkeys=[address(hotkey) for hotkey, _ in keys],
        coldkeys=[address(coldkey) for _, coldkey in keys],
        n=np.array(n, dtype=np.int64),
        block=np.array(info["block"], dtype=np.int64),
        uids=np.arange(n, dtype=np.int64),
        validator_trust=_floats(map(of_u16, _padded(storage.validator_trust[netuid], n))),
        emission=_floats(map(in_tao, _padded(info["emission"], n))),
        validator_permit=np.array(_padded(info["validator_permit"], n), dtype=np.bool_),
        weights=_weights([weights for weights, _ in rows], _columns(storage, netuid)),
        bonds=_matrix([bonds for _, bonds in rows], list(uids)),
    )


_VECTORS: Final = {
    **dict.fromkeys(("uids", "active", "last_update", "block_at_registration"), np.int64),
    "validator_permit": np.bool_,
    **dict.fromkeys(("stake", "alpha_stake", "tao_stake", "ranks", "trust", "consensus", "validator_trust"), np.float32),
    **dict.fromkeys(("incentive", "emission", "dividends", "pruning_score", "tao_dividends", "alpha_dividends"), np.float32),
}
_MATRICES: Final = ("weights", "bonds")
_ARRAYS: Final[Mapping[str, Expected]] = {
    **{name: Expected(np.int64, 0) for name in ("n", "block")},
    **{name: Expected(dtype, 1) for name, dtype in _VECTORS.items()},
    **{name: Expected(np.float32, 2) for name in _MATRICES},
}
"""The types and dimensions of the arrays."""

_PROPORTIONS: Final[Mapping[str, tuple[str, int]]] = {
    "ranks": ("rank", 0),
    "trust": ("trust", 0),
    "consensus": ("consensus", 0),
    "incentive": ("incentives", 0),
    "dividends": ("dividends", 0),
    "pruning_score": ("pruning_score", 2**16 - 1),
}
"""The SDK's name → the chain's, and the value for a uid that the chain has none for."""


def _parameters(info: Mapping[str, Any]) -> MetagraphInfoParams:
    of_16 = ("alpha_high", "alpha_low", "max_weights_limit", "min_allowed_weights")
    of_64 = ("adjustment_alpha", "bonds_moving_avg", "difficulty", "max_difficulty", "min_difficulty")
    amounts = ("burn", "max_burn", "min_burn")
    converted = {
        **{name: of_u16(info[name]) for name in of_16},
        **{name: of_u64(info[name]) for name in of_64},
        **{name: in_tao(info[name]) for name in amounts},
    }
    names = MetagraphInfoParams.__annotations__
    return MetagraphInfoParams(**{name: converted.get(name, info[name]) for name in names})


def _stakes(info: Mapping[str, Any], netuid: int) -> dict[str, Floats]:
    alpha, tao, total = (_floats(map(in_tao, info[name])) for name in ("alpha_stake", "tao_stake", "total_stake"))
    if netuid == ROOT:
        return {"stake": tao, "alpha_stake": tao, "tao_stake": tao}
    counted = _floats(in_tao(rao) * ROOT_TAO_STAKE_WEIGHT for rao in info["tao_stake"])
    return {"stake": total, "alpha_stake": alpha, "tao_stake": counted}


def _padded(vector: Iterable[Any], n: int, absent: int = 0) -> list[Any]:
    found = list(vector)[:n]
    return found + [absent] * (n - len(found))


def _floats(values: Iterable[float]) -> Floats:
    return np.array(list(values), dtype=np.float32)


def _columns(storage: Storage, netuid: int) -> list[int]:
    """What weights refer to: uids, or on the root network netuids."""
    if netuid == ROOT:
        return sorted(there for there, added in storage.networks_added.items() if added)
    return list(range(storage.subnetwork_n[netuid]))


def _matrix(rows: list[tuple[tuple[int, int], ...]], columns: list[int]) -> Floats:
    place = {column: index for index, column in enumerate(columns)}
    matrix = np.zeros((len(rows), len(columns)), dtype=np.float32)
    for row, pairs in zip(matrix, rows, strict=True):
        for column, value in pairs:
            if column in place:
                row[place[column]] = value
    return matrix


def _weights(rows: list[tuple[tuple[int, int], ...]], columns: list[int]) -> Floats:
    matrix = _matrix(rows, columns)
    for row in matrix:
        total = row.sum()
        if total > 0:
            row /= total
    return matrix
