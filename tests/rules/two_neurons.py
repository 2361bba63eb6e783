"""A small chain of before 277 with two neurons on each subnet: who owns which hotkey, who has which uid, who has a permit."""

from tests.chain_fixture import account
from tests.rules.early_chain import EarlyChain

COLD, HOT, OTHER_COLD, OTHER_HOT, NOMINATOR = map(account, ("cold", "hot", "other cold", "other hot", "nominator"))
EARLY = (103, 143, 185)


class TwoNeurons(EarlyChain):
    """Block 1000; subnets 1 and 2 with two neurons each: HOT of COLD is uid 0, OTHER_HOT of OTHER_COLD is uid 1."""

    def __init__(self, spec_version: int) -> None:
        super().__init__(spec_version, subnets=(1, 2), block=1000)
        storage = self.storage
        storage.total_issuance.value = 10**15
        storage.tx_rate_limit.value = 0
        for hotkey, coldkey in ((HOT, COLD), (OTHER_HOT, OTHER_COLD)):
            storage.owner[hotkey] = coldkey
            storage.stake[hotkey, coldkey] = 0
        for netuid in (1, 2):
            self.begin(netuid, HOT, OTHER_HOT)

    def begin(self, netuid: int, *hotkeys: bytes) -> None:
        """A subnet with these neurons, of whom the first has a permit."""
        storage, n = self.storage, len(hotkeys)
        storage.networks_added[netuid] = True
        storage.tempo[netuid] = 99
        storage.subnetwork_n[netuid] = n
        for name in ("LastUpdate", "Rank", "Trust", "Consensus", "Incentive", "Dividends", "PruningScores", "Emission"):
            storage.map(name)[netuid] = (0,) * n
        storage.validator_permit[netuid] = (True, *(False,) * (n - 1))
        storage.min_allowed_weights[netuid] = 1
        storage.max_weights_limit[netuid] = 65535
        storage.weights_set_rate_limit[netuid] = 100
        for uid, hotkey in enumerate(hotkeys):
            storage.keys[netuid, uid] = hotkey
            storage.uids[netuid, hotkey] = uid
            storage.is_network_member[hotkey, netuid] = True

    def at(self, block: int) -> None:
        """Go to another block, without anything running in between."""
        self.storage.block_number.value = block
