# Promesse: `make` prints what can be made. Each target does the set-up it needs; a second time costs a second.
PYTHON := .venv/bin/python
FLOORS := charter config.py app.py
.DEFAULT_GOAL := help
# What is compiled once is not compiled by each process of the tests, whatever the calling shell says.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help install demo run test test-spark test-pythons check format types bench browser docs pictures trial lock words setup setup-test clean

help: ## Prints the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
	  printf '  make %-12s %s\n' "$$name" "$$text"; done

install: ## What production needs, without test tools; EXTRAS=trino,spark for further drivers (kept by later set-ups)
	@bin/setup install

demo: setup ## Everything from nothing: set-up, example charter, fourteen months of figures, PDF, server (PORT=8000, DEMO_SERVE=0)
	@bin/demo

run: setup ## Serves your own charter: web and alarm clock, settings from the environment (docs/settings.md)
	@$(PYTHON) -m flask db upgrade && exec $(PYTHON) -m flask charter serve

# A process for each core; the tests of one file stay together, as they share what is dear to make. In the order of
# their folders: the long files of browser and crash are not left for the end.
ALL_TESTS := --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

test: setup-test ## All tests, on Spark too where Java 17 is; ARGS="tests/domain -k wilson" for some
	@$(PYTHON) -m pytest $(or $(ARGS),$(ALL_TESTS))
	@if [ -n "$(ARGS)" ]; then :; \
	elif [ "$${CI:-}" = true ] || $(PYTHON) bin/system check spark; then $(MAKE) --no-print-directory test-spark; \
	else echo "The test on Spark is left out: this machine lacks Java 17."; fi

test-spark: ## The same counts on DuckDB, PostgreSQL and a cluster of Spark that the test starts; needs Java 17
	@bin/setup spark
	@$(PYTHON) -m pytest tests/spark

test-pythons: ## A quick part of the tests on each Python from 3.11 to 3.14 that this machine has; PYTHONS="3.13" for some
	@bin/pythons $(ARGS)

browser: setup-test ## The tests in a real browser only
	@$(PYTHON) -m pytest -m browser $(ARGS)

check: setup-test types ## Style, types and templates: ruff, mypy --strict on the whole package, djlint
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m djlint --lint --quiet --allow-empty-input templates

types: setup-test
	@$(PYTHON) -m mypy --strict $(FLOORS)

format: setup-test ## Puts the code in the form that check asks for
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

bench: setup-test ## Every bench/bench_*.py: ratios against a baseline in the same run
	@$(PYTHON) -m bench $(ARGS)

docs: setup-test ## The documents as a site in var/site, with search, to be read from a folder; a link that leads nowhere fails
	@NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build --strict --quiet && echo "Open var/site/index.html"

pictures: setup-test ## Takes the pictures of the documents from the demo anew (docs/pictures)
	@$(PYTHON) bin/pictures

trial: setup ## A charter on real data: make trial DATA=folder
	@test -n "$(DATA)" || { echo "Say where the data is: make trial DATA=folder" >&2; exit 2; }
	@bin/trial "$(DATA)"

lock: setup-test ## Compiles requirements*.in to versions and hashes; UPGRADE=--upgrade for newer ones
	@for name in requirements requirements-dev requirements-spark requirements-trino requirements-setup; do \
	  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) $$name.in -o $$name.txt; done

words: setup-test ## Collects the words to translate into charter/translations, then compiles them
	@mkdir -p var
	@.venv/bin/pybabel --quiet extract --mapping pyproject.toml --no-location --sort-output --project Promesse --output var/words.pot .
	@.venv/bin/pybabel --quiet update --input-file var/words.pot --output-dir charter/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@bin/setup test >/dev/null

setup:
	@bin/setup demo

setup-test:
	@bin/setup test

clean: ## Removes what was made: environments, demo, caches (your own database in var/ stays)
	rm -rf .venv var/demo var/uv var/pythons .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
