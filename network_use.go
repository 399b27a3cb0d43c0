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

// hold takes a layer for the call op, which sets something and must release it.
// It returns an error if the layer is in training.
func (u *use) hold(op string) error {
	if !u.take() {
		return fmt.Errorf("mlp: %s: the layer is %w", op, ErrInTraining)
	}
	return nil
}

func (u *use) release() { u.state.Store(free) }

// usesOf appends the uses of the layers of this package that have parameters,
// including nested ones.
func usesOf(uses []*use, layers []Layer) []*use {
	for _, l := range layers {
		uses = usesOf(uses, inside(l))
		if l, ok := l.(interface{ usage() *use }); ok {
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

// set calls do, which sets something of the network, for the call op.
func (n *network) set(op string, do func() error) error {
	if err := n.checkMade(op); err != nil {
		return err
	}
	if err := n.hold(op); err != nil {
		return err
	}
	defer n.use.release()
	return do()
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

// mark sets the state of the network, which is in training, and of its layers.
func (n *network) mark(state int32) {
	n.use.state.Store(state)
	for _, u := range n.layerUses {
		u.state.Store(state)
	}
}

// moves reports whether the weights change: the network is in training, or
// another one that shares a layer with it.
func (n *network) moves() bool {
	if n.use.state.Load() == stepping {
		return true
	}
	for _, u := range n.layerUses {
		if u.state.Load() == stepping {
			return true
		}
	}
	return false
}

// checkSettled returns an error of the call op while the weights change.
func (n *network) checkSettled(op string) error {
	if n.moves() {
		return fmt.Errorf("mlp: %s: the network is %w, want a call from a callback or afterwards", op, ErrInTraining)
	}
	return nil
}
