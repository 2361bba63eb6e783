"""hypothesis strategies for chains to test against: subnets, weight matrices, sequences of calls. They need the extra `testing`.

    @given(chain=subnets(), data=st.data())
    def test_my_validator(chain, data):
        matrix = data.draw(weight_matrices(chain))
        chain.set_weights(matrix)
        chain.run(data.draw(call_sequences(chain)))

Every chain is independent, in memory. Drawn values are plain (uids, integers, calls), so that a failing example shows what led
to it, and shrinks to few neurons, small weights, few calls.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from neuron_ledger.events.calls import (
    AddStake,
    BurnedRegister,
    ForceRegister,
    GrantStake,
    RemoveStake,
    ServeAxon,
    SetParam,
    SetWeights,
)
from neuron_ledger.events.storage.trees import RuntimeName
from neuron_ledger.events.wire.errors import NeuronLedgerError
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.receipt import Receipt
from neuron_ledger.replay.oracle.accounts import account
from neuron_ledger.replay.oracle.builders import TAO, NewSubnet
from neuron_ledger.replay.oracle.chain import Oracle

try:
    from hypothesis import strategies as st
except ModuleNotFoundError:
    raise NeuronLedgerError(
        "hypothesis is not installed; strategies need the extra `testing`: pip install 'neuron-ledger[testing]'"
    ) from None

U16_MAX: Final = 2**16 - 1
MOST_BLOCKS: Final = 120
"""Blocks that a step lets pass, at most."""
STRANGERS: Final = tuple(f"stranger {number}" for number in range(3))
"""Throwaway accounts that are on no subnet at first."""
TEMPOS: Final = (5, 10, 20, 50, 100, 360)

Matrix = Mapping[int, Mapping[int, int]]
"""uid that sets weights → uid → weight (u16)."""


@frozen
class Submitted:
    """One call, and who signs it: a throwaway account's name, 32 bytes, or None for a privileged call."""

    call: Call
    signer: str | bytes | None = None


@frozen
class Passed:
    """Blocks that pass."""

    blocks: int


Step = Submitted | Passed


@frozen(eq=False)
class Chain:
    """An oracle with one subnet on it."""

    oracle: Oracle
    subnet: NewSubnet

    def __repr__(self) -> str:
        made = self.subnet
        return f"<a chain with {len(made.validators)} validators and {len(made.miners)} miners, block {self.oracle.block}>"

    @property
    def netuid(self) -> int:
        return self.subnet.netuid

    def set_weights(self, matrix: Matrix) -> list[Receipt]:
        """Set the weights of a matrix, row by row."""
        hotkeys = self.oracle.storage.keys
        return [self.oracle.set_weights(self.netuid, hotkeys[self.netuid, uid], row) for uid, row in matrix.items()]

    def run(self, steps: Sequence[Step]) -> list[Receipt]:
        """Run the drawn steps, one after the other."""
        return [
            self.oracle.mine(step.blocks) if isinstance(step, Passed) else self.oracle.submit(step.call, step.signer)
            for step in steps
        ]


@st.composite
def subnets(
    draw: st.DrawFn,
    *,
    validators: st.SearchStrategy[int] | None = None,
    miners: st.SearchStrategy[int] | None = None,
    tempos: st.SearchStrategy[int] | None = None,
    spec_version: RuntimeName | None = None,
) -> Chain:
    """A chain with one subnet, whose weights can be set at once. An epoch has passed.

    By default: 1 to 4 validators, 1 to 12 miners, a tempo of 5 to 360, the current runtime.
    """
    few = st.integers(1, 4) if validators is None else validators
    many = st.integers(1, 12) if miners is None else miners
    tempo = st.sampled_from(TEMPOS) if tempos is None else tempos
    oracle = Oracle(spec_version=spec_version)
    made = oracle.begin_subnet(validators=draw(few), miners=draw(many))
    oracle.submit(SetParam("tempo", made.netuid, draw(tempo))).unwrap()
    oracle.submit(SetParam("weights_set_rate_limit", made.netuid, 0)).unwrap()
    return Chain(oracle, made)


