"""The integers of storage and of calls in readable units: TAO, alpha, parts of a whole."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.wire.units import U16 as UNIT_OF_NETUIDS
from neuron_ledger.replay.cli.amounts import coins, decimal, of_epoch, share, stake, tao
from neuron_ledger.replay.cli.output import in_a_word
from neuron_ledger.replay.questions.settings import IN_RAO, WHOLES, shown_setting

U16, U64 = 2**16 - 1, 2**64 - 1

TAO: Final = frozenset(
    (
        *("BlockEmission", "TotalIssuance", "TotalStake", "SubnetTAO", "SubnetTaoInEmission", "NetworkMinLockCost"),
        *("NetworkLastLockCost", "NominatorMinRequiredStake", "SubnetLocked", "LargestLocked", "Burn", "MinBurn", "MaxBurn"),
        *("RAORecycledForRegistration", "Balances", "BalancesTotalIssuance", "TaoDividendsPerSubnet", "SubnetVolume"),
        *("SubnetExcessTao", "SubnetRootSellTao", "SubnetTaoFlow", "SubnetProtocolFlow", "Stake", "TotalHotkeyStake"),
        *("TotalColdkeyStake", "EmissionValues", "WeightsMinStake", "PendingRootDivs"),
        *("PendingdHotkeyEmission", "PendingdHotkeyEmissionUntouchable", "StakeDeltaSinceLastEmissionDrain", "NetworkMaxStake"),
    )
)
"""Storage items that are amounts of TAO."""

ALPHA: Final = frozenset(
    (
        *("AlphaDividendsPerSubnet", "SubnetAlphaInEmission", "SubnetAlphaOutEmission", "SubnetAlphaIn", "SubnetAlphaOut"),
        *("TotalHotkeyAlpha", "TotalHotkeyAlphaLastEpoch", "PendingEmission", "PendingAlphaSwapped"),
        *("PendingOwnerCut", "Emission", "RootAlphaDividendsPerSubnet", "SubnetProtocolAlpha", "PendingServerEmission"),
        *("PendingValidatorEmission", "PendingRootAlphaDivs", "VotingPower", "AlphaAssets.TotalAlphaIssuance"),
        *("AlphaAssets.AlphaBurned", "AlphaAssets.AlphaRecycled", "Swap.ScrapReservoirAlpha", "LastHotkeyEmissionOnNetuid"),
    )
)
"""Storage items that are amounts of a subnet's alpha; of TAO before alpha existed."""

PARTS: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        (
            *("Delegates", "ChildkeyTake", "MaxDelegateTake", "MinDelegateTake", "MaxChildkeyTake", "MinChildkeyTake"),
            *("StakeWeight", "Rank", "Trust", "Consensus", "Incentive", "Dividends", "ValidatorTrust", "PruningScores"),
            *("MaxWeightsLimit", "AlphaValues", "DefaultTake", "MaxTake", "MinTake", "MechanismEmissionSplit", "Swap.FeeRate"),
        ),
        U16,
    ),
    **dict.fromkeys(("SubnetMovingPrice", "SubnetMovingAlpha"), 2**32),
    **dict.fromkeys(("Alpha", "TotalHotkeyShares", "RootProp", "MinerBurned", "FlowNormExponent"), 2**64),
    "Swap.SwapBalancer": 10**18,
    **{HYPERPARAMETERS[name].item: whole for name, whole in WHOLES.items() if name in HYPERPARAMETERS},
}
"""Storage items that are parts of a whole, or fixed-point numbers → the integer that means 1."""

NUMBERS: Final = frozenset((*TAO, *ALPHA, *PARTS, "Difficulty", "MinDifficulty", "MaxDifficulty"))

AMOUNTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("tao", "fee", "swap_cost", "balance", "new_free", "amount_staked", "rao_recycled", "limit_price"), "tao"),
    **dict.fromkeys(("alpha", "incentive", "alpha_amount", "amount_unstaked"), "alpha"),
}
"""Arguments of calls and fields of events that are amounts, by name."""

OF_ALPHA: Final = frozenset(("AlphaRecycled", "AlphaBurned", "StakeLocked", "lock_stake", "recycle_alpha", "burn_alpha"))
"""Events and calls whose `amount` is alpha; everywhere else it is TAO."""

BEFORE_ALPHA: Final = frozenset(("remove_tao_stake",))
"""Calls from before alpha existed, some of whose arguments have the names of later ones that are alpha."""


def item_told(item: str, value: Any, *, has_alpha: bool, netuid: int | None = None, raw: bool = False) -> str:
    """The value of a storage item, given as `people` writes it.

    has_alpha: whether alpha existed. netuid: of the entry, if it has one: on root, stake is TAO.
    """
    if raw:
        return str(in_a_word(value))
    if isinstance(value, str) and item in NUMBERS:
        value = int(value)  # as JSON has integers beyond 2^63
    if isinstance(value, list) and value and item in NUMBERS:
        unit = "" if item not in ALPHA else " alpha" if has_alpha else " TAO"
        return f"[{', '.join(_cell(item, one) for one in value)}]{unit}"
    if not isinstance(value, int) or isinstance(value, bool):
        return str(in_a_word(value))
    if item in TAO:
        return tao(value)
    if item in ALPHA:
        return stake(value, 1 if netuid is None else netuid, has_alpha)
    if item in PARTS:
        whole = PARTS[item]
        return f"{decimal(Fraction(value, whole))} ({value:,}{'' if _is_fixed_point(whole) else f' of {whole:,}'})"
    return f"{value:,}" if abs(value) >= 10_000 else str(value)


def field_told(of: str, name: str, value: Any, *, netuid: int | None = None, raw: bool = False) -> str | None:
    """An amount or a proportion among the arguments of a call or the fields of an event; None for anything else.

    of: the call's or event's name.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    kind = AMOUNTS.get(name)
    if name == "amount" or (name in ("value", "new_value") and of.endswith("BalanceSet")):
        kind = "alpha" if of in OF_ALPHA else "tao"
    if kind is not None:
        return of_epoch(value, kind == "alpha" and netuid != 0 and of not in BEFORE_ALPHA, raw=raw)
    if name in ("take", "pruning_score") and value <= U16:
        return str(value) if raw else f"{decimal(Fraction(value, U16))} ({value:,} of {U16:,})"
    return None


def _cell(item: str, value: int) -> str:
    return share(value, PARTS[item]) if item in PARTS else coins(value)


def setting_told(name: str, value: int, *, raw: bool = False) -> str:
    """The value of a hyperparameter."""
    if raw or (name not in WHOLES and name not in IN_RAO):
        return str(value)
    return shown_setting(name, value)


def netuid_of(item: Item, key: Any) -> int | None:
    """The netuid in an entry's key, if there is one."""
    parts = key if isinstance(key, list | tuple) else [key]
    return int(parts[item.netuid_place]) if UNIT_OF_NETUIDS in item.keys else None


def _is_fixed_point(whole: int) -> bool:
    return whole in (2**32, 2**64)
