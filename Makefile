# Everything from a bare clone: Python 3.11 or later, pip and make are enough.
#
#   make demo    serve the example on http://127.0.0.1:8000   (PORT=8001 for another port)
#   make test    run every test of every distribution, two at a time
#                (ARGS="-k words" to choose, ARGS="-n 0" for one after the other)
#   make lint    format, style (ruff), types (mypy --strict), floors (import-linter)
#   make bench   one request through Kernos and through its peers, interleaved
#                (bench-start, bench-serve, bench-count, bench-gate, bench-discovery:
#                benchmarks/README.md)
#   make speed   measure everything, write docs/reference/speed.md from it
#   make docs    write the generated pages of docs/reference
#   make members write a new plugin into the lists of pyproject.toml
#   make lock    renew requirements.lock                      (needs uv)
#   make clean   remove what the above made

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
ARGS   ?=

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
# uv installs in seconds what takes pip a minute. It is asked first where it is installed, and
# pip where uv cannot be, or fails: INSTALLER=pip goes without it.
INSTALLER ?= uv
INSTALL = @install() { \
		if [ $(INSTALLER) = uv ] && [ -x $(BIN)/uv ]; then \
			$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python "$$@" && return; \
			echo "… with pip, since uv failed."; \
		fi; \
		$(PIP) install "$$@"; \
	}; install --no-deps

MEMBERS  := kernel $(sort $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml)))
EXAMPLES := $(sort $(patsubst %/pyproject.toml,%,$(wildcard examples/*/pyproject.toml)))
SOURCES  := $(addsuffix /src,$(MEMBERS) $(EXAMPLES))

# Alternatives for a slot may be installed beside the defaults; what runs here takes the defaults.
export KERNOS_COMPONENTS ?= default

.DEFAULT_GOAL := help
.PHONY: help install demo test lint format style types floors bench bench-start bench-serve bench-count bench-gate bench-discovery speed docs members lock clean

help:
	@sed -n 's/^#   //p' Makefile

# --- set-up: each step leaves a stamp, and is done again when what it read has changed ---

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 …")'
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# The installer comes first, as the lock pins it, and only as a wheel: it is no reason to stop.
$(VENV)/.installer: requirements.lock $(VENV)/.made
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $@
	@$(PIP) install --no-deps --only-binary :all: --require-hashes -r $@ || echo "… pip installs everything."

# The lock is complete: to resolve it again would let a newer release on the index break it.
$(VENV)/.locked: $(VENV)/.installer
	@echo "Installing what requirements.lock pins …"
	$(INSTALL) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.members: $(addsuffix /pyproject.toml,$(MEMBERS)) $(VENV)/.locked
	@echo "Installing $(MEMBERS) …"
	$(INSTALL) --no-build-isolation $(foreach one,$(MEMBERS),--editable ./$(one))
	@touch $@

install: $(VENV)/.members

# The example lives apart, so that its plugin is not plugged into every application of the tests.
$(VENV)/.examples: $(shell find examples -type f -path '*/src/*' -not -name '*.pyc') $(addsuffix /pyproject.toml,$(EXAMPLES)) $(VENV)/.members
	@echo "Installing $(EXAMPLES) …"
	$(INSTALL) --no-build-isolation --upgrade --target $(VENV)/examples $(addprefix ./,$(EXAMPLES))
	@touch $@

# The peer lives apart, so that no test finds a Flask that Kernos did not answer; the benchmark
# and the tests of parity ask for it.
$(VENV)/.peers: benchmarks/requirements.lock $(VENV)/.members
	@echo "Installing the peers of benchmarks/ …"
	$(INSTALL) --require-hashes --upgrade --target $(VENV)/peers -r benchmarks/requirements.lock
	@touch $@

# --- what people do ----------------------------------------------------------------------

demo: $(VENV)/.examples
	@echo "The guestbook is served on http://$(HOST):$(PORT)/ — Ctrl-C ends it."
	@PYTHONPATH=$(VENV)/examples exec $(BIN)/gunicorn --bind $(HOST):$(PORT) --workers 2 --log-level warning 'guestbook:create_app()'

test: $(VENV)/.peers
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(ARGS)

lint: format style types floors

format: install
	@$(BIN)/ruff format --check --quiet --diff .

style: install
	@$(BIN)/ruff check --quiet .

# All in one run, which reads what they share once.
types: install
	@$(BIN)/mypy --no-error-summary $(SOURCES)

floors: install
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/lint-imports --no-logo --config tests/architecture/strangers.toml

# What `make bench` measured is left in $(VENV)/bench; `make speed` keeps it in the repository.
MEASURE := PYTHONPATH=$(VENV)/peers $(BIN)/python -m benchmarks
KEPT    := benchmarks/results

bench: $(VENV)/.peers
	@mkdir -p $(VENV)/bench
	@$(MEASURE).in_process --output $(VENV)/bench/in-process.json --plot $(VENV)/bench/in-process.svg $(ARGS)

bench-start: $(VENV)/.peers
	@$(MEASURE).start $(ARGS)

bench-serve: $(VENV)/.peers
	@$(MEASURE).serve $(ARGS)

bench-count: install
	@$(MEASURE).count $(ARGS)

bench-gate: $(VENV)/.peers
	@$(MEASURE).gate $(ARGS)

# What is out of bounds is for the page to tell, not a reason to stop.
speed: $(VENV)/.peers
	-@$(MEASURE).count --output $(KEPT)/count.json
	@$(MEASURE).serve --output $(KEPT)/serve.json
	@$(MEASURE).start --output $(KEPT)/start.json
	@$(MEASURE).in_process --output $(KEPT)/in-process.json --plot docs/reference/speed.svg
	@$(MEASURE).page

bench-discovery: install
	@$(BIN)/python -m benchmarks.discovery $(ARGS)

docs: install
	@$(BIN)/python docs/generate.py
	@$(BIN)/python -m benchmarks.page

# What a peer shares with Kernos comes from requirements.lock: both run on the same versions.
PEER_SHARES = $(shell sed -n 's/^\([^ =]*\)==.*/\1/p' requirements.lock)

members:
	@$(PYTHON) tests/architecture/members.py

lock:
	@for member in './kernel[async,testing]' $(addprefix ./,$(filter-out kernel,$(MEMBERS))); do echo "$$member"; done \
		| uv pip compile - --group dev --universal --python-version 3.11 --generate-hashes \
			--no-header --no-annotate --no-emit-index-url \
			$(foreach one,kernos $(patsubst plugins/%,kernos-%,$(filter-out kernel,$(MEMBERS))),--no-emit-package $(one)) \
			--quiet --output-file requirements.lock $(ARGS)
	@uv pip compile --group peers --universal --python-version 3.11 --generate-hashes \
		--constraint requirements.lock \
		--no-header --no-annotate --no-emit-index-url \
		$(foreach one,$(PEER_SHARES),--no-emit-package $(one)) \
		--quiet --output-file benchmarks/requirements.lock $(ARGS)

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
