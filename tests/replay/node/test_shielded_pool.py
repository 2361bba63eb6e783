"""Extrinsics that come encrypted into a block, and what is inside of them."""

from bittensor_core import encrypt_mlkem768

from neuron_ledger.replay.node.chain.blocks import digest
from neuron_ledger.replay.proof.audit import audit
from tests.replay.node.node_fixture import Sender, account, address, new_chain


def shielded(sender: Sender, who: str, call: bytes, *, nonce_inside: int | None = None) -> bytes:
    """An extrinsic that carries another one, encrypted, as clients make it."""
    nonce = sender.chain.next_nonce(account(who))
    inside = sender.signed(who, call, nonce=nonce + 1 if nonce_inside is None else nonce_inside)
    key = bytes.fromhex(sender.storage("MevShield", "NextKey").removeprefix("0x"))
    ciphertext = encrypt_mlkem768(key, inside, include_key_hash=True)
    return sender.signed(who, sender.composed("MevShield", "submit_encrypted", ciphertext=bytes(ciphertext)))


def test_what_comes_encrypted_follows_what_carried_it() -> None:
    sender = Sender(new_chain(424))
    call = sender.composed("Balances", "transfer_keep_alive", dest=address("Bob"), value=700)
    sender.chain.submit(shielded(sender, "Alice", call))
    later = sender.chain.submit(sender.signed("Alice", call, nonce=1))
    block = sender.chain.make_block()
    assert len(block.extrinsics) == 3
    assert sender.storage("System", "Account", address("Bob"))["data"]["free"] == 10**15 + 700
    assert [(pallet, name) for pallet, name, _ in sender.events() if pallet != "System"] == [
        ("MevShield", "EncryptedSubmitted"),
        ("Balances", "Transfer"),
    ]
    assert sender.chain.next_nonce(account("Alice")) == 2
    assert later.statuses == ["ready", "invalid"]  # the one from inside had its nonce
    assert len(sender.chain.pool) == 0
    inside = sender.chain.outcome_of(digest(block.extrinsics[2]))
    assert inside is not None
    assert inside[:2] == (1, 2)


def test_what_cannot_be_opened_is_carried_all_the_same() -> None:
    sender = Sender(new_chain(424))
    call = sender.composed("Balances", "transfer_keep_alive", dest=address("Bob"), value=700)
    sender.chain.submit(shielded(sender, "Alice", call, nonce_inside=9))
    for content in (b"", bytes(17), bytes(1200), b"\xff" * 5000, bytes(8193)):
        sender.chain.submit(sender.signed("Bob", sender.composed("MevShield", "submit_encrypted", ciphertext=content)))
    block = sender.chain.make_block()
    assert len(block.extrinsics) == 7
    assert sender.storage("System", "Account", address("Bob"))["data"]["free"] == 10**15
    assert [name for pallet, name, _ in sender.events() if pallet == "System"].count("ExtrinsicFailed") == 1
    assert audit(sender.chain.ledger.log).clean
