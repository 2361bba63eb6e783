"""Dated changes of weights, commits, guards and serving. Between 277 and 424 they are composed: no recorded cases prove it."""

from collections.abc import Callable
from typing import Any

from attrs import evolve

from neuron_ledger.events.calls import BatchSetWeights, CommitWeights, ServeAxon, ServePrometheus, SetWeights
from neuron_ledger.events.weight_calls import (
    CommitCrv3Weights,
    CommitMechanismWeights,
    CommitTimelockedWeights,
    SetMechanismWeights,
)
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.projections.storage import Storage
from tests.chain_fixture import Chain, account, chain_events
from tests.rules.dated_changes import Change, Same

VALIDATOR, MINER, STRANGER = (account(name) for name in ("validator", "miner", "stranger"))
OWNER = account("owner")
BLOCK, TEMPO = 1000, 100


def chain_at(spec_version: int, *, by_commits: bool = False) -> Chain:
    """An owner, a validator with a permit, and a miner, at a spec_version; nobody has stake, and none is needed."""
    chain = Chain(block=BLOCK)
    chain.seat("owner", "validator", "miner")
    storage, rules = chain.storage, TIMELINE.runtime(spec_version)
    storage.subnet_owner_hotkey[1] = OWNER
    storage.validator_permit[1] = (False, True, False)
    storage.last_update[1] = (0, 0, 0)
    storage.max_weights_limit[1], storage.min_allowed_weights[1] = 30_000, 1
    storage.weights_set_rate_limit[1], storage.tempo[1] = 10, TEMPO
    storage.commit_reveal_weights_enabled[1] = by_commits
    chain.rules = rules
    storage.adopt(rules.layout)
    if spec_version >= 320:
        storage.mechanism_count_current[1] = 2
        storage.last_update[4097] = (0, 0, 0)
    if spec_version >= 423:
        storage.last_epoch_block[1], storage.subnet_epoch_index[1] = BLOCK - 10, 7
    return chain


def said(chain: Chain, call: Call, signer: bytes | None = VALIDATOR) -> str:
    """The name of the error, or "ok"; "unknown" where the runtime has no such call."""
    try:
        decision = chain.submit(call, signer)
    except CannotGoOn:
        return "unknown"
    return "ok" if decision.error is None else decision.error.name


def weights(*values: int, netuid: int = 1) -> SetWeights:
    return SetWeights(netuid, tuple(range(len(values))), values, 0)


UNEVEN = weights(9, 1, 1)
AXON, PROMETHEUS = ServeAxon(1, 1, 0, 8091, 4, 4, 0, 0), ServePrometheus(1, 1, 0, 80, 4)


def stake_is_needed(chain: Chain) -> None:
    chain.storage.stake_threshold.value = 1


def set_now(chain: Chain) -> None:
    chain.storage.last_update[1] = (BLOCK,) * 3


def seat_elsewhere(chain: Chain) -> None:
    chain.storage.networks_added[2] = True
    chain.storage.is_network_member[STRANGER, 2] = True


def direct_on_9(chain: Chain) -> None:
    chain.storage.commit_reveal_weights_enabled[9] = False


def known_round(chain: Chain) -> None:
    chain.storage.drand_last_stored_round.value = 9


CRV3, TIMELOCKED = CommitCrv3Weights(1, b"sealed", 8), CommitTimelockedWeights(1, b"sealed", 9, 4)


def change(
    what: str,
    since: int,
    call: Call,
    signer: bytes,
    before: str,
    after: str,
    *,
    by_commits: bool = False,
    arrange: Callable[[Chain], None] | None = None,
) -> Change:
    """What is said to a call, where weights are committed or set directly, once something is arranged."""

    def behaviour(rules: Runtime) -> str:
        chain = chain_at(rules.spec_version, by_commits=by_commits)
        if arrange is not None:
            arrange(chain)
        return said(chain, call, signer)

    return Change(what, since, behaviour, before, after)


