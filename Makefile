# Every command for working on Seminars from a shell. Run `make` to list them.

# Use `python3` if it is new enough, otherwise the newest version found. Set PYTHON=… to use another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
BIN := .venv/bin
DJANGO := $(BIN)/python manage.py
UNIT := not browser and not clients and not slow and not faults
FAST := $(UNIT) and not thorough
# CLOCK=after-midnight starts the tests at that moment. tests/clocks.py lists all the names.
AT_CLOCK := $(if $(CLOCK),$(BIN)/python -m tests.clocks $(CLOCK))
PYTEST := $(AT_CLOCK) $(BIN)/python -m pytest
# A worker that has nothing left to do takes over tests of the other.
TWO := -n 2 --dist worksteal

# Container images often set this. Each process would then recompile every module, which takes a second each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run dev fonts math-fonts test test-fast test-postgres test-engines test-faults lint bench sbom audit security fuzz words lock venv libraries sign-in-libraries test-libraries secret chromium engines services strict-provider

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: secret ## serve the site on 127.0.0.1 (PORT=8000; EXAMPLE=no for an empty site)
	@exec $(DJANGO) serve $(if $(filter no,$(EXAMPLE)),--empty)

dev: secret ## serve the site with DEBUG and reload it when a file changes
	@DEBUG=yes $(DJANGO) prepare $(if $(filter no,$(EXAMPLE)),--empty)
	@DEBUG=yes $(DJANGO) work --parent $$$$ & DEBUG=yes exec $(DJANGO) runserver 127.0.0.1:$${PORT:-8000}

test: test-libraries chromium services ## run the unit, calendar client and browser tests (CLOCK=… sets the clock)
	$(PYTEST) $(TWO) --note-statements -m "not faults and not engines"

test-fast: test-libraries ## run the unit tests (two minutes at most)
	$(PYTEST) $(TWO) -m "$(FAST)"

# After `make test` of the same sources, it leaves out tests that send the database what others send (tests/statements.py).
test-postgres: test-libraries services ## run what uses the database on a temporary PostgreSQL and Redis
	$(AT_CLOCK) $(BIN)/python -m tests.services $(BIN)/python -m pytest $(TWO) --by-statements -m "(rows and $(UNIT)) or races"

test-engines: test-libraries engines services ## run the visitor tasks in Firefox and WebKitGTK, and invitations in Evolution’s calendar
	$(PYTEST) $(TWO) -m engines tests/browser tests/clients

test-faults: test-libraries services strict-provider ## test killed processes, lost services and wrong clocks
	$(PYTEST) $(TWO) -m faults

# Check the site as an operator runs it: https, a long key, no debugging.
lint: export SECRET_KEY = only-for-checking-0123456789-abcdefghijklmnopqrstuvwxyz
lint: export SITE_URL = https://talks.example.edu
lint: export DATABASE_URL = sqlite://:memory:
lint: export DEBUG = no
lint: test-libraries ## check style, import rules, migrations and settings
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/lint-imports
	$(DJANGO) makemigrations --check --dry-run
	$(DJANGO) check --deploy --fail-level WARNING

security: test-libraries services ## test the promises in docs/security.md and write the results there
	$(BIN)/python -m tests.security

fuzz: test-libraries ## read odd text for a minute, for each new library that reads; SECONDS=600, SEED=1 to repeat
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))

# The same versions give the same bytes.
LATIN_MODERN = /usr/share/texmf/fonts/opentype/public/lm-math/latinmodern-math.otf
math-fonts: test-libraries ## make the fonts for formulas from Debian's Latin Modern Math
	$(call fetch,test -e $(LATIN_MODERN),fonts-lmodern)
	$(BIN)/python -m venv .cache/fonts
	.cache/fonts/bin/pip install -qq --disable-pip-version-check fonttools==4.68.0 brotli==1.2.1
	.cache/fonts/bin/python tests/math_fonts.py $(LATIN_MODERN)

# Japanese has only Django's dates: its catalogue keeps our texts in English.
TRANSLATED = de es fr
words: libraries ## update the translations: run it once to collect them and again once translated
	$(call fetch,command -v xgettext,gettext)
	$(DJANGO) makemessages $(TRANSLATED:%=--locale %) --no-location --no-wrap --no-obsolete --ignore .venv --ignore tests --ignore var
	@sed -i '/^"POT-Creation-Date/d' $(TRANSLATED:%=locale/%/LC_MESSAGES/django.po)
	@for language in $(TRANSLATED) ja; do \
		msgfmt --check-format --statistics --output-file locale/$$language/LC_MESSAGES/django.mo \
			locale/$$language/LC_MESSAGES/django.po || exit; done

fonts: test-libraries ## make the site's fonts from their originals again
	$(call fetch,command -v npm,npm)
	$(BIN)/uv run --no-project --with fonttools==4.68.0 --with brotli==1.2.1 tests/site_fonts.py

