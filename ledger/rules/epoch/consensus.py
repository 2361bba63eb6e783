"""Which weights count, and what stake agrees on: the stake-weighted median of each column."""

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np

from neuron_ledger.ledger.rules.epoch.rows import Rows
from neuron_ledger.ledger.rules.numbers.fixed import I32F32, U64_MAX
from neuron_ledger.ledger.rules.numbers.fixed_arrays import Bits, Mask, Words, wrapping_sum, zeros
from neuron_ledger.ledger.rules.numbers.pairs import Index


def masked_weights(rows: Rows, owner_uid: int | None, last_update: Words, block_at_registration: Words) -> Rows:
    """Weights without those of a validator for itself (the owner's may stay), and without those set at or before the block
    in which their target uid was registered.

    last_update, block_at_registration: blocks, by uid.
    Source: subtensor epoch/math.rs::mask_diag_sparse_except_index, vec_mask_sparse_matrix, spec_version 277.
    """
    return rows.keeping(~(outdated_entries(rows, last_update, block_at_registration) | own_entries(rows, owner_uid)))


def outdated_entries(rows: Rows, last_update: Words, block_at_registration: Words) -> Mask:
    """Where weights were set at or before the block in which their target uid was registered. Shape of the values."""
    outdated: Mask = last_update[rows.line_uids][:, None] <= block_at_registration
    return outdated


def without_unseen(rows: Rows, commit_blocks: Mapping[int, int], block_at_registration: Words) -> Rows:
    """Weights without those for uids that registered after the row's uid made a commit that is not yet revealed: it could not
    have known them.

    commit_blocks: of the earliest such commit, by uid. block_at_registration: by uid.
    Source: subtensor epoch/run_epoch.rs::epoch (commit-reveal column mask), spec_version 297.
    """
    committed = np.array([commit_blocks.get(uid, U64_MAX) for uid in rows.line_uids.tolist()], np.uint64)
    return rows.keeping(committed[:, None] >= block_at_registration)


def own_entries(rows: Rows, except_uid: int | None) -> Mask:
    """The entries of rows for their own uid, except in the row of one uid. Shape of the values."""
    own = np.zeros(rows.values.shape, np.bool_)
    lines = np.flatnonzero(rows.line_uids != (-1 if except_uid is None else except_uid))
    own[lines, rows.line_uids[lines]] = True
    return own


def weighted_medians(stake: Bits, rows: Rows, majority: int) -> Bits:
    """For each column the score at which the stake of those who score higher falls to the majority.

    All uids with stake take part; one without an entry in a column scores it 0. stake: by uid.
    Source: subtensor epoch/math.rs::weighted_median_col_sparse, spec_version 277.
    """
    columns = rows.values.shape[1]
    holders = np.flatnonzero(stake > 0)
    if len(holders) == 0:
        return zeros(columns)
    share = zeros(len(stake))
    share[holders] = rows.kernels.normalize(stake[holders])
    total = wrapping_sum(share)
    minority = I32F32.saturating_sub(total, majority)
    heard = stake[rows.uids] > 0
    uids, scores = (rows.uids, rows.last()) if heard.all() else (rows.uids[heard], rows.last()[heard])
    silent = len(holders) > len(uids)
    greatest = int(scores.max(initial=0))
    if share.min() < 0 or sum(share.tolist()) != total or (greatest + 1) * 2 * (len(uids) + 1) > I32F32.greatest:
        return _medians_by_pivot(share, holders, uids, scores, minority, total)
    shares = share[uids]
    if silent:
        scores = np.concatenate((scores, zeros(1, columns)))
        shares = np.append(shares, total - wrapping_sum(shares))
    # Where sums neither wrap nor saturate, the search by pivots ends at the same score, since it always goes to the part that
    # contains it. Equal scores need not be ordered, and all uids without an entry can be treated as one.
    return rows.kernels.medians(shares, scores, minority)


def _medians_by_pivot(share: Bits, holders: Index, uids: Index, scores: Bits, minority: int, total: int) -> Bits:
    """The medians one by one, for stakes so large that sums overflow."""
    dense = zeros(len(share), scores.shape[1])
    dense[uids] = scores
    shares = share[holders].tolist()
    return np.array([weighted_median(shares, column, minority, total) for column in dense[holders].T.tolist()], np.int64)


def weighted_median(share: Sequence[int], score: Sequence[int], minority: int, total: int) -> int:
    """The weighted median by a search that halves at the middle number's score (raw bits); 0 where there is no score.

    Source: subtensor epoch/math.rs::weighted_median, spec_version 277.
    """
    part = list(range(len(score)))
    low, high = 0, total
    while len(part) > 1:
        pivot = score[part[len(part) // 2]]
        lower = [i for i in part if score[i] < pivot]
        upper = [i for i in part if score[i] > pivot]
        low_edge = I32F32.saturating_add(low, _saturating_sum(share, lower))
        high_edge = I32F32.saturating_sub(high, _saturating_sum(share, upper))
        if low_edge <= minority < high_edge:
            return pivot
        if minority < low_edge and lower:
            part, high = lower, low_edge
        elif high_edge <= minority and upper:
            part, low = upper, high_edge
        else:
            return pivot
    return score[part[0]] if part else 0


def _saturating_sum(share: Sequence[int], chosen: Sequence[int]) -> int:
    return reduce(I32F32.saturating_add, (share[i] for i in chosen), 0)
