"""The neurons-lite call of a node: what it shows of a subnet's neurons beside the metagraph call at the same block.

It has the real stake on each hotkey, where a metagraph includes inheritance. What both answers show must be the same.
"""

from typing import Any

from neuron_ledger.replay.importers.metagraph_fields import IN_BOTH, LITE_KEYS, LITE_ONLY, Graph
from neuron_ledger.replay.importers.node_form import node
from neuron_ledger.replay.importers.sdk_form import of_neuron
from neuron_ledger.replay.importers.source import Source


def read_lite(lite: Source, graph: Graph) -> dict[str, list[Any]]:
    """The values that the metagraph call lacks, one a uid, by field; fields that not every record has are left out.

    Raises: ImportProblem if the records are not of the metagraph's neurons, or differ from it.
    """
    hotkeys = graph["hotkeys"]
    if not isinstance(lite.content, list) or len(lite.content) != len(hotkeys):
        raise lite.problem("neurons", f"a list of {len(hotkeys)} neurons, as in the metagraph", lite.content)
    records = [_read_record(lite, uid, graph) for uid in range(len(hotkeys))]
    return {field: [record[field] for record in records] for field in LITE_ONLY if all(field in record for record in records)}


def _read_record(lite: Source, uid: int, graph: Graph) -> dict[str, Any]:
    where = f"[{uid}]"
    raw = of_neuron(lite.table(lite.content[uid], where))
    if LITE_KEYS.keys() - raw.keys():
        raise lite.problem(where, "a record of the neurons-lite call", raw)
    seen = {field: lite.value(unit, raw[field], f"{where}.{field}", node) for field, unit in LITE_KEYS.items()}
    if (seen["uid"], seen["netuid"], seen["hotkey"]) != (uid, graph["netuid"], graph["hotkeys"][uid]):
        raise lite.problem(where, f"the neuron of uid {uid} in the metagraph", seen["uid"])
    for field, (other, unit) in IN_BOTH.items():
        if raw.get(field) is None or graph[other] is None:
            continue
        if lite.value(unit, raw[field], f"{where}.{field}", node) != graph[other][uid]:
            raise lite.problem(f"{where}.{field}", f"{graph[other][uid]}, as the metagraph shows it", raw[field])
    return {
        field: lite.value(unit, raw[field], f"{where}.{field}", node)
        for field, unit in LITE_ONLY.items()
        if raw.get(field) is not None
    }
