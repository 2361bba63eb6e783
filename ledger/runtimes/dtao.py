"""The first runtimes with alpha, in order: the main chain's numbers from 233 to 276, of February to June 2025.

Each is the sum of the steps up to it; the last step leads to 277 itself, which is described on its own.
"""

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from neuron_ledger.events.storage.layout import LAYOUT_277
from neuron_ledger.ledger.rules.hyperparameters import dtao_tables
from neuron_ledger.ledger.rules.stake import children
from neuron_ledger.ledger.runtime import Runtime
from neuron_ledger.ledger.runtimes.change import Step, composed
from neuron_ledger.ledger.runtimes.v233 import V233
from neuron_ledger.ledger.runtimes.v234 import step_234
from neuron_ledger.ledger.runtimes.v238 import step_238
from neuron_ledger.ledger.runtimes.v239 import step_239
from neuron_ledger.ledger.runtimes.v244 import step_244
from neuron_ledger.ledger.runtimes.v245 import step_245
from neuron_ledger.ledger.runtimes.v246 import step_246
from neuron_ledger.ledger.runtimes.v247 import step_247
from neuron_ledger.ledger.runtimes.v252 import step_252
from neuron_ledger.ledger.runtimes.v257 import step_257
from neuron_ledger.ledger.runtimes.v258 import step_258
from neuron_ledger.ledger.runtimes.v261 import step_261
from neuron_ledger.ledger.runtimes.v273 import step_273
from neuron_ledger.ledger.runtimes.v274 import step_274
from neuron_ledger.ledger.runtimes.v275 import step_275

DTAO_LINE: Final = (234, 238, 239, 244, 245, 246, 247, 252, 257, 258, 261, 263, 264, 265, 273, 274, 275, 276)
"""The spec_versions of the main line after 233."""


def step_277(before: Runtime) -> Runtime:
    """The runtime before it, with what 277 changed: the cooldown of children became configurable."""
    return evolve(
        before,
        early_migrations=None,
        layout=LAYOUT_277,
        parameter_steps={**before.parameter_steps, **dtao_tables.STEPS_277},
        schedule_children=children.schedule_children,
    )


DTAO_STEPS: Final[Mapping[int, Step]] = {
    234: step_234,
    238: step_238,
    239: step_239,
    244: step_244,
    245: step_245,
    246: step_246,
    247: step_247,
    252: step_252,
    257: step_257,
    258: step_258,
    261: step_261,
    273: step_273,
    274: step_274,
    275: step_275,
    277: step_277,
}
"""The changes by the spec_version in which they first appear."""

*_DTAO, UP_TO_277 = composed(V233, DTAO_STEPS, (*DTAO_LINE, 277))

DTAO_RUNTIMES: Final = tuple(_DTAO)
"""233 and the runtimes after it, before 277; no upgrade leads on from them. `UP_TO_277` is the result of all steps."""
