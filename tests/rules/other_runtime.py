"""A runtime that differs from 277 in twelve ways, and is made of it: no rule of 277 is edited for it, or copied."""

from collections.abc import Callable

from attrs import evolve

from neuron_ledger.events.calls import SetWeights
from neuron_ledger.events.entries.codec import Origin
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import BadOrigin, SubNetworkDoesNotExist
from neuron_ledger.ledger.rules.epoch.bonds import LiquidAlpha
from neuron_ledger.ledger.rules.epoch.run import run_mechanism
from neuron_ledger.ledger.rules.epoch.steps import packed_bonds, proportion
from neuron_ledger.ledger.rules.epoch.working import Epoch
from neuron_ledger.ledger.rules.netuids import ROOT, in_key_order, known_netuids
from neuron_ledger.ledger.rules.registration import terms, uids
from neuron_ledger.ledger.rules.registration.pruning import is_immune
from neuron_ledger.ledger.rules.weights.setting import (
    asked_weights,
    permit_unless_self_weight,
    stake_reaches_threshold,
    store_weights,
)
from neuron_ledger.ledger.runtime import HotkeyEmission, Tx, handles
from neuron_ledger.ledger.runtimes.change import instead, with_steps
from neuron_ledger.ledger.runtimes.timeline import Timeline
from neuron_ledger.ledger.runtimes.v277 import V277
from neuron_ledger.ledger.seats import Candidate
from neuron_ledger.ledger.transaction import ensure_signed
from neuron_ledger.ledger.weights import AskedWeights

OTHER = 900
"""Its spec_version."""
MECHANISMS = 2
EPOCHS_A_BLOCK = 1
BANNED = bytes([0xBA]) * 32
"""The account that the guard lets do nothing."""


def prune_by_emission(tx: Tx, netuid: int) -> Candidate | None:
    """The least emission of those past their immunity, the owner's aside; nobody where there is none."""
    storage = tx.storage
    period, owner = storage.immunity_period[netuid], uids.owner_uid(storage, netuid)
    past_immunity = [
        (emission, uid)
        for uid, emission in enumerate(storage.emission[netuid])
        if uid != owner and not is_immune(storage.block_at_registration[netuid, uid], period, tx.block)
    ]
    if not past_immunity:
        return None
    emission, uid = min(past_immunity)
    return Candidate(uid, emission)


def replace_and_reset_update(tx: Tx, netuid: int, candidate: Candidate, hotkey: bytes) -> None:
    uids.replace_neuron(tx, netuid, candidate, hotkey)
    if tx.storage.keys[netuid, candidate.uid] == hotkey:
        for mechanism in range(MECHANISMS):
            tx.storage.last_update.place(storage_index(netuid, mechanism), candidate.uid, tx.block)


def append_to_each_mechanism(tx: Tx, netuid: int, hotkey: bytes) -> int:
    uid = uids.append_neuron(tx, netuid, hotkey)
    updates = tx.storage.last_update
    for mechanism in range(1, MECHANISMS):
        index = storage_index(netuid, mechanism)
        updates[index] = (*updates[index], tx.block)
    return uid


def begin_mechanisms(tx: Tx) -> None:
    """Every uid was updated as a miner of the other mechanisms when it was as one of the first."""
    for netuid in known_netuids(tx.storage):
        for mechanism in range(1, MECHANISMS):
            tx.storage.last_update[storage_index(netuid, mechanism)] = tx.storage.last_update[netuid]


