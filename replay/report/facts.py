"""The content of a report: read from the ledger, as sentences and rows, independent of HTML."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from io import BytesIO
from shlex import quote
from typing import TYPE_CHECKING, Final

from attrs import frozen

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.consensus import EpochCompleted
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.storage.items import NOBODY
from neuron_ledger.events.wire import ss58
from neuron_ledger.events.wire.errors import FieldError, NeuronLedgerError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.projections.storage import Storage
from neuron_ledger.projections.views.neuron_info import NeuronInfoLite, neuron_info_lite
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.cli.amounts import alpha, part, stake, tao
from neuron_ledger.replay.cli.common import number
from neuron_ledger.replay.cli.explain import saving_told
from neuron_ledger.replay.pictures.by_name import Kind, picture_figure
from neuron_ledger.replay.pictures.canvas import CannotDraw, save_to
from neuron_ledger.replay.proof.groups import groups
from neuron_ledger.replay.questions.pruned import SCORE, STAKE, NotReplaced, Pruned, pruned
from neuron_ledger.replay.questions.recorded_epochs import NoSuchEpoch, NotByTheRules

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS: Final = 20


@frozen
class Grid:
    """A table: its title, its headings, its rows, and a note if there are more."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@frozen
class Picture:
    """A picture: what it shows, in words too, as the source of an image."""

    title: str
    words: str
    source: str


@frozen
class Why:
    """Why a uid was lost: sentences, the queue at that moment, and what would have kept it."""

    sentences: tuple[str, ...]
    queue: Grid
    savings: tuple[str, ...]


@frozen
class Facts:
    """All that a report says."""

    title: str
    summary: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    why: Why | None
    tables: tuple[Grid, ...]
    pictures: tuple[Picture, ...]
    missing: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    rests_on: tuple[tuple[str, str], ...]


def facts_of(ledger: Ledger, netuid: int, uid: int | None, name: str) -> Facts:
    """The facts about a subnet, or about one uid. name: of the ledger's file, for the commands.

    Raises: FieldError for an unknown subnet or uid; ChainBroken, CannotDraw without matplotlib.
    """
    storage = ledger.storage
    if not storage.networks_added[netuid]:
        known = ", ".join(map(str, sorted(storage.networks_added))) or "it has none yet"
        raise FieldError("--netuid", f"a subnet of this ledger ({known})", netuid)
    found = list(groups(ledger.log.read_verified()))
    tenures = [tenure for tenure in Tenures.of(found) if tenure.netuid == netuid and uid in (None, tenure.uid)]
    if uid is not None and not tenures and (netuid, uid) not in storage.keys:
        raise FieldError("--uid", f"a uid that somebody held on subnet {netuid} (below {storage.subnetwork_n[netuid]})", uid)
    why = _why(ledger, netuid, uid, tenures)
    pictures, missing = _pictures(ledger, netuid, uid)
    tables = [_tenures(tenures)]
    if uid is None:
        tables += [_neurons(storage, netuid), *_next(ledger, netuid)]
    observed = sum(isinstance(group.submission.call, Observe) for group in found)
    return Facts(
        title=f"Subnet {netuid}" if uid is None else f"Subnet {netuid}, uid {uid}",
        summary=tuple(_summary(ledger, netuid, uid, tenures)),
        facts=tuple(_settings(storage, netuid)),
        why=why,
        tables=tuple(tables),
        pictures=tuple(pictures),
        missing=tuple(missing),
        commands=tuple(_commands(ledger, netuid, uid, name, has_savings=bool(why and why.savings), uids=_uids(found, netuid))),
        rests_on=tuple(_rests_on(ledger, len(found), observed)),
    )


