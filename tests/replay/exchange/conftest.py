"""A subnet for all tests of exchanges, and a ledger that goes on from it."""

import pytest

from neuron_ledger.ledger.chain import Ledger
from tests.replay.exchange.exchange_fixture import subnet_ledger


@pytest.fixture(scope="package")
def subnet() -> Ledger:
    """Not to be changed."""
    return subnet_ledger()


@pytest.fixture
def ledger(subnet: Ledger) -> Ledger:
    """A validator on uid 1 with stake and permit, a miner on uid 2."""
    return Ledger(subnet.log.copied())
