"""What runtimes before 277 do not have: fields of a later time, which none of their calls and blocks asks for."""

from collections.abc import Mapping
from typing import Any, Final

from neuron_ledger.ledger.errors import CannotGoOn


class NotYet:
    """In the place of a rule, or of several, that came later. name: of the runtime's field."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Raises: CannotGoOn."""
        raise CannotGoOn(f"the rules of this spec_version have no {self.name} yet")

    def __getattr__(self, name: str) -> "NotYet":
        if name.startswith("__"):
            raise AttributeError(name)
        return NotYet(f"{self.name}.{name}")


_NAMES: Final = """
last_blocks registration_checks pay_for_registration after_registration append_neuron neuron_to_prune
immune_owner_uids losing_score replace_neuron clear_neuron after_root_registration register_network free_netuid
first_parameters begin_subnet subnet_identity start_call_delay dissolve_network cleared_with_network parameter_steps
parameter_setters parameters_are_frozen weights_checks commit_checks new_commit reveal_window commit_target item_failed
timelock_queue epoch_index reset_bonds commit_epoch open_timelock read_timelock axon_checks prometheus_checks shares tao
may_unstake schedule_children least_childkey_take nomination_cleared orders swaps pool count_alpha share_emission
emission_steps before_drain take_pending drain_pending_emission childkey_burn pay_owner pay_miners
"""

NOT_YET: Final[Mapping[str, Any]] = {name: NotYet(name) for name in _NAMES.split()}
"""By the runtime's field."""
