"""Migrations that repair what happened on the main chain, but run on every chain.

Source: subtensor pallets/subtensor/src/migrations, as of the spec_version in each name.
"""

from neuron_ledger.ledger.rules.migrations.emission import recount_total_issuance
from neuron_ledger.ledger.rules.migrations.once import once
from neuron_ledger.ledger.rules.netuids import ROOT
from neuron_ledger.ledger.rules.numbers.saturating import add_u64, add_u128, sub_u64
from neuron_ledger.ledger.runtime import Tx

UNSTAKED, STAKED = 2_179_659_173_851_658, 2_109_761_275_100_688
"""Uncounted rao that left the root network's stake, and that entered it."""


@once("migrate_fix_root_tao_and_alpha_in")
def mend_root_counters_306(tx: Tx) -> None:
    """Correct the root network's pool by what was not counted. Source: migrate_fix_root_tao_and_alpha_in.rs."""
    storage, missed = tx.storage, UNSTAKED - STAKED
    storage.subnet_tao[ROOT] = sub_u64(storage.subnet_tao[ROOT], missed)
    storage.subnet_alpha_in[ROOT] = add_u64(storage.subnet_alpha_in[ROOT], missed)
    storage.subnet_alpha_out[ROOT] = sub_u64(storage.subnet_alpha_out[ROOT], missed)
    storage.subnet_volume[ROOT] = add_u128(storage.subnet_volume[ROOT], UNSTAKED + STAKED)
    recount_total_issuance(tx)


_LOCKED = """
37274536408 65230444016 114153284032 199768252064 349594445728 349412366216 213408488702 191341473067 246711333592
291874466228 247485227056 291241991316 303154601714 287407417932 254935051664 255413055349 249790431509 261343249180
261361408796 201938003214 264805234604 223171973880 180397358280 270596039760 286399608951 267684201301 284637542762
288373410868 290836604849 270861792144 210595055304 315263727200 158244884792 168102223900 252153339800 378230014000
205977765866 149434017849 135476471008 147970415680 122003668139 133585556570 200137144216 106767623816 124280483748
186420726696 249855564892 196761272984 147120048727 84021895534 98002215656 89944262256 107183582952 110644724664
99380483902 138829019156 111988743976 130264686152 118034291488 79312501676 43214310704 64755449962 97101698382
145645807991
"""
"""Rao that were locked for the subnets 65 to 128, by netuid."""


@once("migrate_restore_subnet_locked")
def restore_locked_tao_320(tx: Tx) -> None:
    """Restore the notes of what was locked for later subnets. Source: migrate_subnet_locked.rs."""
    for netuid, locked in enumerate(map(int, _LOCKED.split()), 65):
        tx.storage.subnet_locked[netuid] = locked
