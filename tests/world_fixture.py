"""A small world for random calls: the root network, and three subnets of one owner of which two have neurons, stake, emission."""

from functools import cache

from neuron_ledger.events.calls import (
    AddStake,
    CreateRootNetwork,
    ForceRegister,
    ForceSetBalance,
    Observe,
    RegisterNetwork,
    RootRegister,
    SetParam,
    StartCall,
    SudoSet,
)
from neuron_ledger.events.storage.changes import ItemChange, canonical_changes
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.subnets.calls import DURATION_OF_START_CALL
from tests.chain_fixture import TAO, account

HOTKEYS = [account(f"hotkey {number}") for number in range(7)]
COLDKEYS = [account(f"coldkey {number}") for number in range(3)]
OWNER, OWNER_HOTKEY = COLDKEYS[0], account("owner's hotkey")
TEMPO = 7
DIFFICULTY = 20
WORLD = Observe("a small world", 0, bytes(32))

_OF_CHAIN = {
    "network_rate_limit": 0,
    "network_min_lock": 100 * TAO,
    "lock_reduction_interval": 1,
    "subnet_moving_alpha": 2**31,
    "pending_childkey_cooldown": TEMPO,
    "tx_delegate_take_rate_limit": 3,
    "tx_childkey_take_rate_limit": 3,
}
_OF_SUBNETS = {
    "tempo": TEMPO,
    "weights_set_rate_limit": 0,
    "min_allowed_weights": 1,
    "max_allowed_uids": 6,
    "immunity_period": 5,
    "min_burn": 500,
    "max_burn": 3 * TAO,
    "burn": TAO // 10,
    "min_difficulty": DIFFICULTY,
    "max_difficulty": DIFFICULTY,
    "difficulty": DIFFICULTY,
    "network_pow_registration_allowed": 1,
    "max_registrations_per_block": 3,
    "target_registrations_per_interval": 2,
    "adjustment_interval": 10,
    "serving_rate_limit": 3,
    "reveal_period": 1,
    "ema_price_halving_period": 10,
}


def set_up_subnet(ledger: Ledger, netuid: int) -> None:
    """Give a subnet parameters under which much happens in few blocks."""
    for name, value in _OF_SUBNETS.items():
        ledger.submit(SetParam(name, netuid, value)).unwrap()


@cache
def world() -> tuple[ItemChange, ...]:
    """The world's storage, as an observation; the third subnet may be started, but is not yet."""
    ledger = Ledger.in_memory(spec_version=277)
    for coldkey in COLDKEYS:
        ledger.submit(ForceSetBalance(coldkey, 5000 * TAO)).unwrap()
    ledger.submit(CreateRootNetwork()).unwrap()
    for name, value in _OF_CHAIN.items():
        ledger.submit(SetParam(name, 0, value)).unwrap()
    for netuid in (1, 2, 3):
        ledger.advance_to(10 * netuid)
        ledger.submit(RegisterNetwork(OWNER_HOTKEY), OWNER).unwrap()
        set_up_subnet(ledger, netuid)
    # Empty blocks in between would only take time.
    ledger.observe(WORLD, canonical_changes({"BlockNumber": ({(): DURATION_OF_START_CALL + 30}, [])}))
    for netuid in (1, 2):
        ledger.submit(StartCall(netuid), OWNER).unwrap()
        for hotkey in HOTKEYS[:4]:
            ledger.submit(ForceRegister(netuid, hotkey, COLDKEYS[1])).unwrap()
        for hotkey in (OWNER_HOTKEY, *HOTKEYS[:2]):
            ledger.submit(AddStake(hotkey, netuid, 20 * TAO), COLDKEYS[2]).unwrap()
    ledger.submit(SudoSet("commit_reveal_weights_enabled", 2, 1)).unwrap()
    ledger.submit(SudoSet("liquid_alpha_enabled", 2, 1)).unwrap()
    ledger.submit(SudoSet("yuma3_enabled", 2, 1)).unwrap()
    ledger.submit(SudoSet("subtoken_enabled", 0, 1)).unwrap()
    ledger.submit(RootRegister(HOTKEYS[0]), COLDKEYS[1]).unwrap()
    ledger.submit(AddStake(HOTKEYS[0], 0, 100 * TAO), COLDKEYS[1]).unwrap()
    ledger.advance_to(ledger.block + 4 * TEMPO)
    return canonical_changes({table.item.name: (dict(table), []) for table in ledger.storage.maps()})


def new_world() -> Ledger:
    """A ledger that has taken the world over."""
    ledger = Ledger.in_memory(spec_version=277)
    ledger.observe(WORLD, world())
    return ledger
