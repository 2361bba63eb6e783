"""A chain of the draft of alpha with calls of all kinds, drawn: imported, and run again, block by block and carried through."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from neuron_ledger.events.associations import BecomeDelegate
from neuron_ledger.events.calls import (
    AddStake,
    BurnedRegister,
    CommitWeights,
    IncreaseTake,
    RemoveStake,
    RevealWeights,
    RootRegister,
    ServeAxonTls,
    SetChildkeyTake,
    SetChildren,
    SetWeights,
    SudoSet,
)
from neuron_ledger.events.early_calls import RegisterNetworkOfMechanism
from neuron_ledger.events.stake_moves import MoveStake
from neuron_ledger.events.swaps import SwapHotkey
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.rules.stake.whole_shares import increase_218_draft
from neuron_ledger.ledger.rules.weights.commit_hash import get_commit_hash
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.history.importing import import_history
from neuron_ledger.replay.node.chain.plan import BATCHES, Batch, Plan, Single, Sudo
from tests.chain_fixture import TAO, account
from tests.replay.history.draft_chain import SUDO, DraftChain, Signed
from tests.replay.history.recorded_node import served
from tests.replay.history.test_planned_reads import ensure_equal_to

pytest.importorskip("bittensor_core")

COLDKEYS = [account(f"coldkey {number}") for number in range(4)]
HOTKEYS = [account(f"hotkey {number}") for number in range(9)]
OTHERS = [account(f"another {number}") for number in range(4)]
OF_OTHER_PALLETS = {"Balances", "BalancesTotalIssuance", "AccountNonce", "SenateMembers"}
SALT = (1, 2, 3)
SETTINGS = (
    *(
        (name, 1, value)
        for name, value in (("tempo", 4), ("kappa", 5), ("immunity_period", 2), ("max_registrations_per_block", 9))
    ),
    *((name, 2, value) for name, value in (("min_burn", 5000), ("max_allowed_uids", 2), ("adjustment_alpha", 2**63), ("rho", 1))),
    *(
        (name, 0, value)
        for name, value in (("tx_rate_limit", 1), ("subnet_owner_cut", 9000), ("nominator_min_required_stake", 10**7))
    ),
)


def owner(hotkey: bytes) -> bytes:
    return COLDKEYS[HOTKEYS.index(hotkey) % len(COLDKEYS)]


def begin(of: Storage) -> None:
    """Root and two subnets with pools, on which commits to weights are off and on; hotkeys with owners, some with stake."""
    for netuid in (0, 1, 2):
        of.networks_added[netuid] = of.network_registration_allowed[netuid] = True
        of.max_allowed_uids[netuid], of.immunity_period[netuid], of.tempo[netuid] = 3, 3, 2
        of.weights_set_rate_limit[netuid], of.min_allowed_weights[netuid], of.max_weights_limit[netuid] = 0, 1, 65535
        of.adjustment_interval[netuid], of.burn[netuid], of.min_burn[netuid] = 5, 10**6, 1000
        of.tao_weight_on_subnet[netuid], of.serving_rate_limit[netuid] = 2**63, 2
    of.commit_reveal_weights_enabled[2] = True
    of.total_networks.value, of.total_issuance.value = 3, 10**15
    for netuid, tao, alpha in ((1, 1000 * TAO, 4000 * TAO), (2, 1, 1)):
        of.subnet_mechanism[netuid], of.subnet_tao[netuid], of.subnet_alpha_in[netuid] = 1, tao, alpha
    for hotkey in HOTKEYS:
        coldkey = owner(hotkey)
        of.owner[hotkey], of.stake[hotkey, coldkey] = coldkey, 0
        of.owned_hotkeys[coldkey] = of.staking_hotkeys[coldkey] = (*of.owned_hotkeys[coldkey], hotkey)
    increase_218_draft(of, HOTKEYS[0], owner(HOTKEYS[0]), 1, 10 * TAO)
    for coldkey in (*COLDKEYS, SUDO):
        of.balances[coldkey] = 10**14
    of.balances_total_issuance.value = (len(COLDKEYS) + 1) * 10**14
    of.coldkey_swap_scheduled[OTHERS[0]] = 0, bytes(32)


def drawn(chance: Random, blocks: int) -> Iterator[list[Signed]]:
    """Blocks with calls of most kinds; some fail. What pays a fee is one of few."""
    commits: list[tuple[bytes, tuple[int, ...], tuple[int, ...]]] = []
    for _ in range(blocks):
        signed: list[Signed] = []
        for _ in range(chance.randrange(9)):
            hotkey, other, netuid = chance.choice(HOTKEYS), chance.choice(HOTKEYS), chance.choice([0, 1, 1, 2, 2, 3])
            uids = tuple(chance.sample(range(3), chance.randint(1, 3)))
            weights = tuple(chance.choice([0, 1, 100, 65535]) for _ in uids)
            amount = chance.choice([1, 10**5, 10**9, 10**11])
            children = tuple((2**62, child) for child in chance.sample(HOTKEYS, chance.randrange(3)))
            revealed = chance.choice(commits[-5:] or [(hotkey, uids, weights)])
            of_hotkeys: list[tuple[bytes, Call]] = [
                (hotkey, SetWeights(netuid, uids, weights, 0)),
                (hotkey, CommitWeights(2, get_commit_hash(hotkey, 2, uids, weights, SALT, 0))),
                (revealed[0], RevealWeights(2, revealed[1], revealed[2], SALT, 0)),
                (hotkey, ServeAxonTls(netuid, 1, 5000, 80, 4, 0, 0, 0, b"\x01key")),
            ]
            of_coldkeys: list[Call] = [
                BurnedRegister(netuid, hotkey),
                BurnedRegister(chance.randint(1, 2), hotkey),
                RootRegister(hotkey),
                RegisterNetworkOfMechanism(hotkey, 1),
                SwapHotkey(hotkey, chance.choice(OTHERS), None),
                SetChildren(hotkey, netuid, children),
                SetChildkeyTake(hotkey, netuid, 5000),
                BecomeDelegate(hotkey),
                IncreaseTake(hotkey, 100),
                AddStake(hotkey, netuid, amount),
                AddStake(hotkey, chance.randint(0, 2), amount),
                RemoveStake(hotkey, netuid, amount),
                MoveStake(hotkey, other, netuid, chance.randint(0, 2), amount),
            ]
            setting = Sudo(Single(SudoSet(*chance.choice(SETTINGS))))
            batch = Batch(chance.choice(BATCHES), tuple(map(Single, chance.sample(of_coldkeys, 3))))
            several: list[tuple[bytes, Plan]] = [
                (SUDO, setting),
                (SUDO, Batch("batch", (setting, setting))),
                (owner(hotkey), batch),
            ]
            signer, call = chance.choice([*of_hotkeys, *((owner(hotkey), call) for call in of_coldkeys), *several, *several])
            if isinstance(call, CommitWeights):
                commits.append((hotkey, uids, weights))
            signed.append((signer, call, 0 if signer in HOTKEYS else chance.choice([0, 0, 77_777])))
        yield signed


@pytest.fixture(scope="module")
def chain() -> DraftChain:
    return DraftChain(begin, [*drawn(Random(229), 60)])


@pytest.mark.parametrize("full_every", [1, 1000])
def test_every_block_is_read_and_run_again(chain: DraftChain, tmp_path: Path, full_every: int) -> None:
    path = tmp_path / "chain.ledger"
    blocks, calls = len(chain.blocks), sum(len(block["extrinsics"]) - 1 for block in chain.blocks[1:])
    with served(chain) as url, Ledger.create(path, spec_version=277) as ledger:
        import_history(ledger, url, full_every=full_every)
        ensure_equal_to(chain, ledger, blocks)
    for option in ("--from-each-block", "--reexecute"):
        ran = CliRunner().invoke(main, ["verify", str(path), option, "--json"])
        found = json.loads(ran.stdout)
        assert (ran.exit_code, found["differences"], found["unexplained_writes"]) == (0, [], [])
        all_blocks = {"equal": blocks - 1, "total": blocks - 1}
        assert (found["blocks"], found["calls"]) == (all_blocks, {"equal": calls, "total": calls})
        own = {name: count for name, count in found["items"].items() if name not in OF_OTHER_PALLETS}
        assert (len(own), [name for name, count in own.items() if count != all_blocks]) == (132, [])
        assert {"TaoWeight", "Alpha", "TotalHotkeyShares", "HotkeyDividendsPerSubnet"} <= set(own)
        assert [lack["name"] for lack in found["not_covered"]] == ["spec_version 218-draft", "Timestamp.set"]
    shown = json.loads(CliRunner().invoke(main, ["show", "storage", str(path), "TaoWeight", "--json"]).stdout)
    assert shown["values"][:3] == [[0, f"{2**63}"], [1, f"{2**63}"], [2, f"{2**63}"]]


def test_the_chain_has_something_of_everything(chain: DraftChain) -> None:
    of = chain.storage
    assert len(of.networks_added) > 3
    assert any(of.weights.values())
    for table in (of.weight_commits, of.child_keys, of.neuron_certificates, of.delegates, of.hotkey_dividends_per_subnet):
        assert table
    assert any(hotkey in of.owner for hotkey in OTHERS)
    assert of.total_issuance.value < 10**15, "fees and locks leave it"
