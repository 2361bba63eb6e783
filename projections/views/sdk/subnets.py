"""Subnets as the SDK has them: `SubnetInfo`, `SubnetHyperparameters`, `DynamicInfo`."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, fields_dict, frozen

from neuron_ledger.projections.views.sdk.amounts import RAO, Balance, address, in_tao, of_fixed, of_u16, text


@frozen(kw_only=True)
class SubnetInfo:
    """A subnet's size and limits. kappa, max_weight_limit and the like: raw, as the SDK leaves them."""

    netuid: int
    rho: int
    kappa: int
    difficulty: int
    immunity_period: int
    max_allowed_validators: int
    min_allowed_weights: int
    max_weight_limit: int
    scaling_law_power: int
    subnetwork_n: int
    max_n: int
    blocks_since_epoch: int
    tempo: int
    modality: int
    connection_requirements: dict[str, float]
    emission_value: int
    burn: Balance
    owner_ss58: str


_RENAMED: Final[Mapping[str, str]] = {
    "max_weights_limit": "max_weight_limit",
    "max_allowed_uids": "max_n",
    "blocks_since_last_step": "blocks_since_epoch",
    "network_modality": "modality",
}
"""The chain's name → the SDK's."""


def subnet_info_of(info: Mapping[str, Any]) -> SubnetInfo:
    """What `get_subnet_info_v2` answers, as the SDK shows it."""
    same = {_RENAMED.get(name, name): value for name, value in info.items()}
    return SubnetInfo(
        **{
            **{name: same[name] for name in fields_dict(SubnetInfo) if name in same},
            "connection_requirements": {str(netuid): of_u16(value) for netuid, value in info["network_connect"]},
            "burn": Balance(info["burn"]),
            "owner_ss58": address(info["owner"]),
        }
    )


@frozen(kw_only=True)
class SubnetHyperparameters:
    """All hyperparameters that SDK 9.7 and 10.5 know; raw except the fixed-point ones.

    None: the runtime does not have it. hyperparameters: those that have no field here, by the chain's names.
    """

    rho: int
    kappa: int
    immunity_period: int
    min_allowed_weights: int
    max_weight_limit: int
    tempo: int
    min_difficulty: int
    max_difficulty: int
    weights_version: int
    weights_rate_limit: int
    adjustment_interval: int
    activity_cutoff: int
    registration_allowed: bool
    target_regs_per_interval: int
    min_burn: int
    max_burn: int
    bonds_moving_avg: int
    max_regs_per_block: int
    serving_rate_limit: int
    max_validators: int
    adjustment_alpha: int
    difficulty: int
    commit_reveal_period: int
    commit_reveal_weights_enabled: bool
    alpha_high: int
    alpha_low: int
    liquid_alpha_enabled: bool
    alpha_sigmoid_steepness: float
    yuma_version: int
    subnet_is_active: bool
    transfers_enabled: bool
    bonds_reset_enabled: bool
    user_liquidity_enabled: bool
    activity_cutoff_factor: int | None = None
    hyperparameters: dict[str, Any] = field(factory=dict)


_FIXED: Final[Mapping[str, int]] = {"alpha_sigmoid_steepness": 32, "burn_increase_mult": 64}
"""Hyperparameters that are fixed-point numbers: their fractional bits."""


def hyperparameters_of(values: Mapping[str, Any]) -> SubnetHyperparameters:
    """All hyperparameters of a subnet, as the SDK shows them."""
    shown: dict[str, Any] = {
        _RENAMED.get(name, name): of_fixed(value, _FIXED[name]) if name in _FIXED else value for name, value in values.items()
    }
    known = fields_dict(SubnetHyperparameters)
    others = {name: value for name, value in shown.items() if name not in known}
    return SubnetHyperparameters(**{name: value for name, value in shown.items() if name in known}, hyperparameters=others)


