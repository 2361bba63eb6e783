"""Registering and trimming by the rules of 424: what is refused, with which values, and what trimming leaves."""

from typing import Any

import pytest

from neuron_ledger.events.calls import BurnedRegister, ForceRegister
from neuron_ledger.events.entries.codec import Submission
from neuron_ledger.events.entries.group import Group, Happened
from neuron_ledger.events.registration import NeuronAppended, NeuronsTrimmed
from neuron_ledger.events.registration_calls import RegisterLimit, TrimToMaxAllowedUids
from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.decide import dispatch
from neuron_ledger.ledger.errors import (
    CannotUseSystemAccount,
    ChainError,
    InvalidValue,
    RegistrationPriceLimitExceeded,
    TrimmingWouldExceedMaxImmunePercentage,
)
from neuron_ledger.ledger.rules.accounts.tao import subnet_account
from neuron_ledger.ledger.rules.registration.trimming import immune_percent, uids_that_stay
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from neuron_ledger.projections.views.tenures import Tenures
from tests.rules.dated_changes import COLD, HOT, OTHER, TAO, account, subnet

NEW = account("new")
RULES = TIMELINE.runtime(424)


def old_and_small(tx: Tx) -> None:
    """Both neurons of subnet 1 are past their immunity; the subnet may shrink to one uid. Uid 0 earned less."""
    storage = tx.storage
    storage.immunity_period[1], storage.min_allowed_uids[1], storage.max_allowed_uids[1] = 10, 1, 4
    storage.emission[1] = (1, 2)
    for index in (1, 4097):
        storage.weights[index, 1] = pack_pairs([(0, 5), (1, 6)])
        storage.last_update[index] = (7, 8)
    storage.mechanism_count_current[1] = 2


def refused(tx: Tx, signer: bytes | None, call: Any, error: type[ChainError], **values: Any) -> None:
    with pytest.raises(error) as raised:
        dispatch(tx, signer, call)
    assert raised.value.values == values


def test_a_price_above_the_limit_is_refused_and_one_at_it_is_paid() -> None:
    with subnet(RULES) as tx:
        tx.storage.burn[1], tx.storage.max_burn[1] = TAO, 100 * TAO
        call = RegisterLimit(1, NEW, TAO - 1)
        refused(tx, COLD, call, RegistrationPriceLimitExceeded, netuid=1, price=TAO, limit=TAO - 1)
        dispatch(tx, COLD, RegisterLimit(1, NEW, TAO))
        assert tx.storage.uids[1, NEW] == 2
        assert tx.storage.burn[1] == TAO * 126 // 100
        assert tx.storage.rao_recycled_for_registration[1] == TAO


def test_what_is_paid_is_what_leaves_the_existential_deposit() -> None:
    with subnet(RULES) as tx:
        tx.storage.burn[1] = tx.storage.balances[COLD] = TAO
        dispatch(tx, COLD, BurnedRegister(1, NEW))
        assert tx.storage.balances[COLD] == 500
        assert tx.storage.balances[subnet_account(1)] == TAO - 500


def test_the_account_of_a_subnet_does_not_register() -> None:
    with subnet(RULES) as tx:
        hotkey = subnet_account(7)
        refused(tx, None, ForceRegister(1, hotkey, COLD), CannotUseSystemAccount, hotkey=hotkey)


@pytest.mark.parametrize("max_n", [0, 5])
def test_trimming_stays_within_its_bounds(max_n: int) -> None:
    with subnet(RULES) as tx:
        old_and_small(tx)
        refused(tx, None, TrimToMaxAllowedUids(1, max_n), InvalidValue, netuid=1, value=max_n, lowest=1, highest=4)


def test_trimming_is_refused_where_those_left_would_be_immune() -> None:
    with subnet(RULES) as tx:
        old_and_small(tx)
        tx.storage.block_at_registration[1, 0] = 995
        call = TrimToMaxAllowedUids(1, 1)
        refused(tx, None, call, TrimmingWouldExceedMaxImmunePercentage, netuid=1, max_n=1, immune=1)


def test_those_that_stay_move_together_in_every_mechanism() -> None:
    with subnet(RULES) as tx:
        old_and_small(tx)
        dispatch(tx, None, TrimToMaxAllowedUids(1, 1))
        storage = tx.storage
        assert (storage.subnetwork_n[1], storage.max_allowed_uids[1], storage.emission[1]) == (1, 1, (2,))
        assert (storage.keys[1, 0], storage.uids[1, OTHER], storage.uids[1, HOT]) == (OTHER, 0, None)
        for index in (1, 4097):
            assert [*pairs(storage.weights[index, 0])] == [(0, 6)]
            assert storage.last_update[index] == (8,)


def test_a_tenure_goes_on_under_the_new_uid() -> None:
    seats = [
        NeuronAppended(netuid=1, uid=uid, hotkey=hotkey, block_at_registration=5, values=())
        for uid, hotkey in enumerate((HOT, OTHER))
    ]
    trimmed = NeuronsTrimmed(netuid=1, gone=(0,), stay=(1,))
    happened = (*(Happened(5, event) for event in seats), Happened(9, trimmed))
    tenures = [*Tenures.of([Group((), Submission(TrimToMaxAllowedUids(1, 1), None), happened)])]
    assert [(t.uid, t.hotkey, t.to_block, t.ended) for t in tenures] == [(0, HOT, 9, "trimmed"), (0, OTHER, None, None)]


def test_of_equal_emissions_the_highest_uid_goes_first() -> None:
    assert uids_that_stay([3, 1, 1, 1], 4, 2, [False, True, False, False]) == [0, 1]
    assert uids_that_stay([1, 1, 1], 3, 2, [False] * 3) == [0, 1]


@pytest.mark.parametrize(("immune", "max_n", "percent"), [(0, 5, 0), (4, 5, 80), (2, 3, 66), (6, 5, 100), (0, 0, 100)])
def test_the_share_of_the_immune_is_rounded_down(immune: int, max_n: int, percent: int) -> None:
    assert immune_percent(immune, max_n) == percent
