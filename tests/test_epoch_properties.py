"""What holds for every epoch, whatever is stored."""

from random import Random

from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.kinds import pack_pairs
from ledger.rules.epoch import run_epoch
from ledger.rules.epoch_values import EpochInput
from tests.epoch_fixture import subnets

plenty = settings(max_examples=100, deadline=None)


@plenty
@given(subnets())
def test_the_same_input_gives_the_same_result(subnet: EpochInput) -> None:
    assert run_epoch(subnet) == run_epoch(subnet)


@plenty
@given(subnets(), st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_given_does_not_matter(subnet: EpochInput, shuffler: Random) -> None:
    def shuffled(rows: dict[int, bytes]) -> dict[int, bytes]:
        uids = list(rows)
        shuffler.shuffle(uids)
        return {uid: rows[uid] for uid in uids}

    other = evolve(subnet, weights=shuffled(dict(subnet.weights)), bonds=shuffled(dict(subnet.bonds)))
    assert run_epoch(other) == run_epoch(subnet)


@plenty
@given(subnets(), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 65535)), max_size=6))
def test_weights_of_who_had_no_permit_change_nothing(subnet: EpochInput, row: list[tuple[int, int]]) -> None:
    """Whatever they set: the permits before the epoch decide who is heard."""
    result = run_epoch(subnet)
    for uid in range(subnet.n):
        if not subnet.validator_permit[uid]:
            assert run_epoch(evolve(subnet, weights={**subnet.weights, uid: pack_pairs(row)})) == result


@plenty
@given(subnets())
def test_permits_are_never_more_than_the_maximum_and_never_without_stake(subnet: EpochInput) -> None:
    result = run_epoch(subnet)
    assert sum(result.validator_permit) <= subnet.max_allowed_validators
    for uid, permit in enumerate(result.validator_permit):
        assert not permit or subnet.total_stake_bits[uid] > 0


@plenty
@given(subnets())
def test_no_more_is_given_out_than_there_was(subnet: EpochInput) -> None:
    """Shares are rounded down, and so are amounts: the parts are never more than the whole, to the last unit.

    Where stakes are so great that their sum runs over 64 whole bits, the reference's own shares mean nothing.
    """
    assume(sum(subnet.total_stake_bits) < 1 << 127)
    result = run_epoch(subnet)
    for amounts in (result.emission, result.server_emission, result.validator_emission):
        assert sum(amounts) <= subnet.rao_emission
    assert sum(result.server_emission) + sum(result.validator_emission) <= subnet.rao_emission


@plenty
@given(subnets())
def test_only_rows_of_permitted_uids_are_written(subnet: EpochInput) -> None:
    result = run_epoch(subnet)
    for uid, row in result.bonds_written.items():
        assert result.validator_permit[uid] or subnet.validator_permit[uid]
        assert result.validator_permit[uid] or row == b""
    for uid, (now, before) in enumerate(zip(result.validator_permit, subnet.validator_permit, strict=True)):
        assert (uid in result.bonds_written) == (now or before)
