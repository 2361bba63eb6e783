"""How commitments are refused."""

from neuron_ledger.events.commitments import SetCommitment, SetMaxSpace
from tests.chain_fixture import Chain, account
from tests.rules.refusals import SIGNED, STRANGER, UNSIGNED, Attempt, Refusals, refusal

HOT = account("hot")
FIELDS = (("Raw", b"x" * 101, 0),)


def commits() -> Attempt:
    chain = Chain()
    chain.seat("hot")
    return Attempt(chain, SetCommitment(1, FIELDS), HOT)


COMMIT = Refusals(
    commits,
    (
        UNSIGNED,
        refusal("Commitments.AccountNotAllowedCommit", lambda attempt: attempt.sign(STRANGER), netuid=1, hotkey=STRANGER),
        refusal(
            "Commitments.SpaceLimitExceeded",
            lambda attempt: attempt.put("Commitments.MaxSpace", (), 100),
            netuid=1,
            used=0,
            asked=101,
            allowed=100,
        ),
    ),
)
SPACE = Refusals(lambda: Attempt(Chain(), SetMaxSpace(5)), (SIGNED,))

COMMITMENTS = (COMMIT, SPACE)
