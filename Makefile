# Works on a fresh machine with Python 3.11 or later, pip and make; nothing else.
#   make demo    set up, run a bundled protocol, print its table
#   make test    set up, run all tests but sweeps and slow validations
#   make help    everything else

DEMO = kap-2x2 -n 1000 --seed 1
OUT = kapsim-runs/demo
PYTEST = -q
# in the order of the files: else those of few but long tests come last, one by one
PARALLEL = -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

CANDIDATES = python3 python3.13 python3.12 python3.11 python3.14 python
PYTHON := $(shell for p in $(CANDIDATES); do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$p && break; done)
SETUP = $(if $(PYTHON),$(PYTHON) scripts/environment.py,\
	$(error kapsim needs Python 3.11 or later; tried: $(CANDIDATES)))
BIN = .venv/bin

.PHONY: help demo test thorough fast lint format types layers docs lab bench bench-kinetics bench-filter bench-trials validate external golden calibration repeated ship-posterior answers sensitivity credibility pin ci clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile

demo: ## set up, run the bundled protocol, print its table and where the report is
	@$(SETUP) runtime
	@$(BIN)/kapsim run $(DEMO) -o $(OUT)

test: ## set up, run every test but thorough sweeps and slow validations
	@$(SETUP) test
	@$(BIN)/python -m pytest $(PYTEST) $(PARALLEL)

thorough: SHELL := bash
thorough: ## sweeps that `make test` leaves out; writes validation/thorough.txt
	@$(SETUP) test
	@set -o pipefail; $(BIN)/python -m pytest $(PYTEST) $(PARALLEL) -m thorough \
		--durations=10 | tee validation/thorough.txt

fast: ## the tests that take less than five seconds each
	@$(SETUP) test
	@$(BIN)/python -m pytest $(PYTEST) $(PARALLEL) -m "not slow"

lint: ## ruff: rules and format
	@$(SETUP) develop
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

format: ## rewrite the sources in the house format
	@$(SETUP) develop
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

types: ## pyright
	@$(SETUP) develop
	@$(BIN)/pyright --threads

layers: ## imports point down only
	@$(SETUP) develop
	@$(BIN)/lint-imports

docs: ## build the documentation into site/, warnings are errors
	@$(SETUP) develop
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

lab: ## run every published experiment; writes the numbers and figures of docs/laboratory
	@$(SETUP) runtime
	@$(BIN)/python -m scripts.laboratory

bench: ## measure speed, compile time and memory on this machine
	@$(SETUP) test
	@$(BIN)/python -m benchmarks.run

bench-kinetics: ## drug kinetics beside diffrax, SciPy and R's deSolve, on one core
	@$(SETUP) bench
	@$(BIN)/python -m benchmarks.kinetics.run

bench-filter: ## the filter of beliefs beside pyhgf; PYHGF= is a Python that has it
	@$(SETUP) test
	@$(BIN)/python -m benchmarks.filter.run --pyhgf "$(PYHGF)"

bench-trials: ## a thousand virtual trials, and their model beside R's gls
	@$(SETUP) test
	@$(BIN)/python -m benchmarks.mmrm
	@$(BIN)/python -m benchmarks.trials

validate: ## every validation, the slow ones too; writes validation/REPORT.md
	@$(SETUP) test
	@$(BIN)/python -m pytest $(PYTEST) validation --write-report

external: ## published studies against trials of their size; writes validation/external
	@$(SETUP) runtime
	@$(BIN)/kapsim validate src/kapsim/trial/protocols --draws 12 -o validation/external

golden: ## write tests/golden anew where numbers are meant to change; shows what moved
	@$(SETUP) test
	@$(BIN)/python -m tests.golden.golden

calibration: ## fit the model anew and compare rival explanations; writes kapsim-runs/calibration
	@$(SETUP) runtime
	@$(BIN)/kapsim calibrate --version next --rivals --claims kap-2x2 -o kapsim-runs/calibration

repeated: ## is the shipped posterior found again from another seed; writes validation/calibration/repeated
	@$(SETUP) runtime
	@$(BIN)/kapsim calibrate --quick --seed 2 --version repeated -o kapsim-runs/repeated
	@mkdir -p validation/calibration/repeated
	@cp kapsim-runs/repeated/*.json validation/calibration/repeated

ship-posterior: ## let the calibration in DIR= ship: its posterior, and the means of its records
	@$(SETUP) runtime
	@$(BIN)/python -m scripts.ship_posterior "$(DIR)"

answers: ## store the results that `kapsim ask` shows, from docs/laboratory and a run
	@$(SETUP) runtime
	@$(BIN)/python -m scripts.answers

sensitivity: ## which numbers kap-2x2 hangs on; writes validation/sensitivity
	@$(SETUP) test
	@$(BIN)/kapsim sensitivity kap-2x2 -w 2 -o validation/sensitivity/kap-2x2
	@cp validation/sensitivity/kap-2x2/sensitivity.json src/kapsim/evidence/sensitivity/kap-2x2.json

credibility: ## what all these reports come to; writes docs/validation
	@$(SETUP) runtime
	@$(BIN)/python -m scripts.credibility

pin: ## resolve the dependencies anew and write constraints.txt (needs Python 3.11)
	@$(SETUP) runtime
	@$(BIN)/python scripts/pin.py

ci: ## all that the continuous integration runs
	@.ci/run

clean: ## remove the environment, caches and built documentation
	rm -rf .venv site .pytest_cache .ruff_cache .hypothesis
