# make: builds into build/.  make demo: learns the winds.  make test: every test.  make format: clang-format.
SHELL := /bin/bash
SUDO := $(shell [ $$(id -u) = 0 ] || echo sudo)
BIN := build/bin
DEMO := build/demo
VENV := build/venv
# The virtual environment is made while the compiler is built.
MAKEFLAGS += -j2

.PHONY: all demo test format bench clean
all: build/build.ninja
	@cmake --build build

# The one list of packages; only missing ones are installed.
build/.packages: packages.txt
	@missing=$$(grep -v '^#' packages.txt | while read p; do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then echo "installing" $$missing; $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; fi
	@mkdir -p build && touch $@

build/build.ninja: CMakeLists.txt CMakePresets.json build/.packages
	@cmake --preset default > build/configure.log || (cat build/configure.log; false)

# What the tests compare with. The product needs none of it.
$(VENV)/.ready: test/oracle/requirements.txt build/.packages
	@python3 -m venv $(VENV) && $(VENV)/bin/pip install -q -r test/oracle/requirements.txt && touch $@

demo: all
	@bash models/climate/demo.sh $(BIN) $(DEMO)
	@bash models/atoms/demo.sh $(BIN) $(DEMO)

test: all $(VENV)/.ready build/sanitize/build.ninja
	@cmake --build build/sanitize
	@cmake --build build --target check

# The language and the runtime once more, under ASan and UBSan; the tests run these programs too.
build/sanitize/build.ninja: CMakePresets.json | build/build.ninja
	@cmake --preset sanitize > build/sanitize.log || (cat build/sanitize.log; false)

bench: all $(VENV)/.ready
	@$(VENV)/bin/python bench/run.py --bin $(BIN)

format: build/.packages
	@git ls-files '*.cpp' '*.h' | xargs clang-format-22 -i

clean:
	@rm -rf build
