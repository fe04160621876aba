# Each target does its own set-up; python3, pip and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# pip's --python installs into the environment from outside, so the environment needs no pip of its own
PIP := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check

.PHONY: demo test test-all twin check bench clean

demo: $(VENV)/.warm
	$(BIN)/ccsim compare scenarios/cast-the-net.yaml --out build/demo
	@echo "The report is build/demo/report.html: open it in a browser."

# the tests on all cores; more than four processes would want more memory than they save time
PYTEST := $(BIN)/python -m pytest -n logical --maxprocesses 4 --dist worksteal

test: $(VENV)/.dev $(VENV)/.warm
	$(PYTEST)

test-all: $(VENV)/.dev $(VENV)/.warm
	$(PYTEST) -m ""

# the twin test over N random scenarios
N ?= 2000
twin: $(VENV)/.dev $(VENV)/.warm
	$(BIN)/python -m pytest tests/twin --twin $(N)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.bench $(VENV)/.warm
	$(BIN)/python benchmarks/bench.py

clean:
	rm -rf $(VENV) build dist

$(BIN)/python:
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.core: pyproject.toml | $(BIN)/python
	@echo "Installing ccsim and what it needs into $(VENV) (once, a few minutes)"
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	@echo "Installing the tools for tests and checks (once)"
	$(PIP) install --quiet --editable ".[dev]"
	@touch $@

$(VENV)/.bench: $(VENV)/.core
	@echo "Installing what the benchmarks compare with (once)"
	$(PIP) install --quiet --editable ".[bench]"
	@touch $@

# The first use compiles the draws; doing it here keeps the wait out of what follows.
$(VENV)/.warm: $(VENV)/.core $(wildcard ccsim/cache.py ccsim/compiling.py ccsim/draws/*.py ccsim/engine/laws.py ccsim/engine/potential.py ccsim/engine/compiled/*.py ccsim/logs/passes.py ccsim/metrics/passes.py ccsim/plan/law.py ccsim/plan/plan.py)
	@echo "Compiling the engine (once per change of the compiled sources, about a minute)"
	$(BIN)/ccsim --version
	$(BIN)/ccsim run scenarios/erlang-floor.yaml --replications 1 --engine compiled > /dev/null
	@touch $@
