"""Which tables and views there are. docs/tables.md is made from these declarations."""

from typing import Final

from neuron_ledger.replay.tables.columns import Column, Kind, Table, View

FORMAT: Final = 1
"""Increased with every change of the tables' content: tables of an earlier format are rebuilt."""


_Described = tuple[str, Kind, str]
"""A column's name, what it holds, and what that is."""


def _columns(*rows: _Described) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in rows)


_POSITION: _Described = ("position", "integer", "position of the entry in the log")
_BLOCK: _Described = ("block", "integer", "block in which it happened")
_NETUID: _Described = ("netuid", "integer", "the subnet")
_MECHANISM: _Described = ("mechanism", "integer", "the subnet's mechanism, from 0")
_UID: _Described = ("uid", "integer", "the uid")
_U16 = "parts of 65535"
_METRICS: tuple[_Described, ...] = (
    ("active", "flag", "whether the uid had updated its weights recently"),
    ("rank", "integer", _U16),
    ("trust", "integer", _U16),
    ("consensus", "integer", _U16),
    ("incentive", "integer", _U16),
    ("dividends", "integer", _U16),
    ("validator_trust", "integer", _U16),
    ("validator_permit", "flag", "whether the uid may set weights as a validator"),
    ("emission", "amount", "alpha, in its smallest unit"),
)

NEURONS: Final = Table(
    "neurons",
    "Who holds each uid now, with the results of the last epoch: the first mechanism's incentive, as a node shows it.",
    _columns(
        _NETUID,
        _UID,
        ("hotkey", "account", "who holds the uid"),
        ("coldkey", "account", "who owns the hotkey"),
        ("registered_at", "amount", "block of the registration"),
        ("stake", "amount", "all alpha on the hotkey, from any coldkey, in its smallest unit (rao on the root network)"),
        *_METRICS,
        ("pruning_score", "integer", f"{_U16}; 65535 if the runtime keeps none"),
        ("last_update", "amount", "block of the last update of weights"),
        ("axon", "text", "address and port that the hotkey serves; absent if it serves none"),
    ),
    key=("netuid", "uid"),
    indexes=(("hotkey",), ("coldkey",)),
    facets=("netuid", "validator_permit", "active"),
    is_state=True,
)

SUBNETS: Final = Table(
    "subnets",
    "The subnets that exist now.",
    _columns(
        _NETUID,
        ("symbol", "text", "symbol of its token"),
        ("owner", "account", "coldkey of its owner"),
        ("owner_hotkey", "account", "hotkey that counts as the subnet's own"),
        ("registered_at", "amount", "block of its registration"),
        ("neurons", "integer", "number of uids in use"),
        ("max_allowed_uids", "integer", "most uids allowed"),
        ("tempo", "integer", "blocks between epochs"),
        ("immunity_period", "integer", "blocks after its registration in which a neuron is not replaced"),
        ("burn", "amount", "price of a registration, in rao"),
        ("tao_in", "amount", "TAO in the pool, in rao"),
        ("alpha_in", "amount", "alpha in the pool, in its smallest unit"),
        ("alpha_out", "amount", "alpha outside the pool, in its smallest unit"),
    ),
    key=("netuid",),
    is_state=True,
)

SUBNET_VALUES: Final = Table(
    "subnet_values",
    "Every storage item that holds one value a subnet, including hyperparameters (docs/records.md).",
    _columns(
        _NETUID,
        ("item", "text", "name of the item on the chain"),
        ("value", "any", "an integer (flags 0 and 1), or JSON"),
    ),
    key=("netuid", "item"),
    indexes=(("item",),),
    facets=("netuid",),
    is_state=True,
)

CHAIN_VALUES: Final = Table(
    "chain_values",
    "Every storage item that holds one value for the whole chain.",
    _columns(("item", "text", "name of the item on the chain"), ("value", "any", "an integer (flags 0 and 1), or JSON")),
    key=("item",),
    is_state=True,
)

WEIGHTS: Final = Table(
    "weights",
    "The weights that are set now, including zeros.",
    _columns(
        _NETUID,
        _MECHANISM,
        ("uid", "integer", "the uid that set it"),
        ("place", "integer", "place in the stored row, from 0"),
        ("target", "integer", "the uid that it is for"),
        ("weight", "integer", "the largest of a row is 65535"),
    ),
    key=("netuid", "mechanism", "uid", "place"),
    indexes=(("netuid", "target"),),
    facets=("netuid", "uid"),
    is_state=True,
)

BONDS: Final = Table(
    "bonds",
    "The bonds as the last epoch left them.",
    _columns(
        _NETUID,
        _MECHANISM,
        ("uid", "integer", "the uid that has it"),
        ("place", "integer", "place in the stored row, from 0"),
        ("target", "integer", "the uid that it is for"),
        ("bond", "integer", _U16),
    ),
    key=("netuid", "mechanism", "uid", "place"),
    indexes=(("netuid", "target"),),
    facets=("netuid", "uid"),
    is_state=True,
)

