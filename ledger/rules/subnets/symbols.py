"""The symbols of subnets' tokens: letters of many alphabets, one a netuid."""

_RUNS = """
3a4 3b1+17 3c3 74 3c5+5 5d0+27 627+2 62a+17 641+8 64a 649 16a0 16a2 16a6 16a8 16b1 16b3 42b 16c9 16d2 1680+6
169b 10d0+6 531+6 55e 400+6 44a 2c80+6 11000+4 11005 db1+6 2c00+33 e01+35 e25 e27+8 1100+14 1161+21 12a0+8
12c8+7 12b0+7 1290+7 905+7 90f+2 913+22 92a+7 932 935+5 30a2 30a4 30a6 30a8 30aa+2 30ad 30af 30b1 30b3 30b5
30b7 30b9 30bb 30bd 30bf 30c1 30c4 30c6 30c8 30ca+6 30d2 30d5 30d8 30db 30de+5 30e4 30e6 30e8+6 30ef 30f2+2
2d30+36 d85+8 d8f+8 d9a+15 daa+7
"""
"""Code points in the order of netuids, in hexadecimal; `x+n` stands for n code points from x on."""


def _letters() -> tuple[str, ...]:
    letters: list[str] = []
    for run in _RUNS.split():
        first, _, count = run.partition("+")
        letters += [chr(int(first, 16) + offset) for offset in range(int(count or 1))]
    return tuple(letters)


SYMBOLS = _letters()


def get_symbol_for_subnet(netuid: int) -> bytes:
    """The symbol of a subnet's token in UTF-8; beyond the last alphabet the root network's.

    Source: subtensor subnets/symbols.rs::get_symbol_for_subnet, spec_version 277.
    """
    return SYMBOLS[netuid if netuid < len(SYMBOLS) else 0].encode()
