# Everything runs in .venv, made from the pinned versions of requirements.lock. `make demo` and `make test` need nothing but Python and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# More than the tests need, by `make setup EXTRAS=postgres`; the environment keeps what it was made with until it is told
# otherwise (EXTRAS= takes it away).
KEPT   := $(shell cat $(VENV)/.extras 2>/dev/null)
EXTRAS ?= $(KEPT)
LOCKS  := requirements.lock $(EXTRAS:%=requirements-%.lock)
HOME_DIR ?= data
CASES ?= cases
BOM := build/bom.json
# Tests run in a process for each core, two to four: more wait for the homes that they share.
WORKERS ?= $(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$((cores > 4 ? 4 : cores < 2 ? 2 : cores)))

export BILLING_PROJECT_DIR := $(CURDIR)
export PYTHONUNBUFFERED := 1
export GX_ANALYTICS_ENABLED := False
export AIRFLOW_HOME ?= $(CURDIR)/.airflow
export AIRFLOW__CORE__DAGS_FOLDER := $(CURDIR)/dags
export AIRFLOW__CORE__LOAD_EXAMPLES := False
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED := False

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format docs bench chaos real conformance airflow wheel lock clean AGAIN

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: $(READY)  ## make the environment (done by the others when needed)

ifneq ($(strip $(EXTRAS)),$(strip $(KEPT)))
$(READY): AGAIN
endif
AGAIN:

$(READY): requirements-bootstrap.lock $(LOCKS) pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed, this is %d.%d: make PYTHON=python3.11 ..." % v)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	$(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python $(LOCKS)
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@echo $(EXTRAS) > $(VENV)/.extras
	@touch $(READY)

demo: $(READY)  ## a demo company's six months from an empty home, and where to look
	$(BIN)/python -m examples.demo.run --home $(HOME_DIR)

test: $(READY)  ## all tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

check: $(READY)  ## format, lint, types, layers, declared packages, SQL lint, licences; writes the bill of materials into build/
	$(BIN)/ruff format --check .
	$(BIN)/ruff check --no-cache .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src dags
	$(BIN)/deptry tests examples benchmarks conformance ops --exclude .venv --ignore DEP002,DEP004
	$(BIN)/sqruff lint dbt_project/models dbt_project/tests
	$(BIN)/python -m ops.licences
	@mkdir -p build
	$(BIN)/cyclonedx-py environment $(VENV) --pyproject pyproject.toml --output-reproducible --no-validate -o $(BOM)

format: $(READY)  ## put the code in form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqruff fix dbt_project/models dbt_project/tests

docs: $(READY)  ## writes docs/tables.md anew, and build/docs/: the dictionary of the published tables and dbt's pages, one file each
	$(BIN)/python -m ops.tables
	$(BIN)/python -m ops.docs

bench: $(READY)  ## load and metering, a whole night, contracts, pricing, difference; sizes are flags of python -m benchmarks.speed, .night and so on
	$(BIN)/python -m benchmarks.contracts
	$(BIN)/python -m benchmarks.pricing
	$(BIN)/python -m benchmarks.difference
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.night
	$(BIN)/python -m benchmarks.limits

SEED ?= 1

chaos: $(READY)  ## disturb every part of the work at its own acts, run it again, compare; SEED=2 draws others
	$(BIN)/python -m tests.chaos --seed $(SEED)

real: $(READY)  ## real data of three kinds: expected beside billed
	$(BIN)/python -m examples.real

conformance: $(READY)  ## worked cases of other billing systems (CASES=DIR) through the real path
	$(BIN)/python -m conformance $(CASES)

airflow: $(READY)  ## Airflow with these DAGs, on loopback; prints its login
	$(BIN)/billing --home $(HOME_DIR) airflow

wheel: $(READY)  ## build/wheel/: the package as one file, and the pinned versions it was tested with
	rm -rf build/wheel
	$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir build/wheel .
	sed -n 's/ *\\$$//; /==/p' requirements.lock requirements-postgres.lock > build/wheel/constraints.txt
	@ls build/wheel

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

lock: $(READY)  ## resolve the pinned versions again
	$(COMPILE) --upgrade --extra dev --extra airflow pyproject.toml -o requirements.lock
	$(BIN)/python -c 'import tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["postgres"]))' | $(COMPILE) -c requirements.lock - -o requirements-postgres.lock
	echo 'uv==0.13.9' | $(COMPILE) - -o requirements-bootstrap.lock

clean:  ## remove the environment and caches (never a home)
	rm -rf $(VENV) .airflow .cache build .pytest_cache .mypy_cache .ruff_cache .hypothesis
