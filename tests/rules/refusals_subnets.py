"""How subnets, hyperparameters, blocks and balances are refused."""

from neuron_ledger.events.calls import (
    AdvanceTo,
    CreateRootNetwork,
    DissolveNetwork,
    ForceSetBalance,
    RegisterNetwork,
    SealStorage,
    SetParam,
    SettleBalance,
    StartCall,
    SudoSet,
    SudoSetAlphaValues,
)
from neuron_ledger.events.extrinsics import IncludeExtrinsic
from neuron_ledger.events.parameters import SudoSetNetworkMaxStake, SudoSetSnOwnerHotkey, SudoSetSubnetOwnerHotkey
from neuron_ledger.ledger.rules.subnets.calls import DURATION_OF_START_CALL
from tests.chain_fixture import TAO, Chain, account
from tests.rules.refusals import SIGNED, STRANGER, UNSIGNED, Attempt, Refusals, refusal

OWNER, HOT = account("hot-cold"), account("hot")
BLOCK = 100_000
LOCK_COST = 1000 * TAO


def chain() -> Chain:
    """A subnet that has not begun to emit, of an owner with 1000 TAO."""
    chain = Chain(block=BLOCK)
    chain.seat("hot")
    chain.fund(OWNER, LOCK_COST)
    chain.storage.subnet_owner[1] = OWNER
    chain.storage.network_registered_at[1] = BLOCK - DURATION_OF_START_CALL
    chain.set("network_min_lock", LOCK_COST, 0)
    chain.set("network_rate_limit", 7200, 0)
    chain.set("liquid_alpha_enabled", 1)
    chain.set("tempo", 9)
    return chain


def without_root() -> Chain:
    chain = Chain(subnets=(), block=BLOCK)
    chain.storage.networks_added.remove(0)
    return chain


DOES_NOT_EXIST = refusal("SubNetworkDoesNotExist", lambda attempt: attempt.ask(netuid=9), netuid=9)
NOT_ITS_OWNER = refusal(
    "BadOrigin", lambda attempt: attempt.sign(STRANGER), needed="the subnet's owner", owner=OWNER, signer=STRANGER
)


# ----------------------------------------------------------------------------------------------------- beginning, ending


def cheap_and_at_existential_deposit(attempt: Attempt) -> None:
    attempt.put("NetworkLastLockCost", (), 0)
    attempt.chain.set("network_min_lock", 500, 0)
    attempt.chain.fund(OWNER, 500)


def too_poor(attempt: Attempt) -> None:
    attempt.chain.set("network_min_lock", LOCK_COST, 0)
    attempt.chain.fund(OWNER, LOCK_COST - 1)


BEGIN = Refusals(
    lambda: Attempt(chain(), RegisterNetwork(HOT), OWNER),
    (
        UNSIGNED,
        refusal(
            "NonAssociatedColdKey",
            lambda attempt: attempt.put("Owner", HOT, STRANGER),
            hotkey=HOT,
            owner=STRANGER,
            coldkey=OWNER,
        ),
        refusal(
            "NetworkTxRateLimitExceeded",
            lambda attempt: attempt.put("NetworkLastRegistered", (), BLOCK - 7199),
            last_registered=BLOCK - 7199,
            allowed_from=BLOCK + 1,
        ),
        refusal("NotEnoughBalanceToStake", too_poor, needed=LOCK_COST, balance=LOCK_COST - 1),
        refusal("ZeroBalanceAfterWithdrawn", cheap_and_at_existential_deposit, asked=500, balance=500, existential_deposit=500),
    ),
)

START = Refusals(
    lambda: Attempt(chain(), StartCall(1), OWNER),
    (
        DOES_NOT_EXIST,
        (UNSIGNED, NOT_ITS_OWNER),
        refusal(
            "FirstEmissionBlockNumberAlreadySet",
            lambda attempt: attempt.put("FirstEmissionBlockNumber", 1, 77),
            netuid=1,
            first_emission_block_number=77,
        ),
        refusal(
            "NeedWaitingMoreBlocksToStarCall",
            lambda attempt: attempt.put("NetworkRegisteredAt", 1, BLOCK - DURATION_OF_START_CALL + 1),
            netuid=1,
            allowed_from=BLOCK + 1,
        ),
    ),
)

END = Refusals(
    lambda: Attempt(chain(), DissolveNetwork(OWNER, 1)),
    (
        SIGNED,
        DOES_NOT_EXIST,
        refusal("NotSubnetOwner", lambda attempt: attempt.ask(coldkey=STRANGER), netuid=1, owner=OWNER, coldkey=STRANGER),
    ),
)

CREATE_ROOT = Refusals(
    lambda: Attempt(without_root(), CreateRootNetwork()),
    (SIGNED, refusal("RootNetworkExists", lambda attempt: attempt.put("NetworksAdded", 0, True), netuid=0)),
)


# ------------------------------------------------------------------------------------------------------- hyperparameters

UNKNOWN_SUBNET = refusal("AdminUtils.SubnetDoesNotExist", lambda attempt: attempt.ask(netuid=9), netuid=9)

BARE_SETTING = Refusals(lambda: Attempt(chain(), SetParam("tempo", 1, 5)), (SIGNED,))

SETTING = Refusals(lambda: Attempt(chain(), SudoSet("tempo", 1, 5)), (SIGNED, UNKNOWN_SUBNET))

