"""How weights are refused: set, committed, revealed, one by one and in batches."""

from neuron_ledger.events.calls import (
    BatchCommitWeights,
    BatchRevealWeights,
    BatchSetWeights,
    CommitWeights,
    RevealWeights,
    SetWeights,
)
from neuron_ledger.events.weight_calls import CommitCrv3Weights, StorePulse
from neuron_ledger.events.wire.rows import pack_pairs
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from tests.chain_fixture import Chain, account
from tests.rules.refusals import SIGNED, STRANGER, UNSIGNED, Attempt, Refusals, Values, refusal

VALIDATOR, UID = account("validator"), 0
COMMIT_BLOCK, TEMPO, PERIOD = 100, 9, 2
REVEAL_BLOCK, REVEAL_END, TOO_LATE = 118, 127, 128
"""Block 100 of netuid 1 with tempo 9 lies in epoch 10; what is committed there is revealed in epoch 12."""

UIDS, WEIGHTS, SALT, KEY = (1, 2), (1, 3), (7,), 5
HASH = get_commit_hash(VALIDATOR, 1, UIDS, WEIGHTS, SALT, KEY)
HASH_OF_OTHER_SALT = get_commit_hash(VALIDATOR, 1, UIDS, WEIGHTS, (8,), KEY)


def chain(*, by_commits: bool = False, block: int = COMMIT_BLOCK) -> Chain:
    """A validator with a permit and three miners, version key 5, weights at most every 10 blocks."""
    chain = Chain(block=block)
    chain.seat("validator", "a", "b", "c")
    chain.storage.validator_permit[1] = (True, False, False, False)
    chain.storage.last_update[1] = (block - 10,) * 4
    for name, value in (
        ("weights_version_key", KEY),
        ("weights_set_rate_limit", 10),
        ("min_allowed_weights", 1),
        ("max_weight_limit", 65535),
        ("tempo", TEMPO),
        ("reveal_period", PERIOD),
        ("commit_reveal_weights_enabled", int(by_commits)),
    ):
        chain.set(name, value)
    return chain


def committed() -> Chain:
    """The validator has committed to the weights, and it is time to reveal them."""
    chain_then = chain(by_commits=True)
    chain_then.ok(CommitWeights(1, HASH), VALIDATOR)
    chain_then.storage.block_number.value = REVEAL_BLOCK
    return chain_then


# ------------------------------------------------------------------------------------------------------------- setting


def updated_too_recently(attempt: Attempt) -> None:
    attempt.put_here("LastUpdate", (attempt.chain.block - 9,) * 4)


def too_many_uids(attempt: Attempt) -> None:
    attempt.ask(dests=(0, 1, 2, 3, 3), weights=(1, 1, 1, 1, 1))


def above_the_limit(attempt: Attempt) -> None:
    attempt.chain.set("max_weight_limit", 40_000)


TOO_SOON: Values = {"netuid": 1, "uid": UID, "last_update": 91, "current": 100, "allowed_from": 101}
REGISTERED = refusal("HotKeyNotRegisteredInSubNet", lambda attempt: attempt.sign(STRANGER), netuid=1, hotkey=STRANGER)

