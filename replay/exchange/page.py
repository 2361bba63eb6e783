"""The page of an Axon at `/`, for people: who answers, what can be asked, what was asked so far."""

from html import escape
from http import HTTPStatus

from neuron_ledger.replay.exchange.endpoints import Endpoint
from neuron_ledger.replay.exchange.service import Service
from neuron_ledger.replay.exchange.synapse import Synapse

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "code{font-size:.9em}table{border-collapse:collapse}td,th{padding:.2rem 1rem .2rem 0;text-align:left;vertical-align:top}"
)


def page(axon: Service) -> str:
    """The page as it is now."""
    rows = "".join(_row(name, endpoint) for name, endpoint in axon.endpoints.items())
    counts = "".join(f"<tr><td>{_status(status)}</td><td>{count:,}</td></tr>" for status, count in sorted(axon.counts.items()))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Axon</title><style>{STYLE}</style>'
        f"<h1>An Axon</h1><p>The neuron <code>{escape(axon.key.ss58_address)}</code> answers here. Dendrites "
        "of other neurons ask it with <code>POST /NAME</code> and a signature.</p>"
        f"<table><tr><th>What can be asked</th><th>Fields</th><th>Who may</th></tr>{rows}</table>"
        f"<h2>So far</h2><table>{counts or '<tr><td>Nobody has asked yet.</td></tr>'}</table></html>"
    )


def _row(name: str, endpoint: Endpoint) -> str:
    own = {field: info for field, info in endpoint.cls.model_fields.items() if field not in _common()}
    fields = ", ".join(
        f"<code>{escape(field)}</code>{'' if not info.is_required() else ' (required)'}" for field, info in own.items()
    )
    who = "whom its owner lets" if endpoint.blacklist is not None else "anybody who signs"
    return f"<tr><td><code>{escape(name)}</code></td><td>{fields or 'none'}</td><td>{who}</td></tr>"


def _common() -> set[str]:
    return set(Synapse.model_fields)


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
