# The commands of the project. `make help` lists them.

MVN := mvn --batch-mode --no-transfer-progress

.DEFAULT_GOAL := help

.PHONY: help
help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: test
test: prerequisites native control-plane guest-kernel guest scan-peer datapath cilium-tools ## build and test everything, end-to-end tests included (root)
	$(MAKE) --no-print-directory -C hook-native test
	$(MAKE) --no-print-directory -C e2e/guest test
	$(MAKE) --no-print-directory -C e2e/cilium-tools test
	$(MVN) -P root verify

# Where the demo's nodes have their connections: netfilter, cilium-bpf or cilium-api.
DATAPATH ?= netfilter
NEEDED_BY_cilium-bpf := datapath cilium-tools
NEEDED_BY_cilium-api := datapath cilium-tools

.PHONY: demo
demo: prerequisites native control-plane guest-kernel guest $(NEEDED_BY_$(DATAPATH)) ## migrate a VM without and with ConntrackSync, and compare; DATAPATH=cilium-bpf or cilium-api for Cilium's maps or API (root)
	@$(MVN) --quiet -DskipTests package
	@cd e2e && exec java -jar $(CURDIR)/e2e/target/conntracksync-e2e-*.jar --datapath $(DATAPATH) $(DEMO_ARGS)

.PHONY: native
native: ## the libvirt hook and the gate
	@$(MAKE) --no-print-directory -C hook-native

.PHONY: images
images: prerequisites native ## images of operator and agent as tarballs, without base image or daemon
	@$(MVN) --quiet -P images -DskipTests -pl helm/images -am package
	@$(MAKE) --no-print-directory -C helm/images sizes

.PHONY: guest
guest: ## the one program of the test bed's guest
	@$(MAKE) --no-print-directory -C e2e/guest

.PHONY: scan-peer
scan-peer: ## the C loop that the agent's scan of BPF maps is measured beside
	@$(MAKE) --no-print-directory -C node-agent/scan-peer

.PHONY: guest-kernel
guest-kernel: ## the guest's kernel, fetched once into the cache
	@$(MAKE) --no-print-directory -C e2e/guest-kernel

.PHONY: control-plane
control-plane: ## kube-apiserver, kube-controller-manager, etcd and helm, compiled once into the cache
	@$(MAKE) --no-print-directory -C e2e/control-plane

.PHONY: datapath
datapath: ## a firewall for the test bed's nodes with its connections in Cilium's maps
	@$(MAKE) --no-print-directory -C e2e/datapath

.PHONY: cilium-tools
cilium-tools: ## Cilium's own readers of its conntrack maps and a stand-in for its agent, compiled once into the cache
	@$(MAKE) --no-print-directory -C e2e/cilium-tools

.PHONY: prerequisites
prerequisites: ## install missing Debian packages (root), or name them; check JDK, Maven and Go
	@.ci/prerequisites

.PHONY: clean
clean: ## remove what was built here; the cache outside the repository stays
	@$(MVN) --quiet clean
	@$(MAKE) --no-print-directory -C hook-native clean
	@$(MAKE) --no-print-directory -C helm/images clean
	@$(MAKE) --no-print-directory -C e2e/guest clean
	@$(MAKE) --no-print-directory -C e2e/datapath clean
