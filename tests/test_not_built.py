"""Calls that the chain has and this project has not are answered as such wherever a call is named."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from neuron_ledger import calls
from neuron_ledger.events.associations import AdjustSenate
from neuron_ledger.events.calls import SudoSet
from neuron_ledger.events.entries.catalogue import CALLS, CALLS_BY_NAME
from neuron_ledger.events.not_built import CALLS_NOT_BUILT
from neuron_ledger.events.swaps import AnnounceColdkeySwap
from neuron_ledger.events.wire.record import Call
from neuron_ledger.ledger.chain import Ledger
from neuron_ledger.ledger.errors import CallNotDecided
from neuron_ledger.replay.cli import main
from neuron_ledger.replay.importers.call_line import CALL_NAMES
from neuron_ledger.replay.importers.call_list import import_calls
from neuron_ledger.replay.importers.source import ImportProblem

SAID = r"this one is known on the chain \(at spec_version 277 and 424\), not built here, got 'swap_authorities'"


def test_what_is_built_is_not_in_the_table() -> None:
    assert not set(CALLS_NOT_BUILT) & set(CALL_NAMES)


def test_each_has_its_reason_in_the_documents() -> None:
    page = (Path(__file__).parents[1] / "docs" / "runtimes.md").read_text()
    assert [name for name in CALLS_NOT_BUILT if f"`{name}`" not in page] == []


def test_names_are_written_as_on_the_chain() -> None:
    assert all(name == name.lower() and name.isidentifier() for name in (*CALLS_NOT_BUILT, *CALLS_BY_NAME))


@pytest.mark.parametrize("name", CALLS_NOT_BUILT)
def test_on_the_command_line(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / "chain.ledger")
    Ledger.create(path, spec_version=277).close()
    for arguments in (("submit", path, name, "{}"), ("log", path, "--call", name)):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2
        assert "known on the chain" in result.stderr
        assert "not built here" in result.stderr
        assert "did you mean" not in result.stderr


def test_in_a_call_list(tmp_path: Path) -> None:
    source = tmp_path / "calls.jsonl"
    source.write_text('{"block": 0, "call": "swap_authorities", "args": {}}\n')
    with (
        Ledger.in_memory(spec_version=277) as ledger,
        pytest.raises(ImportProblem, match=f"line 1: call: expected a call that is built here; {SAID}"),
    ):
        import_calls(ledger, source)


def test_every_call_is_under_the_one_name() -> None:
    assert {name for name, value in vars(calls).items() if isinstance(value, type)} == {cls.__name__ for cls in CALLS.values()}
    assert all(getattr(calls, cls.__name__) is cls for cls in CALLS.values())


def test_in_python() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'SwapAuthorities': swap_authorities is known on the chain"):
        calls.SwapAuthorities  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError, match=r"no attribute 'SwapAuthority'$"):
        calls.SwapAuthority  # type: ignore[attr-defined]  # noqa: B018


def test_a_spelling_mistake_is_still_one(tmp_path: Path) -> None:
    path = str(tmp_path / "chain.ledger")
    Ledger.create(path, spec_version=277).close()
    result = CliRunner().invoke(main, ["submit", path, "add_steak", "{}"])
    assert "did you mean add_stake?" in result.stderr


# ----------------------------------------------------------------------------------------------- calls of other runtimes


@pytest.mark.parametrize("spec_version", [334, 424])
def test_a_call_that_is_gone_is_said_to_be_one_of_earlier_runtimes(spec_version: int) -> None:
    ledger = Ledger.in_memory(spec_version=spec_version)
    with pytest.raises(CallNotDecided, match=f"spec_version {spec_version} decide; those of .*333 do: begin with one") as caught:
        ledger.submit(AdjustSenate(bytes(32)), bytes(32))
    assert (caught.value.call, caught.value.spec_version) == ("adjust_senate", spec_version)
    assert ledger.head.position == 0


@pytest.mark.parametrize(
    ("call", "name", "since"),
    [
        (AnnounceColdkeySwap(bytes(32)), "announce_coldkey_swap", 385),
        (SudoSet("burn_half_life", 1, 9), "sudo_set_burn_half_life", 397),
    ],
)
def test_a_call_that_is_not_there_yet_is_said_to_be_one_of_later_runtimes(call: Call, name: str, since: int) -> None:
    with pytest.raises(CallNotDecided) as caught:
        Ledger.in_memory(spec_version=277).submit(call, bytes(32))
    assert caught.value.call == name
    assert caught.value.elsewhere == f"{since} to 425"
    assert "/1" not in str(caught.value)
