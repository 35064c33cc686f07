# `make help` is the documentation. Every target works on the kubeconfig build/kubeconfig, which cluster-up writes.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PROVIDER ?=
export PROVIDER
KUBECONFIG_OUT ?= $(CURDIR)/build/kubeconfig
export KUBECONFIG_OUT
UV := hack/uv
RUN := $(UV) run --frozen
PYTEST := $(RUN) pytest
WORKERS ?= 2
CRD := testing.ameide.io_testruns.yaml

##@ Try it

.PHONY: demo
demo: ## A cluster, the operator, a green and a red run of real browser tests, and their evidence
	@hack/demo.sh

.PHONY: inner-loop
inner-loop: ## All four phases of examples/monorepo: three here, the last on the cluster of `make install`, if there is one
	@hack/inner-loop.sh

##@ Test

.PHONY: test
test: test-unit test-inner-loop test-envtest test-acceptance ## All tiers

.PHONY: test-unit
test-unit: venv ## Values in, values out; some hostile ones; and the pod's JavaScript on real Playwright without a browser
	@. hack/cluster/lib.sh && need lua5.1=lua5.1
	$(PYTEST) -n $(WORKERS) --dist loadfile tests/unit
	$(PYTEST) tests/fuzz
	tests/node/run.sh

.PHONY: fuzz
fuzz: venv ## Hostile event logs, JUnit files and repositories for 10 minutes; FUZZ_ARGS='--seed N --rounds 1' replays (not part of `make test`)
	$(RUN) python tests/fuzz/campaign.py $(FUZZ_ARGS)

.PHONY: test-inner-loop
test-inner-loop: venv ## Phases 0 to 2 against real Go, Jest and pytest: every way to fail
	@. hack/cluster/lib.sh && { command -v chromium >/dev/null || need chromium-headless-shell=chromium-headless-shell; }
	PYTEST_VERSIONS=9 tests/reporters/run.sh
	examples/monorepo/setup.sh
	tests/inner_loop/workspaces/setup.sh
	$(PYTEST) tests/inner_loop

.PHONY: test-reporters
test-reporters: venv ## The reporters of the inner loop on the oldest pytest too (not part of `make test`)
	tests/reporters/run.sh

.PHONY: test-envtest
test-envtest: venv ## The real operator and server against a real etcd and kube-apiserver
	hack/cluster/build.sh etcd kube-apiserver kubectl helm
	$(PYTEST) -n $(WORKERS) --dist loadfile -m "not large" tests/envtest

.PHONY: test-crash
test-crash: venv ## The operator killed after, and failing at, every single call of a run's life (not part of `make test`)
	hack/cluster/build.sh etcd kube-apiserver kubectl
	$(PYTEST) -m large tests/envtest/test_crashes.py

.PHONY: soak
soak: venv ## 24 runs at once while calls fail and operator and server are killed; SOAK_SEED=N replays (not part of `make test`)
	hack/cluster/build.sh etcd kube-apiserver kubectl
	$(PYTEST) -m large tests/envtest/test_soak.py

.PHONY: test-acceptance
test-acceptance: venv install ## Helm install on the cluster, real pods, real Chromium, faults
	$(PYTEST) -m "not large" tests/acceptance

.PHONY: test-kuttl
test-kuttl: venv install ## KUTTL's suites in tests/kuttl on the cluster; KUTTL_ARGS='--test green' chooses
	@set -a && . build/images.env && export KUBECONFIG=$(KUBECONFIG_OUT) PATH="$$(hack/cluster/build.sh --print-dir):$$PATH" && \
	  PYTHONPATH=tests $(RUN) python -m kuttl_runner tests/kuttl/kuttl-test.yaml $(KUTTL_ARGS)

.PHONY: test-argocd
test-argocd: venv install ## Argo CD itself beside the cluster, syncing applications with TestRuns as hooks (not part of `make test`)
	@. hack/cluster/lib.sh && need redis-server=redis-server git=git
	hack/cluster/build.sh argocd
	$(PYTEST) tests/argocd

.PHONY: test-kind
test-kind: venv ## KUTTL's suites and `helm test` on a real kind, made and removed for them (not part of `make test`)
	hack/kind/test.sh

.PHONY: test-large
test-large: venv install ## What takes minutes: waits and deaths of real pods, full disks, 60,000 cases (not part of `make test`)
	examples/monorepo/setup.sh
	$(PYTEST) -m large tests/acceptance tests/envtest --ignore=tests/envtest/test_crashes.py --ignore=tests/envtest/test_soak.py

.PHONY: bench
bench: venv install ## Latency, writes and memory, and what the inner loop adds, audits, as tables (see bench/README.md)
	$(RUN) python -m bench
	$(RUN) python -m bench.preflight
	$(RUN) python -m bench.gate
	$(RUN) python -m bench.inner_loop
	$(RUN) python -m bench.audit

##@ Cluster (PROVIDER=local|kind|k3d|existing)

.PHONY: cluster-up
cluster-up: ## Make or find the cluster and write build/kubeconfig
	hack/cluster/up.sh

.PHONY: cluster-down
cluster-down: ## Remove the cluster and everything in it
	hack/cluster/down.sh

.PHONY: image
image: venv ## Build the operator's image and print its reference
	hack/images/build.sh operator

.PHONY: install
install: venv cluster-up ## Build and load the images, install or upgrade the chart
	hack/install.sh

##@ Develop

.PHONY: venv
venv: ## The Python environment of uv.lock in .venv
	@$(UV) sync --frozen --compile-bytecode --quiet

.PHONY: lint
lint: venv ## ruff, mypy --strict, the layers of the architecture, and what our own tests are worth
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) ameide audit --fail-on major --show 5

.PHONY: generate
generate: venv ## Make the CRD from its models, and the chart's copy
	$(RUN) python -m testrun.api.crd > crds/$(CRD).new && mv crds/$(CRD).new crds/$(CRD)
	mkdir -p charts/testrun-operator/crds
	cp crds/$(CRD) charts/testrun-operator/crds/$(CRD)

.PHONY: verify
verify: generate ## Fail when a generated file is not what its source makes, or a situation of docs/verdicts.md has no test
	git diff --exit-code -- crds charts
	$(UV) lock --check
	$(PYTEST) -q tests/unit/docs

.PHONY: help
help: ## This text
	@awk 'BEGIN {FS = ":.*##"; printf "Usage: make \033[36m<target>\033[0m\n"} \
	  /^[a-zA-Z_-]+:.*?##/ {printf "  \033[36m%-16s\033[0m %s\n", $$1, $$2} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)}' $(MAKEFILE_LIST)
