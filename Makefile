# Everything there is to do with this project, one word each; `make help` lists the words.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON_BIN := .venv/bin/python
PORT ?= 8000
DATA_DIR ?= $(CURDIR)/var
DEMO_DATABASE = $(DATA_DIR)/demo/db.sqlite3
export PYTHON

.PHONY: help setup demo test check bench bench-admin bench-api bench-due bench-limiter bench-pages bench-serving bench-sourcing bench-startup prove prove-the-proof screenshots serve serve-demo lock format clean

help: ## Say what each word does.
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r word does; do printf '  make %-15s %s\n' "$$word" "$$does"; done

setup: ## Install what running it needs: .venv, a browser and its driver.
	@scripts/install.sh
	@scripts/system.sh browser

demo: setup ## Show the birthday campaign on a small network of its own; nothing real is touched.
	@$(PYTHON_BIN) manage.py demo

test: ## Run every test, on SQLite with Redis and on PostgreSQL, with coverage.
	@scripts/install.sh dev
	@scripts/system.sh browser headless_shell redis postgresql
	@scripts/test.sh

check: ## Check style, types, imports, migrations and deployment, then run every test.
	@scripts/install.sh dev
	@scripts/check.sh
	@$(MAKE) --no-print-directory test

bench: ## Measure what a campaign costs: round trips, time, memory.
	@scripts/install.sh dev
	@scripts/system.sh browser
	@$(PYTHON_BIN) -m tests.bench

bench-admin: ## Measure the staff's list of contacts among a million, on SQLite and on PostgreSQL (CONTACTS=100000).
	@scripts/install.sh dev
	@scripts/system.sh postgresql
	@$(PYTHON_BIN) -m tests.bench_admin
	@pg_virtualenv -t -o fsync=off bash -c 'createdb few && url="postgres://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT" && ADMIN_FEW_URL="$$url/few" ADMIN_DATABASE_URL="$$url/$$PGDATABASE" $(PYTHON_BIN) -m tests.bench_admin'

bench-api: ## Measure a page of /contacts among a million, on SQLite and on PostgreSQL (CONTACTS=100000).
	@scripts/install.sh dev
	@scripts/system.sh postgresql
	@$(PYTHON_BIN) -m tests.bench_api
	@pg_virtualenv -t -o fsync=off bash -c 'API_DATABASE_URL="postgres://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/$$PGDATABASE" $(PYTHON_BIN) -m tests.bench_api'

bench-due: ## Measure who is due among a million contacts, on SQLite and on PostgreSQL.
	@scripts/install.sh dev
	@scripts/system.sh postgresql
	@$(PYTHON_BIN) -m tests.bench_due
	@pg_virtualenv -t -o fsync=off bash -c 'DUE_DATABASE_URL="postgres://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/$$PGDATABASE" $(PYTHON_BIN) -m tests.bench_due'

bench-limiter: ## Measure what a permit costs: against a bare PING, the limits package, an empty transaction.
	@scripts/install.sh dev
	@scripts/system.sh redis postgresql
	@$(PYTHON_BIN) -m tests.bench_limiter
	@pg_virtualenv -t bash -c 'LIMITER_DATABASE_URL="postgres://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/$$PGDATABASE" $(PYTHON_BIN) -m tests.bench_limiter'

bench-pages: ## Measure reading a page: against a bare load, a no-op call, and an element at a time.
	@scripts/install.sh dev
	@scripts/system.sh browser
	@$(PYTHON_BIN) -m tests.bench_pages

bench-serving: ## Let wrk ask the real server for pages among 100,000 contacts, on both databases (SECONDS=30).
	@scripts/install.sh dev
	@scripts/system.sh postgresql wrk
	@$(PYTHON_BIN) -m tests.bench_serving
	@pg_virtualenv -t -o fsync=off bash -c 'SERVING_DATABASE_URL="postgres://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/$$PGDATABASE" $(PYTHON_BIN) -m tests.bench_serving'

bench-sourcing: ## Measure what a visited profile costs besides loading and pauses (PROFILES=500).
	@scripts/install.sh dev
	@scripts/system.sh browser
	@$(PYTHON_BIN) -m tests.bench_sourcing

bench-startup: ## Measure what a start of cron costs before its first query, against a bare manage.py check.
	@scripts/install.sh dev
	@DJANGO_SETTINGS_MODULE=linkedin_bot.settings $(PYTHON_BIN) -m tests.bench_startup

prove: ## Prove the promises in full: thousands of crashes, lying browsers, changed pages (PYTEST_ARGS picks).
	@scripts/install.sh dev
	@scripts/system.sh browser headless_shell redis postgresql
	@scripts/prove.sh

prove-the-proof: ## Put known bugs into a copy of the code, and see that each makes its proof fail.
	@scripts/install.sh dev
	@scripts/prove_the_proof.sh

screenshots: ## Take the README's pictures of the admin anew, of invented people.
	@scripts/install.sh dev
	@scripts/system.sh browser
	@scripts/screenshots.sh

serve: ## Serve the admin on http://127.0.0.1:8000/admin/ (PORT=8001 for another port).
	@scripts/install.sh
	@$(PYTHON_BIN) manage.py migrate --verbosity 0
	@echo "http://127.0.0.1:$(PORT)/admin/ - make a login with: $(PYTHON_BIN) manage.py createsuperuser"
	@exec $(PYTHON_BIN) -m gunicorn --no-control-socket --config python:linkedin_bot.serving --bind 127.0.0.1:$(PORT) linkedin_bot.wsgi

serve-demo: ## Serve the same admin on what `make demo` left: its contacts, texts and runs.
	@test -f "$(DEMO_DATABASE)" || { echo "Run make demo first." >&2; exit 1; }
	@DATABASE_URL="sqlite:///$(DEMO_DATABASE)" SESSION_KEYS= REDIS_URL= REHEARSAL=true NETWORK_URL=http://127.0.0.1 $(MAKE) --no-print-directory serve

lock: ## Pin the newest versions that go together into requirements.txt and requirements-dev.txt.
	@scripts/install.sh dev
	@scripts/lock.sh

format: ## Bring the code into its form.
	@scripts/install.sh dev
	@$(PYTHON_BIN) -m ruff check --fix --quiet .
	@$(PYTHON_BIN) -m ruff format .

clean: ## Remove what can be made again; var/, where the data is, stays.
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