@st.composite
def weight_rows(draw: st.DrawFn, uids: Sequence[int], *, least: int = 1) -> dict[int, int]:
    """One row: uid → weight (u16), of at least this many uids. At least one weight is not 0."""
    row = draw(st.dictionaries(st.sampled_from(sorted(uids)), st.integers(0, U16_MAX), min_size=least))
    if row and not any(row.values()):
        row[min(row)] = 1
    return row


@st.composite
def weight_matrices(draw: st.DrawFn, chain: Chain, *, sparse: bool = True) -> dict[int, dict[int, int]]:
    """A row for each validator of the subnet, over all its uids. sparse: rows may leave uids out."""
    n = chain.oracle.subnet(chain.netuid).n
    permits = chain.oracle.storage.validator_permit[chain.netuid]
    setters = [uid for uid, permit in enumerate(permits) if permit and uid > 0]
    return {uid: draw(weight_rows(range(n), least=1 if sparse else n)) for uid in setters}


def call_sequences(chain: Chain, *, most: int = 20) -> st.SearchStrategy[list[Step]]:
    """What may happen on the subnet, for `Chain.run`: registrations, weights, stake, endpoints, parameters, blocks that pass.

    Some of the calls will be refused, as on the chain. most: steps.
    """
    return st.lists(steps(chain), max_size=most)


def steps(chain: Chain) -> st.SearchStrategy[Step]:
    """One thing that may happen on the subnet."""
    netuid, made = chain.netuid, chain.subnet
    hotkeys = st.sampled_from([*made.hotkeys, *map(account, STRANGERS)])
    strangers, amounts = st.sampled_from(STRANGERS), st.integers(0, 2_000 * TAO)
    rows = weight_rows(range(len(made.hotkeys) + 2))  # two of which nobody may hold
    kinds: dict[str, st.SearchStrategy[Step]] = {
        "blocks": st.builds(Passed, st.integers(1, MOST_BLOCKS)),
        "weights": st.builds(lambda who, row: _weights(netuid, who, row), hotkeys, rows),
        "forced": st.builds(lambda who: Submitted(ForceRegister(netuid, account(who), account(f"{who}: coldkey"))), strangers),
        "burned": st.builds(lambda who: Submitted(BurnedRegister(netuid, account(who)), made.coldkey), strangers),
        "granted": st.builds(lambda who, alpha: Submitted(GrantStake(who, made.coldkey, netuid, alpha)), hotkeys, amounts),
        "staked": st.builds(lambda who, rao: Submitted(AddStake(who, netuid, rao), made.coldkey), hotkeys, amounts),
        "unstaked": st.builds(lambda who, alpha: Submitted(RemoveStake(who, netuid, alpha), made.coldkey), hotkeys, amounts),
        "axons": st.builds(lambda who, ip, port: _axon(netuid, who, ip, port), hotkeys, st.integers(1, 2**32 - 1), _U16),
        "parameters": st.builds(lambda name, value: Submitted(SetParam(name, netuid, value)), _PARAMETERS, st.integers(1, 1_000)),
    }
    return st.one_of(list(kinds.values()))


_U16: Final = st.integers(0, U16_MAX)
_PARAMETERS: Final = st.sampled_from(("immunity_period", "tempo", "max_allowed_validators", "kappa", "min_allowed_weights"))


def _weights(netuid: int, who: bytes, row: Mapping[int, int]) -> Submitted:
    return Submitted(SetWeights(netuid, tuple(row), tuple(row.values()), 0), who)


def _axon(netuid: int, who: bytes, ip: int, port: int) -> Submitted:
    return Submitted(ServeAxon(netuid, 1, ip, port, 4, 4, 0, 0), who)
