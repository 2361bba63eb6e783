"""Observations in a log: listed, and compared with the files that they came from, if given."""

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from neuron_ledger.events.blocks_seen import BlockSeen
from neuron_ledger.events.calls import Observe
from neuron_ledger.events.entries.group import Group
from neuron_ledger.events.ledger import StorageObserved
from neuron_ledger.events.storage.changes import ItemChange
from neuron_ledger.projections.storage import Storage
from neuron_ledger.replay.importers.genesis import genesis_changes
from neuron_ledger.replay.importers.metagraph import metagraph_changes
from neuron_ledger.replay.importers.signed import is_signature_right
from neuron_ledger.replay.importers.source import ImportProblem, Source
from neuron_ledger.replay.proof.exchanges import ExchangeCheck, Recorded, exchanges_of
from neuron_ledger.replay.proof.snapshots import Report


@frozen
class Observation:
    """What a log takes over without deriving it. source, block, digest: as recorded. signer: the Ed25519 key whose
    signature over it is valid; None if there is none.

    compared_with: the file that it was successfully compared with; None if no file with that digest was given.
    """

    position: int
    source: str
    block: int
    digest: bytes
    signer: bytes | None
    compared_with: str | None

    def __str__(self) -> str:
        held = "not compared with its source" if self.compared_with is None else f"as in {self.compared_with}"
        by = "not signed" if self.signer is None else f"signed by {self.signer.hex()}"
        return f"position {self.position}: {self.source}, block {self.block}, source {self.digest.hex()}: {by}, {held}"


@frozen
class Observed:
    """The result for a segment of a log, to be joined to the results before it.

    exchanges: by source. unused: the digests of sources that no observation is from.
    """

    observations: tuple[Observation, ...]
    parents: tuple[bytes | None, ...]
    exchanges: dict[str, Recorded]
    unused: tuple[bytes, ...]


class ObservationCheck:
    """Checks the observations of a log during an audit, with the sources given for comparison."""

    def __init__(self, sources: Sequence[Source], report: Report) -> None:
        self.observations: list[Observation] = []
        self.parents: list[bytes | None] = []
        """For each observation of blocks, the hash of the block before its first; None for other observations."""
        self._sources = sources
        self._unused = {source.digest: source for source in sources}
        self._report = report
        self._exchanges = ExchangeCheck(report)

    def check(self, group: Group, before: Storage) -> None:
        """Add an observation; report it if it differs from its source. before: storage before it."""
        call = group.submission.call
        if isinstance(call, Observe) and exchanges_of(group):
            self._exchanges.check(group, before, self._signer(group, call))
            return
        if isinstance(call, Observe) and group.events and isinstance(group.events[0], BlockSeen):
            self._add_block(group.position, call, group.events[0])
            return
        observed = next((event for event in group.events if isinstance(event, StorageObserved)), None)
        if not isinstance(call, Observe) or observed is None:
            return
        source = next((source for source in self._sources if source.digest == call.source_digest), None)
        compared_with = None
        if source is not None and self._is_held(group, call, observed, source, before):
            compared_with = str(source.path)
        signer = self._signer(group, call)
        taken = Observation(group.position, call.source, call.source_block, call.source_digest, signer, compared_with)
        self._take(taken, None)

    def join(self, later: "Observed") -> None:
        """Take over the result of another check that began where this one is."""
        for observation, parent in zip(later.observations, later.parents, strict=True):
            self._take(observation, parent)
        self._exchanges.sources.update(later.exchanges)
        self._unused = {digest: source for digest, source in self._unused.items() if digest in later.unused}

    def seen(self) -> "Observed":
        """The result of this check so far."""
        exchanges = dict(self._exchanges.sources)
        return Observed(tuple(self.observations), tuple(self.parents), exchanges, tuple(self._unused))

    def _take(self, observation: Observation, parent: bytes | None) -> None:
        """Add one; consecutive blocks are one observation, that of the last of them."""
        last = self.observations[-1] if self.observations else None
        if parent is not None and last is not None and last.source == observation.source and last.digest == parent:
            observation, parent = evolve(observation, position=last.position), self.parents.pop()
            self.observations.pop()
        self.observations.append(observation)
        self.parents.append(parent)

    def _signer(self, group: Group, call: Observe) -> bytes | None:
        """The key whose signature over an observation is valid; reports an invalid one."""
        if is_signature_right(call, group.events):
            return call.signer
        self._report(
            group.position, "the signature of an observation is wrong", f"one of {(call.signer or b'').hex()}", "another"
        )
        return None

    def _add_block(self, position: int, call: Observe, block: BlockSeen) -> None:
        """Add a block of a node."""
        source = f"blocks of a node, chain {block.genesis_hash.hex()}"
        self._take(Observation(position, source, block.number, call.source_digest, None, None), block.parent_hash)

    def finish(self, position: int) -> None:
        """Report sources that no observation is from, and add the exchanges, by who recorded them."""
        for name, seen in self._exchanges.sources.items():
            signer = seen.signers.pop() if len(seen.signers) == 1 else None
            taken = Observation(seen.position, self._exchanges.described(name, seen), seen.block, seen.digest, signer, None)
            self._take(taken, None)
        for source in self._unused.values():
            what = f"no observation is from {source.path}"
            self._report(position, what, f"one with the digest {source.digest.hex()}", "none")

    def _is_held(self, group: Group, call: Observe, observed: StorageObserved, source: Source, before: Storage) -> bool:
        self._unused.pop(source.digest, None)
        at = group.last_position
        what = f"the observation differs from {source.path}"
        problems: list[str] = []
        for changes, block, used in self._readings(source, before, problems):
            if changes == observed.changes and block == call.source_block:
                for other in used:
                    self._unused.pop(other.digest, None)
                return True
        self._report(at, what, "; ".join(problems) or "the storage that the importer makes of it", _items(observed.changes))
        return False

    def _readings(
        self, source: Source, before: Storage, problems: list[str]
    ) -> Iterator[tuple[tuple[ItemChange, ...], int, list[Source]]]:
        """What importers read from a source: a genesis, or a metagraph, with or without the neurons-lite call of another file."""
        try:
            if isinstance(source.content, dict) and "stakes" in source.content:
                yield genesis_changes(source), 0, []
                return
            yield *metagraph_changes(source, before), []
        except ImportProblem as problem:
            problems.append(str(problem))
            return
        for lite in self._sources:
            if lite is not source:
                try:
                    yield *metagraph_changes(source, before, lite), [lite]
                except ImportProblem:
                    continue  # of another subnet, or no neurons at all


def _items(changes: Sequence[ItemChange]) -> str:
    return ", ".join(f"{name} ({len(entries)})" for name, entries, _ in changes) or "nothing"