SET = Refusals(
    lambda: Attempt(chain(), SetWeights(1, UIDS, WEIGHTS, KEY), VALIDATOR),
    (
        refusal("CommitRevealEnabled", lambda attempt: attempt.put_here("CommitRevealWeightsEnabled", True), netuid=1),
        UNSIGNED,
        refusal("CanNotSetRootNetworkWeights", lambda attempt: attempt.ask(netuid=0), netuid=0),
        refusal("WeightVecNotEqualSize", lambda attempt: attempt.ask(weights=(1, 2, 3)), uids=2, weights=3),
        refusal("SubNetworkDoesNotExist", lambda attempt: attempt.ask(netuid=9), netuid=9),
        refusal("UidsLengthExceedUidsInSubNet", too_many_uids, uids=5, allowed=4),
        REGISTERED,
        refusal(
            "NotEnoughStakeToSetWeights",
            lambda attempt: attempt.put("StakeThreshold", (), 1000),
            netuid=1,
            stake=0,
            needed=1000,
            missing=1000,
        ),
        refusal("IncorrectWeightVersionKey", lambda attempt: attempt.ask(version_key=4), version_key=4, needed=5),
        refusal("SettingWeightsTooFast", updated_too_recently, **TOO_SOON),
        refusal(
            "NeuronNoValidatorPermit",
            lambda attempt: attempt.put_here("ValidatorPermit", (False, True, True, True)),
            netuid=1,
            uid=UID,
            needed="a permit, or no weight but one on itself",
        ),
        refusal("DuplicateUids", lambda attempt: attempt.ask(dests=(4, 4)), uid=4),
        refusal("UidVecContainInvalidOne", lambda attempt: attempt.ask(dests=(1, 4)), uid=4, neurons=4),
        refusal("WeightVecLengthIsLow", lambda attempt: attempt.put_here("MinAllowedWeights", 3), weights=2, needed=3),
        refusal("MaxWeightExceeded", above_the_limit, uid=2, part_of_65535=49152, limit=40_000),
    ),
)

SET_BATCH = Refusals(
    lambda: Attempt(chain(), BatchSetWeights((1,), (pack_pairs([(1, 1)]),), (KEY,)), VALIDATOR),
    (
        UNSIGNED,
        (
            refusal("InputLengthsUnequal", lambda attempt: attempt.ask(netuids=(1, 1)), netuids=2, weights=1, version_keys=1),
            refusal("InputLengthsUnequal", lambda attempt: attempt.ask(weights=()), netuids=1, weights=0, version_keys=1),
            refusal("InputLengthsUnequal", lambda attempt: attempt.ask(version_keys=()), netuids=1, weights=1, version_keys=0),
        ),
    ),
)


# ---------------------------------------------------------------------------------------------------------- committing


def ten_commits(attempt: Attempt) -> None:
    attempt.put("WeightCommits", (1, VALIDATOR), ((HASH_OF_OTHER_SALT, COMMIT_BLOCK, 0, 0),) * 10)


DISABLED = refusal("CommitRevealDisabled", lambda attempt: attempt.put("CommitRevealWeightsEnabled", 1, False), netuid=1)

COMMIT = Refusals(
    lambda: Attempt(chain(by_commits=True), CommitWeights(1, HASH), VALIDATOR),
    (
        UNSIGNED,
        DISABLED,
        REGISTERED,
        refusal("CommittingWeightsTooFast", updated_too_recently, **TOO_SOON),
        refusal(
            "TooManyUnrevealedCommits",
            ten_commits,
            unrevealed=10,
            allowed=10,
            oldest_expires_after=REVEAL_END,
            current=COMMIT_BLOCK,
        ),
    ),
)

COMMIT_BATCH = Refusals(
    lambda: Attempt(chain(by_commits=True), BatchCommitWeights((1,), (HASH,)), VALIDATOR),
    (
        UNSIGNED,
        refusal("InputLengthsUnequal", lambda attempt: attempt.ask(netuids=(1, 1)), netuids=2, commit_hashes=1),
    ),
)


# ----------------------------------------------------------------------------------------------------------- revealing


def only_another_commit_and_too_late(attempt: Attempt) -> None:
    attempt.put("WeightCommits", (1, VALIDATOR), ((HASH_OF_OTHER_SALT, COMMIT_BLOCK, 0, 0),))
    attempt.at(TOO_LATE)


