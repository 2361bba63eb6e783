"""Tenures: who held which uid, whatever it was that began or ended it."""

from typing import Any

from neuron_ledger.events.calls import (
    BurnedRegister,
    CreateRootNetwork,
    DissolveNetwork,
    ForceRegister,
    ForceSetBalance,
    Observe,
    PokePruningScores,
    RegisterNetwork,
    SudoSet,
)
from neuron_ledger.events.storage.changes import canonical_changes
from neuron_ledger.events.swaps import SwapColdkey, SwapHotkey
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.proof.groups import groups
from tests.chain_fixture import TAO, account

COLD = account("cold")


def seen(ledger: Ledger, keys: dict[tuple[int, int], bytes], gone: list[Any] | None = None, **blocks: dict[Any, int]) -> None:
    owners = dict.fromkeys(keys.values(), COLD)
    changes: dict[str, tuple[dict[Any, Any], list[Any]]] = {"Keys": (keys, gone or []), "Owner": (owners, [])}
    changes |= {name: (entries, []) for name, entries in blocks.items()}
    ledger.observe(Observe("elsewhere", 0, bytes(32)), canonical_changes(changes))


def tenures_of(ledger: Ledger) -> list[Tenure]:
    return list(Tenures.of(groups(ledger.log.read())))


def test_registered_replaced_and_removed_with_the_subnet() -> None:
    with Ledger.in_memory(spec_version=277) as ledger:
        ledger.submit(CreateRootNetwork()).unwrap()
        ledger.submit(SudoSet("network_rate_limit", 0, 0)).unwrap()
        ledger.submit(ForceSetBalance(COLD, 10_000 * TAO)).unwrap()
        ledger.submit(RegisterNetwork(account("owner")), COLD).unwrap()
        for name, value in (("max_allowed_uids", 2), ("immunity_period", 0), ("min_burn", 1)):
            ledger.submit(SudoSet(name, 1, value)).unwrap()
        ledger.submit(ForceRegister(1, account("a"), COLD)).unwrap()
        ledger.advance_to(4)
        ledger.submit(PokePruningScores(1, (9, 7))).unwrap()
        ledger.submit(BurnedRegister(1, account("b")), COLD).unwrap()
        ledger.advance_to(6)
        ledger.submit(DissolveNetwork(COLD, 1)).unwrap()
        owner, a, b = tenures_of(ledger)
    assert owner == Tenure(1, 0, account("owner"), COLD, 0, 6, "register_network", "subnet removed")
    assert a == Tenure(1, 1, account("a"), COLD, 0, 4, "force_register", "replaced by burned_register", 7, account("b"))
    assert b == Tenure(1, 1, account("b"), COLD, 4, 6, "burned_register", "subnet removed")


def test_what_was_seen_elsewhere() -> None:
    """A neuron that is seen again goes on; another one in its place ended its tenure when it registered, at the latest."""
    with Ledger.in_memory(spec_version=277) as ledger:
        seen(
            ledger, {(1, 0): account("a"), (1, 1): account("b"), (1, 2): account("c")}, BlockAtRegistration={(1, 0): 0, (1, 1): 0}
        )
        ledger.advance_to(10)
        seen(ledger, {(1, 0): account("a"), (1, 1): account("new")}, [(1, 2)], BlockAtRegistration={(1, 1): 8})
        a, b, new, c = tenures_of(ledger)
    assert a == Tenure(1, 0, account("a"), COLD, 0, None, "seen")
    assert b == Tenure(1, 1, account("b"), COLD, 0, 8, "seen", "seen with another", None, account("new"), ended_after=0)
    assert new == Tenure(1, 1, account("new"), COLD, 8, None, "seen")
    assert (c.to_block, c.ended, c.ended_after) == (10, "seen empty", 0)


def test_evidence_inside_of_an_observation_is_used() -> None:
    """The same hotkey with a later registration came again; another one with the registration of the first is a swap."""
    blocks = {(1, 0): 3, (1, 1): 4}
    with Ledger.in_memory(spec_version=277) as ledger:
        ledger.advance_to(5)
        seen(ledger, {(1, 0): account("a"), (1, 1): account("b")}, BlockAtRegistration=blocks)
        ledger.advance_to(20)
        seen(ledger, {(1, 0): account("a"), (1, 1): account("c")}, BlockAtRegistration={(1, 0): 12, (1, 1): 4})
        first, again, swapped = tenures_of(ledger)
    assert first == Tenure(1, 0, account("a"), COLD, 3, 12, "seen", "seen anew", None, account("a"), ended_after=5)
    assert again == Tenure(1, 0, account("a"), COLD, 12, None, "seen")
    swap = "hotkey", 20, account("b"), account("c")
    assert swapped == Tenure(1, 1, account("c"), COLD, 4, None, "seen", swaps=(swap,))


def test_a_swap_ends_no_tenure() -> None:
    """One neuron, with a hotkey and a coldkey that change; on the subnet where nothing is swapped there is nothing to see."""
    a, b, c, new = (account(name) for name in ("a", "b", "c", "new cold"))
    with Ledger.in_memory(spec_version=277) as ledger:
        for netuid in (1, 2):
            ledger.observe(Observe("a subnet", 0, bytes(32)), canonical_changes({"NetworksAdded": ({netuid: True}, [])}))
            ledger.submit(ForceRegister(netuid, a, COLD)).unwrap()
        ledger.submit(ForceSetBalance(COLD, TAO)).unwrap()
        ledger.advance_to(36_001)
        ledger.submit(SwapHotkey(a, b, 1), COLD).unwrap()
        ledger.advance_to(40_000)
        ledger.submit(SwapColdkey(COLD, new, 0)).unwrap()
        ledger.submit(SudoSet("tx_rate_limit", 0, 0)).unwrap()
        ledger.submit(SwapHotkey(b, c, None), new).unwrap()
        first, second = tenures_of(ledger)
    of_coldkey = "coldkey", 40_000, COLD, new
    swaps = ("hotkey", 36_001, a, b), of_coldkey, ("hotkey", 40_000, b, c)
    assert first == Tenure(1, 0, c, new, 0, None, "force_register", swaps=swaps)
    assert second == Tenure(2, 0, a, new, 0, None, "force_register", swaps=(of_coldkey,))
    assert [first.was(hotkey) for hotkey in (a, b, c, COLD)] == [True, True, True, False]
