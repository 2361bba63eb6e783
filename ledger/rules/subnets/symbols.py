"""The symbols of subnets' tokens: letters of many alphabets, one per netuid."""

from collections.abc import Mapping, Sequence

from neuron_ledger.ledger.errors import SymbolAlreadyInUse, SymbolDoesNotExist
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.projections.storage import Storage

_RUNS = """
3a4 3b1+17 3c3 74 3c5+5 5d0+27 627+2 62a+17 641+8 64a 649 16a0 16a2 16a6 16a8 16b1 16b3 42b 16c9 16d2 1680+6
169b 10d0+6 531+6 55e 400+6 44a 2c80+6 11000+4 11005 db1+6 2c00+33 e01+35 e25 e27+8 1100+14 1161+21 12a0+8
12c8+7 12b0+7 1290+7 905+7 90f+2 913+22 92a+7 932 935+5 30a2 30a4 30a6 30a8 30aa+2 30ad 30af 30b1 30b3 30b5
30b7 30b9 30bb 30bd 30bf 30c1 30c4 30c6 30c8 30ca+6 30d2 30d5 30d8 30db 30de+5 30e4 30e6 30e8+6 30ef 30f2+2
2d30+36 d85+8 d8f+8 d9a+15 daa+7
"""
"""Code points in the order of netuids, in hexadecimal; `x+n` stands for n code points from x on."""


_RUNS_218_DRAFT = """
3a4 3b1+17 3c3+7 5d0+27 627+2 62a+17 641+8 64a 649+2 16a0 16a2 16a6 16a8 16b1 16b3 16c7 16c9 16d2 1680+6 169b 10d0+6 531+6 55e
400+6 2c80+6 11000+4 11005 2d30+6
"""

_OTHERS_233 = {
    81: "64a 16a0 16a2 16a6 16a8 16b1 16b3 16c7 16c9 16d2 1680+6 169b 10d0+6 531+6 55e 400+6",
    128: "2d30+6",
    439: "db1+6",
}
"""Symbols that were replaced or removed at spec_version 261."""

_OTHERS_290 = {
    129: "db3+5",
    211: "3131 3134 3137 3139 3141+2 3145 3147+2 314a+26",
    268: "1310+3 1218 1314+3",
    403: "d89+6",
    422: "da0+5 da7",
    430: "da9",
}
"""Symbols that were replaced at spec_version 290: the first netuid, and the runs."""


def _letters(runs: str) -> tuple[str, ...]:
    letters: list[str] = []
    for run in runs.split():
        first, _, count = run.partition("+")
        letters += [chr(int(first, 16) + offset) for offset in range(int(count or 1))]
    return tuple(letters)


def _with_others(letters: tuple[str, ...], others: Mapping[int, str]) -> tuple[str, ...]:
    for first, runs in others.items():
        new = _letters(runs)
        letters = (*letters[:first], *new, *letters[first + len(new) :])
    return letters


SYMBOLS_218_DRAFT = _letters(_RUNS_218_DRAFT)
SYMBOLS = _letters(_RUNS)
SYMBOLS_233 = _with_others(SYMBOLS, _OTHERS_233)
SYMBOLS_290 = _with_others(SYMBOLS, _OTHERS_290)


def symbol_of(letters: Sequence[str], netuid: int) -> bytes:
    """The symbol of a netuid in UTF-8; beyond the last alphabet the root network's."""
    return letters[netuid if netuid < len(letters) else 0].encode()


def get_symbol_for_subnet(_: Storage, netuid: int) -> bytes:
    """The symbol of a new subnet's token in UTF-8: that of its netuid.

    Source: subtensor subnets/symbols.rs::get_symbol_for_subnet, spec_version 277.
    """
    return symbol_of(SYMBOLS, netuid)


def next_available_symbol_290(storage: Storage, netuid: int) -> bytes:
    """The symbol of a new subnet's token in UTF-8: that of its netuid, else the first that no subnet has; if there is none, the
    root network's.

    Source: subtensor subnets/symbols.rs::get_next_available_symbol, spec_version 424.
    """
    used = set(storage.token_symbol.values())
    of_subnets = (letter.encode() for letter in SYMBOLS_290[1:])
    wanted = (symbol_of(SYMBOLS_290, netuid), *of_subnets)
    return next((symbol for symbol in wanted if symbol not in used), symbol_of(SYMBOLS_290, ROOT))


def ensure_symbol_is_free_290(storage: Storage, symbol: bytes) -> None:
    """Raises: SymbolDoesNotExist for an unknown symbol, SymbolAlreadyInUse for one that a subnet has.

    Source: subtensor subnets/symbols.rs::ensure_symbol_exists, ensure_symbol_available, spec_version 424.
    """
    if symbol not in {letter.encode() for letter in SYMBOLS_290[1:]}:
        raise SymbolDoesNotExist(symbol=symbol)
    users = [netuid for netuid, used in storage.token_symbol.items() if used == symbol]
    if users:
        raise SymbolAlreadyInUse(symbol=symbol, netuid=min(users))
