# The commands of this project. `make serve` and `make test` need Python >= 3.11 and nothing that was installed by hand.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet

# Tests run in several processes, each file whole in one of them: its servers start once, and what watches processes,
# ports or processors does so beside itself. `make PARALLEL= test` runs them one after another, as `make again` does.
PARALLEL ?= -n auto --maxprocesses 4 --dist loadfile
# The services that tests start, some hundred processes, need not compile the package each.
export PYTHONDONTWRITEBYTECODE =

FRONTEND = $(shell find frontend -name node_modules -prune -o -type f -print)

.PHONY: help serve install test slow w3c spark fuzz again frontend lint format types lock clean

help:
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

serve: $(VENV)/.runtime ## make an environment, install the locked versions, serve at http://127.0.0.1:8000
	$(BIN)/yuanhui-kg serve

install: $(VENV)/.app ## make an environment for development

test: $(VENV)/.app ## lint, types, tests (COVERAGE=--cov measures their coverage, which takes half as long again)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow" $(PARALLEL) $(COVERAGE)

slow: $(VENV)/.app ## the tests that take minutes: abuse, real servers, pages in Chromium, the wheel in an empty environment
	$(BIN)/pytest -m slow $(PARALLEL)

w3c: build/w3c/.fetched ## fetch W3C's SPARQL test suites, which `make slow` then runs (docs/conformance.md)

spark: $(VENV)/.spark ## install PySpark (490 MB), by which `make slow` then drafts and links a corpus (Java 17)

fuzz: $(VENV)/.app build/fuzz/.installed ## random requests made from /openapi.json, for two minutes (schemathesis; FUZZ="--seed N" repeats a run)
	$(BIN)/python tests/fuzz/run.py $(FUZZ)

frontend: $(VENV)/.app ## build the scripts of the pages, where their sources have changed

again: $(VENV)/.dev ## only the tests that failed last time
	$(BIN)/pytest --last-failed --last-failed-no-failures none

format: $(VENV)/.dev ## let ruff correct what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lint: $(VENV)/.dev ## ruff alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lock: $(VENV)/.dev ## choose the newest allowed versions anew
	$(BIN)/python -m uv pip compile $(LOCK) --upgrade -o requirements.lock pyproject.toml
	$(BIN)/python -m uv pip compile $(LOCK) --upgrade --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(BIN)/python -m uv pip compile $(LOCK) --upgrade -o requirements-fuzz.lock tests/fuzz/requirements.in
	$(BIN)/python -m uv pip compile $(LOCK) --upgrade -c requirements-dev.lock -o requirements-spark.lock tests/spark/requirements.in

clean: ## remove the environment and what tools left
	rm -rf $(VENV) build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

# No index, folder or host gets into a lock file, whatever the machine's configuration says.
LOCK = --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-strip-extras

# Downloaded and unpacked, never installed; pip checks the hash.
build/w3c/.fetched: tests/w3c/suites.txt | $(VENV)/.dev
	rm -rf build/w3c && mkdir -p build/w3c
	$(PIP) download --no-deps --no-binary :all: --require-hashes -r $< -d build/w3c
	tar -xzf build/w3c/rdflib-*.tar.gz -C build/w3c --strip-components=5 --wildcards \
	  '*/test/data/suites/w3c/dawg-data-r2' '*/test/data/suites/w3c/sparql11'
	@touch $@

# An environment of its own: nothing else needs what comes along.
build/fuzz/.installed: requirements-fuzz.lock | $(VENV)/bin/python
	$(BIN)/python -m venv build/fuzz
	build/fuzz/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime

$(VENV)/.spark: requirements-spark.lock | $(VENV)/.dev
	$(PIP) install --require-hashes -r $<
	@touch $@

# The package's build makes the scripts of the pages too (frontend/hatch_build.py).
$(VENV)/.app: $(VENV)/.dev $(FRONTEND)
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