def queued_commit(rules: Runtime) -> Any:
    chain = chain_at(rules.spec_version, by_commits=True)
    chain.ok(CommitWeights(1, bytes(32)), VALIDATOR)
    return chain.storage.weight_commits[1, VALIDATOR]


def failed_item(rules: Runtime) -> Any:
    chain = chain_at(rules.spec_version, by_commits=True)
    return chain_events(chain.ok(BatchSetWeights((1,), (b"",), (0,)), VALIDATOR))[1]


def default_of_commit_reveal(rules: Runtime) -> bool:
    return Storage(rules.layout).commit_reveal_weights_enabled[5]


def timelocked(rules: Runtime) -> Any:
    """Where a timelocked commit waits, in which form."""
    chain = chain_at(rules.spec_version, by_commits=True)
    chain.ok(CommitCrv3Weights(1, b"sealed", 8), VALIDATOR)
    items = ("CRV3WeightCommits", "CRV3WeightCommitsV2", "TimelockedWeightCommits")
    return [(item, queue) for item in items for queue in chain.storage.map(item).values()]


def of_mechanism(mechanism: int, spread: int = 3) -> SetMechanismWeights:
    return SetMechanismWeights(1, mechanism, tuple(range(spread)), (1,) * spread, 0)


NO_MECHANISM, UNKNOWN = "MechanismDoesNotExist", "unknown"
NO_STAKE, TOO_FAST = "NotEnoughStakeToSetWeights", "SettingWeightsTooFast"
WAITS = (VALIDATOR, b"sealed", 8)
WAITS_SINCE = (VALIDATOR, BLOCK, b"sealed", 8)
NEWER_CLIENT, OLD_ROUND = CommitTimelockedWeights(1, b"", 9, 3), CommitTimelockedWeights(1, b"", 8, 4)


def faults_in_order(rules: Runtime) -> list[str]:
    """What is said to weights with which everything is wrong, each time once more when that was mended."""
    chain = chain_at(rules.spec_version, by_commits=True)
    chain.rules = evolve(rules, guards=())
    storage = chain.storage
    storage.stake_threshold.value, storage.weights_version_key[1], storage.min_allowed_weights[1] = 1, 5, 3
    storage.commit_reveal_weights_enabled[0] = True
    set_now(chain)
    call: Any = SetWeights(0, (0, 0, 9, 9), (1, 1, 1), 0)
    signer, heard = STRANGER, []

    def ask() -> None:
        heard.append(said(chain, call, signer))

    ask()
    storage.commit_reveal_weights_enabled[0] = storage.commit_reveal_weights_enabled[1] = False
    ask()
    call = evolve(call, netuid=1)
    ask()
    call = evolve(call, weights=(1, 1, 1, 1))
    ask()
    call = evolve(call, dests=(0, 0, 9), weights=(1, 1, 1))
    ask()
    signer = MINER
    ask()
    storage.stake_threshold.value = 0
    ask()
    storage.weights_version_key[1] = 0
    ask()
    storage.last_update[1] = (0, 0, 0)
    ask()
    signer = VALIDATOR
    ask()
    call = evolve(call, dests=(0, 2, 9))
    ask()
    call = evolve(call, dests=(0, 1), weights=(1, 1))
    ask()
    return heard


def direct_in_a_batch(rules: Runtime) -> Any:
    return failed_item(rules)[-1]


def endpoints(rules: Runtime) -> list[str]:
    """What is said to an axon without a port, of another sort of address, and as it should be; to the next one at once."""
    chain = chain_at(rules.spec_version)
    axon: Any = ServeAxon(1, 1, 1, 8091, 4, 4, 0, 0)
    asked = (evolve(axon, port=0), evolve(axon, ip_type=5), axon, axon)
    return [said(chain, call, MINER) for call in asked]


