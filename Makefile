# `make run` and `make test` do everything on a fresh machine; `make help` lists the rest.
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= var
DATABASE ?= sqlite
SEED ?= yes
PYTHON ?= python3
WORKERS ?= auto
BIN := .venv/bin

# Nothing outside this folder and the data folder is changed: the installers' caches lie here too.
export PIP_CACHE_DIR := $(CURDIR)/build/cache/pip
export npm_config_cache := $(CURDIR)/build/cache/npm
# Many of the processes that it starts load the same modules: those are compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test slow browser lint format stacks bench bench-tools bench-levels bench-outputs check-tools docs lock clean distclean install install-dev

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo "  settings: PORT=$(PORT) HOST=$(HOST) DATA=$(DATA) DATABASE=$(DATABASE) (sqlite or postgres) SEED=$(SEED) (yes or no)"

run: install ## install, start all services, seed, serve, print the address
	@exec $(BIN)/python -m storefront --host $(HOST) --port $(PORT) --data $(DATA) --database $(DATABASE) $(if $(filter no,$(SEED)),--no-seed)

test: install-dev ## install and run the fast suite, on real servers
	$(BIN)/python -m pytest -m "not browser and not slow" -n $(WORKERS) --dist worksteal

slow: install-dev check-tools ## convert every sample model beside this checkout; judge and rehearse the stacks
	$(BIN)/python -m pytest -m slow -n $(WORKERS) --dist worksteal

browser: install-dev ## drive the shop in Chromium (Debian: apt-get install chromium)
	$(BIN)/python -m pytest -m "browser and not slow" -n $(WORKERS) --dist worksteal

lint: install-dev ## ruff, mypy --strict, import contracts, docs up to date
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/settings_docs.py --check

format: install-dev ## format the code
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

stacks: install-dev check-tools ## write the CloudFormation templates, judge them, and rehearse the deployment
	$(BIN)/python -m troposphere_stacks build
	$(BIN)/python -m troposphere_stacks check
	$(BIN)/python -m troposphere_stacks rehearse

bench: install-dev ## measure: CPU a page, conversion a model
	$(BIN)/python -m bench

bench-tools: bench/node_modules/.installed ## install gltf-transform and gltfpack, to compare levels with

bench-levels: install-dev bench-tools ## our levels beside theirs at equal picture difference
	$(BIN)/python -m bench levels

bench-outputs: install-dev ## the heaviest models and all samples through converter, validator and viewer
	$(BIN)/python -m bench outputs build/bench/heavy

bench/node_modules/.installed: bench/package.json bench/package-lock.json
	@npm ci --prefix bench --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

check-tools: build/check-tools/.installed ## install checkov and cfn-guard, which judge the stacks

build/check-tools/.installed: troposphere_stacks/check/tools/requirements.txt troposphere_stacks/check/tools/package-lock.json
	@mkdir -p build/check-tools && cp troposphere_stacks/check/tools/package*.json build/check-tools/
	@npm ci --prefix build/check-tools --legacy-peer-deps --ignore-scripts --no-audit --no-fund --loglevel=error
	@$(PYTHON) -m venv build/check-tools/venv
	@build/check-tools/venv/bin/pip install --disable-pip-version-check --quiet --require-hashes -r $<
	@touch $@

docs: install-dev ## generate docs/settings.md from the settings table
	$(BIN)/python scripts/settings_docs.py

lock: install-dev ## resolve the dependencies anew and write the lock files
	PATH="$(BIN):$$PATH" $(BIN)/python scripts/lock.py

clean: ## remove what was built; data and installed packages stay
	rm -rf build dist storefront/static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

distclean: clean ## remove installed packages too
	rm -rf .venv node_modules bench/node_modules

install: .venv/.run node_modules/.installed storefront/static/vendor/manifest.json
install-dev: .venv/.dev node_modules/.installed storefront/static/vendor/manifest.json

.venv/bin/python:
	@sh scripts/check_tools.sh $(PYTHON)
	@echo "[1/4] Python environment in .venv"
	@$(PYTHON) -m venv .venv

.venv/.run: requirements.txt setup.cfg | .venv/bin/python
	@echo "[2/4] Python packages, as locked in requirements.txt"
	@$(BIN)/pip install --disable-pip-version-check --quiet --progress-bar on --require-hashes -r requirements.txt
	@$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@echo "[2/4] Python packages for development, as locked in requirements-dev.txt"
	@$(BIN)/pip install --disable-pip-version-check --quiet --progress-bar on --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	@sh scripts/check_tools.sh $(PYTHON)
	@echo "[3/4] JavaScript packages, as locked in package-lock.json"
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

storefront/static/vendor/manifest.json: node_modules/.installed scripts/build_static.mjs $(wildcard storefront/static/viewer/*)
	@echo "[4/4] Viewer bundle and htmx"
	@node scripts/build_static.mjs
	@touch $@
