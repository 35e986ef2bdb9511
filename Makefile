# Two commands: `make run` opens the window, `make test` passes the tests.
PY := .venv/bin/python
# One process of tests for each core.
TESTS = -m pytest -n auto --dist worksteal
# Screenshots and benchmarks need a screen; where there is none, a virtual one. Tests bring their own.
SCREEN = $(if $(DISPLAY)$(WAYLAND_DISPLAY),,xvfb-run -a -s "-screen 0 1920x1080x24")

.PHONY: run test setup setup-tests setup-bench test-engine lint types imports format texts fuzz soak foreign bench screenshots \
	golden bundle clean
# Compiled tests are kept: else half of the time before the first one goes into compiling.
unexport PYTHONDONTWRITEBYTECODE

run: setup
	@$(PY) main.py

setup:
	@resources/packaging/setup.sh

setup-tests:
	@resources/packaging/setup.sh tests

setup-bench:
	@resources/packaging/setup.sh bench

test: setup-tests
	$(PY) $(TESTS) tests engine gui

# All of the engine's tests in an environment without Qt: proves that the engine needs none.
test-engine: setup
	@test -x .venv-engine/bin/python || .venv/bin/python -m venv .venv-engine
	@.venv-engine/bin/python -m pip install --quiet --disable-pip-version-check -c requirements.lock \
		numpy msgspec sympy contourpy python-calamine pytest pytest-xdist hypothesis
	@! .venv-engine/bin/python -c "import PySide6" 2>/dev/null
	.venv-engine/bin/python $(TESTS) -m "not foreign" -p no:cacheprovider -W "ignore:Unknown config option" \
		tests/engine engine

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: setup
	$(PY) -m ruff check --fix-only -q .
	$(PY) -m ruff format .

types: setup
	$(PY) -m mypy

imports: setup
	.venv/bin/lint-imports

# What is missing of each language; with LANGUAGE=de that is written to resources/i18n/de.po, to be translated.
texts: setup-tests
	$(PY) -m tests.texts $(LANGUAGE)

# The parser on fifty thousand inputs, every property on a thousand examples, then 30,000 formulas and 10,000
# labs to the end, or MINUTES of them; `make fuzz SEED=…` tries the same ones again.
SEED := $(or $(SEED),$(shell date +%s))
fuzz: setup-tests
	$(PY) -m tests.engine.formula.fuzz 50000 $(SEED)
	$(PY) $(TESTS) tests -m hypothesis --hypothesis-profile=thorough --hypothesis-seed=$(SEED)
	$(PY) -m tests.fuzz --seed $(SEED) $(if $(MINUTES),--minutes $(MINUTES))

# The whole window, worked at random for an hour; `make soak MINUTES=1 SEED=…` for less, or the same again.
soak: setup-tests
	$(PY) -m tests.soak $(or $(MINUTES),60) $(SEED)

# What needs other people's programs: PyTorch, matplotlib; TeX, and what opens figures, where it is installed.
foreign: setup-bench
	.venv-bench/bin/python -m pytest tests -m foreign -rs

bench: setup-bench
	$(SCREEN) .venv-bench/bin/python -m tests.benchmarks

screenshots: setup-tests
	$(SCREEN) $(PY) -m tests.screenshots

# Draws the golden pictures anew; look at each before you commit it.
golden: setup-tests
	NABLASCOPE_GOLDEN=write $(PY) -m pytest tests/gui -k golden

# A folder that runs by double-click where no Python is: dist/Nablascope.
bundle: setup
	.venv/bin/python -m PyInstaller --noconfirm --log-level WARN resources/packaging/nablascope.spec

clean:
	rm -rf .venv .venv-engine .venv-bench build dist .mypy_cache .pytest_cache .ruff_cache
