package relayer

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hyperlane-go/sdk/message"
)

// metrics carries the names and labels of the network's relayer, so that its dashboards fit.
type metrics struct {
	queueLength   *prometheus.GaugeVec
	processedMsgs *prometheus.CounterVec
	operations    *prometheus.CounterVec
	builds        *prometheus.CounterVec
	lastNonce     *prometheus.GaugeVec
	lastLeaf      *prometheus.GaugeVec
	cursorBlock   *prometheus.GaugeVec
	blockHeight   *prometheus.GaugeVec
	latestIndex   *prometheus.GaugeVec
}

// anyApp is the value of the label app_context, by which the network's relayer groups messages of
// known applications.
const anyApp = "default"

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	if reg == nil {
		reg = prometheus.NewRegistry()
	}
	m := &metrics{
		queueLength:   gauge("submitter_queue_length", "Messages in each queue", "remote", "queue_name", "operation_status", "app_context"),
		processedMsgs: counter("messages_processed_count", "Messages that this relayer has delivered", "origin", "remote"),
		operations:    counter("operations_processed_count", "Deliveries that went through each phase", "app_context", "phase", "chain"),
		builds:        counter("metadata_build_count", "Times that metadata was built", "app_context", "origin", "remote", "status"),
		lastNonce:     gauge("last_known_message_nonce", "Highest nonce in each phase", "phase", "origin", "remote"),
		lastLeaf:      gauge("latest_tree_insertion_index", "Highest leaf index that has been indexed", "origin"),
		cursorBlock:   gauge("cursor_current_block", "Last block that has been indexed", "event_type", "chain", "cursor_type"),
		blockHeight:   gauge("block_height", "Number of the newest block that is final for this validator.", "chain"),
		latestIndex:   gauge("observed_validator_latest_index", "Latest checkpoint index that a validator reports", "origin", "destination", "validator", "app_context"),
	}
	return m, errors.Join(
		register(reg, &m.queueLength), register(reg, &m.processedMsgs), register(reg, &m.operations), register(reg, &m.builds),
		register(reg, &m.lastNonce), register(reg, &m.lastLeaf), register(reg, &m.cursorBlock), register(reg, &m.blockHeight),
		register(reg, &m.latestIndex))
}

func gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "hyperlane", Name: name, Help: help}, labels)
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "hyperlane", Name: name, Help: help}, labels)
}

// register uses the collector that another agent has registered under the same name, if there is
// one. The two must then agree on labels and help text, which is why that of block_height is the
// validator's.
func register[C prometheus.Collector](reg prometheus.Registerer, c *C) error {
	err := reg.Register(*c)
	var taken prometheus.AlreadyRegisteredError
	if !errors.As(err, &taken) {
		return err
	}
	shared, ok := taken.ExistingCollector.(C)
	if !ok {
		return err
	}
	*c = shared
	return nil
}

func (m *metrics) height(chain string, block uint64) {
	m.blockHeight.WithLabelValues(chain).Set(float64(block))
}

func (m *metrics) cursor(chain string, at point) {
	for _, event := range [...]string{"hyperlane_message", "merkle_tree_insertion"} {
		m.cursorBlock.WithLabelValues(event, chain, "forward_rate_limited").Set(float64(at.Next) - 1)
	}
	if at.Count > 0 {
		m.lastLeaf.WithLabelValues(chain).Set(float64(at.Count - 1))
	}
}

func (m *metrics) dispatched(origin string, msg *message.Message) {
	m.lastNonce.WithLabelValues("dispatch", origin, "any").Set(float64(msg.Nonce))
}

func (m *metrics) built(origin, remote string, ok bool) {
	m.builds.WithLabelValues(anyApp, origin, remote, map[bool]string{true: "success", false: "failure"}[ok]).Inc()
}

func (m *metrics) processed(origin, remote string, msg *message.Message) {
	m.lastNonce.WithLabelValues("message_processed", origin, remote).Set(float64(msg.Nonce))
	m.processedMsgs.WithLabelValues(origin, remote).Inc()
}

func (m *metrics) operation(phase, chain string) {
	m.operations.WithLabelValues(anyApp, phase, chain).Inc()
}

func (m *metrics) validatorIndex(origin, validator string, index uint32) {
	m.latestIndex.WithLabelValues(origin, "any", validator, anyApp).Set(float64(index))
}

// measure sets the lengths of the queues.
func (r *Relayer) measure() {
	type labels struct{ remote, queue, status string }
	lengths := map[labels]int{}
	for _, rec := range r.queue.all() {
		l := labels{remote: rec.msg.Destination.String(), queue: "prepare_queue", status: rec.stage.String()}
		if d := r.destination(rec.msg.Destination); d != nil {
			l.remote = d.name
		}
		switch {
		case rec.delivery != nil:
			l.queue = "confirm_queue"
		case r.underWay(rec):
			l.queue = "submit_queue"
		}
		lengths[l]++
	}
	r.measuring.Lock()
	defer r.measuring.Unlock()
	r.metrics.queueLength.Reset()
	for l, n := range lengths {
		r.metrics.queueLength.WithLabelValues(l.remote, l.queue, l.status, anyApp).Set(float64(n))
	}
}
