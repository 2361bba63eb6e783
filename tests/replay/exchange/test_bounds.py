"""What an Axon remembers, and who waits for it, in bounds: nonces and the queue."""

import asyncio

import pytest

from neuron_ledger.replay.exchange.nonces import NonceRefused, Nonces
from neuron_ledger.replay.exchange.queueing import NoPlace, Turns
from tests.replay.exchange.axon_fixture import SECOND


def test_forgotten_nonces_are_not_accepted_again() -> None:
    nonces = Nonces(most_hotkeys=2, most_uuids=2)
    now = 1000 * SECOND

    def accept(hotkey: str, uuid: str, nonce: int) -> None:
        nonces.check(hotkey, uuid, nonce, version=10_005_000, timeout=100, now_ns=now)
        nonces.accept(hotkey, uuid, nonce, now_ns=now)

    for number, uuid in enumerate(("a", "b", "c")):
        accept("one", uuid, now - 10 + number)
    assert len(nonces) == 2
    with pytest.raises(NonceRefused):
        accept("one", "a", now - 10)
    accept("one", "a", now - 9)
    accept("two", "a", now + 100 * SECOND)
    accept("three", "a", now)
    assert len(nonces) == 2
    with pytest.raises(NonceRefused):
        accept("one", "c", now - 8)
    accept("one", "d", now + 1)


def test_the_queue_takes_the_highest_priority_and_refuses_the_lowest() -> None:
    order: list[str] = []

    async def main() -> None:
        turns = Turns(at_once=1, waiting=2, of_one=3)
        go = asyncio.Event()

        async def one(name: str, priority: float, hotkey: str) -> None:
            try:
                async with turns.turn(priority, hotkey):
                    order.append(name)
                    await go.wait()
            except NoPlace:
                order.append(f"no place for {name}")

        tasks = []
        for name, priority, hotkey in (("a", 0, "x"), ("b", 1, "x"), ("c", 2, "y"), ("d", 1, "y"), ("e", 3, "y"), ("f", 9, "x")):
            tasks.append(asyncio.create_task(one(name, priority, hotkey)))
            await asyncio.sleep(0)
        tasks[4].cancel()
        go.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert turns.waiting == 0

    asyncio.run(main())
    assert order == ["a", "no place for d", "no place for b", "no place for c", "f"]


def test_one_hotkey_has_a_share_of_the_queue() -> None:
    async def main() -> list[str]:
        turns = Turns(at_once=1, waiting=10, of_one=2)
        async with turns.turn(0, "x"):
            waits = asyncio.create_task(turns.turn(0, "x").__aenter__())
            await asyncio.sleep(0)
            with pytest.raises(NoPlace, match="2 requests of this hotkey"):
                async with turns.turn(5, "x"):
                    pass
            other = asyncio.create_task(turns.turn(0, "y").__aenter__())
            await asyncio.sleep(0)
            for task in (waits, other):
                task.cancel()
            await asyncio.gather(waits, other, return_exceptions=True)
        async with turns.turn(0, "x"), asyncio.timeout(5):
            return ["done"]

    assert asyncio.run(main()) == ["done"]
