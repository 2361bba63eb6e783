"""Why: the questions of `neuron-ledger explain`, under the same names.

from neuron_ledger import explain

explain.pruned(ledger.log, netuid=1, uid=17)
explain(recorded_epoch(ledger.log, 1), 17)
"""

from typing import Final

from neuron_ledger.replay.questions import explain as epochs
from neuron_ledger.replay.questions.pruned import pruned
from neuron_ledger.replay.questions.recorded_epochs import RecordedEpoch


class Explain:
    """What can be explained; each question is a function."""

    pruned = staticmethod(pruned)

    def __call__(self, epoch: RecordedEpoch, uid: int) -> epochs.Explanation:
        """How a uid's numbers came about in an epoch (`epoch --explain`)."""
        return epochs.explain(epoch, uid)


explain: Final = Explain()
