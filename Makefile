# Two commands on a fresh machine: `make run` and `make test`. Python 3.11+ is all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test format lint types contracts tests lock clean

run: $(VENV)/.runs
	$(BIN)/qunkeeper run

test: lint types contracts tests

lint: $(VENV)/.tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.tests
	$(BIN)/mypy

contracts: $(VENV)/.tests
	$(BIN)/lint-imports

# A worker a core, each with whole files: what a file sets up once is not set up twice.
tests: $(VENV)/.tests
	$(BIN)/pytest -n logical --maxprocesses 4 --dist loadfile

format: $(VENV)/.tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Where ensurepip is missing (Debian without python3-venv), the pip of the system fills the venv.
$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed / 需要 Python 3.11 或更新的版本" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
		|| $(PYTHON) -m venv --clear --without-pip $(VENV)
	touch $@

PIP = $$(test -x $(BIN)/pip && echo "$(BIN)/python -m pip" \
	|| echo "$(PYTHON) -m pip --python $(BIN)/python")

$(VENV)/.runs: $(VENV)/.made requirements.lock pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.tests: $(VENV)/.runs requirements-dev.lock
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	touch $@

# Written anew by hand, with uv on the PATH; versions and hashes only, no addresses.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock:
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --all-extras -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
