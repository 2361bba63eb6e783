"""The genesis snapshot: the neurons, stakes and balances with which the main chain began.

Form: {"stakes": {coldkey: {hotkey: [rao, uid]}}, "balances": {account: rao}}. The chain put these neurons on netuid 3; the
stake of a hotkey is root stake today (netuid 0), so it is imported as that.
"""

from pathlib import Path
from typing import Any

from attrs import frozen

from neuron_ledger.events.calls import Observe
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.events.wire.ss58 import encode as ss58
from neuron_ledger.events.wire.units import ACCOUNT, U16, U64
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.backup import require_other_file
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.stake.share_pool import SharePool
from neuron_ledger.replay.importers.reading import LARGEST_DOCUMENT
from neuron_ledger.replay.importers.signed import signed
from neuron_ledger.replay.importers.source import ImportProblem, Source, read_source
from neuron_ledger.replay.transparency.keys import PrivateKey

NETUID = 3
TEMPO = 99
MAX_ALLOWED_UIDS = 4096
ROOT_MAX_ALLOWED_UIDS = 64
ROOT_TEMPO = 100

Entries = dict[str, tuple[dict[Any, Any], list[Any]]]


@frozen
class Seat:
    """One neuron of the snapshot. stake: rao."""

    uid: int
    hotkey: bytes
    coldkey: bytes
    stake: int


def import_genesis(ledger: Ledger, path: Path, *, max_size: int = LARGEST_DOCUMENT, key: PrivateKey | None = None) -> Receipt:
    """Import a genesis snapshot into an empty ledger. key: signs the observation.

    max_size: bytes that the file may have after expanding. Raises: ImportProblem (nothing is recorded then).
    """
    if ledger.head.position:
        raise ImportProblem(f"{path}: import a genesis into a new ledger: this one already has entries")
    require_other_file(ledger.log, path)
    source = read_source(path, max_size)
    changes = genesis_changes(source)
    return ledger.observe(signed(Observe("genesis snapshot", 0, source.digest), changes, key), changes)


def genesis_changes(source: Source) -> tuple[ItemChange, ...]:
    """The storage that a genesis snapshot describes. Raises: ImportProblem."""
    content = source.table(source.content, "snapshot", {"stakes", "balances"})
    seats = _seats(source, content["stakes"])
    balances = {
        source.value(ACCOUNT, account, "balances"): source.value(U64, rao, f"balances.{account}")
        for account, rao in source.table(content["balances"], "balances").items()
    }
    if len(balances) != len(content["balances"]):
        raise source.problem("balances", "every account once", f"{len(content['balances']) - len(balances)} stand twice")
    changes: Entries = {}
    _put_networks(changes, len(seats))
    _put_neurons(changes, seats)
    _put_stake(changes, seats)
    _put_value(changes, "Balances", balances)
    staked = sum(seat.stake for seat in seats)
    issued = sum(balances.values())
    for item, total in (("BalancesTotalIssuance", issued), ("TotalIssuance", issued + staked), ("TotalStake", staked)):
        if total >= 2**64:
            raise source.problem("snapshot", f"{item} below 2^64", total)
        _put_value(changes, item, {(): total})
    return canonical_changes(changes)


def _seats(source: Source, raw: Any) -> list[Seat]:
    """The neurons by uid: each uid from 0 on once, each hotkey once."""
    seats: dict[int, Seat] = {}
    owner_of: dict[bytes, str] = {}
    for coldkey, hotkeys in source.table(raw, "stakes").items():
        cold = source.value(ACCOUNT, coldkey, "stakes")
        for hotkey, pair in source.table(hotkeys, f"stakes.{coldkey}").items():
            where = f"stakes.{coldkey}.{hotkey}"
            hot = source.value(ACCOUNT, hotkey, f"stakes.{coldkey}")
            if not isinstance(pair, list) or len(pair) != 2:
                raise source.problem(where, "[stake in rao, uid]", pair)
            seat = Seat(source.value(U16, pair[1], f"{where}.uid"), hot, cold, source.value(U64, pair[0], f"{where}.stake"))
            if seat.uid in seats:
                raise source.problem(f"{where}.uid", f"a uid of its own ({ss58(seats[seat.uid].hotkey)} has it)", seat.uid)
            if hot in owner_of:
                raise source.problem(where, f"a hotkey under one coldkey (it is under {owner_of[hot]} too)", hotkey)
            seats[seat.uid] = seat
            owner_of[hot] = coldkey
    for uid in range(len(seats)):
        if uid not in seats:
            raise source.problem("stakes", f"uids 0 to {len(seats) - 1} without a gap", f"no uid {uid}")
    if len(seats) > MAX_ALLOWED_UIDS:
        raise source.problem("stakes", f"at most {MAX_ALLOWED_UIDS} neurons", len(seats))
    return [seats[uid] for uid in range(len(seats))]


