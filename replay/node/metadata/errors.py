"""The errors of a runtime's pallets by number, and refusals in answers to clients.

Source: subtensor macros/errors.rs, pallets/admin-utils and pallets/swap (their errors), polkadot-sdk sp-runtime DispatchError.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.ledger.errors import ChainError
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.replay.node.metadata.calls import ADMIN
from neuron_ledger.replay.node.metadata.commitments import ERRORS
from neuron_ledger.replay.node.metadata.pallets import PALLETS
from neuron_ledger.replay.node.metadata.storage import MODULE

_OF_ADMIN = """
SubnetDoesNotExist MaxValidatorsLargerThanMaxUIds MaxAllowedUIdsLessThanCurrentUIds BondsMovingAverageMaxReached
NegativeSigmoidSteepness ValueNotInBounds MinAllowedUidsGreaterThanCurrentUids MinAllowedUidsGreaterThanMaxAllowedUids
MaxAllowedUidsLessThanMinAllowedUids MaxAllowedUidsGreaterThanDefaultMaxAllowedUids InvalidValue NotPermittedOnRootSubnet
POWRegistrationDisabled Deprecated
"""
_OF_SWAP = """
FeeRateTooHigh InsufficientInputAmount InsufficientLiquidity PriceLimitExceeded InsufficientBalance InvalidTickRange
InvalidLiquidityValue ReservesTooLow MechanismDoesNotExist SubtokenDisabled ReservesOutOfBalance SwapInputTooLarge Deprecated
"""

OTHER: Final = "Other"


def errors_of(layout: Layout) -> Mapping[str, tuple[str, ...]]:
    """The names of each pallet's errors, in the order of their numbers."""
    return {
        MODULE: layout.errors,
        ADMIN: tuple(_OF_ADMIN.split()),
        "Swap": tuple(_OF_SWAP.split()),
        "Sudo": ("RequireSudo",),
        "Commitments": ERRORS,
    }


def in_words(rules: Runtime) -> Mapping[str, str]:
    """The meaning of each error of the rules, by the chain's name under a runtime."""
    return {rules.error_names.get(cls, cls.chain_name or cls.__name__): cls.reason for cls in _classes(ChainError)}


def words_of(name: str) -> str:
    """A name as words, for errors without a description."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _classes(root: type[ChainError]) -> Iterator[type[ChainError]]:
    for cls in root.__subclasses__():
        yield cls
        yield from _classes(cls)


def dispatch_error(layout: Layout, name: str) -> Any:
    """A refusal, by the ledger's name for it, as a value of the chain's `DispatchError`.

    `Other` for the ledger's own errors, which the chain does not have.
    """
    kind, _, inner = name.removesuffix(")").partition("(")
    if inner:
        return kind, (inner,)
    if name in ("BadOrigin", "CannotLookup", "Exhausted", "Unavailable"):
        return name
    errors = errors_of(layout)
    pallet, _, error = name.rpartition(".")
    for candidate in [pallet] if pallet else errors:
        if error in errors.get(candidate, ()):
            return "Module", ((PALLETS[candidate], bytes((errors[candidate].index(error), 0, 0, 0))),)
    return OTHER
