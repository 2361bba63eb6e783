"""Why a call is refused: the chain's own error names, one class each, grouped by subject."""

from neuron_ledger.ledger.errors.accounts import *  # noqa: F403
from neuron_ledger.ledger.errors.admin import *  # noqa: F403
from neuron_ledger.ledger.errors.base import *  # noqa: F403
from neuron_ledger.ledger.errors.commitments import *  # noqa: F403
from neuron_ledger.ledger.errors.origins import *  # noqa: F403
from neuron_ledger.ledger.errors.parameters import *  # noqa: F403
from neuron_ledger.ledger.errors.pools import *  # noqa: F403
from neuron_ledger.ledger.errors.registration import *  # noqa: F403
from neuron_ledger.ledger.errors.serving import *  # noqa: F403
from neuron_ledger.ledger.errors.stake import *  # noqa: F403
from neuron_ledger.ledger.errors.subnets import *  # noqa: F403
from neuron_ledger.ledger.errors.swaps import *  # noqa: F403
from neuron_ledger.ledger.errors.weights import *  # noqa: F403
