package relayer

import "github.com/hyperlane-go/sdk/message"

// Progress is how far an origin has been indexed.
type Progress struct {
	Origin   message.Domain `json:"origin"`
	Block    uint64         `json:"block"`    // last block whose logs agree with the contracts
	Finality string         `json:"finality"` // Chain.Finality, as text
	// Failure is the error of the last pass over the origin, empty if it succeeded.
	Failure string `json:"failure,omitempty"`
}

// Progress returns how far each origin has been indexed, ordered by domain.
func (r *Relayer) Progress() []Progress {
	var all []Progress
	for _, o := range r.origins {
		all = append(all, o.progress())
	}
	return all
}

func (o *origin) progress() Progress {
	p := Progress{Origin: o.domain, Finality: o.finality}
	if next := o.position().Next; next > 0 {
		p.Block = next - 1
	}
	if err := o.health.last(); err != nil {
		p.Failure = clip(err.Error())
	}
	return p
}
