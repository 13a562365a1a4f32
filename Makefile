# One command each. `make run` opens the product; `make test` proves it.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := pyproject.toml build_assets.py frontend/package-lock.json frontend/assets.json

setup: .venv/.ready

.venv/.ready: $(SOURCES)
	$(PYTHON) -c 'import sys; sys.exit("Bihuan needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/.ready-dev: .venv/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

run: setup
	$(BIN)/bihuan demo

# Browsers and clusters leave threads behind; tests that fork have processes of their own.
test: .venv/.ready-dev
	$(BIN)/python build_assets.py
	$(BIN)/pytest -n 2 --dist loadgroup -m 'not slow' bihuan tests --ignore=tests/e2e --ignore=tests/engines
	$(BIN)/pytest -n 2 --dist loadgroup -m 'not slow' tests/e2e tests/engines

check: .venv/.ready-dev
	$(BIN)/python build_assets.py
	$(BIN)/ruff format --check . && $(BIN)/ruff check .
	$(BIN)/djhtml --check --tabwidth 2 bihuan
	$(BIN)/mypy bihuan tests
	$(BIN)/lint-imports
	$(BIN)/bihuan manage check
	$(BIN)/bihuan manage makemigrations --check --dry-run

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

deliveries: .venv/.ready-dev
	$(BIN)/pytest -n 0 -m slow tests/test_outbox.py

load: setup
	$(BIN)/bihuan bench load --json

properties: .venv/.ready-dev
	BIHUAN_EXAMPLES=20000 $(BIN)/pytest -n 2 -m properties bihuan tests

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/bihuan bench
	$(BIN)/bihuan bench metrics --keep

fmt: .venv/.ready-dev
	$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/djhtml --tabwidth 2 bihuan

messages: .venv/.ready-dev
	$(BIN)/python build_assets.py

.PHONY: setup run test check e2e kill disaster erasure deliveries load properties bench fmt messages
