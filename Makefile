# Everything that is done to Seminars from a shell. `make` alone lists it.

# `python3` where it is new enough, else the newest that is; PYTHON=… names another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
BIN := .venv/bin
DJANGO := $(BIN)/python manage.py
UNIT := not browser and not clients and not slow and not faults
FAST := $(UNIT) and not thorough
# CLOCK=after-midnight starts tests at that moment; tests/clocks.py names them all.
AT_CLOCK := $(if $(CLOCK),$(BIN)/python -m tests.clocks $(CLOCK))
PYTEST := $(AT_CLOCK) $(BIN)/python -m pytest

# Container images often set it; each process would then compile every module anew, a second each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run dev test test-fast test-postgres test-faults lint bench security fuzz words lock venv libraries test-libraries secret chromium services

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: secret ## serve the site on 127.0.0.1; PORT=8000, EXAMPLE=no for an empty department
	@exec $(DJANGO) serve $(if $(filter no,$(EXAMPLE)),--empty)

dev: secret ## serve it with DEBUG, reloading when a file changes
	@DEBUG=yes $(DJANGO) prepare $(if $(filter no,$(EXAMPLE)),--empty)
	@DEBUG=yes exec $(DJANGO) runserver 127.0.0.1:$${PORT:-8000}

test: test-libraries chromium services ## every test but the faults: unit, calendar clients, browser; CLOCK=… sets the clock
	$(PYTEST) -n 2 -m "not faults"

test-fast: test-libraries ## the unit tests, in two minutes at most
	$(PYTEST) -n 2 -m "$(FAST)"

test-postgres: test-libraries services ## the unit tests and the races on a PostgreSQL and a Redis of their own
	$(AT_CLOCK) $(BIN)/python -m tests.services $(BIN)/python -m pytest -n 2 -m "$(UNIT) or races"

test-faults: test-libraries services ## what must outlive killed processes, lost services and wrong clocks
	$(PYTEST) -n 2 -m faults

# The site as an operator would have it: https, a long key, no debugging.
lint: export SECRET_KEY = only-for-checking-0123456789-abcdefghijklmnopqrstuvwxyz
lint: export SITE_URL = https://talks.example.edu
lint: export DATABASE_URL = sqlite://:memory:
lint: export DEBUG = no
lint: test-libraries ## style, import rules, migrations and settings
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/lint-imports
	$(DJANGO) makemigrations --check --dry-run
	$(DJANGO) check --deploy --fail-level WARNING

security: test-libraries services ## try what docs/security.md promises, and write what was seen there
	$(BIN)/python -m tests.security

fuzz: test-libraries ## read odd text for a minute, for each new library that reads; SECONDS=600, SEED=1 to repeat
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))

GERMAN = locale/de/LC_MESSAGES/django
JAPANESE = locale/ja/LC_MESSAGES/django
words: libraries ## bring the German words up to date: once to collect them, again when they are translated
	$(call fetch,command -v xgettext,gettext)
	$(DJANGO) makemessages --locale de --no-location --no-wrap --no-obsolete --ignore .venv --ignore tests --ignore var
	@sed -i '/^"POT-Creation-Date/d' $(GERMAN).po
	msgfmt --check-format --statistics --output-file $(GERMAN).mo $(GERMAN).po
	msgfmt --check-format --output-file $(JAPANESE).mo $(JAPANESE).po

bench: test-libraries ## measure the site against bare servers
	$(call fetch,command -v wrk,wrk)
	$(BIN)/python -m tests.benchmarks

# Python 3.11.0 is the oldest that must do, hence the version in full; the address of no registry may be written down.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11.0 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
lock: test-libraries ## pin what pyproject.toml asks for; UPGRADE=yes takes the newest of everything
	$(LOCK) --group test --output-file tests/requirements.txt pyproject.toml
	$(LOCK) --constraint tests/requirements.txt --output-file requirements.txt pyproject.toml

# --- What the commands above need --------------------------------------------------------------------

venv:
	@[ -w . ] && { [ ! -e var ] || [ -w var ]; } || { echo "Seminars keeps its libraries and its rows in this folder," \
	"but $$(id -un) may not write to $$(pwd). Become its owner or move it." >&2; exit 1; }
	@$(BIN)/python -c 'import pip' 2>/dev/null || { \
	"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Seminars needs Python 3.11" \
	"or newer. Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }; \
	"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks the venv module." \
	"On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; \
	"$(PYTHON)" -m venv --clear .venv; }

# $(1) is a requirements file; .venv keeps a copy of what it was filled from, so an unchanged file costs nothing.
define fill
@cmp -s $(1) .venv/$(subst /,-,$(1)) || { echo "Installing what $(1) pins; this takes a minute, once."; \
$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1) \
&& cp $(1) .venv/$(subst /,-,$(1)); } || { echo "The libraries could not be installed: see above." >&2; exit 1; }
endef

libraries: venv
	$(call fill,requirements.txt)

test-libraries: venv
	$(call fill,tests/requirements.txt)

secret: libraries
	@[ -n "$$SECRET_KEY" ] || grep -qs '^SECRET_KEY=.' .env || { umask 077 && \
	$(BIN)/python -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(48))' >> .env && chmod 600 .env; }

# $(1) is a test that the program is there, $(2) are the Debian packages that bring it.
define fetch
@$(1) >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(2); } || echo "Please install: $(2)" >&2
endef

chromium:
	$(call fetch,command -v chromium || command -v chromium-browser || command -v google-chrome,chromium)

services:
	$(call fetch,command -v redis-server,redis-server)
	$(call fetch,ls /usr/lib/postgresql/*/bin/initdb || command -v initdb,postgresql)
	$(call fetch,command -v nginx || ls /usr/sbin/nginx,nginx)