STAKE: Final = Table(
    "stake",
    "The stake of every coldkey on every hotkey now, without zeros.",
    _columns(
        _NETUID,
        ("hotkey", "account", "the hotkey it is on"),
        ("coldkey", "account", "the coldkey it belongs to"),
        ("stake", "amount", "alpha in its smallest unit; rao on the root network, under which all stake before alpha is listed"),
    ),
    key=("netuid", "hotkey", "coldkey"),
    indexes=(("coldkey",), ("hotkey",)),
    facets=("netuid",),
    is_state=True,
)

CALLS: Final = Table(
    "calls",
    "Every call, refused ones too.",
    _columns(
        _POSITION,
        ("block", "integer", "block in which it was submitted"),
        ("call", "text", "its name on the chain"),
        ("signer", "account", "who signed it; absent for a privileged call"),
        ("netuid", "integer", "the subnet among its arguments, if there is one"),
        ("hotkey", "account", "the hotkey among its arguments, if there is one"),
        ("args", "json", "its arguments, as in call lists (docs/call-lists.md)"),
        ("ok", "flag", "whether it was accepted"),
        ("error", "text", "the chain's name of the error, if it was refused"),
        ("events", "integer", "how many entries follow it"),
    ),
    key=("position",),
    indexes=(("signer",), ("netuid", "block"), ("hotkey",)),
    facets=("call", "ok", "error"),
    some_of_no_subnet=True,
)

FAILURES: Final = Table(
    "failures",
    "Every refusal: of calls, and of single items of batches of weights.",
    _columns(
        _POSITION,
        _BLOCK,
        ("call_position", "integer", "position of the call"),
        ("call", "text", "its name"),
        ("signer", "account", "who signed it"),
        ("netuid", "integer", "the subnet, if there is one"),
        ("item", "integer", "number of the batch's item, from 0; absent if the whole call was refused"),
        ("error", "text", "the chain's name"),
        ("detail", "json", "the values that failed, by name"),
    ),
    key=("position",),
    indexes=(("signer",), ("error",)),
    facets=("call", "error", "netuid"),
    some_of_no_subnet=True,
)

EVENTS: Final = Table(
    "events",
    "Every event that a call caused, in order (docs/records.md). StorageChanged, StorageObserved, EpochCompleted and"
    " WeightsSet are listed without their fields, which are in other tables.",
    _columns(
        _POSITION,
        _BLOCK,
        ("call_position", "integer", "position of the call that caused it"),
        ("event", "text", "its name"),
        ("netuid", "integer", "the subnet among its fields, if there is one"),
        ("uid", "integer", "the uid among its fields, if there is one"),
        ("hotkey", "account", "the hotkey among its fields, if there is one"),
        ("coldkey", "account", "the coldkey among its fields, if there is one"),
        ("fields", "json", "all its fields"),
    ),
    key=("position",),
    indexes=(("event",), ("netuid", "block"), ("hotkey",)),
    facets=("event", "netuid"),
    some_of_no_subnet=True,
)

TENURES: Final = Table(
    "tenures",
    "Who held which uid, from when to when, how it began and why it ended. A swap of keys does not end a tenure.",
    _columns(
        _NETUID,
        _UID,
        ("hotkey", "account", "its last hotkey"),
        ("coldkey", "account", "its owner"),
        ("from_block", "integer", "block of the registration"),
        ("to_block", "integer", "block in which it lost the uid; absent while it holds it"),
        ("began", "text", "the call that began it, or `seen`"),
        ("ended", "text", "why it ended"),
        ("pruning_score", "amount", "the score with which it was pruned"),
        ("replaced_by", "account", "the hotkey that replaced it"),
        ("ended_after", "integer", "if the end is known from an observation: the last block at which it still held the uid"),
        ("swaps", "json", "[key, block, before, after] of each swap of its keys"),
    ),
    indexes=(("netuid", "uid"), ("hotkey",), ("coldkey",)),
    facets=("netuid", "began", "ended"),
)

WEIGHT_SETS: Final = Table(
    "weight_sets",
    "Every time that weights were stored: set, or revealed.",
    _columns(
        _POSITION,
        _BLOCK,
        _NETUID,
        _MECHANISM,
        _UID,
        ("hotkey", "account", "who held the uid"),
        ("call", "text", "the call that caused it"),
        ("targets", "integer", "how many uids have a weight"),
        ("weights", "json", "[uid, weight] of each, in stored order"),
    ),
    key=("position",),
    indexes=(("netuid", "uid"), ("hotkey",)),
    facets=("netuid", "call"),
)

EPOCHS: Final = Table(
    "epochs",
    "Every epoch, of every mechanism.",
    _columns(
        _POSITION,
        _BLOCK,
        _NETUID,
        _MECHANISM,
        ("neurons", "integer", "uids that took part"),
        ("active", "integer", "of them, those that had updated recently"),
        ("validators", "integer", "of them, those with a permit"),
        ("rewarded", "integer", "of them, those with an incentive"),
        ("emission", "any", "alpha emitted, in its smallest unit"),
        ("seen", "flag", "whether it was observed on a node: then its metrics are those at the end of the block"),
    ),
    key=("position", "netuid", "mechanism"),
    indexes=(("netuid", "block"),),
    facets=("netuid",),
)

