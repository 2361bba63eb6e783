"""What holds for all tests: none is judged by the clock, and some are heavy.

Heavy ones take most of the time, and nothing in them depends on the version of Python.
"""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).parent.parent

HEAVY = (
    "tests/reliability/",
    "tests/log/test_crash.py",
    "tests/log/test_log_processes.py",
    "tests/test_examples.py",
    "tests/test_extreme_calls.py",
    "tests/test_stateful.py",
    "tests/test_stateful_world.py",
    "tests/replay/test_histories.py::test_recorded_histories_end_as_recorded[424",
    "tests/replay/test_histories.py::test_recorded_histories_stand_in_a_file",
    "tests/replay/test_importers.py::test_the_genesis_of_the_main_chain",
    "tests/replay/exchange/test_abuse.py",
    "tests/replay/history/",
    "tests/replay/test_audit_jobs.py",
    "tests/replay/test_audit_scheduler.py",
    "tests/replay/pictures/test_pictures.py::test_large_pictures",
    "tests/replay/report/",
    "tests/replay/test_parting.py",
    "tests/replay/test_recorded_associations.py",
    "tests/replay/test_recorded_layouts.py",
    "tests/replay/test_recorded_stake_calls.py",
    "tests/replay/test_recorded_swaps.py",
    "tests/replay/test_recorded_weights.py",
    "tests/replay/exchange/test_abuse.py",
    "tests/rules/test_registration.py::test_recorded_histories_op_by_op",
    "tests/rules/test_weights.py::test_recorded_histories_op_by_op",
    "tests/rules/test_slots.py::test_epochs_of_recorded_histories",
    "tests/test_packaging.py",
    "tests/transparency/test_crash.py",
    "tests/replay/test_parting.py::test_recorded_histories_in_which",
    "tests/replay/questions/test_pruned.py::test_what_would_have_saved_it_does",
    "tests/replay/questions/test_what_if.py::test_a_recorded_history_comes_out_as_it_was",
    "tests/replay/tables/test_tables.py::test_tables_of_recorded_histories",
    "tests/replay/pictures/test_pictures.py::test_large_pictures",
    "tests/replay/report/test_report.py::test_a_real_browser",
    "tests/replay/report/test_report.py::test_the_browser",
    "tests/replay/questions/test_explained.py::test_what_would_let_a_call_pass_does",
)
"""How the ids of heavy tests begin. `pytest -m "not heavy"` leaves them out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(HEAVY):
            item.add_marker(pytest.mark.heavy)
