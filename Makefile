# Every target installs what is missing first (scripts/bootstrap) and builds in release.
SWIFT ?= swift
OUTPUT ?= output

# Reference results, where they lie beside the repository. The tests that need them say so when they are absent.
ifneq ($(wildcard $(CURDIR)/../shared/.),)
BOREL_REFERENCE ?= $(abspath $(CURDIR)/../shared)
export BOREL_REFERENCE
endif

# Homebrew's OpenBLAS is keg-only: its pkg-config file is not on the default path.
ifeq ($(shell uname -s),Darwin)
export PKG_CONFIG_PATH := $(PKG_CONFIG_PATH):/opt/homebrew/opt/openblas/lib/pkgconfig:/usr/local/opt/openblas/lib/pkgconfig
endif

.DEFAULT_GOAL := help
.PHONY: help bootstrap build demo test laws posteriors bench funbat-table pde-table network-table clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

bootstrap: ## install the system packages that are missing
	@sh scripts/bootstrap

build: bootstrap ## build libraries and examples in release
	$(SWIFT) build -c release

demo: bootstrap ## run two models; their reports go to output/
	$(SWIFT) build -c release --product eight-schools
	$(SWIFT) build -c release --product regression
	@mkdir -p "$(OUTPUT)"
	@echo
	@"$$($(SWIFT) build -c release --show-bin-path)/eight-schools" --output "$(OUTPUT)/eight-schools"
	@echo
	@"$$($(SWIFT) build -c release --show-bin-path)/regression" Sources/Examples/Regression/mammals.csv \
	  --x body_kg --y brain_g --log --output "$(OUTPUT)/regression"

test: bootstrap ## build and run all tests in release
	$(SWIFT) build -c release --build-tests
	$(SWIFT) test -c release --skip-build --disable-xctest

laws: bootstrap ## check the laws of inference, and that they notice faults in the code (LAWS=--json)
	$(SWIFT) run -c release --traits Mutations --scratch-path .build-laws laws $(LAWS)

posteriors: bootstrap ## compare with published posteriors (needs BOREL_REFERENCE)
	$(SWIFT) run -c release posteriors

bench: bootstrap ## time gradients beside C, inferences beside peers', growth with size (BENCH=--json; gradients alone: BENCH=--instructions)
	$(SWIFT) run -c release --package-path Benchmarks gradients $(BENCH)
	$(SWIFT) run -c release --package-path Benchmarks state-space $(filter --json,$(BENCH))
	$(SWIFT) run -c release --package-path Benchmarks tempering $(filter --json,$(BENCH))
	$(SWIFT) run -c release --package-path Benchmarks peers $(filter --json,$(BENCH))
	$(SWIFT) run -c release --package-path Benchmarks growth $(filter --json,$(BENCH))
	$(SWIFT) run -c release --package-path Benchmarks collocation $(filter --json,$(BENCH))
	$(SWIFT) run -c release --package-path Benchmarks series-growth $(filter --json,$(BENCH))
	$(SWIFT) run -c release --package-path Benchmarks tensor-growth $(filter --json,$(BENCH))
	$(SWIFT) run -c release --package-path Benchmarks network-growth $(filter --json,$(BENCH))

funbat-table: bootstrap ## errors of functional tensors beside published ones (needs BOREL_REFERENCE)
	$(SWIFT) run -c release functional-tensor --table

pde-table: bootstrap ## errors of differential equations beside published ones, larger grids, generated problems, the reference method (PDE=--json)
	$(SWIFT) run -c release multiscale-pde --table $(PDE)

network-table: bootstrap ## scores and times of dynamic networks beside published ones (needs BOREL_REFERENCE)
	$(SWIFT) run -c release dynamic-network --table

clean: ## remove what was built and written
	$(SWIFT) package clean
	rm -rf output .build-laws
