# What a newcomer, a developer and CI type. Everything is made inside this folder, so that two clones do not meet.

.DEFAULT_GOAL := help
.PHONY: help demo test coverage lint format docs bench bench-large lock services services-stop clean FORCE

# The Python that makes the environment; `make test PYTHON=python3.12` takes another one.
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

# Stamps: each is written last, so that a step which failed is done again.
PLACE := $(VENV)/.place
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
BENCH := $(VENV)/.installed-bench

help:  ## Say what there is (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUN)  ## Harvest the samples and serve the hub at http://127.0.0.1:8000 (PORT=8001 for another port)
	$(BIN)/folkmoot --data demo-data demo $(if $(PORT),--port $(PORT)) $(ARGS)

test: $(DEV)  ## Run the tests (ARGS="tests/hub -q" for some of them)
	@set -a; if [ -f .services/env ]; then . ./.services/env; fi; set +a; \
	$(BIN)/python -m pytest $(ARGS)

coverage: override ARGS += --cov --cov-report=term
coverage: test  ## Run the tests and say which lines they miss

lint: $(DEV)  ## Check style, types and which package imports which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(DEV)  ## Bring the code into the style that lint checks
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(DEV)  ## Build the documentation into docs/_build/html
	$(BIN)/python -m sphinx -W --keep-going -b html docs docs/_build/html

bench: $(BENCH)  ## Measure: ratios of processor time, under ten minutes (ARGS="search rdf" for some of them)
	$(BIN)/python -m benchmarks $(ARGS)

bench-large: $(BENCH)  ## Measure what takes long: memory with 500,000 processes
	$(BIN)/python -m benchmarks memory

# No address of a registry goes into the locks: whoever installs takes the packages from where he trusts.
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/python -m piptools compile --quiet --strip-extras --generate-hashes \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
OURS := --build-deps-for editable

lock: $(DEV)  ## Write the locks anew from pyproject.toml (ARGS=--upgrade for newer versions)
	$(COMPILE) $(OURS) $(ARGS) --output-file requirements.lock pyproject.toml
	$(COMPILE) $(OURS) $(ARGS) --allow-unsafe --extra dev --extra docs --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml
	$(COMPILE) $(OURS) $(ARGS) --allow-unsafe --extra bench --constraint requirements-dev.lock \
		--output-file requirements-bench.lock pyproject.toml
	$(COMPILE) $(ARGS) --allow-unsafe --output-file requirements-pywb.lock tools/pywb.in

services:  ## Install (Debian) what some tests need: programs, and servers, each started on a free port of 127.0.0.1
	$(PYTHON) tools/services.py start

services-stop:  ## End the servers that `make services` started
	$(PYTHON) tools/services.py stop

clean: services-stop  ## Remove what the other commands made; /data/, where live data may lie, stays
	rm -rf $(VENV) .services demo-data docs/_build dist build htmlcov .coverage* .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A folder that was moved or copied carries an environment whose programs still run in the old place: made anew.
BUILT_AT := $(shell cat $(PLACE) 2>/dev/null)
ifneq ($(BUILT_AT),$(CURDIR))
$(PLACE): FORCE
endif

$(PLACE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Folkmoot needs Python 3.11 or newer; $(PYTHON) is not (make PYTHON=… names another one)' >&2; exit 1; }
	$(PYTHON) -m venv $(if $(BUILT_AT),--clear) $(VENV)
	@printf '%s\n' "$(CURDIR)" > $@

# The build backend is in the lock too: with it, to install the package itself asks nobody.
$(RUN): $(PLACE) requirements.lock pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(DEV): $(RUN) requirements-dev.lock
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(BENCH): $(DEV) requirements-bench.lock
	$(PIP) install --quiet --require-hashes -r requirements-bench.lock
	@touch $@
