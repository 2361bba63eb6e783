"""Identities of coldkeys and subnets, hotkeys that become a coldkey's, and calls without effect."""

from typing import Any

import pytest

from neuron_ledger.events.associations import (
    AdjustSenate,
    BecomeDelegate,
    Faucet,
    ScheduleDissolveNetwork,
    SetTaoWeights,
    TryAssociateHotkey,
)
from neuron_ledger.events.calls import ForceRegister, RootRegister
from neuron_ledger.events.identities import RegisterNetworkWithIdentity, SetIdentity, SetSubnetIdentity
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.errors import CannotGoOn
from neuron_ledger.ledger.rules.accounts.identities import OF_COLDKEYS, OF_SUBNETS, OF_SUBNETS_283
from neuron_ledger.ledger.runtimes.timeline import TIMELINE
from tests.chain_fixture import TAO, Chain, account, chain_events

COLD, HOT = account("hot-cold"), account("hot")
OF_COLDKEY = {name: name.encode() for name in OF_COLDKEYS.longest}
OF_SUBNET = {name: name.encode() for name in OF_SUBNETS.longest}


@pytest.fixture
def chain() -> Chain:
    """A coldkey that owns subnet 1 and a hotkey on it."""
    chain = Chain()
    chain.seat("hot")
    chain.storage.subnet_owner[1] = COLD
    return chain


# ------------------------------------------------------------------------------------- the reference's own scenarios


def test_an_identity_is_kept_as_given_and_replaced_by_the_next(chain: Chain) -> None:
    """serving.rs::test_do_set_identity, test_set_and_get_identity."""
    assert COLD not in chain.storage.identities_v2
    assert chain_events(chain.ok(SetIdentity(**OF_COLDKEY), COLD)) == [("ChainIdentitySet", COLD)]
    assert chain.storage.identities_v2[COLD] == tuple(OF_COLDKEY.values())
    chain.ok(SetIdentity(**{**OF_COLDKEY, "url": b"", "name": b"another"}), COLD)
    assert chain.storage.identities_v2[COLD] == (b"another", b"", *[*OF_COLDKEY.values()][2:])


def test_a_coldkey_without_a_registered_hotkey_sets_none(chain: Chain) -> None:
    """serving.rs::test_do_set_identity."""
    chain.ok(TryAssociateHotkey(account("idle")), account("idler"))
    error = chain.refused(SetIdentity(**OF_COLDKEY), account("idler"))
    assert (error.name, error.values) == ("HotKeyNotRegisteredInNetwork", {"coldkey": account("idler")})


@pytest.mark.parametrize(("name", "most"), OF_COLDKEYS.longest.items())
def test_each_text_of_an_identity_has_a_bound_of_its_own(chain: Chain, name: str, most: int) -> None:
    """serving.rs::test_is_valid_identity."""
    chain.ok(SetIdentity(**{**OF_COLDKEY, name: bytes(most)}), COLD)
    assert chain.refused(SetIdentity(**{**OF_COLDKEY, name: bytes(most + 1)}), COLD).name == "InvalidIdentity"


def test_all_texts_may_be_as_long_as_they_can_be(chain: Chain) -> None:
    """serving.rs::test_is_valid_identity, test_is_valid_subnet_identity."""
    chain.ok(SetIdentity(**{name: bytes(most) for name, most in OF_COLDKEYS.longest.items()}), COLD)
    chain.ok(SetSubnetIdentity(1, **{name: bytes(most) for name, most in OF_SUBNETS.longest.items()}), COLD)


def test_a_subnets_owner_sets_its_identity(chain: Chain) -> None:
    """serving.rs::test_do_set_subnet_identity."""
    assert chain_events(chain.ok(SetSubnetIdentity(1, **OF_SUBNET), COLD)) == [("SubnetIdentitySet", 1)]
    assert chain.storage.subnet_identities_v2[1] == tuple(OF_SUBNET.values())
    chain.ok(SetSubnetIdentity(1, **{**OF_SUBNET, "discord": b"elsewhere"}), COLD)
    assert chain.storage.subnet_identities_v2[1] == (*[*OF_SUBNET.values()][:4], b"elsewhere", *[*OF_SUBNET.values()][5:])
    error = chain.refused(SetSubnetIdentity(1, **OF_SUBNET), account("stranger"))
    assert (error.name, error.values) == ("NotSubnetOwner", {"netuid": 1, "owner": COLD, "coldkey": account("stranger")})


@pytest.mark.parametrize(("name", "most"), OF_SUBNETS.longest.items())
def test_each_text_of_a_subnets_identity_has_a_bound_of_its_own(chain: Chain, name: str, most: int) -> None:
    """serving.rs::test_is_valid_subnet_identity."""
    error = chain.refused(SetSubnetIdentity(1, **{**OF_SUBNET, name: bytes(most + 1)}), COLD)
    assert (error.name, error.values) == ("InvalidIdentity", {"text": name, "length": most + 1, "most": most})


