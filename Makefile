# Each target sets up what it needs in a virtual environment of its own (.venv): Python 3.11 or newer and make are enough.
#
#   make demo    run the three example experiments and draw their plots
#   make test    run all tests
#   make check   style, types, layers, length of modules
#   make docs    build the documentation into docs/_build/html
#   make bench   measure against beat.core 1.13.5 in an environment of its own

CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
PYTHON ?= $(shell for p in $(CANDIDATES); do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SOURCES := backend/src core/src benchmarks conftest.py
TESTS ?=
WORKERS ?= auto

EXPERIMENTS := $(shell cat examples/experiments.txt 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo test test-numpy check docs bench clean

help:
	@sed -n 's/^#   //p' Makefile

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make virtual environments: on Debian, install python3-venv" >&2; \
		rm -rf $(VENV); exit 1; }

# One stamp for each set of packages: a target installs what it needs, once.
$(VENV)/.demo: $(VENV)/bin/python backend/pyproject.toml core/pyproject.toml
	@echo "installing beat.backend.python and beat.core into $(VENV) ..." >&2
	@$(PIP) install --editable backend --editable 'core[examples]'
	@touch $@

$(VENV)/.test: $(VENV)/.demo tools/requirements-test.txt
	@$(PIP) install -r tools/requirements-test.txt
	@touch $@

# Another distribution of the namespace `beat`, alone and in one folder with ours as they are built for release.
$(VENV)/.cmdline: $(VENV)/bin/python
	@rm -rf $(VENV)/cmdline && $(PIP) install --no-deps --target $(VENV)/cmdline beat.cmdline==1.10.3
	@touch $@

$(VENV)/.coexist: $(VENV)/.cmdline $(shell find backend core -name '*.py' -path '*/src/*' -o -name pyproject.toml)
	@rm -rf $(VENV)/coexist && cp -r $(VENV)/cmdline $(VENV)/coexist
	@$(PIP) install --no-deps --target $(VENV)/built ./backend ./core
	@cp -r $(VENV)/built/. $(VENV)/coexist && rm -rf $(VENV)/built
	@touch $@

$(VENV)/.check: $(VENV)/.demo tools/requirements-check.txt tools/requirements-test.txt
	@$(PIP) install -r tools/requirements-check.txt
	@touch $@

$(VENV)/.docs: $(VENV)/.demo tools/requirements-docs.txt
	@$(PIP) install -r tools/requirements-docs.txt
	@touch $@

demo: $(VENV)/.demo
	@cd examples && $(BIN)/beat experiments run $(EXPERIMENTS)
	@cd examples && $(BIN)/beat experiments plot --output-folder plots $(EXPERIMENTS)
	@echo "the plots lie in $(CURDIR)/examples/plots"

test: $(VENV)/.test $(VENV)/.coexist
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

# The same tests with another release of numpy, in an environment of its own: make test-numpy NUMPY=1.23.5
NUMPY ?= 1.23.5
$(VENV)-numpy-$(NUMPY)/.test: backend/pyproject.toml core/pyproject.toml tools/requirements-test.txt
	@$(PYTHON) -m venv $(VENV)-numpy-$(NUMPY)
	@$(VENV)-numpy-$(NUMPY)/bin/python -m pip --quiet --disable-pip-version-check install \
		numpy==$(NUMPY) --editable backend --editable core -r tools/requirements-test.txt
	@touch $@

test-numpy: $(VENV)-numpy-$(NUMPY)/.test
	$(VENV)-numpy-$(NUMPY)/bin/python -m pytest -n $(WORKERS) backend/tests core/tests tests/conformance $(TESTS)

check: $(VENV)/.check
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@find $(SOURCES) -name '*.py' | xargs awk -v bound=600 -f tools/modules.awk

docs: $(VENV)/.docs
	$(BIN)/sphinx-build -W --keep-going -q docs docs/_build/html
	@echo "docs/_build/html/index.html"

bench: $(VENV)/.demo
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf $(VENV) $(VENV)-* docs/_build examples/plots examples/prefix/cache examples/prefix/.beat
