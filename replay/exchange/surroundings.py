"""What an exchange takes from outside: the time, and unique names. Replays and tests supply their own."""

import time
from collections.abc import Callable
from typing import Final
from uuid import uuid1, uuid4

from attrs import frozen

VERSION: Final = 10_005_000
"""The version that we report: the protocol of SDK 10.5.0."""


@frozen
class Surroundings:
    """clock: seconds since 1970. clock_ns: nanoseconds. new_id: names a fault. new_uuid: names an Axon or a Dendrite."""

    clock: Callable[[], float] = time.time
    clock_ns: Callable[[], int] = time.time_ns
    new_id: Callable[[], str] = lambda: str(uuid4())
    new_uuid: Callable[[], str] = lambda: str(uuid1())
