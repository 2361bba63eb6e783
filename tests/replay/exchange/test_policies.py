"""Who may ask by the metagraph: of a ledger, an oracle, a node, as it is now. And where Axons are announced and found."""

import asyncio

import pytest
from bittensor_core import Keypair

from neuron_ledger.events.calls import ForceRegister
from neuron_ledger.events.wire.errors import FieldError
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import HotKeyNotRegisteredInNetwork
from neuron_ledger.replay.exchange.axon import Axon
from neuron_ledger.replay.exchange.on_chain import axons_of, read_axons, read_standings
from neuron_ledger.replay.exchange.policies import Policy, Standings
from neuron_ledger.replay.exchange.service import AxonInfo
from neuron_ledger.replay.exchange.standing import By, Standing, standings
from neuron_ledger.replay.exchange.synapse import Synapse, TerminalInfo
from neuron_ledger.replay.history.client import NodeProblem
from neuron_ledger.replay.node.rpc.running import running_node
from neuron_ledger.replay.oracle.chain import Oracle
from tests.replay.exchange.exchange_fixture import MINER, NETUID, VALIDATOR, hotkey

STRANGER = Keypair.create_from_uri("//Stranger")


def asked(policy: Policy, who: str | None) -> tuple[bool, str]:
    return asyncio.run(policy.blacklist(Synapse(dendrite=TerminalInfo(hotkey=who))))


def test_standings_are_those_of_the_chain(ledger: Ledger) -> None:
    found = standings(ledger.storage, NETUID)
    validator, miner = found[VALIDATOR.ss58_address], found[MINER.ss58_address]
    assert (validator.uid, validator.validator_permit, validator.stake > 10**12 // 2) == (1, True, True)
    assert (miner.uid, miner.validator_permit) == (2, False)
    assert len(found) == 3


def test_policies_by_registration_permit_and_stake(ledger: Ledger) -> None:
    source = Standings.of_ledger(ledger, NETUID)
    anybody, permitted = Policy(source, registered=False), Policy(source, permit=True)
    registered, rich = Policy(source), Policy(source, least_stake=10**9)
    assert asked(registered, STRANGER.ss58_address) == (True, "hotkey is not registered")
    assert asked(registered, MINER.ss58_address) == (False, "")
    assert asked(anybody, STRANGER.ss58_address) == (False, "")
    assert asked(permitted, MINER.ss58_address) == (True, "no validator permit")
    assert asked(permitted, VALIDATOR.ss58_address) == (False, "")
    assert asked(permitted, None) == (True, "no hotkey")
    assert asked(rich, MINER.ss58_address)[1].endswith("is below 1000000000")
    assert asked(Policy(source, permit=True, also=frozenset({STRANGER.ss58_address})), STRANGER.ss58_address) == (False, "")
    by_stake = [
        asyncio.run(registered.priority(Synapse(dendrite=TerminalInfo(hotkey=key.ss58_address))))
        for key in (STRANGER, MINER, VALIDATOR)
    ]
    assert by_stake[0] == 0.0
    assert by_stake[1] < by_stake[2]


def test_an_oracle_is_asked_as_it_is_now(ledger: Ledger) -> None:
    oracle = Oracle(ledger)
    policy = Policy(Standings.of_oracle(oracle, NETUID))
    assert asked(policy, STRANGER.ss58_address)[0]
    oracle.submit(ForceRegister(NETUID, hotkey(STRANGER), oracle.storage.owner[hotkey(MINER)])).unwrap()
    assert not asked(policy, STRANGER.ss58_address)[0]


def test_they_are_read_again_when_they_are_old_and_kept_while_they_cannot_be() -> None:
    now = [0.0]
    answers: list[By | Exception] = [{}, OSError("gone"), {"a": Standing(0, False, 0)}, OSError("gone")]

    async def read() -> By:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    source = Standings(read, every=10, clock=lambda: now[0])

    def at(seconds: float) -> By:
        now[0] = seconds
        return asyncio.run(source.current())

    assert (at(0), at(9), len(answers)) == ({}, {}, 3)
    assert at(11) == {}
    assert str(source.problem) == "gone"
    assert list(at(22)) == ["a"]
    assert source.problem is None
    with pytest.raises(OSError, match="gone"):
        at(1000)


def test_an_axon_is_announced_in_a_ledger_and_found_there(ledger: Ledger) -> None:
    axon = Axon(MINER, ip="10.1.2.3", port=8091).serve(NETUID, ledger)
    assert axons_of(ledger.storage, NETUID) == {2: AxonInfo("10.1.2.3", 8091, MINER.ss58_address)}
    ledger.advance_to(ledger.block + 60)
    axon.serve(NETUID, ledger, ip="2001:db8::1", port=9000)
    assert axons_of(ledger.storage, NETUID)[2] == AxonInfo("2001:db8::1", 9000, MINER.ss58_address)
    with pytest.raises(HotKeyNotRegisteredInNetwork):
        Axon(STRANGER, ip="10.1.2.3").serve(NETUID, ledger)
    with pytest.raises(FieldError, match="ip: expected an address"):
        axon.serve(NETUID, ledger, ip="nowhere")


def test_a_node_is_asked_and_told(ledger: Ledger) -> None:
    with running_node(ledger) as node:
        Axon(MINER, ip="10.1.2.3", port=8091).serve(NETUID, node.url)
        assert asyncio.run(read_standings(node.url, NETUID)) == standings(ledger.storage, NETUID)
        assert asyncio.run(read_axons(node.url, NETUID)) == {2: AxonInfo("10.1.2.3", 8091, MINER.ss58_address)}
        policy = Policy(Standings.of_node(node.url, NETUID), permit=True)
        assert not asked(policy, VALIDATOR.ss58_address)[0]
        with pytest.raises(NodeProblem, match="there is no subnet 77"):
            asyncio.run(read_standings(node.url, 77))
    assert axons_of(ledger.storage, NETUID)[2].ip == "10.1.2.3"
