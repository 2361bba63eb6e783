"""Why: the questions of `neuron-ledger explain`, under the same names.

from neuron_ledger import explain

explain.pruned(ledger.log, netuid=1, uid=17)
explain(recorded_epoch(ledger.log, 1), 17)
"""

from typing import Final

from neuron_ledger.ledger.log.store import Log
from neuron_ledger.replay.questions import explain as epochs
from neuron_ledger.replay.questions.permits import permit
from neuron_ledger.replay.questions.prices import burn
from neuron_ledger.replay.questions.pruned import pruned
from neuron_ledger.replay.questions.recorded_epochs import RecordedEpoch, recorded_epoch
from neuron_ledger.replay.questions.refused import call
from neuron_ledger.replay.questions.weight import explain_weight


class Explain:
    """What can be explained; each question is a function."""

    pruned = staticmethod(pruned)
    call = staticmethod(call)
    permit = staticmethod(permit)
    burn = staticmethod(burn)
    weight = staticmethod(explain_weight)

    @staticmethod
    def incentive(log: Log, *, netuid: int, uid: int, block: int | None = None, mechanism: int = 0) -> epochs.Explanation:
        """Where a uid's incentive came from in the latest epoch, or in the latest one up to `block`.

        Raises: FieldError for a uid that the subnet did not have; NoSuchEpoch, NotByTheRules, ChainBroken.
        """
        return epochs.explain(recorded_epoch(log, netuid, mechanism=mechanism, block=block), uid)

    def __call__(self, epoch: RecordedEpoch, uid: int) -> epochs.Explanation:
        """How a uid's numbers came about in an epoch (`epoch --explain`)."""
        return epochs.explain(epoch, uid)


explain: Final = Explain()
