"""What holds for every epoch, whatever is stored."""

from collections.abc import Mapping
from random import Random

from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from neuron_ledger.events.wire.rows import pack_pairs, pairs
from neuron_ledger.ledger.rules.epoch.steps import run_epoch
from neuron_ledger.ledger.rules.epoch.values import EpochInput
from tests.epoch.epoch_fixture import subnets
from tests.epoch.lively_epochs import lively_subnets

plenty = settings(max_examples=150, deadline=None)
epochs = lively_subnets() | subnets()
"""Half of them in order, so that there is something to hold; the others whatever storage may have."""


@plenty
@given(epochs)
def test_the_same_input_gives_the_same_result(subnet: EpochInput) -> None:
    assert run_epoch(subnet) == run_epoch(subnet)


@plenty
@given(epochs, st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_given_does_not_matter(subnet: EpochInput, shuffler: Random) -> None:
    def shuffled(rows: dict[int, bytes]) -> dict[int, bytes]:
        uids = list(rows)
        shuffler.shuffle(uids)
        return {uid: rows[uid] for uid in uids}

    other = evolve(subnet, weights=shuffled(dict(subnet.weights)), bonds=shuffled(dict(subnet.bonds)))
    assert run_epoch(other) == run_epoch(subnet)


@plenty
@given(epochs, st.randoms(use_true_random=False))
def test_the_order_within_rows_does_not_matter_where_none_is_walked(subnet: EpochInput, shuffler: Random) -> None:
    """Liquid alpha walks rows up the uids; of a uid that a row names twice the consensus hears the last entry. Else sums and
    stored rows alone see the entries, and neither has an order: the moving average writes rows anew, up the uids.
    """
    assume(not (subnet.yuma3 and subnet.liquid_alpha))

    def ordered_anew(rows: Mapping[int, bytes]) -> dict[int, bytes]:
        return {uid: pack_pairs(shuffler.sample(row, len(row))) for uid, row in once(rows).items()}

    def once(rows: Mapping[int, bytes]) -> dict[int, list[tuple[int, int]]]:
        return {uid: list(dict(pairs(row)).items()) for uid, row in rows.items()}

    plain = evolve(subnet, weights=ordered_anew(subnet.weights), bonds=ordered_anew(subnet.bonds))
    assert run_epoch(evolve(plain, weights=ordered_anew(plain.weights), bonds=ordered_anew(plain.bonds))) == run_epoch(plain)


@plenty
@given(epochs, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 65535)), max_size=6))
def test_weights_of_who_had_no_permit_change_nothing(subnet: EpochInput, row: list[tuple[int, int]]) -> None:
    """Whatever they set: the permits before the epoch decide who is heard."""
    result = run_epoch(subnet)
    for uid in range(subnet.n):
        if not subnet.validator_permit[uid]:
            assert run_epoch(evolve(subnet, weights={**subnet.weights, uid: pack_pairs(row)})) == result


@plenty
@given(epochs)
def test_permits_are_never_more_than_the_maximum_and_never_without_stake(subnet: EpochInput) -> None:
    result = run_epoch(subnet)
    assert sum(result.validator_permit) <= subnet.max_allowed_validators
    for uid, permit in enumerate(result.validator_permit):
        assert not permit or subnet.total_stake_bits[uid] > 0


@plenty
@given(epochs)
def test_no_more_is_given_out_than_there_was(subnet: EpochInput) -> None:
    """Shares are rounded down, and so are amounts: the parts are never more than the whole, to the last unit.

    What is lost is less than one bit of a share (2^-32 of the whole) and one unit for each uid.

    Where stakes are so great that their sum runs over 64 whole bits, the reference's own shares mean nothing.
    """
    assume(sum(subnet.total_stake_bits) < 1 << 127)
    result = run_epoch(subnet)
    for amounts in (result.emission, result.server_emission, result.validator_emission):
        assert sum(amounts) <= subnet.rao_emission
    assert sum(result.server_emission) + sum(result.validator_emission) <= subnet.rao_emission
    if any(result.emission):
        assert (subnet.rao_emission - sum(result.emission)) << 32 < subnet.n * (subnet.rao_emission + 2**32)


@plenty
@given(epochs)
def test_only_rows_of_permitted_uids_are_written(subnet: EpochInput) -> None:
    result = run_epoch(subnet)
    for uid, row in result.bonds_written.items():
        assert result.validator_permit[uid] or subnet.validator_permit[uid]
        assert result.validator_permit[uid] or row == b""
    for uid, (now, before) in enumerate(zip(result.validator_permit, subnet.validator_permit, strict=True)):
        assert (uid in result.bonds_written) == (now or before)
