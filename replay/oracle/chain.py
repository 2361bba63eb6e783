"""A chain to test against, in a few words: subnets with neurons, passing blocks, forks and snapshots.

    oracle = Oracle()
    subnet = oracle.begin_subnet(miners=3)
    oracle.set_weights(subnet.netuid, subnet.validators[0], {2: 1, 3: 3}).unwrap()
    oracle.mine_to_epoch(subnet.netuid)
    oracle.subnet(subnet.netuid).neuron(3).incentive

Everything is decided by the chain's rules and recorded in a ledger in memory. The same calls give the same head each time.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import frozen

from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.projections.views.chain_view import PastChain
from neuron_ledger.replay.importers.call_list import export_calls
from neuron_ledger.replay.oracle.builders import Builders


@frozen
class Snapshot:
    """What `Oracle.revert` goes back to."""

    ledger: Ledger


class Oracle(Builders):
    """A private chain. ledger: everything that happened on it; by default a new one in memory."""

    def __init__(self, ledger: Ledger | str | Path | None = None, *, spec_version: RuntimeName | None = None) -> None:
        """ledger: an open one, or a file, which is created if missing. spec_version: of a new ledger; by default the current
        runtime. Raises: UnknownSpecVersion, and what `Ledger.open` raises.
        """
        if isinstance(ledger, Ledger):
            self.ledger = ledger
        elif ledger is None:
            self.ledger = Ledger.in_memory(spec_version=spec_version)
        else:
            self.ledger = Ledger.open(ledger) if Path(ledger).exists() else Ledger.create(ledger, spec_version=spec_version)

    def __repr__(self) -> str:
        return f"<Oracle: {self.ledger!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.ledger.close()

    def calls(self) -> list[str]:
        """Every call so far, as the lines of a call list: imported with `neuron-ledger import calls`, they lead to the same head.

        Observations are not calls, and are left out.
        """
        return list(export_calls(self.ledger.log, skip_observations=True))

    def at(self, *, block: int | None = None, position: int | None = None) -> PastChain:
        """The chain as it was at a block. Raises: as `Ledger.at`."""
        return self.ledger.at(block=block, position=position)

    def fork(self) -> Self:
        """An independent chain that continues from here, in memory."""
        return type(self)(self.ledger.copied())

    def snapshot(self) -> Snapshot:
        """What to go back to."""
        return Snapshot(self.ledger.copied())

    def revert(self, snapshot: Snapshot) -> None:
        """Go back, any number of times: what was submitted since is lost. A node that serves the ledger goes back with it.

        An oracle on a file continues in memory; the file stays as it is.
        """
        if self.ledger.log.file is None:
            self.ledger.go_back(snapshot.ledger)
        else:
            self.ledger = snapshot.ledger.copied()
