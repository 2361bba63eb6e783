"""docs/records.md, made from the catalogue: `python -m tests.records_table > docs/records.md`."""

import inspect
from collections.abc import Iterable, Iterator

from neuron_ledger.events.entries.catalogue import CALLS_BY_NAME, EVENTS
from neuron_ledger.events.storage.changes import Changes
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.layout import LAYOUT_277, LAYOUTS
from neuron_ledger.events.wire.kinds import (
    Account,
    Blob,
    Boolean,
    Kind,
    ListOf,
    Optional,
    Packed,
    Pairs,
    Signed,
    Struct,
    Text,
    Unsigned,
    Wide,
)
from neuron_ledger.events.wire.record import Record

INTRODUCTION = """# Calls, events and storage items

Every tag that can stand in the log, with the fields of its payload in order; every name that `sudo_set` takes; and every storage
item that `StorageChanged` and `StorageObserved` can name. How each kind of value is
written is told in [log-format.md](log-format.md#payloads).

Numbers are as the chain stores them: amounts in rao (of TAO, or of the subnet's alpha), times in blocks, proportions as parts of
65535 (u16) or of 2^64 - 1 (u64; `BondsMovingAverage` of 1,000,000), fixed-point numbers as their bits (the last 32 of
`SubnetMovingPrice` and `SubnetMovingAlpha` and the last 64 of `Alpha` and `TotalHotkeyShares` are the fraction).
"""


def main() -> None:
    print("\n".join(lines()))


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield INTRODUCTION
    yield "## Calls"
    yield "\nIn front of the fields stands the call's origin: the account that signed it, or nil.\n"
    yield from _records([cls for _, cls in sorted(CALLS_BY_NAME.items())])
    yield "\n## Events\n"
    yield from _records([EVENTS[tag] for tag in sorted(EVENTS)])
    yield "\n## Hyperparameters\n"
    yield "What `sudo_set` sets by name. On the chain each has a privileged call of its own, or only the pallet's setter.\n"
    yield "| name | storage item | on the chain |\n|---|---|---|"
    for parameter in HYPERPARAMETERS.values():
        yield f"| `{parameter.name}` | `{parameter.item}` | {f'`{parameter.call}`' if parameter.call else ''} |"
    yield "\n## Storage items\n"
    yield "In Python each is an attribute of `Ledger.storage`, its name in snake_case:"
    yield "`ledger.storage.pruning_scores[netuid][uid]`, `ledger.storage.keys[netuid, uid]`, and"
    yield "`ledger.storage.total_issuance.value` where it is a single value. It is there to be read: calls change it, a write"
    yield "raises `StorageClosed`."
    yield "An absent key reads as the default. A `row` is packed bytes; `neuron_ledger.events.wire.kinds.pairs` reads it.\n"
    yield from _items(LAYOUT_277.items.values())
    yield "\nWhat no layout knows is named `raw:` and the item's own name: bytes of a key, bytes of a value; it is found by"
    yield "`ledger.storage.raw(name)`."
    for spec_version, before, layout in zip([*LAYOUTS][1:], LAYOUTS.values(), [*LAYOUTS.values()][1:], strict=False):
        yield f"\n### At spec_version {spec_version}\n"
        yield f"No more: {', '.join(f'`{name}`' for name in before.items if name not in layout.items)}.\n"
        yield "New, or with another value or default:\n"
        yield from _items(item for name, item in layout.items.items() if item != before.items.get(name))


def _items(items: Iterable[Item]) -> Iterator[str]:
    yield "| name | key | value | default |\n|---|---|---|---|"
    for item in items:
        key = ", ".join(kind_name(kind) for kind in item.keys) or "(a single value)"
        yield f"| `{item.name}` | {key} | {kind_name(item.value)} | {_default(item.default)} |"


def kind_name(kind: Kind) -> str:
    """The name by which log-format.md tells how a kind is written."""
    match kind:
        case Unsigned(bits=bits):
            return f"u{bits}"
        case Signed(bits=bits):
            return f"i{bits}"
        case Wide(signed=signed):
            return "i128" if signed else "u128"
        case Boolean():
            return "bool"
        case Account():
            return "account"
        case Text():
            return "text"
        case Blob(length=None, most=most):
            return "bytes" if most is None else f"bytes (up to {most})"
        case Blob(length=length):
            return f"bytes ({length})"
        case Packed(bits=bits):
            return "bool vector" if bits == 1 else f"u{bits} vector"
        case Pairs():
            return "row"
        case ListOf(of=of):
            return f"list of {kind_name(of)}"
        case Struct(of=parts):
            return "(" + ", ".join(kind_name(part) for part in parts) + ")"
        case Optional(of=of):
            return f"{kind_name(of)} or nil"
        case Changes():
            return "changes"
        case _:
            raise TypeError(f"log-format.md does not tell how {kind} is written")


def _records(records: list[type[Record]]) -> Iterator[str]:
    yield "| tag | fields | |\n|---|---|---|"
    for cls in records:
        fields = ", ".join(f"`{name}` {kind_name(kind)}" for name, kind in cls.kinds) or "none"
        about = (inspect.getdoc(cls) or "").split("\n\n")[0].split(". ")[0].replace("\n", " ").rstrip(".").replace("|", "\\|")
        yield f"| `{cls.tag}` | {fields} | {about} |"


def _default(value: object) -> str:
    if value is None:
        return "absent"
    if isinstance(value, bytes):
        return "empty" if not value else f"{len(value)} zero bytes" if not any(value) else f"`{value.hex()}`"
    if value == ():
        return "empty"
    if isinstance(value, tuple):
        return "(" + ", ".join(_default(part) for part in value) + ")"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    main()
