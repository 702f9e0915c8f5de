# Two commands: `make run` and `make test`. `make check` is the whole gate.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := app.py pages workbench tests benchmarks

.PHONY: run practice test check soak bench screenshots pins clean

run: .venv/run.stamp
	$(BIN)/streamlit run app.py

# A link lives 72 seconds here. Its database and its stand-in for Bakkt are its own: remove data/practice.* to begin anew.
practice: .venv/run.stamp
	SANDBOX_SPEED=3600 SANDBOX_ACCOUNTS=60 WORKBENCH_DATABASE=data/practice.duckdb $(BIN)/streamlit run app.py

test: .venv/dev.stamp .venv/browser.stamp
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/dev.stamp .venv/browser.stamp
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile

soak: .venv/dev.stamp .venv/browser.stamp
	$(BIN)/python -m pytest -m soak --timeout 3600

bench: .venv-bench/made.stamp .venv/browser.stamp
	.venv-bench/bin/python -m benchmarks

screenshots: .venv/dev.stamp .venv/browser.stamp
	WORKBENCH_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/browser

pins:
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --upgrade requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade requirements-dev.in -c requirements.txt -o requirements-dev.txt
	$(BIN)/uv pip compile -q --upgrade benchmarks/requirements.in -o benchmarks/requirements.txt

clean:
	rm -rf .venv .venv-bench

.venv/made.stamp:
	$(PYTHON) -m venv .venv
	touch $@

.venv/run.stamp: .venv/made.stamp requirements.txt
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.txt
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	touch $@

# The peers that the benchmark measures against live in an environment of their own.
.venv-bench/made.stamp: benchmarks/requirements.txt requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install -q --disable-pip-version-check -r benchmarks/requirements.txt
	touch $@

# The browser of the walk through the pages: one that is there, else Debian's, else Playwright's own.
.venv/browser.stamp: .venv/dev.stamp
	command -v chromium || command -v chromium-browser || command -v google-chrome \
		|| (apt-get update -qq && apt-get install -y -qq chromium) \
		|| $(BIN)/playwright install --with-deps chromium
	touch $@
