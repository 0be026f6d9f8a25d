# make run    the whole system on this machine (PORT=8000)
# make test   all tests, browser tests included (ARGS="tests/crf -k save")
# make lint   style and types
# make bench  measurements, into var/bench.json
# make faults   processes killed, the server crashed, races: thousands of rounds (ARGS="--rounds 200")
# make blinding-proof  twin worlds of 110 participants, compared byte for byte (ARGS="--flips 110")
# make setup  prepare only
# make pictures  the pictures of the README, from the running application

PORT ?= 8000
ARGS ?=
PYTHON := .venv/bin/python

.PHONY: run setup dev-setup test lint bench faults pictures blinding-proof

run: setup
	@PORT=$(PORT) exec $(PYTHON) manage.py serve

setup:
	@.ci/setup.sh requirements.lock

dev-setup:
	@.ci/setup.sh requirements-dev.lock

test: dev-setup
	@chromium=$$($(PYTHON) -m tests.find_chromium) && \
	EDC_CHROMIUM=$$chromium $(PYTHON) -m pytest --numprocesses 2 --dist loadgroup $(ARGS)

lint: dev-setup
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy .

bench: dev-setup
	@$(PYTHON) -m tests.bench $(ARGS)

faults: dev-setup
	@DJANGO_SETTINGS_MODULE=trialsite.settings $(PYTHON) -m tests.bench.faults $(or $(ARGS),--rounds 2000)

blinding-proof: dev-setup
	@$(PYTHON) -m tests.blinding $(ARGS)

pictures: dev-setup
	@chromium=$$($(PYTHON) -m tests.find_chromium) && EDC_CHROMIUM=$$chromium $(PYTHON) -m tests.pictures