WEIGHTS_SAME = (
    Same(
        "faults of weights in their order",
        faults_in_order,
        [
            *("CommitRevealEnabled", "CanNotSetRootNetworkWeights", "WeightVecNotEqualSize", "UidsLengthExceedUidsInSubNet"),
            *("HotKeyNotRegisteredInSubNet", NO_STAKE, "IncorrectWeightVersionKey", TOO_FAST, "NeuronNoValidatorPermit"),
            *("DuplicateUids", "UidVecContainInvalidOne", "WeightVecLengthIsLow"),
        ],
    ),
    Same("a batch of weights where commits are asked for", direct_in_a_batch, "CommitRevealEnabled"),
    Same("what an axon must pass", endpoints, ["InvalidPort", "InvalidIpType", "ok", "ServingRateLimitExceeded"]),
)

WEIGHTS: tuple[Change, ...] = (
    change("an axon without an address", 283, AXON, VALIDATOR, "InvalidIpAddress", "ok"),
    change("a prometheus without an address", 283, PROMETHEUS, MINER, "InvalidIpAddress", "InvalidIpAddress"),
    Change(
        "the block of a timelocked commit",
        297,
        timelocked,
        [("CRV3WeightCommits", (WAITS,))],
        [("CRV3WeightCommitsV2", (WAITS_SINCE,))],
    ),
    change("commit timelocked weights", 301, TIMELOCKED, VALIDATOR, UNKNOWN, "ok", by_commits=True),
    change("another client", 301, NEWER_CLIENT, MINER, UNKNOWN, "IncorrectCommitRevealVersion", by_commits=True),
    Change(
        "the map of timelocked commits",
        306,
        timelocked,
        [("CRV3WeightCommitsV2", (WAITS_SINCE,))],
        [("TimelockedWeightCommits", (WAITS_SINCE,))],
    ),
    Change("commit and reveal by default", 306, default_of_commit_reveal, False, True),
    change("an unknown netuid", 320, weights(1, netuid=9), MINER, "SubNetworkDoesNotExist", NO_MECHANISM, arrange=direct_on_9),
    change("weights of a mechanism", 320, of_mechanism(1), VALIDATOR, UNKNOWN, "ok"),
    change("no such mechanism", 320, of_mechanism(2), MINER, UNKNOWN, NO_MECHANISM),
    change("a commit of a mechanism", 320, CommitMechanismWeights(1, 1, bytes(32)), MINER, UNKNOWN, "ok", by_commits=True),
    change("commit crv3 weights", 320, CRV3, VALIDATOR, "ok", UNKNOWN, by_commits=True),
    change(
        "a commit where there is no subnet", 320, CommitWeights(9, bytes(32)), MINER, "HotKeyNotRegisteredInSubNet", NO_MECHANISM
    ),
    change("the limit on one weight", 334, UNEVEN, VALIDATOR, "MaxWeightExceeded", "ok"),
    change("the owner without a permit", 397, weights(1, 1), OWNER, "NeuronNoValidatorPermit", "ok"),
    change("the owner without stake", 397, weights(1), OWNER, NO_STAKE, "ok", arrange=stake_is_needed),
    Change(
        "a failed item",
        411,
        failed_item,
        ("BatchWeightItemFailed", "CommitRevealEnabled"),
        ("BatchWeightItemFailed", 1, "CommitRevealEnabled"),
    ),
    Change("a commit in its queue", 423, queued_commit, ((bytes(32), BLOCK, 1008, 1108),), ((bytes(32), 7, BLOCK, 0),)),
    change(
        "a commit without stake",
        423,
        CommitWeights(1, bytes(32)),
        MINER,
        "ok",
        NO_STAKE,
        by_commits=True,
        arrange=stake_is_needed,
    ),
    change(
        "too soon with too many uids", 423, weights(1, 1, 1, 1), MINER, "UidsLengthExceedUidsInSubNet", TOO_FAST, arrange=set_now
    ),
    change("a round that is known", 423, OLD_ROUND, MINER, "ok", "InvalidRevealRound", by_commits=True, arrange=known_round),
    change("a seat elsewhere", 423, AXON, STRANGER, "ok", "HotKeyNotRegisteredInNetwork", arrange=seat_elsewhere),
)
