"""What a registration by proof of work must pass, in the chain's order.

Source: subtensor subnets/registration.rs::do_registration, spec_version 277; registration.rs, 103 to 185.
"""

from collections.abc import Callable

from attrs import frozen

from neuron_ledger.ledger.errors import (
    InvalidDifficulty,
    InvalidSeal,
    InvalidWorkBlock,
    TransactorAccountShouldBeHotKey,
    WorkRepeated,
)
from neuron_ledger.ledger.rules.registration.checks import (
    ensure_allowed,
    hotkey_is_not_registered,
    hotkey_is_the_coldkeys,
    limits_are_not_reached,
    not_on_root,
    subnet_has_uids,
    subnet_is_there,
)
from neuron_ledger.ledger.rules.registration.connections import hotkey_is_among_the_best_103
from neuron_ledger.ledger.rules.registration.seal import (
    create_seal_hash,
    create_seal_hash_103,
    create_seal_hash_149,
    hash_meets_difficulty,
)
from neuron_ledger.ledger.runtime import Tx
from neuron_ledger.ledger.seats import AskedRegistration

WORK_AGE_END = 3
"""Work is valid while its block is fewer blocks old than this."""


@frozen
class AskedWork(AskedRegistration):
    """A registration, and the work to pay for it. signer: of the call. coldkey: as named by the signer."""

    signer: bytes
    block_number: int
    nonce: int
    work: bytes


WorkCheck = Callable[[Tx, AskedWork], None]


def hotkey_signed(_: Tx, asked: AskedWork) -> None:
    """Since spec_version 120. Raises: TransactorAccountShouldBeHotKey."""
    if asked.signer != asked.hotkey:
        raise TransactorAccountShouldBeHotKey(signer=asked.signer, hotkey=asked.hotkey)


def work_is_allowed(tx: Tx, asked: AskedWork) -> None:
    """Since spec_version 136. Raises: SubNetRegistrationDisabled."""
    ensure_allowed(asked.netuid, tx.storage.network_pow_registration_allowed)


def work_is_recent(tx: Tx, asked: AskedWork) -> None:
    """Raises: InvalidWorkBlock."""
    if not tx.block - WORK_AGE_END < asked.block_number <= tx.block:
        raise InvalidWorkBlock(work_block=asked.block_number, current=tx.block, oldest=max(tx.block - WORK_AGE_END + 1, 0))


def work_is_new_103(tx: Tx, asked: AskedWork) -> None:
    """Until spec_version 118, when work was bound to a hotkey. Raises: WorkRepeated."""
    if asked.work in tx.storage.used_work:
        raise WorkRepeated(work=asked.work, used_in=tx.storage.used_work[asked.work])


def work_meets_difficulty(tx: Tx, asked: AskedWork) -> None:
    """Raises: InvalidDifficulty."""
    difficulty = tx.storage.difficulty[asked.netuid]
    if not hash_meets_difficulty(asked.work, difficulty):
        raise InvalidDifficulty(difficulty=difficulty, work=asked.work)


def work_is_sealed(tx: Tx, asked: AskedWork) -> None:
    """The work is the seal of its block, nonce and hotkey. Raises: InvalidSeal."""
    _ensure_seal(create_seal_hash(tx.rules.block_hash(asked.block_number, tx.block), asked.nonce, asked.hotkey), asked)


def work_is_sealed_149(tx: Tx, asked: AskedWork) -> None:
    """The same at spec_versions 149 and 150, by their seal. Raises: InvalidSeal."""
    _ensure_seal(create_seal_hash_149(tx.rules.block_hash(asked.block_number, tx.block), asked.nonce, asked.hotkey), asked)


def work_is_sealed_103(tx: Tx, asked: AskedWork) -> None:
    """The work is the seal of its block and nonce, whoever uses it. Raises: InvalidSeal."""
    _ensure_seal(create_seal_hash_103(tx.rules.block_hash(asked.block_number, tx.block), asked.nonce), asked)


def _ensure_seal(seal: bytes, asked: AskedWork) -> None:
    if seal != asked.work:
        raise InvalidSeal(seal=seal, work=asked.work)


def note_work(tx: Tx, asked: AskedWork) -> None:
    """Note that the work is used."""
    tx.storage.used_work[asked.work] = tx.block


CHECKS: tuple[WorkCheck, ...] = (
    hotkey_signed,
    not_on_root,
    subnet_is_there,
    work_is_allowed,
    limits_are_not_reached,
    hotkey_is_not_registered,
    work_is_recent,
    work_meets_difficulty,
    work_is_sealed,
    note_work,
    hotkey_is_the_coldkeys,
    subnet_has_uids,
)
"""In this order: the first that does not hold gives the error."""


def registration_is_allowed_121(tx: Tx, asked: AskedWork) -> None:
    """Until spec_version 136 one flag applied to both ways to register. Raises: SubNetRegistrationDisabled."""
    ensure_allowed(asked.netuid, tx.storage.network_registration_allowed)


CHECKS_111: tuple[WorkCheck, ...] = (
    subnet_is_there,
    limits_are_not_reached,
    hotkey_is_not_registered,
    work_is_recent,
    work_is_new_103,
    work_meets_difficulty,
    work_is_sealed_103,
    note_work,
    hotkey_is_among_the_best_103,
    hotkey_is_the_coldkeys,
    subnet_has_uids,
)
CHECKS_118: tuple[WorkCheck, ...] = tuple(
    work_is_sealed if check is work_is_sealed_103 else check for check in CHECKS_111 if check is not work_is_new_103
)
CHECKS_120: tuple[WorkCheck, ...] = (hotkey_signed, *CHECKS_118)
CHECKS_121: tuple[WorkCheck, ...] = (*CHECKS_120[:2], registration_is_allowed_121, *CHECKS_120[2:])
CHECKS_133: tuple[WorkCheck, ...] = tuple(registration_is_allowed_121 if check is work_is_allowed else check for check in CHECKS)
"""The same before 136."""
CHECKS_149: tuple[WorkCheck, ...] = tuple(work_is_sealed_149 if check is work_is_sealed else check for check in CHECKS)
