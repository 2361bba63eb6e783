"""The frame of migrations: each runs once on a chain, as noted in HasMigrationRun under its name in the reference."""

from collections.abc import Callable
from functools import wraps

from neuron_ledger.ledger.runtime import BlockStep, Tx


def once(*names: str) -> Callable[[BlockStep], BlockStep]:
    """A migration that is skipped if the first of its names is noted, and otherwise notes all of them."""

    def noted(migrate: BlockStep) -> BlockStep:
        @wraps(migrate)
        def run(tx: Tx) -> None:
            if not tx.storage.has_migration_run[names[0].encode()]:
                migrate(tx)
                for name in names:
                    tx.storage.has_migration_run[name.encode()] = True

        return run

    return noted


def only_noted(*names: str) -> BlockStep:
    """A migration that finds nothing to do in storage as it is here."""

    @once(*names)
    def nothing_to_do(tx: Tx) -> None:
        pass

    return nothing_to_do


def clear(tx: Tx, *items: str) -> None:
    """Remove every entry of these items, even of items that the runtime no longer has."""
    for item in items:
        table = tx.storage.map(item)
        for key in list(table):
            table.remove(key)
