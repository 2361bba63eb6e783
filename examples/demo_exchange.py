"""The demo's last chapter: a validator asks miners, and its weights follow from what they answer. Takes the extra `exchange`."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from demo_stage import Stage, coldkey, hotkey

from neuron_ledger.events.calls import SetWeights, SudoSet
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.epoch.tempo import blocks_until_next_epoch
from neuron_ledger.replay.questions.weight import explain_weight

SUBNET = 1
VALIDATOR = "Vera"
SKILL = {"Mia": 6, "Milo": 4, "Nina": 2}
"""Name → of how many of the questions it knows the answer."""
QUESTIONS = ("block", "chain", "epoch", "miner", "stake", "weight")


def answers_behind_weights(stage: Stage) -> None:
    """Ask, answer, weigh, and follow one weight back to the answers; on a copy, so that the story's own log stays as it is."""
    stage.chapter("Off the chain: the answers behind a weight")
    try:
        from bittensor_core import Keypair

        from neuron_ledger.replay.exchange import axon, dendrite  # noqa: F401
    except ModuleNotFoundError as missing:
        install = "pip install 'neuron-ledger[exchange]'"
        stage.say(f"Here miners would answer a validator; {missing.name} is not installed: {install}")
        return
    keys = {name: Keypair.create_from_uri(f"//{name}") for name in (VALIDATOR, *SKILL)}
    with Ledger(stage.ledger.log.copied()) as copy:
        copy.submit(SudoSet("commit_reveal_weights_enabled", SUBNET, 0)).unwrap()
        for name, key in keys.items():
            copy.submit(SwapHotkey(hotkey(name), bytes(key.public_key), None), coldkey(name)).unwrap()
        stage.say("In a copy of the ledger Vera and three miners swap their hotkeys for ones that they have the keys of.")
        scores = _asked(copy, keys)
        stage.say(f"Vera's Dendrite sends each miner's Axon {len(QUESTIONS)} words to be spelled backwards, signed, over HTTP:")
        for name, right in scores.items():
            stage.line(f"{name} answers {right} of {len(QUESTIONS)} right")
        _weighed(stage, copy, keys, scores)


def _asked(ledger: Ledger, keys: Mapping[str, Any]) -> dict[str, int]:
    """How many right answers each miner gives; all of it is recorded."""
    from neuron_ledger.replay.exchange.axon import Axon
    from neuron_ledger.replay.exchange.dendrite import Dendrite
    from neuron_ledger.replay.exchange.policies import Policy, Standings
    from neuron_ledger.replay.exchange.recorder import Recorder
    from neuron_ledger.replay.exchange.synapse import Synapse

    class Backwards(Synapse):
        word: str
        answer: str | None = None
        required_hash_fields = ("word",)

    def knowing(known: int) -> Any:
        async def spell(synapse: Backwards) -> Backwards:
            synapse.answer = synapse.word[::-1] if synapse.word in QUESTIONS[:known] else "?"
            return synapse

        spell.__annotations__ = {"synapse": Backwards, "return": Backwards}
        return spell

    with ExitStack() as stack:
        may_ask = Policy(Standings.of_ledger(ledger, SUBNET), permit=True)
        axons = []
        for name, known in SKILL.items():
            recorder = stack.enter_context(Recorder(ledger, SUBNET))
            axon = Axon(keys[name], port=0, recorder=recorder).attach(knowing(known), blacklist=may_ask.blacklist)
            axons.append(stack.enter_context(axon))
        recorder = stack.enter_context(Recorder(ledger, SUBNET))
        asking = stack.enter_context(Dendrite(keys[VALIDATOR], recorder=recorder))
        found = [asking.query(axons, Backwards(word=word), timeout=60) for word in QUESTIONS]
    return {
        name: sum(answers[place].answer == word[::-1] for word, answers in zip(QUESTIONS, found, strict=True))
        for place, name in enumerate(SKILL)
    }


def _weighed(stage: Stage, ledger: Ledger, keys: Mapping[str, Any], scores: Mapping[str, int]) -> None:
    """Weights from scores, an epoch, and one weight traced back."""
    storage = ledger.storage
    accounts = {name: bytes(key.public_key) for name, key in keys.items()}
    uids = {name: storage.uids[SUBNET, account] for name, account in accounts.items()}
    ledger.advance_to(ledger.block + storage.weights_set_rate_limit[SUBNET])
    dests = tuple(uid for name in scores if (uid := uids[name]) is not None)
    ledger.submit(SetWeights(SUBNET, dests, tuple(scores.values()), 0), accounts[VALIDATOR]).unwrap()
    following = ledger.block + 1
    ledger.advance_to(following + blocks_until_next_epoch(SUBNET, storage.tempo[SUBNET], following))
    validator, miner = uids[VALIDATOR], uids["Milo"]
    assert validator is not None
    assert miner is not None
    why = explain_weight(ledger.log, SUBNET, validator, miner)
    right = sum(one.answered and not one.disagrees for one in why.behind)
    incentive = storage.incentive[SUBNET][miner]
    stage.say(
        f"Her weights follow from that, and the epoch gives Milo an incentive of {incentive:,}. The weight of {why.weight:,} of "
        f"{why.of:,} is traced to {len(why.behind)} exchanges, {right} of them answered, recorded alike by both."
    )
