# Everything a machine needs beyond a Swift toolchain is installed from Debian's packages, by itself.

KILLS      ?= 200
DISKS      ?= 200
CRASHES    ?= 20
SEED       ?= 1
PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DESTDIR    ?=
PACKAGES = libgeos-dev libsqlite3-dev zlib1g-dev pkg-config sqlite3
DEB_PACKAGES = dpkg-dev binutils gzip
SWIFT   ?= swift
VERSION  = $(shell sed -n 's/.*version = "\(.*\)"/\1/p' Sources/Daemon/Operations/Release.swift)
# One program for all that is measured, installed and packaged; it needs no Swift where it runs.
RELEASE  = -c release --static-swift-stdlib
AS_ROOT  = $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help demo test faults bench lint format build release install deb test-deb packages

help:
	@echo "make demo      build, then watch made-up trackers enter and leave fences (Ctrl-C ends it)"
	@echo "make test      build and run all tests"
	@echo "make faults    kill the daemon 200 times in a stream, and run 200 failing disks (minutes)"
	@echo "make bench     measure, in release mode"
	@echo "make lint      check the code's format"
	@echo "make format    put the code into that format"
	@echo "make install   build in release mode and install to \$$(DESTDIR)\$$(PREFIX), units and configuration too"
	@echo "make deb       make a Debian package of it in .build"
	@echo "make test-deb  install that package into a clean Debian, run it there, upgrade, remove and purge it (as root)"

demo: build
	@$$($(SWIFT) build --show-bin-path)/geofenced demo $(DEMO)

build: packages
	@echo "building geofenced (the first time also its libraries: some minutes)"
	@$(SWIFT) build --product geofenced

test: packages
	@echo "building and running all tests"
	@$(SWIFT) test

faults: packages
	@echo "killing the daemon $(KILLS) times, $(DISKS) failing disks, $(CRASHES) streams with crashes, from seed $(SEED)"
	@GEOFENCED_KILLS=$(KILLS) GEOFENCED_FAULT_SEEDS=$(DISKS) GEOFENCED_CRASHES=$(CRASHES) GEOFENCED_SEED=$(SEED) \
	    GEOFENCED_POINTS=1000000 \
	    $(SWIFT) test --filter "KillTests|SimulationTests|CrashTests|MillionPointsTests"

release: packages
	@echo "building geofenced in release mode"
	@$(SWIFT) build $(RELEASE) --product geofenced

bench: PACKAGES += libsimdjson-dev
bench: release
	@$(SWIFT) build $(RELEASE) --product measure
	@binary="$$($(SWIFT) build $(RELEASE) --show-bin-path)/geofenced"; set -e; \
	for workload in run ratios stop flood rules; do echo "== Benchmarks/$$workload"; Benchmarks/$$workload "$$binary"; done

lint:
	@echo "checking the format of all Swift code"
	@$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks

format:
	@$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests Benchmarks

# The units name the program where it is installed. A configuration that is there stays.
install: release
	@bin="$$($(SWIFT) build $(RELEASE) --show-bin-path)/geofenced"; to="$(DESTDIR)$(PREFIX)"; etc="$(DESTDIR)$(SYSCONFDIR)"; set -e; \
	install -D -m 755 "$$bin" "$$to/bin/geofenced"; \
	for unit in geofenced.service geofenced.socket; do \
	    install -d "$$to/lib/systemd/system"; \
	    sed -e 's|/usr/bin/|$(PREFIX)/bin/|' -e 's|/etc/geofenced|$(SYSCONFDIR)/geofenced|' systemd/$$unit >"$$to/lib/systemd/system/$$unit"; \
	    chmod 644 "$$to/lib/systemd/system/$$unit"; \
	done; \
	install -D -m 644 systemd/geofenced.sysusers "$$to/lib/sysusers.d/geofenced.conf"; \
	install -D -m 644 Fences/offices.geojson "$$to/share/doc/geofenced/examples/offices.geojson"; \
	install -D -m 644 systemd/geofenced.yaml "$$to/share/doc/geofenced/examples/geofenced.yaml"; \
	install -d "$$to/share/man/man1" "$$to/share/man/man5" "$$etc/geofenced/fences"; \
	systemd/manual 1 "$$bin" $(VERSION) | gzip -9n >"$$to/share/man/man1/geofenced.1.gz"; \
	systemd/manual 5 systemd/geofenced.yaml $(VERSION) | gzip -9n >"$$to/share/man/man5/geofenced.yaml.5.gz"; \
	chmod 644 "$$to"/share/man/man?/geofenced.*; \
	[ -e "$$etc/geofenced/geofenced.yaml" ] || install -m 644 systemd/geofenced.yaml "$$etc/geofenced/geofenced.yaml"; \
	[ -e "$$etc/logrotate.d/geofenced" ] || install -D -m 644 systemd/geofenced.logrotate "$$etc/logrotate.d/geofenced"; \
	echo "installed $$to/bin/geofenced; next: put fences into $(SYSCONFDIR)/geofenced/fences, see $(SYSCONFDIR)/geofenced/geofenced.yaml"

deb: PACKAGES += $(DEB_PACKAGES)
deb: release
	@rm -rf .build/deb
	@$(MAKE) --no-print-directory install DESTDIR=.build/deb PREFIX=/usr SYSCONFDIR=/etc >/dev/null
	@systemd/debian/build .build/deb $(VERSION) .build

test-deb: PACKAGES += debootstrap lintian
test-deb: deb
	@lintian --fail-on error --tag-display-limit 0 .build/geofenced_$(VERSION)_*.deb
	@$(AS_ROOT) systemd/debian/test .build/geofenced_$(VERSION)_*.deb

# dpkg says which are missing; nothing is asked of the network where none is.
packages:
	@missing=$$(for p in $(PACKAGES); do dpkg -s $$p 2>/dev/null | grep -q '^Status: install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	    echo "installing Debian packages:" $$missing; \
	    $(AS_ROOT) apt-get update -q && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing; \
	fi
