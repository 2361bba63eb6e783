"""The first step of the block hook since spec_version 397: registration prices decay."""

from neuron_ledger.ledger.rules.epoch.schedule import schedule_of
from neuron_ledger.ledger.rules.epoch.tempo import should_run_epoch
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.registration.price import update_prices
from neuron_ledger.ledger.runtime import Tx


def update_registration_prices_397(tx: Tx) -> None:
    """Decay every subnet's price, and reset the block's count of registrations; root's interval ends with its tempo.

    Source: subtensor subnets/registration.rs::update_registration_prices_for_networks, spec_version 401.
    """
    update_prices(tx, should_run_epoch(ROOT, tx.storage.tempo[ROOT], tx.block))


def update_registration_prices_423(tx: Tx) -> None:
    """As before; root's interval ends when an epoch of it would be due.

    Source: subtensor subnets/registration.rs::update_registration_prices_for_networks, spec_version 424.
    """
    update_prices(tx, schedule_of(tx.storage, ROOT).is_due(tx.block))
