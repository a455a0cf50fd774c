# `make run` is all it takes; the rest is for those who work on Chatapp.
PYTHON ?= python3
BIN := .venv/bin
# Without compiling: the first start compiles what it imports, which is a quarter of what is installed.
PIP_OPTIONS := --quiet --disable-pip-version-check --no-compile --require-hashes

.PHONY: run test check bench screenshots icons lock vendor messages clean help
.DEFAULT_GOAL := help

help:
	@echo "make run          install what is missing, then start; prints the address  (HOST, PORT)"
	@echo "make test         every test, set-up included: SQLite, then PostgreSQL and Redis"
	@echo "make check        lint, format, types, Django's deployment check"
	@echo "make bench        measure against a bare relay, write the table"
	@echo "make screenshots  take the README's pictures anew"
	@echo "make icons        draw the icons of the installed app anew"
	@echo "make lock         resolve the dependencies anew (needs uv)"
	@echo "make messages     find the texts anew, write the catalogues of translations"
	@echo "make vendor       fetch the browser libraries anew (needs npm)"

run: .venv/installed
	@$(BIN)/python manage.py serve

test: .venv/installed-dev
	@./tests/run

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy chatapp
	@tmp=$$(mktemp -d); DATA_DIR=$$tmp SITE_URL=https://chat.example.org SECRET_KEY=$$(head -c 48 /dev/urandom | base64) \
		sh -c '$(BIN)/python manage.py check --deploy --fail-level WARNING && $(BIN)/python manage.py makemigrations --check'; \
		code=$$?; rm -r $$tmp; exit $$code

bench: .venv/installed-dev
	$(BIN)/python -m tests.bench

screenshots: .venv/installed-dev
	$(BIN)/python -m tests.browser.screenshots

icons: .venv/installed-dev
	$(BIN)/python -m tests.browser.icons

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --group dev -o requirements-dev.txt

messages: .venv/installed-dev
	$(BIN)/python -m tests.messages

vendor:
	sh static/vendor/fetch.sh

clean:
	rm -rf .venv staticfiles .mypy_cache .ruff_cache .hypothesis

# The packages, again only when the lock has changed. The developers' lock contains the other one.
.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing packages (about a minute the first time) …"
	@$(BIN)/python -m pip install $(PIP_OPTIONS) -r requirements.txt
	@$(BIN)/python -m pip uninstall --quiet --yes setuptools # Python 3.11 puts it there, nothing here needs it
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing the developers' packages …"
	@$(BIN)/python -m pip install $(PIP_OPTIONS) -r requirements-dev.txt
	@touch $@ .venv/installed

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Chatapp needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
		echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
