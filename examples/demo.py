"""The life of a subnet, from nothing to a proof: what `make demo` runs.

    python examples/demo.py              the ledger goes into a new temporary directory
    python examples/demo.py MY.ledger    it goes into that file, which must not exist yet

Every fact that is printed is read from the ledger. Standard output is the same on every run; where the ledger lies, and what to
try on it, goes to standard error.
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from demo_exchange import answers_behind_weights
from demo_proofs import bend_a_copy, prove, what_if, who_held_which_uid
from demo_stage import CAST, TAO, Stage, amount, coldkey, hotkey, name_of, standing

from neuron_ledger.events.calls import (
    AddStake,
    BurnedRegister,
    CommitWeights,
    CreateRootNetwork,
    ForceSetBalance,
    Register,
    RegisterNetwork,
    RevealWeights,
    RootRegister,
    SetWeights,
    StartCall,
    SudoSet,
)
from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.rules.blocks.hashes import block_hash
from neuron_ledger.ledger.rules.epoch.tempo import blocks_until_next_epoch
from neuron_ledger.ledger.rules.numbers.fixed import U16_MAX
from neuron_ledger.ledger.rules.registration.seal import create_work
from neuron_ledger.ledger.rules.registration.uids import current_prune_queue
from neuron_ledger.ledger.rules.subnets.calls import DURATION_OF_START_CALL
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash

ROOT, SUBNET = 0, 1

VERSION_KEY = 0

SETTINGS = (
    ("tempo", 99),
    ("max_allowed_uids", 8),
    ("max_allowed_validators", 3),
    ("immunity_period", 120),
    ("weights_set_rate_limit", 50),
    ("target_registrations_per_interval", 4),
    ("network_pow_registration_allowed", 1),
    ("min_difficulty", 500),
    ("difficulty", 500),
)

FIRST_WEIGHTS = {"Vera": {"Mia": 50, "Max": 5, "Mara": 15, "Milo": 30}, "Victor": {"Mia": 40, "Max": 40, "Mara": 10, "Milo": 10}}


def main(arguments: list[str]) -> int:
    """Play the whole story. Returns: the exit code."""
    path = Path(arguments[0]) if arguments else Path(tempfile.mkdtemp(prefix="neuron-ledger-")) / "demo.ledger"
    try:
        ledger = Ledger.create(path, origin="example.org/demo", spec_version=277)
    except LogError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    with ledger:
        stage = Stage(ledger)
        a_chain_from_nothing(stage)
        a_subnet_and_its_first_week(stage)
        registering(stage)
        stake_and_permits(stage)
        weights_and_an_epoch(stage)
        noted = ledger.block, ledger.storage.digest()
        who_has_to_go(stage)
        commit_and_reveal(stage)
        is_proved = prove(stage, noted)
        bend_a_copy(stage, path)
        tenures = who_held_which_uid(stage)
        what_if(stage, tenures)
        answers_behind_weights(stage)
    sys.stdout.flush()
    _say_how_to_go_on(path, next(tenure.uid for tenure in tenures if tenure.ended))
    return 0 if is_proved else 1


def _say_how_to_go_on(path: Path, uid: int) -> None:
    print(f"\nThe ledger is {path}. Try next:\n", file=sys.stderr)
    python, examples = Path(os.path.relpath(sys.executable)), Path(os.path.relpath(Path(__file__).parent))
    command = python.with_name("neuron-ledger")
    subnet = f"{path} --netuid {SUBNET}"
    for what in (
        *(f"audit {path}", f"tenures {subnet}", f"explain pruned {subnet} --uid {uid}", f"prune-queue {subnet}"),
        *(f"epoch {subnet} --explain 1", f"whatif {subnet} --set kappa=0.9", f"log {path}"),
    ):
        print(f"  {command} {what}", file=sys.stderr)
    print(f"  {python} {examples / 'audit_a_neuron.py'} {path} {SUBNET} {uid}", file=sys.stderr)


# -------------------------------------------------------------------------------------------------------------- the story


def a_chain_from_nothing(stage: Stage) -> None:
    stage.chapter("A chain from nothing")
    storage = stage.ledger.storage
    stage.say("A ledger begins empty. Calls go in, the rules decide them, and what they cause is written down.")
    stage.say("Olive will own a subnet. Vera and Victor validate; Mia, Max, Mara, Milo and Mona mine; Nina and Noah join late.")
    for name in CAST:
        stage.ledger.submit(ForceSetBalance(coldkey(name), 5_000 * TAO)).unwrap()
    stage.line(f"{len(storage.balances)} coldkeys have {amount(storage.balances_total_issuance.value)} TAO in all.")
    stage.act(CreateRootNetwork())


def a_subnet_and_its_first_week(stage: Stage) -> None:
    stage.chapter("A subnet, and its first week")
    storage = stage.ledger.storage
    stage.say("A refused call is recorded with the chain's own error and the values that failed. It changes nothing else.")
    stage.next_block()
    stage.act(RegisterNetwork(hotkey("Olive")), coldkey("Olive"))
    stage.act(SudoSet("network_rate_limit", ROOT, 0))
    stage.act(RegisterNetwork(hotkey("Olive")), coldkey("Olive"))
    stage.act(StartCall(SUBNET), coldkey("Olive"))
    begin, burn = stage.ledger.block, storage.burn[SUBNET]
    stage.ledger.advance_to(storage.network_registered_at[SUBNET] + DURATION_OF_START_CALL)
    passed, moved = stage.ledger.block - begin, f"from {amount(burn)} to {amount(storage.burn[SUBNET])} TAO"
    stage.say(f"{passed:,} blocks pass, each with its block hook. The burn that a registration costs goes {moved}.")
    stage.act(StartCall(SUBNET), coldkey("Olive"))
    stage.say("The subnet is made small and quick, and open to proof of work, to keep the story short:")
    for name, value in SETTINGS:
        stage.act(SudoSet(name, SUBNET, value))


def registering(stage: Stage) -> None:
    stage.chapter("Registering: by burn, by work, on root")
    storage = stage.ledger.storage
    stage.say("By burn, signed by the coldkey that pays:")
    for name in ("Vera", "Victor", "Mia"):
        stage.next_block()
        stage.act(BurnedRegister(SUBNET, hotkey(name)), coldkey(name))
    stage.act(BurnedRegister(SUBNET, hotkey("Max")), coldkey("Max"))
    stage.next_block()
    stage.act(BurnedRegister(SUBNET, hotkey("Max")), coldkey("Max"))
    stage.next_block()
    stage.act(BurnedRegister(SUBNET, hotkey("Mia")), coldkey("Mia"))
    stage.act(BurnedRegister(SUBNET, hotkey("Mara")), coldkey("Mara"))
    stage.line(f"{amount(storage.rao_recycled_for_registration[SUBNET])} TAO were recycled so far.")
    stage.say("By work: a nonce whose seal, with a recent block's hash and the hotkey, is low enough:")
    stage.next_block()
    _register_by_work(stage, "Milo")
    stage.say("On root, where staked TAO counts for a hotkey on every subnet that it is on:")
    for name in ("Vera", "Victor"):
        stage.act(RootRegister(hotkey(name)), coldkey(name))
        stage.next_block()


def _register_by_work(stage: Stage, name: str) -> None:
    """Find a nonce for the last block (the current one has no hash yet), and register with it."""
    ledger = stage.ledger
    block, difficulty = ledger.block - 1, ledger.storage.difficulty[SUBNET]
    nonce, seal = create_work(block_hash(block, ledger.block), 0, hotkey(name), difficulty)
    stage.act(Register(SUBNET, block, nonce, seal, hotkey(name), coldkey(name)), hotkey(name))


def stake_and_permits(stage: Stage) -> None:
    stage.chapter("Stake, and the permit it brings")
    stage.say("Stake on a subnet is alpha, bought from the subnet's pool; on root it stays TAO:")
    stage.act(SudoSet("subtoken_enabled", ROOT, 1))
    for name, tao in (("Vera", 600), ("Victor", 400)):
        for netuid in (SUBNET, ROOT):
            stage.act(AddStake(hotkey(name), netuid, tao * TAO), coldkey(name))
    _run_epoch(stage)
    stage.say(f"The epoch of block {stage.ledger.block:,} gives permits to {', '.join(_with_permit(stage))}, and to nobody else:")
    _set_weights(stage, "Mia", {"Mia": 50, "Milo": 50})


def weights_and_an_epoch(stage: Stage) -> None:
    stage.chapter("Weights, and the epoch that uses them")
    storage = stage.ledger.storage
    stage.say("Validators with a permit rate the miners by setting weights:")
    for name, weights in FIRST_WEIGHTS.items():
        _set_weights(stage, name, weights)
    stage.next_block()
    _set_weights(stage, "Victor", {"Mia": 100})
    stage.metagraph(SUBNET)
    _run_epoch(stage)
    stage.metagraph(SUBNET)
    max_uid, victor_uid = _uids(stage, ("Max", "Victor"))
    row = dict(pairs(storage.weights[SUBNET, victor_uid]))
    given, agreed = row[max_uid] * U16_MAX // sum(row.values()), storage.consensus[SUBNET][max_uid]
    stage.say(
        f"Stake and emission are alpha, the others parts of {U16_MAX:,}. Victor gave Max {given:,} of his weight, but the "
        f"consensus that enough stake backs is {agreed:,}. What is above it is clipped, and costs him validator trust."
    )


def who_has_to_go(stage: Stage) -> None:
    stage.chapter("A full subnet, and who is replaced")
    stage.say("One more finds a place, by work:")
    stage.next_block()
    _register_by_work(stage, "Mona")
    storage = stage.ledger.storage
    stage.say(f"The subnet is full now: {storage.subnetwork_n[SUBNET]} of {storage.max_allowed_uids[SUBNET]} uids are in use.")
    for name in ("Nina", "Noah"):
        stage.next_block()
        _say_who_goes_next(stage)
        stage.act(BurnedRegister(SUBNET, hotkey(name)), coldkey(name))


def _say_who_goes_next(stage: Stage) -> None:
    """The queue, and who has a lower score than the first in it and stays all the same."""
    queue = current_prune_queue(stage.ledger.rules, stage.ledger.storage, SUBNET)
    stage.prune_queue(SUBNET, queue)
    first, *others = ((name_of(stage.ledger.storage.keys[SUBNET, place.uid]), place) for place in queue)
    going, lowest = first
    stage.say(f"{going} is next to be replaced.")
    for name, place in others:
        if place.pruning_score < lowest.pruning_score:
            stage.line(f"{name}'s score is lower, {place.pruning_score:,}, but {name} is spared ({standing(place)}).")


def commit_and_reveal(stage: Stage) -> None:
    stage.chapter("Weights that nobody can copy: commit, then reveal")
    stage.say("A hash goes first, the weights follow in the epoch that the chain names. Nina, the newcomer, is among them:")
    stage.act(SudoSet("commit_reveal_weights_enabled", SUBNET, 1))
    weights = {"Mia": 50, "Milo": 30, "Nina": 20}
    uids, values, salt = _uids(stage, weights), tuple(weights.values()), (2, 7, 1, 8)
    reveal = RevealWeights(SUBNET, uids, values, salt, VERSION_KEY)
    commit_hash = get_commit_hash(hotkey("Vera"), SUBNET, uids, values, salt, VERSION_KEY)
    stage.act(CommitWeights(SUBNET, commit_hash), hotkey("Vera"))
    stage.act(reveal, hotkey("Vera"))
    _run_epoch(stage)
    stage.next_block()
    stage.act(reveal, hotkey("Vera"))
    _run_epoch(stage)
    stage.metagraph(SUBNET)


# --------------------------------------------------------------------------------------------------------- small helpers


def _set_weights(stage: Stage, name: str, weights: dict[str, int]) -> None:
    stage.act(SetWeights(SUBNET, _uids(stage, weights), tuple(weights.values()), VERSION_KEY), hotkey(name))


def _uids(stage: Stage, names: Iterable[str]) -> tuple[int, ...]:
    """The uids that the hotkeys of these people hold."""
    held = ((name, stage.ledger.storage.uids[SUBNET, hotkey(name)]) for name in names)
    return tuple(uid for _, uid in held if uid is not None)


def _run_epoch(stage: Stage) -> None:
    """Let blocks pass up to and with the next one that runs the subnet's epoch."""
    ledger = stage.ledger
    following = ledger.block + 1
    ledger.advance_to(following + blocks_until_next_epoch(SUBNET, ledger.storage.tempo[SUBNET], following))


def _with_permit(stage: Stage) -> list[str]:
    storage = stage.ledger.storage
    permits = storage.validator_permit[SUBNET]
    return [name_of(storage.keys[SUBNET, uid]) for uid, permitted in enumerate(permits) if permitted]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