def _summary(ledger: Ledger, netuid: int, uid: int | None, tenures: Sequence[Tenure]) -> Iterator[str]:
    storage = ledger.storage
    lost = [tenure for tenure in tenures if tenure.replaced_by is not None]
    if uid is None:
        n, most = storage.subnetwork_n[netuid], storage.max_allowed_uids[netuid]
        permits = sum(storage.validator_permit[netuid])
        yield f"At block {ledger.block:,}, {n:,} of {most:,} uids are in use; {permits:,} of them may set weights as validators."
        if lost:
            last = max(lost, key=lambda tenure: tenure.to_block or 0)
            count = "1 neuron lost its uid" if len(lost) == 1 else f"{len(lost):,} neurons lost their uid"
            yield f"{count} to another, the last one in block {last.to_block:,}: uid {last.uid}."
        else:
            yield "No neuron has lost its uid to another so far."
        return
    neuron = neuron_info_lite(storage, netuid, uid)
    if neuron is None:
        yield f"At block {ledger.block:,}, nobody holds this uid."
    else:
        since = storage.block_at_registration[netuid, uid]
        yield f"At block {ledger.block:,}, the uid is held by {ss58.encode(neuron.hotkey)}, since block {since:,}."
        yield f"In its last epoch it had incentive {part(neuron.incentive)} and dividends {part(neuron.dividends)}."
    count = "1 neuron" if len(lost) == 1 else f"{len(lost):,} neurons" if lost else "No neuron"
    yield f"{count} have lost it to another so far."


def _settings(storage: Storage, netuid: int) -> Iterator[tuple[str, str]]:
    """Facts about a subnet, as far as its runtime has them: there were subnets before there were owners and pools."""
    there = storage.layout.items
    if "TokenSymbol" in there:
        yield "Token", storage.token_symbol[netuid].decode("utf-8", "replace")
    for title, item in (("Owner", "SubnetOwner"), ("Owner's hotkey", "SubnetOwnerHotkey")):
        if item in there:
            owner = storage.map(item)[netuid]
            yield title, "none" if owner == NOBODY else ss58.encode(owner)
    yield "Price of a registration", tao(storage.burn[netuid])
    yield "Immunity after a registration", number(storage.immunity_period[netuid], "block")
    yield "Blocks between epochs (tempo)", f"{storage.tempo[netuid]:,}"
    yield "Kappa", part(storage.kappa[netuid])
    if "SubnetTAO" in there:
        yield "In the pool", f"{tao(storage.subnet_tao[netuid])}; {alpha(storage.subnet_alpha_in[netuid])}"


def _why(ledger: Ledger, netuid: int, uid: int | None, tenures: Sequence[Tenure]) -> Why | None:
    """About a uid's last loss; None if there was none, or a whole subnet is shown."""
    if uid is None:
        return None
    try:
        answer = pruned(ledger.log, netuid=netuid, uid=uid, timeline=ledger.timeline)
    except NotReplaced:
        lost = [tenure for tenure in tenures if tenure.replaced_by is not None and tenure.to_block is not None]
        return Why((_seen(max(lost, key=lambda tenure: tenure.to_block or 0)),), Grid("", (), ()), ()) if lost else None
    except NeuronLedgerError as error:
        return Why((f"The loss cannot be explained, because the call cannot be run again: {error}",), Grid("", (), ()), ())
    return Why(tuple(_sentences(answer)), _queue(answer), tuple(saving_told(answer, saving, False) for saving in answer.savings))


def _seen(tenure: Tenure) -> str:
    """About a loss that an observation shows: no call of this log caused it."""
    keys = f"{ss58.encode(tenure.hotkey)} lost uid {tenure.uid} to {ss58.encode(tenure.replaced_by or NOBODY)}"
    return (
        f"By block {tenure.to_block:,}, {keys}, as seen on a node. This log has no call that caused it, so the reason is unknown."
    )


