"""A subnet on one machine whose weights follow from answers: two validators ask five miners, and one weight is explained.

    python examples/subnet_that_talks.py              the ledger goes into a new temporary directory
    python examples/subnet_that_talks.py MY.ledger    it goes into that file, which must not exist yet

Everything is real but the money: keys, signatures, requests over HTTP, the chain's rules. Takes the extra `exchange`.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

from bittensor_core import Keypair

from neuron_ledger.events.calls import BurnedRegister, GrantStake, SetParam, SetWeights
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.dendrite import Dendrite
from neuron_ledger.replay.exchange.on_chain import axons_of
from neuron_ledger.replay.exchange.policies import Policy, Standings
from neuron_ledger.replay.exchange.recorder import Recorder
from neuron_ledger.replay.exchange.synapse import Synapse
from neuron_ledger.replay.oracle.accounts import account
from neuron_ledger.replay.oracle.chain import Oracle
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.questions.weight import explain_weight

TAO = 10**9
QUESTIONS = 12
VALIDATORS = {"Vera": 600, "Victor": 400}
"""Name → stake, in alpha."""
MINERS = {"Mia": 1.0, "Max": 0.9, "Mara": 0.7, "Milo": 0.4, "Mona": 0.0}
"""Name → how much of what it answers is right."""


class Factor(Synapse):
    """Find a factor of a number that has two of them."""

    number: int
    factor: int | None = None
    required_hash_fields = ("number",)


def answering(skill: float, seed: str) -> Callable[[Factor], Factor]:
    """A miner's work, well done as often as its skill lets it."""
    random = Random(seed)

    def factor(synapse: Factor) -> Factor:
        right = next(divisor for divisor in range(2, synapse.number) if synapse.number % divisor == 0)
        synapse.factor = right if random.random() < skill else right + 1
        return synapse

    return factor


def key(name: str) -> Keypair:
    """The hotkey of somebody, made from the name."""
    return Keypair.create_from_uri(f"//{name}")


def hotkey(name: str) -> bytes:
    return bytes(key(name).public_key)


def main(arguments: list[str]) -> int:
    """From nothing to one weight explained. Returns: the exit code."""
    path = Path(arguments[0]) if arguments else Path(tempfile.mkdtemp(prefix="neuron-ledger-")) / "subnet.ledger"
    try:
        ledger = Ledger.create(path, origin="example.org/subnet")
    except LogError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    with ledger:
        oracle = Oracle(ledger)
        netuid = begin(oracle)
        with ExitStack() as stack:
            for name, skill in MINERS.items():
                serve(stack, oracle, netuid, name, skill)
            scores = {name: ask(stack, oracle, netuid, name) for name in VALIDATORS}
        for name, found in scores.items():
            weigh(oracle, netuid, name, found)
        oracle.mine_to_epoch(netuid)
        show(oracle, netuid)
        is_clean = explain(oracle, netuid)
    python = Path(os.path.relpath(sys.executable))
    print(f"\nThe ledger is {path}. Try next:\n", file=sys.stderr)
    for what in (f"exchange log {path}", f"explain weight {path} --netuid {netuid} --validator 1 --miner 3", f"audit {path}"):
        print(f"  {python.with_name('neuron-ledger')} {what}", file=sys.stderr)
    return 0 if is_clean else 1


def begin(oracle: Oracle) -> int:
    """A subnet on which seven hotkeys register, two of them with stake and permits."""
    subnet = oracle.begin_subnet(validators=0, miners=0, name="talking")
    netuid, coldkey = subnet.netuid, account("a coldkey of all")
    oracle.fund(coldkey)
    for parameter, value in (("target_registrations_per_interval", 10), ("max_registrations_per_block", 10)):
        oracle.submit(SetParam(parameter, netuid, value)).unwrap()
    for name in (*VALIDATORS, *MINERS):
        oracle.submit(BurnedRegister(netuid, hotkey(name)), coldkey).unwrap()
    for name, alpha in VALIDATORS.items():
        oracle.submit(GrantStake(hotkey(name), coldkey, netuid, alpha * TAO)).unwrap()
    for parameter, value in (("max_allowed_validators", 2), ("weights_set_rate_limit", 0)):
        oracle.submit(SetParam(parameter, netuid, value)).unwrap()
    oracle.mine_to_epoch(netuid)
    permits = oracle.storage.validator_permit[netuid]
    print(f"Subnet {netuid}: {len(permits)} neurons, permits for uids {[uid for uid, has in enumerate(permits) if has]}")
    return netuid


