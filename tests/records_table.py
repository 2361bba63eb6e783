"""docs/records.md, made from the catalogue: `python -m tests.records_table > docs/records.md`."""

import inspect
from collections.abc import Iterable, Iterator

from neuron_ledger.events.entries.catalogue import CALLS_BY_NAME, EVENTS
from neuron_ledger.events.not_built import CALLS_NOT_BUILT
from neuron_ledger.events.storage.hyperparameters import HYPERPARAMETERS
from neuron_ledger.events.storage.items import Item
from neuron_ledger.events.storage.items_424 import BETWEEN
from neuron_ledger.events.storage.layout import LAYOUT_277, LAYOUTS
from neuron_ledger.events.wire.record import Record
from neuron_ledger.events.wire.units import Unit, family_of, is_list, leaf_of, parts_of
from neuron_ledger.ledger.rules.hyperparameters.steps import by_owner, by_root
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE

INTRODUCTION = """# Calls, events and storage items

Every tag that can stand in the log, with the fields of its payload in order; every name that `sudo_set` takes; and every storage
item that `StorageChanged` and `StorageObserved` can name. How each unit is
written is documented in [log-format.md](log-format.md#payloads).

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
    yield "\n## Calls of the chain that are not built here\n"
    yield "They are refused as such, and nothing is recorded. Calls of the pallet and of admin-utils:\n"
    for where in dict.fromkeys(CALLS_NOT_BUILT.values()):
        names = ", ".join(f"`{name}`" for name, its in sorted(CALLS_NOT_BUILT.items()) if its == where)
        yield f"- {where}: {names}"
    yield "\n## Events\n"
    yield from _records([EVENTS[tag] for tag in sorted(EVENTS)])
    yield "\n## Hyperparameters\n"
    yield "What `sudo_set` sets by the chain's call for it, with that call's checks, and `set_param` by the pallet's bare setter."
    yield "Who may make the chain's call at which spec_version: root, or the subnet's owner as well; never: always refused.\n"
    yield f"| name | storage item | on the chain | {' | '.join(map(str, LAYOUTS))} |\n|---|---|---|{'---|' * len(LAYOUTS)}"
    for parameter in HYPERPARAMETERS.values():
        who = " | ".join(_who(TIMELINE.runtime(spec_version), parameter.name) for spec_version in LAYOUTS)
        yield f"| `{parameter.name}` | `{parameter.item}` | {f'`{parameter.call}`' if parameter.call else ''} | {who} |"
    yield "\n## Storage items\n"
    yield "In Python each is an attribute of `Ledger.storage`, its name in snake_case:"
    yield "`ledger.storage.pruning_scores[netuid][uid]`, `ledger.storage.keys[netuid, uid]`, and"
    yield "`ledger.storage.total_issuance.value` where it is a single value. It is there to be read: calls change it, a write"
    yield "raises `StorageClosed`."
    yield "An absent key reads as the default. A `row` is packed bytes; `neuron_ledger.events.wire.rows.pairs` reads it.\n"
    yield from _items(LAYOUT_277.items.values())
    yield "\nWhat no layout knows is named `raw:` and the item's own name: bytes of a key, bytes of a value; it is found by"
    yield "`ledger.storage.raw(name)`."
    for spec_version, before, layout in zip([*LAYOUTS][1:], LAYOUTS.values(), [*LAYOUTS.values()][1:], strict=False):
        yield f"\n### At spec_version {spec_version}\n"
        yield f"No more: {', '.join(f'`{name}`' for name in before.items if name not in layout.items)}.\n"
        yield "New, or with another value or default:\n"
        yield from _items(item for name, item in layout.items.items() if item != before.items.get(name))
    yield "\n### At spec_versions in between alone\n"
    yield from _items(BETWEEN)


def _who(rules: Runtime, name: str) -> str:
    """Who may set a hyperparameter by the chain's call; nothing where the runtime has none."""
    steps = rules.parameter_steps.get(name)
    return "" if steps is None else "owner" if by_owner in steps else "root" if by_root in steps else "never"


def _items(items: Iterable[Item]) -> Iterator[str]:
    yield "| name | key | value | default |\n|---|---|---|---|"
    for item in items:
        key = ", ".join(unit_name(unit) for unit in item.keys) or "(a single value)"
        yield f"| `{item.name}` | {key} | {unit_name(item.value)} | {_default(item.default)} |"


def unit_name(unit: Unit) -> str:
    """The name by which log-format.md tells how a unit is written."""
    match family_of(unit):
        case "tuple" if is_list(unit):
            return f"list of {unit_name(unit.__args__[0])}"
        case "tuple":
            return "(" + ", ".join(map(unit_name, unit.__args__)) + ")"
        case "optional":
            return f"{unit_name(parts_of(unit)[0])} or nil"
        case _:
            return leaf_of(unit).name


def _records(records: list[type[Record]]) -> Iterator[str]:
    yield "| tag | fields | |\n|---|---|---|"
    for cls in records:
        fields = ", ".join(f"`{name}` {unit_name(unit)}" for name, unit in cls.units) or "none"
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