def _sentences(answer: Pruned) -> Iterator[str]:
    yield f"In block {answer.block:,}, {ss58.encode(answer.hotkey)} lost uid {answer.uid} to {ss58.encode(answer.new_hotkey)}."
    signer = "a privileged call" if answer.signer is None else ss58.encode(answer.signer)
    yield f"The call was {answer.call}, at position {answer.position:,} of the log, by {signer}."
    score = tao(answer.score) if answer.goes_by == STAKE else alpha(answer.score)
    score = part(answer.score) if answer.goes_by == SCORE else score
    yield f"Its {answer.goes_by} was {score}: of those that may be replaced, the lowest goes first."
    if answer.immune_until is None:
        yield f"It had registered in block {answer.registered:,}. On the root network nobody is immune."
    elif answer.was_immune:
        yield f"It had registered in block {answer.registered:,} and was still immune, as was everybody else."
    else:
        yield f"It had registered in block {answer.registered:,}; its immunity had ended in block {answer.immune_until:,}."


def _queue(answer: Pruned) -> Grid:
    rows = [
        (
            *(str(place), str(seat.place.uid), ss58.encode(seat.hotkey), f"{seat.place.pruning_score:,}"),
            *(f"{seat.place.immunity_left:,}", _note(answer, seat.place.uid, seat.place.is_owner)),
        )
        for place, seat in enumerate(answer.queue[:MOST_ROWS], start=1)
    ]
    columns = ("Place", "Uid", "Hotkey", answer.goes_by.capitalize(), "Immune blocks left", "Outcome")
    return Grid("The queue at that moment", columns, tuple(rows), _more(len(answer.queue)))


def _note(answer: Pruned, uid: int, is_owner: bool) -> str:
    return "went" if uid == answer.uid else "the owner's, never pruned" if is_owner else "stayed"


def _tenures(tenures: Sequence[Tenure]) -> Grid:
    ordered = sorted(tenures, key=lambda tenure: (tenure.to_block is None, tenure.to_block or tenure.from_block), reverse=True)
    rows = [
        (
            *(str(tenure.uid), ss58.encode(tenure.hotkey), f"{tenure.from_block:,}"),
            *("now" if tenure.to_block is None else f"{tenure.to_block:,}", tenure.began, tenure.ended or "holds it"),
        )
        for tenure in ordered[:MOST_ROWS]
    ]
    columns = ("Uid", "Hotkey", "From block", "To block", "Began by", "Ended")
    return Grid(
        "Who held it" if len({t.uid for t in tenures}) == 1 else "Who held what", columns, tuple(rows), _more(len(ordered))
    )


def _neurons(storage: Storage, netuid: int) -> Grid:
    found = [neuron_info_lite(storage, netuid, uid) for uid in range(storage.subnetwork_n[netuid])]
    ranked = sorted((n for n in found if n is not None), key=lambda n: (-n.incentive - n.dividends, n.uid))
    columns = ("Uid", "Hotkey", "Incentive", "Dividends", "Stake", "Last update", "Validator")
    return Grid(
        "Neurons with the most incentive and dividends", columns, tuple(map(_neuron, ranked[:MOST_ROWS])), _more(len(ranked))
    )


def _neuron(neuron: NeuronInfoLite) -> tuple[str, ...]:
    shares = part(neuron.incentive), part(neuron.dividends)
    held = stake(neuron.stake[0][1], neuron.netuid)
    return (str(neuron.uid), ss58.encode(neuron.hotkey), *shares, held, f"{neuron.last_update:,}", _yes(neuron.validator_permit))


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _next(ledger: Ledger, netuid: int) -> Iterator[Grid]:
    """Who would be replaced next, if the subnet has such an order."""
    if netuid == ROOT or not ledger.storage.subnetwork_n[netuid]:
        return
    queue = current_prune_queue(ledger.rules, ledger.storage, netuid)
    rows = [
        (
            *(str(number), str(place.uid), ss58.encode(ledger.storage.keys[netuid, place.uid]), f"{place.pruning_score:,}"),
            *(f"{place.immunity_left:,}", "the owner's, never pruned" if place.is_owner else ""),
        )
        for number, place in enumerate(queue[:10], start=1)
    ]
    yield Grid(
        "Who is replaced next", ("Place", "Uid", "Hotkey", "Score", "Immune blocks left", ""), tuple(rows), _more(len(queue), 10)
    )


