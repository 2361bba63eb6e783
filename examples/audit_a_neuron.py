"""Who held a uid, why was it deregistered, and is the log sound?

    python examples/audit_a_neuron.py FILE NETUID UID

Exit codes: 0 the log is sound, 1 the audit found something, 2 wrong use or bad input.
"""

import sys

from neuron_ledger.events.wire import ss58
from neuron_ledger.ledger.log.errors import LogError
from neuron_ledger.ledger.log.store import Log
from neuron_ledger.projections.views.tenures import Tenure, Tenures
from neuron_ledger.replay.proof.audit import audit
from neuron_ledger.replay.proof.groups import groups


def main(arguments: list[str]) -> int:
    """Answer the three questions. Returns: the exit code."""
    match arguments:
        case [file, netuid, uid] if netuid.isdecimal() and uid.isdecimal():
            try:
                with Log.inspect(file) as log:
                    return tell(log, int(netuid), int(uid))
            except LogError as error:
                print(f"error: {error}", file=sys.stderr)
        case _:
            print("usage: python examples/audit_a_neuron.py FILE NETUID UID", file=sys.stderr)
    return 2


def tell(log: Log, netuid: int, uid: int) -> int:
    """Audit the log first: what it says about a neuron is worth as much as the log is."""
    report = audit(log)
    if not report.clean:
        print(f"The log is not sound: {len(report.findings)} findings.")
        for finding in report.findings:
            print(f"  position {finding}")
        return 1
    held = [tenure for tenure in Tenures.of(groups(log.read_verified())) if (tenure.netuid, tenure.uid) == (netuid, uid)]
    if not held:
        print(f"Nobody ever held uid {uid} on subnet {netuid}.")
    for tenure in held:
        print(f"{address(tenure.hotkey)} held uid {uid} on subnet {netuid} from block {tenure.from_block} ({tenure.began})")
        print(f"  {ending(tenure)}")
    print(f"The log is sound: {report.calls} calls, run again, caused the same {report.entries} entries. Head {report.head}")
    return 0


def ending(tenure: Tenure) -> str:
    """How a tenure ended."""
    if tenure.to_block is None:
        return "and holds it still."
    if tenure.replaced_by is None:
        return f"until block {tenure.to_block}: {tenure.ended}."
    why = f"its pruning score {tenure.pruning_score} came first in the queue; {tenure.ended} of {address(tenure.replaced_by)}"
    return f"until block {tenure.to_block}: {why}."


def address(account: bytes) -> str:
    """An account in SS58."""
    return ss58.encode(account)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
