"""A small chain of one of the first runtimes with alpha, for tests."""

from tests.rules.early_chain import EarlyChain

TAO = 10**9


class DtaoChain(EarlyChain):
    """A root network with 1,000 TAO, and subnets that emit: in each one's pool 1,000 TAO and 4,000 alpha, outside 5,000."""

    def __init__(self, spec_version: int, *, subnets: tuple[int, ...] = (1,), block: int = 100) -> None:
        super().__init__(spec_version, subnets=subnets, block=block)
        storage = self.storage
        storage.subnet_tao[0] = 1_000 * TAO
        storage.tao_weight.value = 0
        storage.subnet_owner_cut.value = 0
        for netuid in subnets:
            storage.subnet_mechanism[netuid] = 1
            storage.subnet_tao[netuid] = 1_000 * TAO
            storage.subnet_alpha_in[netuid], storage.subnet_alpha_out[netuid] = 4_000 * TAO, 5_000 * TAO
            storage.subnet_moving_price[netuid] = 1 << 30
            if "FirstEmissionBlockNumber" in storage.layout.items:
                storage.first_emission_block_number[netuid] = 1
            if "SubtokenEnabled" in storage.layout.items:
                storage.subtoken_enabled[netuid] = True