def decay_burns(tx: Tx) -> None:
    """A registration costs a tenth less with every block."""
    storage = tx.storage
    for netuid in known_netuids(storage):
        storage.burn[netuid] = max(storage.burn[netuid] * 9 // 10, storage.min_burn[netuid])
        storage.registrations_this_block[netuid] = 0


def longest_waiting_epochs(tx: Tx) -> tuple[int, ...]:
    """A tempo after its last step a subnet's epoch is due; of several those run that have waited longest, the others wait on."""
    storage = tx.storage
    waited = {netuid: tx.block - storage.last_mechansim_step_block[netuid] for netuid in known_netuids(storage)}
    due = [netuid for netuid, blocks in waited.items() if netuid != ROOT and blocks >= storage.tempo[netuid]]
    return tuple(in_key_order(sorted(due, key=lambda netuid: -waited[netuid])[:EPOCHS_A_BLOCK]))


def unless_owner(check: Callable[[Tx, AskedWeights], None]) -> Callable[[Tx, AskedWeights], None]:
    """The check, of which the subnet owner's hotkey is exempt."""

    def checked(tx: Tx, asked: AskedWeights) -> None:
        if tx.storage.subnet_owner_hotkey.get(asked.netuid) != asked.hotkey:
            check(tx, asked)

    return checked


def all_bond_rows(epoch: Epoch) -> None:
    rows = packed_bonds(epoch)
    epoch.bond_rows = {uid: rows.get(uid, b"") if now else b"" for uid, now in enumerate(epoch.new_permits.tolist())}


def gentle_liquid_alpha(epoch: Epoch) -> None:
    given = epoch.given
    bounds = LiquidAlpha(proportion(given.alpha_low), proportion(given.alpha_high), -(given.alpha_sigmoid_steepness // 100) << 32)
    epoch.liquid_alpha = bounds if given.liquid_alpha else None


def storage_index(netuid: int, mechanism: int) -> int:
    return netuid + 4096 * mechanism


def set_weights(tx: Tx, origin: Origin, call: SetWeights) -> None:
    """The call's netuid is the storage index."""
    mechanism, netuid = divmod(call.netuid, 4096)
    hotkey = ensure_signed(origin)
    store_weights(tx, asked_weights(tx, netuid, hotkey, call.dests, call.weights, call.version_key, mechanism))


def run_each_mechanism(tx: Tx, netuid: int, emission: int) -> list[HotkeyEmission]:
    """Every mechanism gets an equal part of the emission, the first what cannot be divided."""
    part, rest = divmod(emission, MECHANISMS)
    results = [run_mechanism(tx, netuid, number, part + (0 if number else rest)) for number in range(MECHANISMS)]
    return [
        (
            tx.storage.keys[netuid, uid],
            sum(result.server_emission[uid] for result in results),
            sum(result.validator_emission[uid] for result in results),
        )
        for uid in range(tx.storage.subnetwork_n[netuid])
    ]


def not_banned(_: Tx, origin: Origin, __: Call) -> None:
    if origin == BANNED:
        raise BadOrigin(needed="an account that is not banned", signer=BANNED)


V900 = evolve(
    V277,
    spec_version=OTHER,
    layout=V277.layout.with_defaults({"Burn": 100_000_000}),
    error_names={SubNetworkDoesNotExist: "SubnetNotExists"},
    migrations=(begin_mechanisms,),
    guards=(not_banned,),
    calls={**V277.calls, **dict([handles(SetWeights, set_weights)])},
    due_epochs=longest_waiting_epochs,
    block_hook=instead(V277.block_hook, {terms.adjust_registration_terms_for_networks: decay_burns}),
    append_neuron=append_to_each_mechanism,
    neuron_to_prune=prune_by_emission,
    replace_neuron=replace_and_reset_update,
    first_parameters=(*V277.first_parameters, ("yuma3_enabled", 1)),
    storage_index=storage_index,
    weights_checks=instead(
        V277.weights_checks,
        {check: unless_owner(check) for check in (stake_reaches_threshold, permit_unless_self_weight)},
    ),
    run_epoch=run_each_mechanism,
    epoch=with_steps(V277.epoch, {"liquid_alpha": gentle_liquid_alpha, "bond_rows": all_bond_rows}),
)

BOTH = Timeline((V277, V900))
