"""A ledger's tables as pages in a browser: Datasette, with descriptions, facets and the questions of `queries.py`.

It listens on this machine alone.
"""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from neuron_ledger.replay.tables.file import TablesError
from neuron_ledger.replay.tables.frames import Tables
from neuron_ledger.replay.tables.queries import QUERIES
from neuron_ledger.replay.tables.schema import TABLES, VIEWS

if TYPE_CHECKING:
    from datasette.app import Datasette

HOST: Final = "127.0.0.1"
DATABASE: Final = "ledger"
"""The name of the tables in the addresses of pages: /ledger/neurons."""

SETTINGS: Final = {"default_page_size": 50, "suggest_facets": False, "num_sql_threads": 3, "sql_time_limit_ms": 10_000}


def metadata(tables: Tables) -> dict[str, Any]:
    """The pages' descriptions of tables, columns and questions."""
    about = tables.about
    to = f"block {about['block']}, position {about['position']} ({about['hash'][:16]}…), spec_version {about['spec_version']}"
    described: dict[str, Any] = {
        table.name: {
            "description": table.about,
            "columns": {column.name: column.about for column in table.columns},
            "facets": list(table.facets),
        }
        for table in TABLES
    }
    described |= {view.name: {"description": view.about} for view in VIEWS}
    described |= {name: {"hidden": True} for name in ("_memory", "_rows")}
    queries = {
        query.name: {
            "sql": query.sql,
            "title": query.question,
            "description": f"{query.who} ask this.",
            "params": query.parameters,
        }
        for query in QUERIES
    }
    return {
        "title": f"Neuron Ledger: {Path(about['ledger']).name}",
        "description": f"Tables made from the log, up to {to}.",
        "databases": {DATABASE: {"tables": described, "queries": queries}},
    }


def pages(tables: Tables) -> "Datasette":
    """The pages as an application. Raises: TablesError without Datasette."""
    try:
        from datasette.app import Datasette
        from datasette.database import Database
    except ImportError:
        raise TablesError("browsing needs Datasette: pip install 'neuron-ledger[tables]'") from None
    application = Datasette([], metadata=metadata(tables), settings=SETTINGS)
    application.add_database(Database(application, path=str(tables.path), is_mutable=True), name=DATABASE)
    return application


def browse(tables: Tables, port: int, started: Callable[[str], None]) -> None:
    """Serve the pages until Ctrl-C. port: 0 for any free one. started: called with their address.

    Raises: TablesError without Datasette; OSError if the port is in use.
    """
    application = pages(tables)
    from uvicorn import Config, Server

    class Told(Server):
        """Calls back with its address as soon as it listens."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started(f"http://{HOST}:{listening.getsockname()[1]}/")

    with socket.create_server((HOST, port)) as listening:
        asyncio.run(application.invoke_startup())
        Told(Config(application.app(), log_level="warning", lifespan="on")).run(sockets=[listening])
