# Everything a machine needs beyond a Swift toolchain is installed from Debian's packages, by itself.

KILLS   ?= 200
SEED    ?= 1
PREFIX  ?= /usr/local
DESTDIR ?=
PACKAGES = libgeos-dev libsqlite3-dev zlib1g-dev pkg-config sqlite3
SWIFT   ?= swift
AS_ROOT  = $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help demo test faults bench lint format build release install packages

help:
	@echo "make demo      build, then watch made-up trackers enter and leave fences (Ctrl-C ends it)"
	@echo "make test      build and run all tests"
	@echo "make faults    kill the daemon 200 times in the middle of a stream (some minutes)"
	@echo "make bench     measure, in release mode"
	@echo "make lint      check the code's format"
	@echo "make format    put the code into that format"
	@echo "make install   build in release mode and install to \$$(DESTDIR)\$$(PREFIX)/bin"

demo: build
	@$$($(SWIFT) build --show-bin-path)/geofenced demo $(DEMO)

build: packages
	@echo "building geofenced (the first time also its libraries: some minutes)"
	@$(SWIFT) build --product geofenced

test: packages
	@echo "building and running all tests"
	@$(SWIFT) test

faults: packages
	@echo "killing the daemon $(KILLS) times, seed $(SEED)"
	@GEOFENCED_KILLS=$(KILLS) GEOFENCED_SEED=$(SEED) $(SWIFT) test --filter KillTests

release: packages
	@echo "building geofenced in release mode"
	@$(SWIFT) build -c release --product geofenced

bench: release
	@Benchmarks/run $$($(SWIFT) build -c release --show-bin-path)/geofenced

lint:
	@echo "checking the format of all Swift code"
	@$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests

format:
	@$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

install: release
	install -D -m 755 "$$($(SWIFT) build -c release --show-bin-path)/geofenced" "$(DESTDIR)$(PREFIX)/bin/geofenced"
	@echo "installed $(DESTDIR)$(PREFIX)/bin/geofenced"

# dpkg says which are missing; nothing is asked of the network where none is.
packages:
	@missing=$$(for p in $(PACKAGES); do dpkg -s $$p 2>/dev/null | grep -q '^Status: install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	    echo "installing Debian packages:" $$missing; \
	    $(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing; \
	fi
