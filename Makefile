# Each target makes the project's own virtual environment where it is not there yet. `make test PYTHON=python3.12 VENV=.venv-3.12`
# chooses which Python, and where the environment stands; `make test TESTS='-m "not heavy"'` leaves out what takes most of the time.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test test-sdk bench clean

demo: $(VENV)/.installed
	$(BIN)/python examples/demo.py

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 $(TESTS)

# Downloads three versions of the Bittensor SDK, and btcli, each into an environment of its own (.venv-sdk-…).
test-sdk: $(VENV)/.installed-dev
	$(BIN)/python -m tests.sdk.run
	$(BIN)/python -m tests.sdk.on_node
	$(BIN)/python -m tests.sdk.exchange
	$(BIN)/python -m tests.sdk.recorded

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .venv-* build dist

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.installed
