# Everything that people and continuous integration do here; each target does its own set-up.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

usable = $(shell command -v $(1) >/dev/null && $(1) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(1))
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14,$(call usable,$(name))) python3)
export PYTHON

BIN := .venv/bin
PYTHON_READY := .venv/.ready
NODE_READY := manifest/node_modules/.package-lock.json
CLIENTS_READY := manifest/node_modules/.built
CLIENT_SOURCES := $(wildcard $(shell git ls-files --cached --others --exclude-standard manifest 2>/dev/null))
# The browser's tests run apart: Playwright keeps an event loop in its thread, in which others start theirs.
# Half of the time a test waits, for a server that stops or for a page, so there is one process more than cores.
CORES := $(shell nproc 2>/dev/null || echo 1)
SHARED_OUT := --numprocesses=$(shell expr $(CORES) + 1) --maxprocesses=4 --dist=worksteal
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: help setup run test lint types imports unit clients format bench profile lock

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(PYTHON_READY) $(CLIENTS_READY) ## Make .venv and build what mail clients load

run: setup ## Serve on 127.0.0.1:8765 (ATESAKI_HOST, ATESAKI_PORT, ATESAKI_DATA_DIR)
	@exec $(BIN)/atesaki serve

test: setup ## Check and test everything
	@$(MAKE) --jobs=2 --output-sync=target lint types imports clients
	@$(MAKE) unit

lint: $(PYTHON_READY) ## Check format and rules of Python and of the Dockerfile
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/hadolint Dockerfile

types: $(PYTHON_READY) ## Check the types
	$(BIN)/mypy

imports: $(PYTHON_READY) ## Check that each layer imports only lower ones
	$(BIN)/lint-imports --no-cache

unit: setup ## Run the Python tests, with Chromium and PostgreSQL
	@.ci/need chromium curl fonts postgresql
	$(BIN)/pytest $(SHARED_OUT) --ignore=tests/browser
	$(BIN)/pytest $(SHARED_OUT) tests/browser

clients: $(CLIENTS_READY) ## Lint and test the mail clients
	npm --prefix manifest run lint
	npm --prefix manifest run test

format: $(PYTHON_READY) $(NODE_READY) ## Format Python and TypeScript
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	npm --prefix manifest run format

bench: setup ## Measure POST /v1/decisions against a constant answer
	@.ci/need wrk
	$(BIN)/python benchmarks/run.py

profile: setup ## Show where a decision spends its time
	$(BIN)/python benchmarks/hot_path.py

lock: $(PYTHON_READY) ## Renew the locks from pyproject.toml
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) requirements-build.in -o requirements-build.lock

$(PYTHON_READY): requirements-build.lock requirements-dev.lock pyproject.toml
	@.ci/need python venv
	@echo "Installing the Python packages of the lock into .venv."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements-build.lock -r requirements-dev.lock
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(NODE_READY): manifest/package-lock.json
	@.ci/need node
	npm --prefix manifest ci
	@touch $@

$(CLIENTS_READY): $(NODE_READY) $(CLIENT_SOURCES)
	npm --prefix manifest run build
	@touch $@
