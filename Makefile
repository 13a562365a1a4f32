# One command each. `make run` opens the product; `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := pyproject.toml build_assets.py frontend/package-lock.json frontend/assets.json

define INSTALL
$(PYTHON) -c 'import sys; sys.exit("Bihuan needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
test -x $(BIN)/python || $(PYTHON) -m venv .venv
$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable
endef

setup: .venv/.ready

.venv/.ready: $(SOURCES)
	$(INSTALL) .
	touch $@

# Holds all that is above: whoever tests installs once.
.venv/.ready-dev: $(SOURCES)
	$(INSTALL) '.[dev]'
	touch .venv/.ready $@

run: setup
	$(BIN)/bihuan demo

# Browsers and clusters leave threads behind; tests that fork have processes of their own.
test: .venv/.ready-dev
	$(BIN)/python build_assets.py
	$(BIN)/pytest -n 2 --dist loadgroup -m 'not slow' bihuan tests --ignore=tests/e2e --ignore=tests/engines
	$(BIN)/pytest -n 2 --dist loadgroup -m 'not slow' tests/e2e tests/engines

# Types take as long as all the rest, and a machine has two processors.
check: .venv/.ready-dev
	$(BIN)/python build_assets.py
	$(MAKE) --jobs=2 --output-sync check-types check-rest

check-types: .venv/.ready-dev
	$(BIN)/mypy bihuan tests

check-rest: .venv/.ready-dev
	$(BIN)/ruff format --check . && $(BIN)/ruff check .
	$(BIN)/djhtml --check --tabwidth 2 bihuan
	$(BIN)/lint-imports
	$(BIN)/bihuan manage check
	$(BIN)/bihuan manage makemigrations --check --dry-run

# Bandit's exceptions are explained in pyproject.toml, licences in tests/test_licences.py.
audit: .venv/.ready-dev
	$(BIN)/bandit -q -c pyproject.toml -r bihuan
	$(BIN)/pytest -n 0 tests/test_licences.py
	$(BIN)/pip-audit --skip-editable --strict --progress-spinner off || { echo 'pip-audit found something, or its service could not be reached: NOT AUDITED'; exit 1; }

e2e: .venv/.ready-dev
	$(BIN)/python build_assets.py
	$(BIN)/pytest -m e2e tests/e2e

kill: .venv/.ready-dev
	$(BIN)/pytest -m slow bihuan/facts tests
	rm -rf var/rounds && mkdir -p var/rounds
	$(BIN)/python -m tests.rounds 200 var/rounds

disaster: .venv/.ready-dev
	rm -rf var/disaster && mkdir -p var/disaster
	$(BIN)/python -m tests.disaster 1000000 var/disaster

erasure: .venv/.ready-dev
	rm -rf var/erasure && mkdir -p var/erasure
	$(BIN)/python -m tests.erasure 200 var/erasure

# Hostile files, addresses that lead into the house, and a thousand deeds sent twenty times each.
hostile: .venv/.ready-dev
	$(BIN)/pytest -n 0 -p tests.matrix.figures tests/test_hostile_files.py bihuan/base/tests/test_outbound.py tests/test_idempotency.py

deliveries: .venv/.ready-dev
	$(BIN)/pytest -n 0 -m slow tests/test_outbox.py

load: setup
	$(BIN)/bihuan bench load --json

properties: .venv/.ready-dev
	BIHUAN_EXAMPLES=20000 $(BIN)/pytest -n 2 -m properties bihuan tests

# Everything that anybody might open: the whole matrix, the ids of others, people on the move.
canary: .venv/.ready-dev
	BIHUAN_CANARY=1 BIHUAN_FOREIGN=20000 BIHUAN_RUNS=500 BIHUAN_STEPS=50 $(BIN)/pytest -n 2 --dist loadgroup -p tests.matrix.figures tests/test_permission_matrix.py tests/test_permission_foreign.py tests/test_permission_moves.py

fuzz: .venv/.ready-dev
	BIHUAN_FUZZ=40000 $(BIN)/pytest -n 2 -p tests.matrix.figures tests/test_api_fuzz.py

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/bihuan bench
	$(BIN)/bihuan bench metrics --keep

fmt: .venv/.ready-dev
	$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/djhtml --tabwidth 2 bihuan

messages: .venv/.ready-dev
	$(BIN)/python build_assets.py

.PHONY: setup run test check check-types check-rest audit canary fuzz hostile e2e kill disaster erasure deliveries load properties bench fmt messages
