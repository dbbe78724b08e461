# The two commands are `make site` and `make test`; `make help` lists the rest. Each makes what it needs, once:
# a stamp inside a virtual environment is newer than the lock it was installed from, or the lock is installed again.

PYTHON ?=
VENV := .venv
PROPERDOCS := .venv-properdocs
BIN := $(VENV)/bin
TORCH := torch==2.13.0
PORT ?= 8000
WORKERS ?= auto
UV ?= uv

export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help site serve test check lock clean purge picture reference

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /make \1 : /p' $(MAKEFILE_LIST) | column -t -s: 2>/dev/null || grep '##' $(MAKEFILE_LIST)

site: $(VENV)/.stamp-site ## build the site strictly and say where to open it (no torch, no GPU)
	CHRONICLE_DIRECTORY_URLS=false $(BIN)/mkdocs build --strict
	@printf '\nThe site is built. Open file://%s/site/index.html in a browser,\n' '$(CURDIR)'
	@printf 'or run `make serve` and open http://127.0.0.1:%s/ (search works only there).\n' '$(PORT)'

serve: $(VENV)/.stamp-site ## serve the site on this machine and rebuild it as files change; PORT=8000
	CHRONICLE_STRICT=false CHRONICLE_SITE_URL=http://127.0.0.1:$(PORT)/ $(BIN)/mkdocs serve --dev-addr 127.0.0.1:$(PORT)

test: $(VENV)/.stamp-torch $(PROPERDOCS)/.stamp ## run every test; ARGS="-k roadmap" goes to pytest
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 8 --dist loadscope --no-loadscope-reorder $(ARGS)

picture: $(VENV)/.stamp-dev ## take the README's pictures from the built site, with the Chromium on PATH
	PYTHONPATH=tests/browser $(BIN)/python tests/browser/picture.py site docs/assets/images

reference: $(VENV)/.stamp-dev ## write docs/reference again from the code
	PYTHONPATH=tests $(BIN)/python -m reference

check: $(VENV)/.stamp-dev ## the linters and the type checker alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/lint-imports

# The locks hold versions and hashes, no place to fetch them from. torch stays out: which build is right depends on the
# machine. ProperDocs has a lock and an environment of its own, because mike publishes with it wherever it finds it.
LOCKING := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q
lock: ## make the three locks again with uv, keeping versions that still fit; UV="uv" names the command
	$(UV) pip compile pyproject.toml --extra dev $(LOCKING) -o requirements-dev.lock
	$(UV) pip compile pyproject.toml --extra publish -c requirements-dev.lock $(LOCKING) -o requirements.lock
	printf 'properdocs==1.6.7\nsetuptools>=77\n' | \
		$(UV) pip compile pyproject.toml - -c requirements.lock $(LOCKING) -o requirements-properdocs.lock

clean: ## remove what builds and tests left, but not the virtual environments
	rm -rf site .chronicle build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find chronicle tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

purge: clean ## also remove the virtual environments
	rm -rf $(VENV) $(PROPERDOCS) ./*.egg-info

# $(call environment,DIR): make a virtual environment with the newest Python at hand that is 3.11 to 3.13.
define environment
	@if [ ! -x $(1)/bin/python ]; then \
		for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
			if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
				echo "$$python -m venv $(1)"; \
				"$$python" -m venv $(1) && exit 0; \
				rm -rf $(1); \
				echo 'That Python lacks its venv module; on Debian: apt-get install python3-venv' >&2; \
				exit 2; \
			fi; \
		done; \
		echo 'chronicle needs Python 3.11, 3.12 or 3.13, and found none.' >&2; \
		echo 'Install one with its venv module, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12' >&2; \
		exit 2; \
	fi
endef

# $(call locked,DIR,LOCK): install a hashed lock. Python compiles what it imports anyway; leaving out the rest saves a third of
# the time. $(call ours,DIR): this package over it, editable.
define locked
	@echo 'Installing $(2) into $(1): about a minute, once.'
	$(1)/bin/python -m pip install -q --no-compile --require-hashes -r $(2)
endef
define ours
	$(1)/bin/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@
endef

$(VENV)/.stamp-site: requirements.lock pyproject.toml
	$(call environment,$(VENV))
	$(call locked,$(VENV),requirements.lock)
	$(call ours,$(VENV))

$(VENV)/.stamp-dev: requirements-dev.lock pyproject.toml
	$(call environment,$(VENV))
	$(call locked,$(VENV),requirements-dev.lock)
	$(call ours,$(VENV))

$(VENV)/.stamp-torch: $(VENV)/.stamp-dev
	$(BIN)/python -c 'import torch' 2>/dev/null || $(BIN)/python -m pip install -q --no-compile $(TORCH)
	@touch $@

$(PROPERDOCS)/.stamp-lock: requirements-properdocs.lock
	$(call environment,$(PROPERDOCS))
	$(call locked,$(PROPERDOCS),requirements-properdocs.lock)
	@touch $@

$(PROPERDOCS)/.stamp: $(PROPERDOCS)/.stamp-lock pyproject.toml
	$(call ours,$(PROPERDOCS))
