"""What an exchange takes from outside: the time, and names that nobody else has. Replays and tests give their own."""

import time
from collections.abc import Callable
from typing import Final
from uuid import uuid1, uuid4

from attrs import frozen

VERSION: Final = 10_005_000
"""What we say of ourselves: the protocol as version 10.5.0 of the SDK speaks it."""


@frozen
class Surroundings:
    """clock: seconds since 1970. clock_ns: nanoseconds. new_id: names a fault. new_uuid: names one who asks or answers."""

    clock: Callable[[], float] = time.time
    clock_ns: Callable[[], int] = time.time_ns
    new_id: Callable[[], str] = lambda: str(uuid4())
    new_uuid: Callable[[], str] = lambda: str(uuid1())
