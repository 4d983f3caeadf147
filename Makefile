# The commands of this project; `make help` lists them. Each makes the environment it needs first.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres
REDIS_URL ?= redis://127.0.0.1:6379/0

VENV := .venv
BIN := $(VENV)/bin
VENV61 := .venv-django61
BIN61 := $(VENV61)/bin
LOCAL = unset DATABASE_URL REDIS_URL RABBITMQ_URL DJANGO_SETTINGS_MODULE;
# pip-tools writes no addresses, no paths and no comments about where a pin came from: the pins hold for any registry.
COMPILE := --strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate --allow-unsafe --quiet
DOMAIN := $(addprefix customer_admin/,models selectors operations mail permissions.py conf.py errors.py queue.py)

.PHONY: help install demo test test-services test-e2e test-django61 lint format bench screenshots docs requirements clean

help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Make .venv and fill it from requirements/dev.txt (PYTHON=… names another Python).

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	@$(call need_python,$(PYTHON),3,11)
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

define need_python
$(1) -c '' 2>/dev/null || { echo "There is no “$(1)”. Install Python $(2).$(3) or newer, or name one: make install PYTHON=/path/to/python"; exit 1; }; \
$(1) -c 'import sys; sys.exit(sys.version_info < ($(2), $(3)))' || { echo "“$(1)” is older than Python $(2).$(3). Name a newer one: make install PYTHON=/path/to/python"; exit 1; }; \
$(1) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python can't make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
endef

demo: install ## Make demo data and start site and worker on PORT (8000).
	@$(BIN)/python manage.py demo --port $(PORT)

test: install ## All tests that need neither server nor browser, on SQLite, on both host projects and from the wheel.
	$(LOCAL) $(BIN)/python -m pytest -n auto -m "not e2e and not services and not wheel"
	$(LOCAL) $(BIN)/python -m pytest -n auto -m "not e2e and not services and not wheel" --ds tests.hosts.bare.settings
	$(LOCAL) $(BIN)/python -m pytest -n auto -m "not e2e and not services and not wheel" --ds tests.hosts.full.settings
	$(LOCAL) $(BIN)/python -m pytest -m wheel

test-services: export DATABASE_URL := $(DATABASE_URL)
test-services: export REDIS_URL := $(REDIS_URL)
test-services: install ## The suite and more on PostgreSQL (DATABASE_URL) and Redis (REDIS_URL).
	@$(BIN)/python -m tests.house.services
	$(BIN)/python -m pytest -n auto -m "not e2e and not wheel"

test-e2e: install ## The browser tests. Installs Debian's chromium where it is missing.
	@command -v chromium >/dev/null || { \
	  command -v apt-get >/dev/null || { echo "Install chromium, so that it is found on PATH, and try again."; exit 1; }; \
	  if [ "$$(id -u)" = 0 ]; then as_root=; \
	  elif command -v sudo >/dev/null; then as_root=sudo; \
	  else echo "chromium is missing, and installing it needs root: apt-get install chromium"; exit 1; fi; \
	  $$as_root apt-get update -qq && $$as_root apt-get install -y -qq --no-install-recommends chromium; }
	$(LOCAL) $(BIN)/python -m pytest -m e2e

test-django61: $(VENV61)/.installed ## The suite on Django 6.1 (PYTHON61=… names a Python 3.12 or newer).
	$(LOCAL) $(BIN61)/python -m pytest -n auto -m "not e2e and not services and not wheel"

PYTHON61 ?= $(firstword $(shell for name in python3.14 python3.13 python3.12; do $$name -c '' 2>/dev/null && echo $$name; done) python3)

$(VENV61)/.installed: requirements/django61.txt pyproject.toml
	@$(call need_python,$(PYTHON61),3,12)
	@$(BIN61)/python -c '' 2>/dev/null || $(PYTHON61) -m venv --clear $(VENV61)
	$(BIN61)/python -m pip install --quiet --disable-pip-version-check -r requirements/django61.txt
	$(BIN61)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lint: install ## Style, formatting, templates, types, directions of imports, missing migrations.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check --lint customer_admin portal templates site tests
	$(BIN)/mypy $(DOMAIN)
	$(BIN)/lint-imports
	$(LOCAL) $(BIN)/python manage.py makemigrations --check --dry-run --settings config.settings.test

format: install ## Put code and templates into the house's form.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet customer_admin portal templates site tests

bench: install ## Measure; one line per figure.
	$(BIN)/python -m bench

screenshots: install ## Make the pictures of the README.
	$(BIN)/python -m tests.e2e.screenshots

docs: install ## Write the generated pages of docs/reference/.
	$(LOCAL) PYTHONPATH=.:site DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -m docs.generate

requirements: install $(VENV61)/.installed ## Compile the pins anew from pyproject.toml.
	$(BIN)/pip-compile $(COMPILE) --all-extras --output-file requirements/dev.txt pyproject.toml requirements/django52.in
	$(BIN)/pip-compile $(COMPILE) --extra second-factor --extra redis --extra postgres --extra site \
	  --output-file requirements/site.txt pyproject.toml requirements/django52.in
	$(BIN61)/pip-compile $(COMPILE) --all-extras --output-file requirements/django61.txt pyproject.toml requirements/django61.in

clean: ## Remove environments, caches and the demo's data.
	rm -rf $(VENV) $(VENV61) var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
