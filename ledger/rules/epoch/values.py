"""The input and the result of an epoch."""

from collections.abc import Mapping

from attrs import field, fields, frozen

from neuron_ledger.events.wire.errors import NeuronLedgerError

BY_UID = {"by_uid": True}


class EpochInputError(NeuronLedgerError, ValueError):
    """The input of an epoch is inconsistent; the message names the field."""


@frozen(kw_only=True)
class EpochInput:
    """Everything that an epoch reads. Vectors have one entry per uid; blocks and amounts are u64, proportions u16.

    n: uids of the subnet. block: the current one. total_stake_bits: what each uid brings, I64F64 bits (see
    `stake_weights`). stake_threshold: whole units below which it does not count. validator_permit: before the epoch.
    weights, bonds: the stored rows by uid, packed little-endian u16 pairs (uid, value) in stored order; absent where there is
    none. kappa, bonds_penalty: proportions. bonds_moving_average: parts per million. owner_uid: the uid of the subnet owner's
    hotkey, or None. rao_emission: what the epoch distributes. last_step_block: of the subnet's previous epoch, 0 where there
    was none. commit_blocks: by uid, the block of the earliest commit to weights that can still be revealed.
    Raises: EpochInputError where a vector does not have n entries.
    """

    n: int
    block: int
    tempo: int
    activity_cutoff: int
    last_update: tuple[int, ...] = field(metadata=BY_UID)
    block_at_registration: tuple[int, ...] = field(metadata=BY_UID)
    total_stake_bits: tuple[int, ...] = field(metadata=BY_UID)
    stake_threshold: int
    validator_permit: tuple[bool, ...] = field(metadata=BY_UID)
    weights: Mapping[int, bytes]
    bonds: Mapping[int, bytes]
    kappa: int
    bonds_penalty: int
    bonds_moving_average: int
    max_allowed_validators: int
    yuma3: bool
    liquid_alpha: bool
    alpha_low: int
    alpha_high: int
    alpha_sigmoid_steepness: int
    owner_uid: int | None
    rao_emission: int
    last_step_block: int = 0
    commit_blocks: Mapping[int, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        for vector in fields(EpochInput):
            if vector.metadata.get("by_uid") and len(getattr(self, vector.name)) != self.n:
                length = len(getattr(self, vector.name))
                raise EpochInputError(f"{vector.name}: expected one entry for each of {self.n} uids, got {length}")


@frozen(kw_only=True)
class EpochResult:
    """What an epoch stores and pays out. Vectors have one entry per uid.

    rank to stake_weight: u16 proportions (pruning_scores: of the greatest; it, rank and trust are empty in runtimes without
    them). validator_permit: after the epoch. emission, server_emission, validator_emission: u64; the first is stored, the others
    are paid out. bonds_written: the rows that are written, packed as in `EpochInput`, empty for a row that is emptied; other rows
    are unchanged.
    """

    active: tuple[bool, ...]
    rank: tuple[int, ...]
    trust: tuple[int, ...]
    consensus: tuple[int, ...]
    incentive: tuple[int, ...]
    dividends: tuple[int, ...]
    pruning_scores: tuple[int, ...]
    validator_trust: tuple[int, ...]
    stake_weight: tuple[int, ...]
    validator_permit: tuple[bool, ...]
    emission: tuple[int, ...]
    server_emission: tuple[int, ...]
    validator_emission: tuple[int, ...]
    bonds_written: Mapping[int, bytes]