CUTOFF = Refusals(
    lambda: Attempt(chain(), SudoSet("activity_cutoff", 1, 360), OWNER),
    (
        NOT_ITS_OWNER,
        refusal("ActivityCutoffTooLow", lambda attempt: attempt.ask(value=359), activity_cutoff=359, needed=360),
    ),
)

MOVING_AVERAGE = Refusals(
    lambda: Attempt(chain(), SudoSet("bonds_moving_average", 1, 975_000), OWNER),
    (
        NOT_ITS_OWNER,
        refusal(
            "AdminUtils.BondsMovingAverageMaxReached",
            lambda attempt: attempt.ask(value=975_001),
            bonds_moving_average=975_001,
            most=975_000,
        ),
    ),
)

VERSION_KEY = Refusals(
    lambda: Attempt(chain(), SudoSet("weights_version_key", 1, 5), OWNER),
    (
        NOT_ITS_OWNER,
        refusal(
            "TxRateLimitExceeded",
            lambda attempt: attempt.put("TransactionKeyLastBlock", (OWNER, 1, 4), BLOCK - 44),
            signer=OWNER,
            netuid=1,
            allowed_from=BLOCK + 1,
        ),
    ),
)

UIDS = Refusals(
    lambda: Attempt(chain(), SudoSet("max_allowed_uids", 1, 2)),
    (
        SIGNED,
        UNKNOWN_SUBNET,
        refusal(
            "AdminUtils.MaxAllowedUIdsLessThanCurrentUIds", lambda attempt: attempt.ask(value=1), max_allowed_uids=1, needed=2
        ),
    ),
)

VALIDATORS = Refusals(
    lambda: Attempt(chain(), SudoSet("max_allowed_validators", 1, 256)),
    (
        SIGNED,
        UNKNOWN_SUBNET,
        refusal(
            "AdminUtils.MaxValidatorsLargerThanMaxUIds",
            lambda attempt: attempt.ask(value=5000),
            max_allowed_validators=5000,
            most=4096,
        ),
    ),
)

ALPHA_VALUES = Refusals(
    lambda: Attempt(chain(), SudoSetAlphaValues(1, 1, 52_428), OWNER),
    (
        (UNSIGNED, NOT_ITS_OWNER),
        refusal("LiquidAlphaDisabled", lambda attempt: attempt.put("LiquidAlphaOn", 1, False), netuid=1),
        refusal("AlphaHighTooLow", lambda attempt: attempt.ask(alpha_high=52_427), alpha_high=52_427, needed=52_428),
        (
            refusal("AlphaLowOutOfRange", lambda attempt: attempt.ask(alpha_low=0), alpha_low=0, lowest=1, highest=52_427),
            refusal(
                "AlphaLowOutOfRange",
                lambda attempt: attempt.ask(alpha_low=52_428),
                alpha_low=52_428,
                lowest=1,
                highest=52_427,
            ),
        ),
    ),
)


OWN_HOTKEY = Refusals(lambda: Attempt(chain(), SudoSetSubnetOwnerHotkey(1, HOT), OWNER), ((UNSIGNED, NOT_ITS_OWNER),))

SELDOM_SET_HOTKEY = Refusals(
    lambda: Attempt(chain(), SudoSetSnOwnerHotkey(1, HOT), OWNER),
    (
        NOT_ITS_OWNER,
        refusal("SubnetNotExists", lambda attempt: attempt.drop("NetworksAdded", 1), netuid=1),
        refusal(
            "TxRateLimitExceeded",
            lambda attempt: attempt.put("LastRateLimitedBlock", b"\0\1\0", BLOCK),
            signer=OWNER,
            netuid=1,
            allowed_from=BLOCK + 50_400,
        ),
    ),
)

MOST_STAKE = Refusals(lambda: Attempt(chain(), SudoSetNetworkMaxStake(1, TAO)), (SIGNED,))

PARAMETERS = (
    MOST_STAKE,
    OWN_HOTKEY,
    SELDOM_SET_HOTKEY,
    BARE_SETTING,
    SETTING,
    CUTOFF,
    MOVING_AVERAGE,
    VERSION_KEY,
    UIDS,
    VALIDATORS,
    ALPHA_VALUES,
)


# -------------------------------------------------------------------------------------------------- blocks and balances


BLOCKS = Refusals(
    lambda: Attempt(chain(), AdvanceTo(BLOCK + 20)),
    (
        SIGNED,
        refusal("BlockIsPast", lambda attempt: attempt.ask(block=BLOCK), asked=BLOCK, current=BLOCK),
    ),
)

SEAL = Refusals(lambda: Attempt(chain(), SealStorage()), (SIGNED,))
INCLUDE = Refusals(lambda: Attempt(chain(), IncludeExtrinsic(OWNER, 7, b"extrinsic")), (SIGNED,))
BALANCE = Refusals(lambda: Attempt(chain(), ForceSetBalance(OWNER, 0)), (SIGNED,))
SETTLED = Refusals(lambda: Attempt(chain(), SettleBalance(OWNER, 5, 7)), (SIGNED,))


SUBNETS = (BEGIN, START, END, CREATE_ROOT, *PARAMETERS, BLOCKS, SEAL, INCLUDE, BALANCE, SETTLED)