def test_a_subnet_that_is_not_there_has_no_owner(chain: Chain) -> None:
    """serving.rs::test_set_identity_for_non_existent_subnet."""
    assert chain.refused(SetSubnetIdentity(999, **OF_SUBNET), COLD).name == "NotSubnetOwner"
    assert 999 not in chain.storage.subnet_identities_v2


# ------------------------------------------------------------------------------------------------------- and our own


def funded() -> Chain:
    chain = Chain(block=10_000)
    chain.fund(COLD, 2000 * TAO)
    return chain


def test_a_subnet_begins_with_its_identity() -> None:
    chain = funded()
    events = chain.ok(RegisterNetworkWithIdentity(HOT, tuple(OF_SUBNET.values())), COLD)
    assert chain_events(events)[-2:] == [("SubnetIdentitySet", 2), ("NetworkAdded", 2, 1)]
    assert chain.storage.subnet_identities_v2[2] == tuple(OF_SUBNET.values())


def test_or_without() -> None:
    chain = funded()
    assert chain_events(chain.ok(RegisterNetworkWithIdentity(HOT, None), COLD))[-1] == ("NetworkAdded", 2, 1)
    assert 2 not in chain.storage.subnet_identities_v2


@pytest.mark.parametrize("texts", [(), (b"name",), (b"",) * 9])
def test_an_identity_of_another_number_of_texts_cannot_be_made(texts: tuple[bytes, ...]) -> None:
    with pytest.raises(FieldError, match="identity: expected 7 texts, or 8 since spec_version 283"):
        RegisterNetworkWithIdentity(HOT, texts)


@pytest.mark.parametrize(("spec_version", "logo", "said"), [(277, b"", "has no logo_url"), (283, None, "needs logo_url")])
def test_a_logo_is_given_where_the_runtime_has_it(spec_version: int, logo: bytes | None, said: str) -> None:
    """Nothing is decided: a node could not even read the call."""
    chain = Chain(rules=TIMELINE.runtime(spec_version))
    with pytest.raises(CannotGoOn, match=f"set_subnet_identity {said} at spec_version {spec_version}"):
        chain.submit(SetSubnetIdentity(1, **OF_SUBNET, logo_url=logo), COLD)
    texts = (b"",) * (7 if logo is None else 8)
    funded = Chain(block=10_000, rules=TIMELINE.runtime(spec_version))
    funded.fund(COLD, 2000 * TAO)
    with pytest.raises(CannotGoOn, match=r"identity: expected the texts of spec_version \d+ \(subnet_name, .*\), got \d"):
        funded.submit(RegisterNetworkWithIdentity(HOT, texts), COLD)


def test_a_logo_comes_before_what_is_additional() -> None:
    chain = Chain(rules=TIMELINE.runtime(283))
    chain.storage.subnet_owner[1] = COLD
    chain.ok(SetSubnetIdentity(1, **OF_SUBNET, logo_url=b"logo_url"), COLD)
    assert chain.storage.subnet_identities_v3[1] == tuple(name.encode() for name in OF_SUBNETS_283.longest)


def test_a_hotkey_becomes_the_coldkeys_once() -> None:
    chain = Chain()
    chain.ok(TryAssociateHotkey(HOT), COLD)
    assert chain.storage.owner[HOT] == COLD
    assert chain.storage.owned_hotkeys[COLD] == chain.storage.staking_hotkeys[COLD] == (HOT,)
    before = chain.storage.digest()
    assert chain.ok(TryAssociateHotkey(HOT), account("another")) == []
    assert chain.storage.digest() == before


@pytest.mark.parametrize("origin", [None, COLD])
def test_calls_without_effect(chain: Chain, origin: Any) -> None:
    assert chain.ok(BecomeDelegate(HOT), origin) == chain.ok(SetTaoWeights(0, HOT, (1,), (2,), 0), origin) == []
    assert chain.refused(ScheduleDissolveNetwork(1), origin).name == "CallDisabled"
    assert chain.refused(Faucet(1, 2, b"work"), origin).name == "FaucetDisabled"


def test_a_senator_gives_way_to_more_stake() -> None:
    """senate.rs::test_adjust_senate_events: whom the hotkey replaced the event does not name."""
    chain = Chain()
    chain.set("max_allowed_uids", 20, 0)
    for number in range(12):
        chain.ok(RootRegister(account(f"r{number}")), account(f"r{number}-cold"))
    chain.ok(ForceRegister(0, HOT, COLD))
    chain.storage.total_hotkey_alpha[HOT, 0] = 1
    assert chain_events(chain.ok(AdjustSenate(HOT), account("anybody"))) == [
        ("SenateAdjusted", ("old_member", None), ("new_member", HOT))
    ]
    assert HOT in chain.storage.senate_members.value
    assert len(chain.storage.senate_members.value) == 12
