"""The recorded cases that ship with the project, in the form of the reference's recordings: `python -m tests.own_cases`.

None of them comes from the rules that they check. The history was worked out by hand; the epochs are those of the plain epoch in
`tests/epoch/plain`, which shares none of the arrays that the rules compute with; when epochs run and commits are revealed was
counted block by block.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from neuron_ledger.events.wire.rows import pairs
from neuron_ledger.replay.conformance.epoch_cases import VECTORS, epoch_input
from tests.epoch.plain.epoch import run_epoch as run_plainly
from tests.own_history import OWN_HISTORY

FOLDER = Path(__file__).parent / "cases"
SAFE = 2**53
BONDS = {"yuma2": (0, 0), "yuma3": (1, 0), "liquid": (1, 1)}
"""Whether Yuma 3 and liquid alpha are on."""


def files() -> dict[str, str]:
    """Name → content of every file."""
    return {
        "history.json": _file("scenario", [OWN_HISTORY]),
        "epochs.json": _file("epoch", list(_epochs())),
        "tempo.json": _file("unit_tempo", list(_tempos())),
    }


def _file(kind: str, cases: list[Any]) -> str:
    lines = ",\n".join(json.dumps(_recorded(case)) for case in cases)
    return f'{{"kind": "{kind}", "spec_version": 277, "count": {len(cases)}, "cases": [\n{lines}\n]}}\n'


def _recorded(value: Any) -> Any:
    """A value as recordings have it: flags as 0 and 1, integers beyond 2^53 as decimal strings."""
    if isinstance(value, dict):
        return {name: _recorded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_recorded(part) for part in value]
    if isinstance(value, int):
        return str(int(value)) if abs(value) > SAFE else int(value)
    return value


# ------------------------------------------------------------------------------------------------------------ epochs


def _epochs() -> Iterator[dict[str, Any]]:
    for name, (yuma3, liquid_alpha) in BONDS.items():
        for seed, n in enumerate((1, 4, 9, 24)):
            given = _epoch_given(Random(f"{name} {seed}"), n) | {"yuma3": yuma3, "liquid_alpha": liquid_alpha}
            stake = tuple(alpha << 64 for alpha in given["alpha_stake"])
            result = run_plainly(epoch_input(given, stake))
            bonds = {uid: [list(pair) for pair in row] for uid, row in given["bonds"]}
            bonds |= {uid: [list(pair) for pair in pairs(row)] for uid, row in result.bonds_written.items()}
            out: dict[str, Any] = {item: list(getattr(result, field)) for item, field in VECTORS.items()}
            out["Bonds"] = [[uid, bonds[uid]] for uid in sorted(bonds)]
            yield {"id": f"{name}-n{n}", "in": given, "total_stake_bits": list(stake), "out": out}


def _epoch_given(random: Random, n: int) -> dict[str, Any]:
    """A subnet on which a third of the uids set weights on the others, most of them in time."""
    validators = range((n + 2) // 3)
    block, registered = 5000, [random.choice([10, 10, 10, 4950]) for _ in range(n)]

    def rows() -> list[list[Any]]:
        return [[uid, [[other, random.randrange(1, 65536)] for other in range(n) if random.random() < 0.7]] for uid in validators]

    return {
        "n": n,
        "block": block,
        "tempo": 99,
        "activity_cutoff": 1000,
        "last_update": [random.choice([4990, 4990, 4990, 20]) for _ in range(n)],
        "block_at_registration": registered,
        "alpha_stake": [random.randrange(10**12) if uid in validators else random.choice([0, 10**9]) for uid in range(n)],
        "root_stake": [0] * n,
        "tao_weight": 0,
        "child_links": [],
        "stake_threshold": random.choice([0, 10**10]),
        "validator_permit": [int(uid in validators and random.random() < 0.9) for uid in range(n)],
        "weights": rows(),
        "bonds": rows(),
        "kappa": random.choice([32767, 20000]),
        "bonds_penalty": random.choice([0, 65535, 30000]),
        "bonds_moving_average": 900_000,
        "max_allowed_validators": len(validators) + random.randrange(3),
        "alpha_low": 45_875,
        "alpha_high": 58_982,
        "alpha_sigmoid_steepness": random.choice([10, 1000]),
        "owner_uid": random.choice([None, 0]),
        "rao_emission": random.randrange(10**12),
    }


# ------------------------------------------------------------------------------------------------------------- tempo


def _tempos() -> Iterator[dict[str, Any]]:
    random = Random("tempo")
    for _ in range(40):
        netuid, tempo, period = random.randrange(40), random.choice([1, 2, 9, 99, 359]), random.randrange(1, 4)
        block = random.randrange(1, 5000)
        commit_block = max(block - random.randrange(4 * (tempo + 1)), 0)
        epochs = list(_epoch_of_each_block(netuid, tempo, block + 6 * (tempo + 1)))
        # An epoch is computed in its last block.
        until = next(blocks for blocks in range(tempo + 1) if epochs[block + blocks + 1] != epochs[block + blocks])
        yield {
            "netuid": netuid,
            "tempo": tempo,
            "block": block,
            "reveal_period": period,
            "commit_block": commit_block,
            "blocks_until_next_epoch": until,
            "should_run_epoch": int(until == 0),
            "epoch_index": epochs[block],
            "reveal_blocks": _window(epochs, epochs[block] + period),
            "commit_expired": int(epochs[block] > epochs[commit_block] + period),
            "reveal_in_range": int(epochs[block] == epochs[commit_block] + period),
        }


def _epoch_of_each_block(netuid: int, tempo: int, blocks: int) -> Iterator[int]:
    """The number of the epoch of block 0, 1, …: each has tempo + 1 blocks, the first begins netuid + 1 blocks before block 0."""
    number, passed = 0, 0
    for block in range(-(netuid + 1), blocks):
        if block >= 0:
            yield number
        passed += 1
        if passed == tempo + 1:
            number, passed = number + 1, 0


def _window(epochs: list[int], number: int) -> list[int]:
    """The first and the last block of an epoch."""
    blocks = [block for block, epoch in enumerate(epochs) if epoch == number]
    return [blocks[0], blocks[-1]]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, content in files().items():
        (FOLDER / name).write_text(content)


if __name__ == "__main__":
    main()
