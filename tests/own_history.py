"""A history made by hand, in the schema of the recorded ones: a subnet with one seat, taken by force and then by burning.

TAO's issuance is at its limit, so that blocks bring nothing and every change can be worked out in one's head.
"""

from typing import Any

FIRST, SECOND, COLD = "a1" * 32, "b2" * 32, "c3" * 32

_NOTHING = [[1, [0]]]

_INIT: dict[str, Any] = {
    "NetworksAdded": [[1, 1]],
    "NetworkRegistrationAllowed": [[1, 1]],
    "MaxAllowedUids": [[1, 1]],
    "Tempo": [[1, 9]],
    "Burn": [[1, 1000]],
    "LastAdjustmentBlock": [[1, 10]],
    "TotalIssuance": "21000000000000000",
    "Balances": [[COLD, 5000]],
    "BalancesTotalIssuance": 5000,
}

_SEATED: dict[str, Any] = {
    "Owner": [[FIRST, COLD]],
    "OwnedHotkeys": [[COLD, [FIRST]]],
    "StakingHotkeys": [[COLD, [FIRST]]],
    "SubnetworkN": [[1, 1]],
    "Keys": [[1, 0, FIRST]],
    "Uids": [[1, FIRST, 0]],
    "IsNetworkMember": [[FIRST, 1, 1]],
    "BlockAtRegistration": [[1, 0, 10]],
    "LastUpdate": [[1, [10]]],
    "Active": [[1, [1]]],
    "ValidatorPermit": [[1, [0]]],
    "Rank": _NOTHING,
    "Trust": _NOTHING,
    "Emission": _NOTHING,
    "Consensus": _NOTHING,
    "Incentive": _NOTHING,
    "Dividends": _NOTHING,
    "PruningScores": _NOTHING,
    "ValidatorTrust": _NOTHING,
}

_TAKEN: dict[str, Any] = {
    "Balances": [[COLD, 4000]],
    "BalancesTotalIssuance": 4000,
    "SubnetTAO": [[1, 1000]],
    "SubnetAlphaIn": [[1, 0]],
    "SubnetAlphaOut": [[1, 0]],
    "SubnetVolume": [[1, 1000]],
    "TotalStake": 1000,
    "BurnRegistrationsThisInterval": [[1, 1]],
    "RegistrationsThisInterval": [[1, 1]],
    "RegistrationsThisBlock": [[1, 1]],
    "RAORecycledForRegistration": [[1, 1000]],
    "OwnedHotkeys": [[COLD, [FIRST, SECOND]]],
    "StakingHotkeys": [[COLD, [FIRST, SECOND]]],
    "Keys": [[1, 0, SECOND]],
    "BlockAtRegistration": [[1, 0, 13]],
    "PruningScores": [[1, [65535]]],
}

OWN_HISTORY: dict[str, Any] = {
    "id": "own-0",
    "block": 10,
    "init": _INIT,
    "ops": [
        {
            "op": "set_param",
            "block": 10,
            "args": {"name": "immunity_period", "netuid": 1, "value": 7},
            "result": "ok",
            "events": [["ImmunityPeriodSet", 1, 7]],
            "diff": {"set": {"ImmunityPeriod": [[1, 7]]}},
        },
        {
            "op": "force_register",
            "block": 10,
            "args": {"netuid": 1, "hotkey": FIRST, "coldkey": COLD},
            "result": "ok",
            "events": [],
            "diff": {"set": _SEATED},
        },
        {
            "op": "burned_register",
            "block": 10,
            "signer": COLD,
            "args": {"netuid": 1, "hotkey": FIRST},
            "result": "HotKeyAlreadyRegisteredInSubNet",
            "events": [],
        },
        {
            "op": "serve_axon",
            "block": 10,
            "signer": FIRST,
            "args": {
                "netuid": 1,
                "version": 4,
                "ip": 0x01020304,
                "port": 8091,
                "ip_type": 4,
                "protocol": 4,
                "placeholder1": 0,
                "placeholder2": 0,
            },
            "result": "ok",
            "events": [["AxonServed", 1, FIRST]],
            "diff": {"set": {"Axons": [[1, FIRST, [10, 4, 0x01020304, 8091, 4, 4, 0, 0]]]}},
        },
        {
            "op": "step",
            "block": 10,
            "args": {"blocks": 3},
            "result": "ok",
            "events": [],
            "diff": {"set": {"RegistrationsThisBlock": [[1, 0]], "BlocksSinceLastStep": [[1, 3]]}},
        },
        {
            "op": "burned_register",
            "block": 13,
            "signer": COLD,
            "args": {"netuid": 1, "hotkey": SECOND},
            "result": "ok",
            "events": [["RAORecycledForRegistrationSet", 1, 1000], ["NeuronRegistered", 1, 0, SECOND]],
            "diff": {
                "set": {
                    **_TAKEN,
                    "Owner": [[SECOND, COLD]],
                    "Uids": [[1, SECOND, 0]],
                    "IsNetworkMember": [[SECOND, 1, 1]],
                },
                "del": {"Uids": [[1, FIRST]], "IsNetworkMember": [[FIRST, 1]], "Axons": [[1, FIRST]]},
            },
        },
    ],
    "final_block": 13,
    "final": {
        **_INIT,
        **_SEATED,
        **_TAKEN,
        "ImmunityPeriod": [[1, 7]],
        "BlocksSinceLastStep": [[1, 3]],
        "Owner": [[FIRST, COLD], [SECOND, COLD]],
        "Uids": [[1, SECOND, 0]],
        "IsNetworkMember": [[SECOND, 1, 1]],
    },
}
