"""Amounts and proportions in readable units, beside the integers that the chain stores."""

from fractions import Fraction

from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX

RAO_PER_TAO = 10**9


def tao(rao: int, *, raw: bool = False) -> str:
    """rao as TAO, with digits in groups; raw: rao alone."""
    return str(rao) if raw else f"{_billionths(rao)} TAO ({rao:,} rao)"


def alpha(smallest: int, *, raw: bool = False) -> str:
    """A subnet's smallest units as its alpha, with digits in groups; raw: the units alone."""
    return str(smallest) if raw else f"{_billionths(smallest)} alpha ({smallest:,} rao)"


def stake(amount: int, netuid: int, has_alpha: bool = True, *, raw: bool = False) -> str:
    """Stake on a subnet: alpha; on root, and everywhere before alpha existed, TAO."""
    return of_epoch(amount, has_alpha and netuid != 0, raw=raw)


def of_epoch(amount: int, has_alpha: bool, *, raw: bool = False) -> str:
    """An epoch's stake and emission: alpha; TAO before alpha existed."""
    return alpha(amount, raw=raw) if has_alpha else tao(amount, raw=raw)


def part(value: int, of: int = U16_MAX) -> str:
    """A proportion as a percentage with four places, and the stored integer."""
    return f"{percent(Fraction(value, of))} ({value} of {of:,})"


def share(value: int, of: int = U16_MAX) -> str:
    """A proportion as a decimal with four places, rounded, for the cells of a table; exactly 0 and 1 without places."""
    if value in (0, of):
        return str(value // of)
    tenthousandths = round(Fraction(value, of) * 10_000)
    return f"{tenthousandths // 10_000}.{tenthousandths % 10_000:04}"


def score_cell(goes_by: str, score: int, raw: bool) -> str:
    """The score that decides replacement, for a table: a pruning score is a proportion, emission and stake are amounts."""
    return str(score) if raw else share(score) if goes_by == "pruning score" else coins(score)


def coins(rao: int) -> str:
    """An amount in TAO or alpha with four places, rounded, for the cells of a table."""
    if rao == 0:
        return "0"
    tenthousandths = round(Fraction(abs(rao), RAO_PER_TAO) * 10_000)
    return f"{'-' if rao < 0 else ''}{tenthousandths // 10_000:,}.{tenthousandths % 10_000:04}"


def decimal(value: Fraction) -> str:
    """A decimal with at most six places, rounded."""
    millionths = round(abs(value) * 1_000_000)
    text = f"{millionths // 1_000_000:,}.{millionths % 1_000_000:06}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def percent(fraction: Fraction) -> str:
    """A percentage with four places, rounded: for display only."""
    hundredths = round(fraction * 1_000_000)
    return f"{hundredths // 10_000}.{hundredths % 10_000:04} %"


def _billionths(amount: int) -> str:
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    whole, rest = divmod(amount, RAO_PER_TAO)
    return f"{sign}{whole:,}" + (f".{rest:09}".rstrip("0") if rest else "")
