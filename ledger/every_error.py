"""Every error that reading or writing a ledger raises, under one name: `from neuron_ledger import errors`.

    except errors.SubnetNotExists     a refusal, under the chain's own name
    except errors.LogBusy             the file
    except errors.FieldError          a value that does not fit its field

All of them are `NeuronLedgerError`; their values are attributes.
"""

from neuron_ledger.events.entries.catalogue import UnknownTag as UnknownTag
from neuron_ledger.events.entries.codec import PayloadError as PayloadError
from neuron_ledger.events.wire.errors import FieldError as FieldError
from neuron_ledger.events.wire.errors import NeuronLedgerError as NeuronLedgerError
from neuron_ledger.ledger.errors import *  # noqa: F403
from neuron_ledger.ledger.log.errors import ChainBroken as ChainBroken
from neuron_ledger.ledger.log.errors import ConcurrencyError as ConcurrencyError
from neuron_ledger.ledger.log.errors import EntriesLost as EntriesLost
from neuron_ledger.ledger.log.errors import FileReplaced as FileReplaced
from neuron_ledger.ledger.log.errors import ForeignSchema as ForeignSchema
from neuron_ledger.ledger.log.errors import LogBusy as LogBusy
from neuron_ledger.ledger.log.errors import LogClosed as LogClosed
from neuron_ledger.ledger.log.errors import LogError as LogError
from neuron_ledger.ledger.log.errors import LogExists as LogExists
from neuron_ledger.ledger.log.errors import LogWriteError as LogWriteError
from neuron_ledger.ledger.log.errors import NewerFormat as NewerFormat
from neuron_ledger.ledger.log.errors import NotALedger as NotALedger
from neuron_ledger.ledger.log.errors import NotInLog as NotInLog
from neuron_ledger.ledger.log.errors import StillBusy as StillBusy
from neuron_ledger.projections.journal import StorageClosed as StorageClosed
from neuron_ledger.projections.views.not_there import AboutNeuron as AboutNeuron
from neuron_ledger.projections.views.not_there import NotThere as NotThere