def _more(count: int, shown: int = MOST_ROWS) -> str:
    return f"{count - shown:,} more are not shown." if count > shown else ""


SHOWN: Final[Sequence[tuple[Kind, str]]] = (
    ("tenures", "Who held which uid"),
    ("incentive", "Incentive and dividends over epochs"),
    ("weights", "Weights that are set now"),
    ("consensus", "Consensus against weights in the last epoch"),
    ("price", "The price of a registration"),
)


def _pictures(ledger: Ledger, netuid: int, uid: int | None) -> tuple[list[Picture], list[str]]:
    """Pictures, and why others are missing."""
    drawn, missing = [], []
    for kind, name in SHOWN:
        try:
            figure = picture_figure(ledger, kind, netuid=netuid, uid=uid if kind in ("tenures", "incentive") else None)
        except (NoSuchEpoch, NotByTheRules) as error:
            missing.append(f"{name}: {error}")
        except CannotDraw as error:
            if "pip install" in str(error):
                raise
            missing.append(f"{name}: {error}")
        else:
            drawn.append(Picture(name, _words(figure), _source(figure)))
    return drawn, missing


def _words(figure: "Figure") -> str:
    """The titles of a picture's panels, as a text alternative."""
    said: list[str] = []
    for axes in figure.axes:
        said += [axes.get_title(loc="left"), *(text.get_text() for text in axes.texts if text.get_gid() == "below")]
    return ". ".join(text for text in said if text)


def _source(figure: "Figure") -> str:
    """A picture as the source of an image, embedded in the page."""
    written = BytesIO()
    save_to(figure, written, "svg")
    return f"data:image/svg+xml;base64,{b64encode(written.getvalue()).decode()}"


def _uids(found: Sequence[Group], netuid: int) -> int:
    """How many uids the subnet's last epoch in this ledger had; 0 if there was none."""
    sizes = [
        len(event.vectors[0][1])
        for group in found
        for event in group.events
        if isinstance(event, EpochCompleted) and event.netuid == netuid and event.vectors
    ]
    return sizes[-1] if sizes else 0


def _commands(
    ledger: Ledger, netuid: int, uid: int | None, name: str, *, has_savings: bool, uids: int
) -> Iterator[tuple[str, str]]:
    file, head = quote(name), ledger.reached
    yield (
        "The log is complete, contains what this page rests on, and every call in it causes what is recorded",
        (f"neuron-ledger audit {file} --expect-head {head}"),
    )
    one = "" if uid is None else f" --uid {uid}"
    yield "Who held which uid", f"neuron-ledger tenures {file} --netuid {netuid}{one}"
    if has_savings:
        yield "Why it was lost, and what would have saved it", f"neuron-ledger explain pruned {file} --netuid {netuid}{one}"
    if uids > (uid or 0):
        yield (
            "Every number of the last epoch",
            f"neuron-ledger epoch {file} --netuid {netuid}{'' if uid is None else f' --explain {uid}'}",
        )
    yield "This page again, the same byte for byte", f"neuron-ledger report {file} --netuid {netuid}{one} -o report.html"


def _rests_on(ledger: Ledger, calls: int, observed: int) -> Iterator[tuple[str, str]]:
    head = ledger.reached
    yield "Last entry", f"position {head.position:,}, hash {head.hash.hex()}"
    yield "Block", f"{ledger.block:,}"
    yield "Runtime", f"spec_version {ledger.rules.name}"
    yield "Calls", f"{calls:,}, of which {observed:,} are observations from elsewhere"
    yield "History", ledger.log.origin
