"""A small ledger with something to ask about: validators, one of whom copies, miners, a replacement, refusals, epochs."""

from pathlib import Path

from neuron_ledger.events.calls import BurnedRegister, SetWeights, SudoSet
from neuron_ledger.ledger.chain import Ledger
from tests.chain_fixture import account
from tests.cli.epochs_ledger import OWNER, three_epochs

NETUID = 1
REPLACED, NEWCOMER = account("5"), account("newcomer")


def small_world(path: Path) -> Path:
    """After three epochs: uid 2 copies the weights of uid 1, three calls of uid 1 are refused, and one miner is replaced."""
    three_epochs(path)
    with Ledger.open(path) as ledger, ledger.batch():
        ledger.submit(SudoSet("immunity_period", NETUID, 1)).unwrap()
        ledger.submit(SudoSet("max_allowed_uids", NETUID, 6)).unwrap()
        ledger.submit(BurnedRegister(NETUID, REPLACED), OWNER).unwrap()
        ledger.submit(SetWeights(NETUID, (3, 4), (2, 5), 0), account("1")).unwrap()
        ledger.advance_to(34)
        ledger.submit(SetWeights(NETUID, (3, 4), (2, 5), 0), account("2")).unwrap()
        assert not ledger.submit(SetWeights(9, (3, 4), (2, 5), 0), account("1")).ok
        assert not ledger.submit(SetWeights(NETUID, (3, 4), (2,), 0), account("1")).ok
        assert not ledger.submit(SetWeights(NETUID, (3, 4), (2,), 0), account("1")).ok
        ledger.advance_to(48)
        ledger.submit(BurnedRegister(NETUID, NEWCOMER), OWNER).unwrap()
        ledger.advance_to(60)
    return path
