.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
BENCHMARKS = realtime busy first_update publishing submitting lists flood files contracts beat

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: $(VENV)/.run ## Start the site with sample files; PORT=8000 chooses the port
	@exec $(BIN)/python manage.py run

.PHONY: test
test: $(VENV)/.dev ## Run every test; T="tests/lifecycle -k cancel" chooses some
	@exec $(BIN)/python -m tests.run $(T)

.PHONY: chaos
chaos: $(VENV)/.dev ## Let everything fail while many watch, for half an hour
	@CHAOS=full exec $(BIN)/python -m tests.run --suite servers --suite embedded tests/chaos $(T)

.PHONY: bench
bench: $(VENV)/.dev ## Measure; prints tables and writes JSON
	@set -e; for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name; done

.PHONY: pictures
pictures: $(VENV)/.dev ## Take the pictures of the README anew
	@exec $(BIN)/python -m tests.browser.pictures $(T)

.PHONY: format
format: $(VENV)/.dev ## Fix the style of what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: check
check: $(VENV)/.dev ## Check style, import order, types, settings, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy .
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

# The stamps are newer than the requirements they were made from: pip runs only when
# a requirement changed.
$(BIN)/python:
	@.ci/venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing what Sightline runs on (once, about a minute) ..."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-model.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what the tests and checks need (once, about a minute) ..."
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $(VENV)/.run $@