def serve(stack: ExitStack, oracle: Oracle, netuid: int, name: str, skill: float) -> None:
    """A miner answers whoever has a permit, records what it was asked, and is announced on the chain."""
    recorder = stack.enter_context(Recorder(oracle.ledger, netuid))
    may_ask = Policy(Standings.of_ledger(oracle.ledger, netuid), permit=True)
    axon = Axon(key(name), port=0, recorder=recorder)
    axon.attach(answering(skill, name), blacklist=may_ask.blacklist, priority=may_ask.priority)
    stack.enter_context(axon).serve(netuid, oracle.ledger, ip="0.0.0.0")


def ask(stack: ExitStack, oracle: Oracle, netuid: int, name: str) -> dict[int, int]:
    """A validator asks everybody who is announced, and counts right answers: uid → how many."""
    axons = axons_of(oracle.storage, netuid)
    right = dict.fromkeys(axons, 0)
    random = Random(name)
    recorder = stack.enter_context(Recorder(oracle.ledger, netuid))
    with Dendrite(key(name), recorder=recorder) as dendrite:
        for _ in range(QUESTIONS):
            number = random.choice((3, 5, 7, 11, 13)) * random.choice((101, 103, 107, 109))
            answers: Sequence[Factor] = dendrite.query(list(axons.values()), Factor(number=number))
            for uid, answer in zip(axons, answers, strict=True):
                right[uid] += answer.factor is not None and 1 < answer.factor < number and number % answer.factor == 0
    return right


def weigh(oracle: Oracle, netuid: int, name: str, scores: dict[int, int]) -> None:
    """The weights that follow from the scores."""
    best = max(scores.values())
    weights = {uid: score * 65535 // best for uid, score in scores.items()}
    oracle.submit(SetWeights(netuid, tuple(weights), tuple(weights.values()), 0), hotkey(name)).unwrap()
    print(f"{name} has {QUESTIONS} questions answered by each, right by uid: {scores}")


def show(oracle: Oracle, netuid: int) -> None:
    names = {hotkey(name): name for name in (*VALIDATORS, *MINERS)}
    for neuron in oracle.subnet(netuid).neurons():
        who = names.get(neuron.hotkey, "owner")
        print(f"  uid {neuron.uid}  {who:<7} incentive {neuron.incentive:>6,}  dividends {neuron.dividends:>6,}")


def explain(oracle: Oracle, netuid: int) -> bool:
    """One weight, down to the answers; then whether the whole log is sound."""
    uid = {name: oracle.storage.uids[netuid, hotkey(name)] for name in ("Vera", "Max")}
    vera, max_uid = uid["Vera"], uid["Max"]
    assert vera is not None
    assert max_uid is not None
    answer = explain_weight(oracle.ledger.log, netuid, vera, max_uid)
    answered = [one for one in answer.behind if one.answered]
    both = [one for one in answered if one.by_axon is not None and one.by_dendrite is not None and not one.disagrees]
    print(f"Vera's weight for Max is {answer.weight} of {answer.of}. Behind it stand {len(answer.behind)} exchanges:")
    print(f"{len(answered)} were answered, and of {len(both)} both recorded the same answer.")
    report = audit(oracle.ledger.log)
    print(f"Audit: {len(report.findings)} findings; it rests on {len(report.observations)} sources of exchanges.")
    return report.clean


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