def _put_value(changes: Entries, item: str, entries: dict[Any, Any]) -> None:
    changes.setdefault(item, ({}, []))[0].update(entries)


def _put_networks(changes: Entries, n: int) -> None:
    """The root network as every chain begins with it, and the neurons' subnet, open for registration."""
    _put_value(changes, "NetworksAdded", {ROOT: True, NETUID: True})
    _put_value(changes, "TotalNetworks", {(): 2})
    _put_value(changes, "SubnetworkN", {ROOT: 0, NETUID: n})
    _put_value(changes, "MaxAllowedUids", {ROOT: ROOT_MAX_ALLOWED_UIDS, NETUID: MAX_ALLOWED_UIDS})
    _put_value(changes, "MaxAllowedValidators", {ROOT: ROOT_MAX_ALLOWED_UIDS})
    _put_value(changes, "Tempo", {ROOT: ROOT_TEMPO, NETUID: TEMPO})
    _put_value(changes, "NetworkRegistrationAllowed", {ROOT: True, NETUID: True})
    _put_value(changes, "NetworkPowRegistrationAllowed", {NETUID: True})
    _put_value(changes, "TargetRegistrationsPerInterval", {ROOT: 1})


def _put_neurons(changes: Entries, seats: list[Seat]) -> None:
    """Registered at block 0, active, without permit, every metric 0."""
    n = len(seats)
    for item in ("Rank", "Trust", "Consensus", "Incentive", "Dividends", "Emission", "LastUpdate", "PruningScores"):
        _put_value(changes, item, {NETUID: (0,) * n})
    _put_value(changes, "ValidatorTrust", {NETUID: (0,) * n})
    _put_value(changes, "Active", {NETUID: (True,) * n})
    _put_value(changes, "ValidatorPermit", {NETUID: (False,) * n})
    _put_value(changes, "Keys", {(NETUID, seat.uid): seat.hotkey for seat in seats})
    _put_value(changes, "Uids", {(NETUID, seat.hotkey): seat.uid for seat in seats})
    _put_value(changes, "BlockAtRegistration", {(NETUID, seat.uid): 0 for seat in seats})
    _put_value(changes, "IsNetworkMember", {(seat.hotkey, NETUID): True for seat in seats})
    _put_value(changes, "Owner", {seat.hotkey: seat.coldkey for seat in seats})
    owned: dict[bytes, tuple[bytes, ...]] = {}
    for seat in seats:
        owned[seat.coldkey] = (*owned.get(seat.coldkey, ()), seat.hotkey)
    _put_value(changes, "OwnedHotkeys", owned)
    _put_value(changes, "StakingHotkeys", owned)


def _put_stake(changes: Entries, seats: list[Seat]) -> None:
    """Every stake as the first share of its hotkey's pool on the root network."""
    for seat in seats:
        if seat.stake:
            pool, _ = SharePool(0, 0, 0).updated_for_one(seat.stake)
            _put_value(changes, "TotalHotkeyAlpha", {(seat.hotkey, ROOT): pool.shared_value})
            _put_value(changes, "TotalHotkeyShares", {(seat.hotkey, ROOT): pool.denominator})
            _put_value(changes, "Alpha", {(seat.hotkey, seat.coldkey, ROOT): pool.share})
    staked = sum(seat.stake for seat in seats)
    _put_value(changes, "SubnetTAO", {ROOT: staked})
    _put_value(changes, "SubnetAlphaOut", {ROOT: staked})
