"""Commitments on the node: as clients send and read them, and as an importer reads them off a chain."""

from typing import Any

import pytest

from neuron_ledger.events.storage.items_commitments import CommitmentField
from neuron_ledger.events.wire import ss58
from neuron_ledger.replay.node.metadata.apis import SELECTABLE
from neuron_ledger.replay.node.metadata.commitments import (
    fields_from_chain,
    fields_to_chain,
    registration_from_chain,
    registration_to_chain,
)
from tests.replay.node.node_fixture import Sender, account, address, client, new_chain, with_a_subnet
from tests.replay.node.test_apis import asked

FIELDS: list[CommitmentField] = [
    ("None", b"", 0),
    ("Raw", b"", 0),
    ("Raw", b"hello", 0),
    ("Raw", b"x" * 128, 0),
    ("BlakeTwo256", bytes(32), 0),
    ("TimelockEncrypted", b"", 0),
    ("TimelockEncrypted", b"cipher", 1000),
    ("ResetBondsFlag", b"", 0),
    ("BigRaw", b"y" * 512, 0),
]


@pytest.fixture(params=[277, 424])
def sender(request: pytest.FixtureRequest) -> Sender:
    return with_a_subnet(new_chain(request.param))


def test_what_a_client_sends_is_what_it_reads(sender: Sender) -> None:
    info: Any = {"fields": [[{"Raw5": "0x" + b"hello".hex()}, {"ResetBondsFlag": None}]]}
    waiting = sender.done("Bob//hot", "Commitments", "set_commitment", netuid=1, info=info)
    assert waiting.why is None
    block = sender.chain.head.number
    told = [event for event in sender.events() if event[0] == "Commitments"]
    assert told == [("Commitments", "Commitment", {"netuid": 1, "who": address("Bob//hot")})]
    ledger = sender.chain.ledger.storage
    assert ledger.commitments_commitment_of[1, account("Bob//hot")] == (
        (("Raw", b"hello", 0), ("ResetBondsFlag", b"", 0)),
        0,
        block,
    )
    shown = sender.storage("Commitments", "CommitmentOf", 1, address("Bob//hot"))
    assert (shown["deposit"], shown["block"]) == (0, block)
    assert "Raw5" in str(shown["info"])
    assert sender.storage("Commitments", "LastBondsReset", 1, address("Bob//hot")) == block
    assert sender.storage("Commitments", "UsedSpaceOf", 1, address("Bob//hot"))["used_space"] == 100
    refused = sender.done("Bob", "Commitments", "set_commitment", netuid=1, info=info)
    assert str(refused.why).startswith("Commitments.AccountNotAllowedCommit")
    failed = [event for event in sender.events() if event[1] == "ExtrinsicFailed"]
    assert "Module" in str(failed[0][2])


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field[0]}{len(field[1])}")
def test_a_field_in_both_forms(field: CommitmentField) -> None:
    codec = new_chain(424).runtime.codec
    value = ((field,), 0, 7)
    encoded = codec.encode("CommitmentRegistration", registration_to_chain(value))
    assert registration_from_chain(tuple(codec.decode("CommitmentRegistration", encoded).values())) == value
    assert fields_from_chain(codec.decode("CommitmentInfo", codec.encode("CommitmentInfo", fields_to_chain([field])))) == (field,)
    assert client(424).decode(client(424).storage_entry("Commitments", "CommitmentOf").value_type, encoded)["block"] == 7


def test_a_selective_metagraph_has_commitments_as_they_are_encoded() -> None:
    sender = with_a_subnet(new_chain(424))
    for who in ("Bob//hot", "Charlie//hot"):
        sender.done(who, "Commitments", "set_commitment", netuid=1, info={"fields": [[{"Raw1": "0x07"}]]})
    chosen = asked(sender, "SubnetInfoRuntimeApi", "get_selective_metagraph", 1, [SELECTABLE.index("commitments")])
    storage, codec = sender.chain.ledger.storage, sender.chain.runtime.codec
    kept = {ss58.encode(who): value for (_, who), value in storage.commitments_commitment_of.items()}
    assert {who for who, _ in chosen["commitments"]} == set(kept) == {address("Bob//hot"), address("Charlie//hot")}
    for who, shown in chosen["commitments"]:
        assert bytes(shown) == codec.encode("CommitmentRegistration", registration_to_chain(kept[who]))
