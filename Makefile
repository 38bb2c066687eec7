# Every target sets up what it needs first (tools/bootstrap.py, standard library only) and is quick when it is there.

PYTHON ?= python3
OUT ?=
UPGRADE ?=
ARGS ?=
BENCHMARKS ?= simulation append whole_drill kit_check alert_noise discrimination fanout findings triage canary readiness
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.DEFAULT_GOAL := help
.PHONY: help demo test check lint lock bench build clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' Makefile
	@echo "  variables: OUT=folder (demo)  ARGS='-k name' (test, check)  UPGRADE=1 (lock)  PYTHON=python3.12"

demo: ## Open a running drill in the browser, stand-ins in every seat; OUT=folder says where it is kept
	@$(PYTHON) tools/bootstrap.py runtime
	@$(BIN)/hotwash demo $(if $(OUT),--out "$(OUT)")

test: ## Every check and every test, browser and slow ones included
	@$(PYTHON) tools/bootstrap.py test
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: ## The quick round: checks, and tests that need neither a browser nor patience
	@$(PYTHON) tools/bootstrap.py dev
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n auto -m "not slow and not browser" $(ARGS)

lint: ## Format, lint, types, import contracts
	@$(PYTHON) tools/bootstrap.py dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: ## Write requirements/*.lock afresh; UPGRADE=1 takes newest versions
	@$(PYTHON) tools/bootstrap.py lock $(if $(UPGRADE),--upgrade)

bench: ## Run every benchmark, one after the other
	@$(PYTHON) tools/bootstrap.py dev
	@set -e; for name in $(BENCHMARKS); do echo "== benchmarks/$$name.py"; $(BIN)/python benchmarks/$$name.py; done

build: ## Build the wheel and the source archive into dist/
	@$(PYTHON) tools/bootstrap.py dev
	$(BIN)/python -m build --no-isolation

clean: ## Remove .venv, caches and build results
	rm -rf .venv .venv-peers .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
