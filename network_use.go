package mlp

import (
	"fmt"
	"sync/atomic"
)

// use records whether a network or a layer is being trained. The zero value
// means that it is not.
type use struct{ state atomic.Int32 }

// The states of a use.
const (
	free     int32 = iota
	settled        // in training, but the weights do not change: callbacks may use the network
	stepping       // in training, and the weights change
)

// usage returns u, for the types that embed it.
func (u *use) usage() *use { return u }

// take reports whether it was free, and takes it if so.
func (u *use) take() bool { return u.state.CompareAndSwap(free, settled) }

func (u *use) release() { u.state.Store(free) }

// usesOf appends the uses of the layers of this package that have parameters,
// including nested ones.
func usesOf(uses []*use, layers []Layer) []*use {
	for _, l := range layers {
		switch l := l.(type) {
		case *stack:
			uses = usesOf(uses, l.layers)
		case *residual:
			uses = usesOf(uses, l.layers)
		case *average:
			uses = usesOf(uses, l.members)
		case interface{ usage() *use }:
			uses = append(uses, l.usage())
		}
	}
	return uses
}

// hold takes the network for the call op, which sets something and must release
// its use. It returns an error if the network is in training.
func (n *network) hold(op string) error {
	if !n.use.take() {
		return fmt.Errorf("mlp: %s: the network is %w", op, ErrInTraining)
	}
	return nil
}

// take is like hold, but for training, and also takes the layers. release
// undoes it.
func (n *network) take(op string) error {
	if err := n.hold(op); err != nil {
		return err
	}
	for i, u := range n.layerUses {
		if !u.take() {
			for _, u := range n.layerUses[:i] {
				u.release()
			}
			n.use.release()
			return fmt.Errorf("mlp: %s: a layer that the network shares with another is %w", op, ErrInTraining)
		}
	}
	return nil
}

// release releases the network and the layers that take has taken.
func (n *network) release() {
	for _, u := range n.layerUses {
		u.release()
	}
	n.use.release()
}

// checkSettled returns an error of the call op while the weights change.
func (n *network) checkSettled(op string) error {
	if n.use.state.Load() == stepping {
		return fmt.Errorf("mlp: %s: the network is %w, want a call from a callback or afterwards", op, ErrInTraining)
	}
	return nil
}
