# `make` sets up and lists what there is to do. It needs Python 3.11-3.13; an active virtual environment is neither needed nor touched.
.DEFAULT_GOAL := start
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
KERNELS := $(VENV)/.kernels
# it asks no other machine for anything, and keeps its files to itself
DENO := DENO_NO_UPDATE_CHECK=1 DENO_DIR=$(VENV)/.deno $(VENV)/bin/deno

PYTHON ?=
PORT ?= 5006
OUT ?= out
ARGS ?=

# Settings of another environment must not leak into this one.
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV CONDA_PREFIX
export PYTHONNOUSERSITE := 1

.PHONY: start setup kernels app figures test verify lint format bench bench-app soak docs lock clean help

start: setup help

setup: $(READY)  ## build .venv from requirements.lock
	@:

$(READY): requirements.lock
	@python=; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python); do \
	    if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; \
	    then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "SAMscape needs Python 3.11, 3.12 or 3.13 with its venv module, and $(if $(PYTHON),$(PYTHON) is not that,none was found): install one (Debian: apt-get install python3-venv) or name it with make PYTHON=/path/to/python." >&2; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$python --version) ..."; \
	"$$python" -m venv --clear $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# Compiled ahead into the user's cache folder, or SAMSCAPE_CACHE; without them NumPy answers until they are compiled in the background.
$(KERNELS): $(READY) $(wildcard landscapes/*.py landscapes/*/*.py optimizers/*.py optimizers/*/*.py)
	@$(PY) -m optimizers.compiled || true
	@touch $@

kernels: $(KERNELS)  ## compile the catalogue's kernels ahead (app and test do)
	@:

app: setup kernels  ## explore in the browser (PORT=5006)
	@$(PY) -m app --port $(PORT) $(ARGS)

figures: setup  ## draw the paper's Figures 1-5 (OUT=out)
	@$(PY) -m figures --out $(OUT) --format png pdf svg $(ARGS)

test: setup kernels  ## run the tests, those in the browser too if there is one (ARGS=tests/test_x.py)
	@$(PY) -m tests $(ARGS)

verify: setup kernels  ## run every sweep in full and print a report (ARGS=tests/test_x.py; up to an hour)
	@SAMSCAPE_VERIFY=1 $(PY) -m pytest $(ARGS)

lint: setup  ## check style and types
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy --no-error-summary
	@$(DENO) lint --quiet
	@$(DENO) fmt --check --quiet

format: setup  ## reformat
	@$(PY) -m ruff check --fix
	@$(PY) -m ruff format
	@$(DENO) fmt --quiet

bench: setup kernels  ## time the engine against its peers
	@$(PY) -m benchmarks.engine $(ARGS)

bench-app: setup kernels  ## time the app, input to paint
	@$(PY) -m benchmarks.app $(ARGS)

soak: setup kernels  ## use the app for an hour and watch its memory
	@$(PY) -m benchmarks.soak $(ARGS)

docs: setup  ## build the API reference (out/docs)
	@$(PY) -m docs.api $(ARGS)

lock: setup  ## pin the newest dependencies that pyproject.toml allows
	@$(PY) -m uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
	    --generate-hashes --upgrade --no-header --no-annotate --no-emit-index-url --output-file requirements.lock >/dev/null

clean:  ## remove .venv and everything that was made
	@rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis $(OUT)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
