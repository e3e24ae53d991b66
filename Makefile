# Everything runs from .venv, which is built from requirements.lock on first use.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: report test unchanged bench calibrate faults explorer-study dictionary picture lock clean

report: $(READY)  ## audit all sample clients into reports/
	$(BIN)/audit run datasets/clients datasets/real --out reports

test: $(READY)  ## style, types and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n logical --dist loadfile

BASE ?= HEAD
unchanged: $(READY)  ## do the sample clients' findings and reports say what they say at BASE?
	$(BIN)/python -m tests.unchanged $(BASE)

bench: $(READY)  ## write tests/bench/RESULTS.md: ratios measured in one run
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench

calibrate: $(READY)  ## judge simulated clients by the thousand, write tests/calibration/RESULTS.md
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.calibration

faults: $(READY)  ## break runs and inputs in every way, write tests/faults/RESULTS.md
	$(BIN)/python -m tests.faults

explorer-study: $(READY)  ## move every slider of the what-if in a browser, write tests/explorer_study/RESULTS.md
	$(BIN)/python -m tests.explorer_study

dictionary: $(READY)  ## write the tables' contract: datasets/DICTIONARY.md and datapackage.json
	$(BIN)/python -m toolkit.client.data_package datasets

picture: $(READY)  ## make the README's picture of the what-if (needs chromium)
	$(BIN)/python -m tests.picture

lock:  ## renew the lock file (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes -q --custom-compile-command "make lock" -o requirements.lock

clean:  ## remove the environment and the reports
	rm -rf .venv reports

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)
