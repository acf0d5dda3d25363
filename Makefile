# make run    installs what is missing, builds, applies manifests/ on this machine and shows the running system
# make stop   takes that system down again (add VOLUMES=1 to delete its data too)
# make test   everything that CI checks
# make bench  the benchmarks, as ratios to peers measured in the same run (WRITE=docs/benchmarks.md writes them down)

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
RELEASE := .build/release/orchplan

.PHONY: run stop build test deps lint format bench record

run: build
	@scripts/run-example.sh $(RELEASE)

stop:
	@$(RELEASE) destroy --yes $(if $(VOLUMES),--delete-volumes)

build: deps
	@scripts/build-release.sh

deps:
	@scripts/install-dependencies.sh

lint:
	swift format lint --strict --parallel -r Sources Tests Package.swift

format:
	swift format -i --parallel -r Sources Tests Package.swift

test: deps lint
	swift build --build-tests --explicit-target-dependency-import-check error
	@scripts/run-tests.sh
	@scripts/build-release.sh

# Writes every golden file anew; read the diff before committing it.
record:
	RECORD_GOLDEN=1 swift test

bench: build
	Benchmarks/run.sh $(if $(WRITE),--write $(WRITE))