METRICS: Final = Table(
    "metrics",
    "Every epoch's results for every uid. Mechanisms after the first have an incentive alone.",
    _columns(
        ("position", "integer", "position of the epoch"),
        _BLOCK,
        _NETUID,
        _MECHANISM,
        _UID,
        ("hotkey", "account", "who held the uid then"),
        *_METRICS,
        ("pruning_score", "integer", _U16),
        ("stake_weight", "integer", f"{_U16} of the subnet's stake"),
    ),
    key=("position", "netuid", "mechanism", "uid"),
    indexes=(("netuid", "uid", "block"), ("hotkey",)),
    facets=("netuid", "uid"),
)

HYPERPARAMETER_CHANGES: Final = Table(
    "hyperparameter_changes",
    "Every new value of a hyperparameter. Changes that the rules make by themselves, in most blocks, are left out; `prices` has"
    " the price of a registration.",
    _columns(
        _POSITION,
        _BLOCK,
        ("netuid", "integer", "the subnet; absent if it applies to the whole chain"),
        ("item", "text", "its storage item"),
        ("value", "any", "the new value; absent if the entry was removed, so that the runtime's default applies"),
        ("call", "text", "the call that caused it"),
        ("signer", "account", "who signed that call; absent for a privileged one"),
    ),
    indexes=(("netuid", "item"), ("position",)),
    facets=("netuid", "item", "call"),
    some_of_no_subnet=True,
)

PRICES: Final = Table(
    "prices",
    "The price of a registration each time the log has a new one: at the end of every call that changed it.",
    _columns(_POSITION, _BLOCK, _NETUID, ("burn", "amount", "price in rao")),
    indexes=(("netuid", "block"),),
    facets=("netuid",),
)

EXCHANGES: Final = Table(
    "exchanges",
    "Requests between neurons off the chain, each as one of the two saw it.",
    _columns(
        _POSITION,
        ("block", "integer", "block in which it was recorded"),
        _NETUID,
        ("seen_by", "text", "dendrite or axon: the side that recorded it"),
        ("dendrite", "account", "hotkey of the caller"),
        ("dendrite_uid", "integer", "the uid that it held when this was recorded"),
        ("axon", "account", "hotkey that was called"),
        ("axon_uid", "integer", "the uid that it held when this was recorded"),
        ("synapse", "text", "name of the synapse"),
        ("status", "integer", "the protocol's status code"),
        ("verified", "flag", "whether the recording side found the signature valid"),
        ("process_time_us", "amount", "microseconds that it took, by the recording side's clock"),
        ("seen_at_us", "amount", "when it ended, microseconds since 1970 by that clock"),
        ("protocol", "text", "what the signature signs"),
        ("request_hash", "text", "BLAKE3 of the request's body"),
        ("response_hash", "text", "BLAKE3 of the response's body; absent if there was none"),
    ),
    key=("position",),
    indexes=(("dendrite",), ("axon",), ("netuid", "synapse")),
    facets=("netuid", "synapse", "status", "seen_by"),
)

TABLES: Final = (
    *(SUBNETS, NEURONS, SUBNET_VALUES, CHAIN_VALUES, WEIGHTS, BONDS, STAKE),
    *(CALLS, FAILURES, EVENTS, TENURES, WEIGHT_SETS, EPOCHS, METRICS, HYPERPARAMETER_CHANGES, PRICES, EXCHANGES),
)

VIEWS: Final = (
    View(
        "deregistrations",
        "Neurons that lost their uid to another one: when, to whom, with which score, after how many blocks.",
        "SELECT netuid, uid, hotkey, coldkey, to_block AS block, to_block - from_block AS blocks_held, pruning_score,"
        " replaced_by, ended FROM tenures WHERE replaced_by IS NOT NULL",
    ),
    View(
        "neurons_for_people",
        "Neurons with fractions and whole tokens, rounded: for reading, not for calculations.",
        "SELECT netuid, uid, hotkey, coldkey, registered_at, round(stake / 1e9, 4) AS stake, round(incentive / 65535.0, 5) AS"
        " incentive, round(dividends / 65535.0, 5) AS dividends, round(consensus / 65535.0, 5) AS consensus,"
        " round(emission / 1e9, 6) AS emission, validator_permit, active, last_update FROM neurons",
    ),
    View(
        "stake_by_coldkey",
        "Every coldkey's stake on a subnet, and on how many hotkeys it is.",
        "SELECT netuid, coldkey, sum(stake) AS stake, count(*) AS hotkeys FROM stake GROUP BY netuid, coldkey",
    ),
)

BY_NAME: Final = {table.name: table for table in TABLES}
