"""How the SDK shows numbers: proportions as floats from 0 to 1, amounts as `Balance`, text where the chain has bytes."""

from functools import total_ordering
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from attrs import frozen

from neuron_ledger.events.wire import ss58

RAO: Final = 10**9
"""Rao per TAO, and smallest units per whole alpha."""
U16_MAX: Final = 2**16 - 1
U64_MAX: Final = 2**64 - 1


def of_u16(value: int) -> float:
    """A u16 as a part of 65535."""
    return value / U16_MAX


def of_u64(value: int) -> float:
    """A u64 as a part of 2^64 - 1."""
    return float(value) / float(U64_MAX)


def of_fixed(bits: int, fraction: int) -> float:
    """A fixed-point number with `fraction` fractional bits."""
    return bits / (1 << fraction)


def in_tao(rao: int) -> float:
    """An amount in TAO, or in whole alpha."""
    return rao / 1e9


def text(value: bytes) -> str:
    """Bytes as clients show them: as text where they are UTF-8, else as hex digits."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"0x{value.hex()}"


def address(account: bytes) -> str:
    """An account as SS58."""
    return ss58.encode(account)


def ip(number: int) -> str:
    """An IP address in text notation: IPv4 below 2^32, else IPv6."""
    found = ip_address(number)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(found) if mapped is None else f"::ffff:{mapped}"


@total_ordering
@frozen(order=False, repr=False)
class Balance:
    """An amount. rao: in the smallest unit. netuid: of the subnet whose alpha it is; 0 for TAO."""

    rao: int
    netuid: int = 0

    @property
    def tao(self) -> float:
        """In TAO, or in whole alpha."""
        return in_tao(self.rao)

    def __float__(self) -> float:
        return self.tao

    def __int__(self) -> int:
        return self.rao

    def __lt__(self, other: Any) -> bool:
        return self.rao < other.rao if isinstance(other, Balance) and other.netuid == self.netuid else NotImplemented

    def __str__(self) -> str:
        return f"{self.rao // RAO:,}.{self.rao % RAO:09d}"

    def __repr__(self) -> str:
        return f"Balance({self} {'TAO' if self.netuid == 0 else f'alpha of subnet {self.netuid}'})"