@frozen
class SubnetIdentity:
    """A subnet's description by its owner."""

    subnet_name: str
    github_repo: str
    subnet_contact: str
    subnet_url: str
    discord: str
    description: str
    logo_url: str
    additional: str


def identity_of(identity: tuple[bytes, ...] | None) -> SubnetIdentity | None:
    """A stored identity as the SDK shows it."""
    return None if identity is None else SubnetIdentity(*map(text, identity))


@frozen(kw_only=True)
class DynamicInfo:
    """A subnet's pool, its price and its epoch. Amounts are balances; k: TAO times alpha in the pool, in their smallest units."""

    netuid: int
    owner_hotkey: str
    owner_coldkey: str
    subnet_name: str
    symbol: str
    tempo: int
    last_step: int
    blocks_since_last_step: int
    emission: Balance
    alpha_in: Balance
    alpha_out: Balance
    tao_in: Balance
    price: Balance
    k: int
    is_dynamic: bool
    alpha_out_emission: Balance
    alpha_in_emission: Balance
    tao_in_emission: Balance
    pending_alpha_emission: Balance
    pending_root_emission: Balance
    network_registered_at: int
    subnet_volume: Balance
    subnet_identity: SubnetIdentity | None
    moving_price: float


_ALPHA_AMOUNTS: Final = (
    "alpha_in",
    "alpha_out",
    "alpha_out_emission",
    "alpha_in_emission",
    "pending_alpha_emission",
    "subnet_volume",
)
_TAO_AMOUNTS: Final = ("emission", "tao_in", "tao_in_emission", "pending_root_emission")
_AS_THEY_ARE: Final = ("netuid", "tempo", "last_step", "blocks_since_last_step", "network_registered_at")


def dynamic_info_of(info: Mapping[str, Any], price: int) -> DynamicInfo:
    """What `get_dynamic_info` answers, as the SDK shows it. price: rao per whole alpha."""
    netuid = info["netuid"]
    values: dict[str, Any] = {name: info[name] for name in _AS_THEY_ARE}
    values |= {name: Balance(info[name], netuid) for name in _ALPHA_AMOUNTS}
    values |= {name: Balance(info[name]) for name in _TAO_AMOUNTS}
    return DynamicInfo(
        **values,
        owner_hotkey=address(info["owner_hotkey"]),
        owner_coldkey=address(info["owner_coldkey"]),
        subnet_name=text(info["subnet_name"]),
        symbol=text(info["token_symbol"]),
        price=Balance(RAO if netuid == 0 else price),
        k=info["tao_in"] * info["alpha_in"],
        is_dynamic=netuid > 0,
        subnet_identity=identity_of(info["subnet_identity"]),
        moving_price=of_fixed(info["moving_price"], 32),
    )


@frozen(kw_only=True)
class MetagraphInfoPool:
    """A metagraph's pool, in whole TAO and alpha."""

    alpha_out: float
    alpha_in: float
    tao_in: float
    subnet_volume: float
    moving_price: float


@frozen(kw_only=True)
class MetagraphInfoEmissions:
    """Emission per block, and emission pending until the epoch, in whole TAO and alpha."""

    alpha_out_emission: float
    alpha_in_emission: float
    subnet_emission: float
    tao_in_emission: float
    pending_alpha_emission: float
    pending_root_emission: float


def pool_of(info: Mapping[str, Any]) -> MetagraphInfoPool:
    """The pool in what `get_metagraph` answers."""
    amounts = ("alpha_out", "alpha_in", "tao_in", "subnet_volume")
    whole_rao = int(of_fixed(info["moving_price"], 32) * RAO)  # it is an amount there
    return MetagraphInfoPool(**{name: in_tao(info[name]) for name in amounts}, moving_price=in_tao(whole_rao))


def emissions_of(info: Mapping[str, Any]) -> MetagraphInfoEmissions:
    """The emission in what `get_metagraph` answers."""
    return MetagraphInfoEmissions(**{name: in_tao(info[name]) for name in fields_dict(MetagraphInfoEmissions)})
