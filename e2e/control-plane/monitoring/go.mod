// The definitions of the Prometheus Operator, as its module carries them: nothing is compiled.
module conntracksync.io/control-plane/monitoring

go 1.26.0

require (
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