NO_COMMIT = refusal(
    "NoWeightsCommitFound",
    lambda attempt: attempt.drop("WeightCommits", (1, VALIDATOR)),
    netuid=1,
    hotkey=VALIDATOR,
)
EXPIRED = refusal(
    "ExpiredWeightCommit",
    lambda attempt: attempt.at(TOO_LATE),
    commit_block=COMMIT_BLOCK,
    last_reveal_block=REVEAL_END,
    current=TOO_LATE,
)
TOO_EARLY = refusal(
    "RevealTooEarly",
    lambda attempt: attempt.at(REVEAL_BLOCK - 1),
    commit_block=COMMIT_BLOCK,
    first_reveal_block=REVEAL_BLOCK,
    last_reveal_block=REVEAL_END,
    current=REVEAL_BLOCK - 1,
)
NO_PERMIT = refusal(
    "NeuronNoValidatorPermit",
    lambda attempt: attempt.put_here("ValidatorPermit", (False,) * 4),
    netuid=1,
    uid=UID,
    needed="a permit, or no weight but one on itself",
)
UNSEATED = refusal(
    "HotKeyNotRegisteredInSubNet", lambda attempt: attempt.drop("Uids", (1, VALIDATOR)), netuid=1, hotkey=VALIDATOR
)
"""What is revealed must pass the checks of weights that are set; these two stand for them all."""

OTHER: Values = {"netuid": 1, "commit_hash": HASH_OF_OTHER_SALT, "open_commits": 1}

REVEAL = Refusals(
    lambda: Attempt(committed(), RevealWeights(1, UIDS, WEIGHTS, SALT, KEY), VALIDATOR),
    (
        UNSIGNED,
        DISABLED,
        (
            NO_COMMIT,
            refusal("NoWeightsCommitFound", only_another_commit_and_too_late, netuid=1, hotkey=VALIDATOR, commit_hash=HASH),
            EXPIRED,
            refusal("InvalidRevealCommitHashNotMatch", lambda attempt: attempt.ask(salt=(8,)), **OTHER),
        ),
        TOO_EARLY,
        UNSEATED,
        NO_PERMIT,
    ),
)

REVEAL_BATCH = Refusals(
    lambda: Attempt(committed(), BatchRevealWeights(1, (UIDS,), (WEIGHTS,), (SALT,), (KEY,)), VALIDATOR),
    (
        refusal(
            "InputLengthsUnequal",
            lambda attempt: attempt.ask(version_keys=(KEY, KEY)),
            uids_list=1,
            values_list=1,
            salts_list=1,
            version_keys=2,
        ),
        UNSIGNED,
        DISABLED,
        (
            NO_COMMIT,
            EXPIRED,
            refusal("InvalidRevealCommitHashNotMatch", lambda attempt: attempt.ask(salts_list=((8,),)), **OTHER),
            refusal(
                "InvalidRevealCommitHashNotMatch",
                only_another_commit_and_too_late,
                netuid=1,
                commit_hash=HASH,
                open_commits=0,
            ),
        ),
        TOO_EARLY,
        UNSEATED,
        NO_PERMIT,
    ),
)

# ---------------------------------------------------------------------------------------------------------- timelocked

TIMELOCKED_EPOCH = 10


def ten_timelocked_commits(attempt: Attempt) -> None:
    attempt.put("CRV3WeightCommits", (1, TIMELOCKED_EPOCH), ((VALIDATOR, b"sealed", 1),) * 10)


COMMIT_TIMELOCKED = Refusals(
    lambda: Attempt(chain(by_commits=True), CommitCrv3Weights(1, b"sealed", 1000), VALIDATOR),
    (
        UNSIGNED,
        DISABLED,
        REGISTERED,
        refusal("CommittingWeightsTooFast", updated_too_recently, **TOO_SOON),
        refusal("TooManyUnrevealedCommits", ten_timelocked_commits, unrevealed=10, allowed=10, epoch=TIMELOCKED_EPOCH),
    ),
)

PULSE = Refusals(lambda: Attempt(chain(), StorePulse(1000, bytes(48))), (SIGNED,))

WEIGHTS_TABLES = (SET, SET_BATCH, COMMIT, COMMIT_BATCH, REVEAL, REVEAL_BATCH, COMMIT_TIMELOCKED, PULSE)
