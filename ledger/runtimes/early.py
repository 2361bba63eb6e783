"""Runtimes before 277, by their line: what changed at which spec_version of the main chain, and the test network's 185.

Numbers are not in order of time: in March 2023 the main line went from 110 back to 101, then on to 103 and 108; a year later from
144 to 143 and back, from 147 to 146 and back, and from 160 via 194 to 162; the test network had 165 to 186 while the main line
had 142 to 153. The main line begins here when it reached 103 for the second time. Where a number stands for several trees, the
rules are those of the last one: a 147 that was in use for a day and then withdrawn, with nearly the rules of 149, is not here.
"""

from collections.abc import Mapping
from typing import Final

from neuron_ledger.ledger.runtimes.change import Step, composed
from neuron_ledger.ledger.runtimes.v101 import V101, V110_FIRST
from neuron_ledger.ledger.runtimes.v102 import V102
from neuron_ledger.ledger.runtimes.v103 import V103
from neuron_ledger.ledger.runtimes.v108 import step_108
from neuron_ledger.ledger.runtimes.v111 import step_111
from neuron_ledger.ledger.runtimes.v112 import step_112
from neuron_ledger.ledger.runtimes.v116 import step_116
from neuron_ledger.ledger.runtimes.v117 import step_117
from neuron_ledger.ledger.runtimes.v118 import step_118
from neuron_ledger.ledger.runtimes.v120 import step_120
from neuron_ledger.ledger.runtimes.v121 import step_121
from neuron_ledger.ledger.runtimes.v122 import step_122
from neuron_ledger.ledger.runtimes.v123 import step_123
from neuron_ledger.ledger.runtimes.v124 import step_124
from neuron_ledger.ledger.runtimes.v126 import step_126
from neuron_ledger.ledger.runtimes.v127 import first_127, step_127
from neuron_ledger.ledger.runtimes.v133 import step_133
from neuron_ledger.ledger.runtimes.v134 import step_134
from neuron_ledger.ledger.runtimes.v136 import step_136
from neuron_ledger.ledger.runtimes.v139 import step_139
from neuron_ledger.ledger.runtimes.v141 import step_141
from neuron_ledger.ledger.runtimes.v142 import step_142
from neuron_ledger.ledger.runtimes.v143 import step_143
from neuron_ledger.ledger.runtimes.v146 import step_146
from neuron_ledger.ledger.runtimes.v148 import step_148
from neuron_ledger.ledger.runtimes.v149 import step_149
from neuron_ledger.ledger.runtimes.v150 import step_150
from neuron_ledger.ledger.runtimes.v151 import step_151
from neuron_ledger.ledger.runtimes.v153 import step_153
from neuron_ledger.ledger.runtimes.v154 import step_154
from neuron_ledger.ledger.runtimes.v156 import step_156
from neuron_ledger.ledger.runtimes.v158 import step_158
from neuron_ledger.ledger.runtimes.v159 import step_159
from neuron_ledger.ledger.runtimes.v162 import step_162
from neuron_ledger.ledger.runtimes.v165 import step_165
from neuron_ledger.ledger.runtimes.v166 import step_166
from neuron_ledger.ledger.runtimes.v185 import first_185, second_185, step_185
from neuron_ledger.ledger.runtimes.v194 import step_194
from neuron_ledger.ledger.runtimes.v195 import step_195
from neuron_ledger.ledger.runtimes.v196 import step_196
from neuron_ledger.ledger.runtimes.v201 import step_201
from neuron_ledger.ledger.runtimes.v202 import step_202
from neuron_ledger.ledger.runtimes.v203 import step_203
from neuron_ledger.ledger.runtimes.v205 import step_205
from neuron_ledger.ledger.runtimes.v210 import step_210
from neuron_ledger.ledger.runtimes.v211 import step_211
from neuron_ledger.ledger.runtimes.v212 import step_212
from neuron_ledger.ledger.runtimes.v216 import step_216
from neuron_ledger.ledger.runtimes.v217 import step_217
from neuron_ledger.ledger.runtimes.v218 import step_218
from neuron_ledger.ledger.runtimes.v218_draft import V218_DRAFT

MAIN_LINE: Final = (
    *range(108, 128),
    *range(133, 137),
    *range(139, 157),
    *(158, 159, 160, 194, 162, 165, 166),
    *(195, 196, 201, 202, 203, 205, 210, 211, 212),
    *range(216, 220),
)

EARLY_STEPS: Final[Mapping[int, Step]] = {
    108: step_108,
    111: step_111,
    112: step_112,
    116: step_116,
    117: step_117,
    118: step_118,
    120: step_120,
    121: step_121,
    122: step_122,
    123: step_123,
    124: step_124,
    126: step_126,
    127: step_127,
    133: step_133,
    134: step_134,
    136: step_136,
    139: step_139,
    141: step_141,
    142: step_142,
    143: step_143,
    146: step_146,
    148: step_148,
    149: step_149,
    150: step_150,
    151: step_151,
    153: step_153,
    154: step_154,
    156: step_156,
    158: step_158,
    159: step_159,
    194: step_194,
    162: step_162,
    165: step_165,
    166: step_166,
    195: step_195,
    196: step_196,
    201: step_201,
    202: step_202,
    203: step_203,
    205: step_205,
    210: step_210,
    211: step_211,
    212: step_212,
    216: step_216,
    217: step_217,
    218: step_218,
}
"""The changes of the main line by the spec_version in which they first appear."""

_MAIN = composed(V103, EARLY_STEPS, MAIN_LINE)

_AT_126 = next(runtime for runtime in _MAIN if runtime.spec_version == 126)
_AT_149 = next(runtime for runtime in _MAIN if runtime.spec_version == 149)
_AT_151 = next(runtime for runtime in _MAIN if runtime.spec_version == 151)

_SECOND_185 = second_185(_AT_149)

EARLY_RUNTIMES: Final = (
    *(V110_FIRST, V101, V102, *_MAIN, first_127(_AT_126)),
    *(first_185(_SECOND_185), _SECOND_185, step_185(_AT_151)),
    V218_DRAFT,
)
"""In the order of their lines: the main chain's, the test network's, then the draft of alpha."""