# Each tool runs in an environment of its own: none of them belongs to the site.
sbom: test-libraries ## write the software bill of materials to var/sbom.json, and check it
	@mkdir -p -m 700 var
	@$(DJANGO) sbom > var/sbom.json
	@$(BIN)/uv run --quiet --no-project --with 'cyclonedx-python-lib[json-validation]==11.5.0' tests/check_sbom.py var/sbom.json

# The requirements of sign-in have all that every site needs, with the same versions (tests/test_libraries.py).
audit: test-libraries ## ask for known faults of the pinned libraries, and look at their licences
	@$(DJANGO) licences
	$(BIN)/uv run --quiet --no-project --with pip-audit==2.9.0 pip-audit --requirement deploy/requirements-sign-in.txt --require-hashes --disable-pip --strict

bench: test-libraries ## measure the site's speed and compare it with bare servers
	$(call fetch,command -v wrk,wrk)
	$(BIN)/python -m tests.benchmarks

# Python 3.11.0 is the oldest supported version, so the full version is given. Lock files must not name a registry.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11.0 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
lock: test-libraries ## pin the libraries in pyproject.toml (UPGRADE=yes for the newest versions)
	$(LOCK) --group test --extra sign-in --output-file tests/requirements.txt pyproject.toml
	$(LOCK) --constraint tests/requirements.txt --output-file requirements.txt pyproject.toml
	$(LOCK) --extra sign-in --constraint tests/requirements.txt --output-file deploy/requirements-sign-in.txt pyproject.toml

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

# $(1) is a requirements file, $(2) further options of pip. .venv keeps a copy of the file last installed, so an unchanged file is skipped.
define fill
@cmp -s $(1) .venv/$(subst /,-,$(1)) || { echo "Installing what $(1) pins; this takes a minute, once."; \
$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes $(2) -r $(1) \
&& cp $(1) .venv/$(subst /,-,$(1)); } || { echo "The libraries could not be installed: see above." >&2; exit 1; }
endef

libraries: venv
	$(call fill,requirements.txt)

sign-in-libraries: libraries ## install what sign-in with OpenID Connect needs besides (docs/sign-in.md)
	$(call fill,deploy/requirements-sign-in.txt)

test-libraries: venv
	$(call fill,tests/requirements.txt)
	$(call fill,tests/old-tzdata.txt,--no-deps --target .venv/old-tzdata)

secret: libraries
	@[ -n "$$SECRET_KEY" ] || grep -qs '^SECRET_KEY=.' .env || { umask 077 && \
	$(BIN)/python -c 'import secrets; print("SECRET_KEY=" + secrets.token_urlsafe(48))' >> .env && chmod 600 .env; }

# $(1) is a command that checks for the program. $(2) lists the Debian packages that provide it.
define fetch
@$(1) >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $(2); } || echo "Please install: $(2)" >&2
endef

chromium:
	$(call fetch,command -v chromium || command -v chromium-browser || command -v google-chrome,chromium)

# Without them, the tests in other engines are skipped.
engines:
	$(call fetch,command -v firefox-esr || command -v firefox,firefox-esr)
	$(call fetch,command -v WebKitWebDriver && command -v Xvfb,webkit2gtk-driver xvfb)
	$(call fetch,ls /usr/libexec/evolution-calendar-factory && command -v dbus-run-session,evolution-data-server gir1.2-ecal-2.0 gir1.2-edataserver-1.2 python3-gi dbus-daemon)

# Debian's own Node.js is too old for it, so npm is not fetched; without it, the tests that sign in there are skipped.
PROVIDER = .cache/oidc-provider
strict-provider:
	@cmp -s tests/oidc_provider/package-lock.json $(PROVIDER)/installed.json || ! command -v npm >/dev/null || { \
	mkdir -p $(PROVIDER) && cp tests/oidc_provider/package*.json $(PROVIDER) && \
	npm ci --prefix $(PROVIDER) --silent --no-audit --no-fund --ignore-scripts && \
	cp $(PROVIDER)/package-lock.json $(PROVIDER)/installed.json; } || echo "npm cannot install what tests/oidc_provider pins." >&2

services:
	$(call fetch,command -v redis-server,redis-server)
	$(call fetch,ls /usr/lib/postgresql/*/bin/initdb || command -v initdb,postgresql)
	$(call fetch,command -v nginx || ls /usr/sbin/nginx,nginx)
	$(call fetch,command -v caddy,caddy)
	$(call fetch,command -v curl,curl)
	$(call fetch,ls /usr/sbin/apache2 /usr/lib/apache2/modules/mod_shib.so,apache2-bin libapache2-mod-shib)
	$(call fetch,command -v docker-compose,docker-compose)
	$(call fetch,command -v systemd-analyze && command -v systemd-nspawn,systemd systemd-container)
