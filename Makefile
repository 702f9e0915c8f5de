# The two main commands are `make run` and `make test`. `make check` is the gate, which CI runs.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := app.py pages workbench tests benchmarks
DEPTRY := $(BIN)/deptry --no-ansi
# Tests commit to disk thousands of times: in memory, where there is such a folder, a commit need not wait for the disk.
# Compiled modules are kept, whatever the environment says: workers and the servers they start import the same ones.
PYTEST := PYTEST_DEBUG_TEMPROOT=$(wildcard /dev/shm) PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: run practice notebook test test-fast check static format soak walks bench screenshots pins clean

run: .venv/run.stamp
	$(BIN)/streamlit run app.py

# A link lives 72 seconds here. Database, published copy and sandbox state are separate: remove data/practice.* to start over.
practice: .venv/run.stamp
	SANDBOX_SPEED=3600 SANDBOX_ACCOUNTS=60 WORKBENCH_DATABASE=data/practice.duckdb PUBLISH_FOLDER= $(BIN)/streamlit run app.py

# JupyterLab on the workbench that runs, else on one that it starts and stops, with the sandbox if no credentials are set.
notebook: .venv/notebook.stamp
	$(BIN)/python -m workbench notebook

# Before a commit, within five minutes on two cores: all tests but the slow ones (CONTRIBUTING.md says which these are).
# The file left out by its name generates requests while it is collected, which takes seconds.
test: .venv/dev.stamp .venv/browser.stamp
	$(PYTEST) -m "not slow" --ignore tests/sandbox/test_generated_requests.py

# What needs neither a browser nor a running workbench: rules, client, database, queries, parts of pages.
test-fast: .venv/dev.stamp
	$(PYTEST) -m "not slow" tests/domain tests/bakkt tests/store tests/queries tests/ui

# All tests, with more rounds, all examples and more accounts than in `make test`: tests/support/rounds.py.
check: static .venv/browser.stamp
	KILL_ROUNDS=10 EXAMPLES=100 FUNNEL_ACCOUNTS=5000 TRUTH_ACCOUNTS=1000 $(PYTEST)

# The checks that are not tests: format, lint, types, import contracts, and that declared and imported packages match.
static: .venv/dev.stamp
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(DEPTRY) .
	$(DEPTRY) tests --exclude '\.venv' --ignore DEP002,DEP004
	$(DEPTRY) benchmarks --exclude '\.venv' --ignore DEP002,DEP004

# Formats the code and corrects what ruff can correct.
format: .venv/dev.stamp
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

# Only the tests that repeat: a hundred rounds of kill -9 instead of ten, five hundred faults instead of fifty.
soak: .venv/dev.stamp .venv/browser.stamp
	KILL_ROUNDS=100 $(BIN)/python -m pytest -m soak

# The walks through the pages on a large desk, before a release, with the acts that the daily things take; `make test` walks
# on 400 accounts.
walks: .venv/dev.stamp .venv/browser.stamp
	WALK_ACCOUNTS=100000 TRUTH_ACCOUNTS=2000 $(BIN)/python -m pytest -s --timeout=3600 \
		tests/browser/test_walk.py tests/browser/test_acts.py tests/browser/test_other_bakkt.py tests/test_truth.py \
		tests/queries/test_explore_sandbox.py

bench: .venv-bench/made.stamp .venv/browser.stamp
	.venv-bench/bin/python -m benchmarks

# Names in Chinese and Japanese need a font that has them, as fonts-noto-cjk of Debian.
screenshots: .venv/dev.stamp .venv/browser.stamp
	WALK_ACCOUNTS=2000 WORKBENCH_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/browser

pins:
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(BIN)/uv pip compile -q --upgrade pyproject.toml --extra notebook -c requirements.txt -o requirements-notebook.txt
	$(BIN)/uv pip compile -q --upgrade pyproject.toml --group bench -c requirements.txt -o benchmarks/requirements.txt

clean:
	rm -rf .venv .venv-bench

.venv/made.stamp:
	$(PYTHON) -m venv .venv
	touch $@

.venv/run.stamp: .venv/made.stamp requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	touch $@

.venv/notebook.stamp: .venv/run.stamp requirements-notebook.txt
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-notebook.txt
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	touch $@

# The benchmarks have a virtual environment of their own, because it also holds the tools they compare with.
.venv-bench/made.stamp: benchmarks/requirements.txt requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install -q --disable-pip-version-check -r benchmarks/requirements.txt
	touch $@

# The browser for the tests, if none is installed: Debian's headless shell, which takes a fifth less of the processor than
# Chromium and is found first, else Playwright's. Only root may install Debian's.
.venv/browser.stamp: .venv/dev.stamp
	command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome \
		|| ([ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium-headless-shell) \
		|| $(BIN)/playwright install --with-deps chromium
	touch $@
