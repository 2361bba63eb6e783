"""docs/steps.md, made from the runtimes: `python -m tests.steps_table > docs/steps.md`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import fields, has

from neuron_ledger.events.calls import UpgradeRuntime
from neuron_ledger.events.storage.layout import Layout
from neuron_ledger.ledger.runtime import EpochStep, Runtime
from neuron_ledger.ledger.runtimes.dtao import DTAO_STEPS
from neuron_ledger.ledger.runtimes.early import EARLY_STEPS
from neuron_ledger.ledger.runtimes.not_yet import NotYet
from neuron_ledger.ledger.runtimes.timeline import STEPS, TIMELINE

INTRODUCTION = """# What each dated step replaces

Every runtime is the one before it on its line with these changes, as [runtimes.md](runtimes.md) describes; 185 has the rules of
151, and 233 begins a line of its own, which leads to 277. A seam is a field of `Runtime`; `a → b`: b stands in a's place; `+`:
added; `−`: no longer there. Of `layout` these are items of storage, and defaults.

| step | seam | what changed |
|---|---|---|
"""


LAST_EARLY = (277, "early_migrations")
"""There `migrations` begin: those of before are there no more."""


def main() -> None:
    print(page(), end="")


def page() -> str:
    return INTRODUCTION + "".join(f"| {number} | `{seam}` | {changes} |\n" for number, seam, changes in rows())


def rows() -> Iterator[tuple[int, str, str]]:
    """(spec_version, seam, what changed) of every step."""
    for number in (*EARLY_STEPS, *DTAO_STEPS, *STEPS):
        after = TIMELINE.runtime(number)
        before = TIMELINE.runtimes[TIMELINE.spec_versions.index(number) - 1]
        for seam in fields(Runtime):
            if seam.name not in ("spec_version", "migrations") and (number, seam.name) != LAST_EARLY:
                changes = list(changed(getattr(before, seam.name), getattr(after, seam.name)))
                if changes:
                    yield number, seam.name, ", ".join(changes)
        if after.migrations:
            yield number, "migrations", ", ".join(f"+ `{name_of(step)}`" for step in after.migrations)


def changed(before: Any, after: Any) -> Iterator[str]:
    """What is another, in words."""
    before = () if before is None else before
    if isinstance(before, NotYet):
        yield from [] if isinstance(after, NotYet) else _came(after)
    elif isinstance(before, Layout):
        yield from _of_layouts(before, after)
    elif isinstance(before, Mapping):
        yield from _of_maps(before, after)
    elif isinstance(before, tuple):
        yield from _of_rows(before, after or ())
    elif has(type(before)) and not isinstance(before, EpochStep):
        for part in fields(type(before)):
            for change in changed(getattr(before, part.name), getattr(after, part.name)):
                yield f"{part.name}: {change}"
    elif name_of(before) != name_of(after):
        yield f"`{name_of(before)}` → `{name_of(after)}`"


def _came(rules: Any) -> Iterator[str]:
    """What came where there was no rule: one, several, or a value with parts."""
    if not has(type(rules)) or isinstance(rules, EpochStep):
        yield from (f"+ `{name_of(one)}`" for one in _each(rules))
        return
    for part in fields(type(rules)):
        if came := list(_came(getattr(rules, part.name))):
            yield f"{part.name}: {', '.join(came)}"


def _each(rules: Any) -> Iterable[Any]:
    return rules if isinstance(rules, (tuple, Mapping)) else (rules,)


def _of_layouts(before: Layout, after: Layout) -> Iterator[str]:
    yield from (f"− `{name}`" for name in before.items if name not in after.items)
    for name, item in after.items.items():
        if name not in before.items:
            yield f"+ `{name}`"
        elif item.default != before.items[name].default:
            yield f"`{name}` {before.items[name].default} → {item.default}"


def _of_maps(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[str]:
    for key in {**before, **after}:
        if key is UpgradeRuntime:
            continue
        if key not in after:
            yield f"− `{name_of(key)}`"
        elif key not in before:
            yield f"+ `{name_of(key)}`"
        elif changes := list(changed(before[key], after[key])):
            yield f"`{name_of(key)}`: {', '.join(changes)}"


def _of_rows(before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[str]:
    """Of two tuples: where as many left as came between two that stayed, one took the other's place."""
    old, new = [name_of(item) for item in before], [name_of(item) for item in after]
    left, came = [name for name in old if name not in new], [name for name in new if name not in old]
    for name in left:
        place = old.index(name)
        heir = new[place] if len(old) == len(new) and new[place] in came else _namesake(name, came)
        if heir is None:
            yield f"− `{name}`"
        else:
            came.remove(heir)
            yield f"`{name}` → `{heir}`"
    yield from (f"+ `{name}`" for name in came)


def _namesake(name: str, came: list[str]) -> str | None:
    """The one of the same name but for its number."""
    stem = name.rstrip("0123456789")
    return next((other for other in came if other.rstrip("0123456789").rstrip("_") == stem.rstrip("_")), None)


def name_of(thing: Any) -> str:
    """A function's name, that of a step of the epoch with its function's; of anything else what it reads as."""
    if isinstance(thing, EpochStep):
        return f"{thing.name}: {name_of(thing.run)}"
    if isinstance(thing, partial):
        return f"{name_of(thing.func)}({', '.join(map(_argument, (*thing.args, *thing.keywords.values())))})"
    if isinstance(thing, Callable):  # type: ignore[arg-type]
        return str(thing.__name__)
    return str(thing)


def _argument(value: Any) -> str:
    return str(value) if isinstance(value, int | str) else "…"


if __name__ == "__main__":
    main()
