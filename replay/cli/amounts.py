"""Amounts and proportions as people read them, beside the integers that the chain stores. Exact, never rounded."""

from fractions import Fraction

from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX

RAO_PER_TAO = 10**9


def tao(rao: int, *, raw: bool = False) -> str:
    """rao as TAO, with digits in groups; raw: rao alone."""
    return str(rao) if raw else f"{_billionths(rao)} TAO ({rao:,} rao)"


def alpha(smallest: int, *, raw: bool = False) -> str:
    """A subnet's smallest units as its alpha, with digits in groups; raw: the units alone."""
    return str(smallest) if raw else f"{_billionths(smallest)} alpha ({smallest:,} rao)"


def stake(amount: int, netuid: int, *, raw: bool = False) -> str:
    """Stake on a subnet: alpha; on root TAO."""
    return tao(amount, raw=raw) if netuid == 0 else alpha(amount, raw=raw)


def part(value: int, of: int = U16_MAX) -> str:
    """A proportion as a percentage of four places beside what is stored."""
    return f"{percent(Fraction(value, of))} ({value} of {of:,})"


def percent(fraction: Fraction) -> str:
    """A percentage of four places, rounded: a view."""
    hundredths = round(fraction * 1_000_000)
    return f"{hundredths // 10_000}.{hundredths % 10_000:04} %"


def _billionths(amount: int) -> str:
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    whole, rest = divmod(amount, RAO_PER_TAO)
    return f"{sign}{whole:,}" + (f".{rest:09}".rstrip("0") if rest else "")
