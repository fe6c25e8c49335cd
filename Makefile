# `make help` tells what there is. Every target sets up what it needs by itself (it/setup).

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo demo-down run build test bench soak fuzz setup

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## two Open vSwitch hosts, a tenant network and a ping across; ONCE=1 ends with the verdict, TLS=1 with TLS everywhere
	@TLS='$(TLS)' it/demo/demo $(if $(filter-out 0,$(ONCE)),--once)

demo-down: ## take the demo down
	@it/demo/demo --down

run: build ## the controller alone, in the foreground; HEDDLE_DATA names its data folder (default .run/data)
	@HEDDLE_DATA="$${HEDDLE_DATA:-$(CURDIR)/.run/data}" exec .run/heddle/bin/heddle run

build: setup ## the distribution, unpacked in .run/heddle
	@it/build

test: setup ## all tests
	@it/test

bench: build ## the figures of docs/benchmarks.md, beside OVN's
	@it/setup bench
	@it/test -pl it -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='*Bench' -Dit.processes=1

soak: setup ## long random runs against real switches
	@it/test -pl it -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='*Soak'

fuzz: setup ## a minute of fuzzing for each thing that peers send
	@it/fuzz

setup: ## install what this machine lacks
	@it/setup
