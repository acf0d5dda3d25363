# make run    installs what is missing, builds, applies manifests/ on this machine and shows the running system
# make stop   takes that system down again (add VOLUMES=1 to delete its data too)
# make test   everything that CI checks
# make soak   a thousand restarts and a thousand starts and stops, with everything counted before and after
# make torture  kills, failing disks, lost power and locks, limits and hostile input at every point of an apply, models and
#               simulation, with a summary; half an hour
# make fuzz   made-up input for SECONDS (300) to all that reads what others have written, with sanitizers; for the night
# make bench  the benchmarks, as ratios to peers measured in the same run (WRITE=docs/benchmarks.md writes them down)
# make bench-load  the local data plane alone, beside haproxy
# make bench-swarm  a swarm beside docker stack deploy, and the calls that are made, on a private engine (needs root)
# make simulate  applies under seeds, with whatever can go wrong (SEEDS=1000000 for a night, FROM=20000 for new ones)
# make bench-heal  the time from a killed process to a healthy replacement

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
RELEASE := .build/release/orchplan

# Where scripts/install-swift.sh puts a toolchain when the machine has none.
export PATH := $(CURDIR)/.toolchain/usr/bin:$(PATH)

.PHONY: run stop build test simulate deps test-deps lint format soak fuzz torture test-kernel bench bench-load bench-heal bench-swarm record

run: build
	@scripts/run-example.sh $(RELEASE)

stop:
	@$(RELEASE) destroy --yes $(if $(VOLUMES),--delete-volumes)

build: deps
	@scripts/build-release.sh

deps:
	@scripts/install-dependencies.sh

test-deps:
	@scripts/install-dependencies.sh --test

lint:
	swift format lint --strict --parallel -r Sources Tests Package.swift

format:
	swift format -i --parallel -r Sources Tests Package.swift

test: test-deps lint
	swift build --build-tests --explicit-target-dependency-import-check error
	@scripts/run-tests.sh
	@scripts/build-release.sh
	@Benchmarks/bench.py --orchplan $(RELEASE) --only growth --check
	@$(MAKE) --no-print-directory simulate

# Optimised, because a seed costs some milliseconds so and a tenth of a second otherwise. docs/simulation.md.
simulate: deps
	swift build -c release --product orchplan-sim --static-swift-stdlib
	.build/release/orchplan-sim --seeds $(or $(SEEDS),20000) --from $(or $(FROM),0)

# Writes every golden file anew; read the diff before committing it.
record:
	RECORD_GOLDEN=1 swift test

soak: deps
	ORCHPLAN_SOAK=1000 swift test --filter SoakTests

# Every fault that make test tries some of, the models with more clients, the simulation, and a minute of made-up manifests;
# PARTS="models faults simulation fuzzing" chooses, SEEDS and FUZZ_SECONDS say for how long, JOBS how many at a time.
torture: build test-deps
	@ORCHPLAN=$(RELEASE) Tests/Torture/whole.sh $(PARTS)

fuzz: deps
	@scripts/fuzz.sh $(or $(SECONDS),300)

# Under Debian's own kernel, in an emulated machine: what the kernel here may lack. For the night: a quarter of an hour.
test-kernel: build test-deps
	swift build --build-tests
	Tests/Scripts/vm.sh run --seconds 1800 -- \
		.build/debug/orchplanPackageTests.xctest --testing-library swift-testing --filter LocalDriverTests.LimitTests
	Tests/Scripts/vm.sh run --seconds 3600 -- Tests/Scripts/virtual-network.sh $(CURDIR)/$(RELEASE)

bench-heal: build
	Benchmarks/heal.py $(RELEASE)

bench: build
	Benchmarks/run.sh $(if $(WRITE),--write $(WRITE))
	Benchmarks/load.py --orchplan $(RELEASE)

# Requests a second beside haproxy, and requests that fail while things change.
bench-load: build
	Benchmarks/load.py --orchplan $(RELEASE)

bench-swarm: build
	Benchmarks/swarm.py $(RELEASE) $(if $(WRITE),--write $(WRITE))
