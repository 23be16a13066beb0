# `make run` starts a server, `make test` runs every test. Both make their own environment in .venv first.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt
PYTEST := $(VENV)/bin/python -m pytest

FRONTEND := $(filter-out %/node_modules,$(wildcard server/web/frontend/* server/web/frontend/src/*))

.PHONY: run test test-sqlite test-postgres screenshots check format bench assets words clean

run: $(VENV)/installed
	$(VENV)/bin/transect run --host $(HOST) --port $(PORT) --forms forms

test: test-sqlite test-postgres

test-sqlite: $(VENV)/installed-test
	TRANSECT_TEST_BACKEND=sqlite $(PYTEST) -n auto --dist worksteal

test-postgres: $(VENV)/installed-test
	TRANSECT_TEST_BACKEND=postgres $(PYTEST) -n auto --dist worksteal

# Every page as a phone and a desk show it, in both languages: `screenshots/{page}-{width}-{language}.png`.
screenshots: $(VENV)/installed-test
	mkdir -p screenshots
	TRANSECT_SCREENSHOTS=screenshots TRANSECT_TEST_BACKEND=sqlite $(PYTEST) -n auto tests/web/test_*_browser.py

check: $(VENV)/installed-check
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

format: $(VENV)/installed-check
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/installed-test
	$(VENV)/bin/python -m tests.benchmarks

assets: $(VENV)/installed
	$(PIP) --editable .
	$(VENV)/bin/python server/web/frontend/build.py

words: $(VENV)/installed
	$(VENV)/bin/python -m server.web.catalogue

clean:
	rm -rf $(VENV) server/web/frontend/node_modules server/web/static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The installation bundles the browser sources; where it cannot, the server runs without the pages that need them.
$(VENV)/installed: pyproject.toml constraints.txt $(FRONTEND)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	-@$(VENV)/bin/python server/web/frontend/build.py --tell
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(PIP) --editable '.[test]'
	touch $@

$(VENV)/installed-check: $(VENV)/installed-test
	$(PIP) --editable '.[test,check]'
	touch $@
