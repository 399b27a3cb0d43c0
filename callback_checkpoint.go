package mlp

import (
	"errors"
	"fmt"
)

// A Checkpoint is a Callback that saves the network and the state of the run to
// a file, so that a run that has ended, for whatever reason, can continue in
// another process with the same bits:
//
//	net, state, err := mlp.LoadCheckpoint("run.safetensors")
//	...
//	net.Fit(ctx, x, y, mlp.FitOptions{Resume: state, ...})
//
// The file is that of SaveFile, replaced atomically in the same way, with the
// state added to the network. Load reads only the network.
//
// A Checkpoint may be used for one run after another, but not for two at once.
type Checkpoint struct {
	Path  string // of the file
	Every int    // epochs between checkpoints; 0 means 1. The last of FitOptions.Epochs is always saved

	run     *Run
	serving serving
}

// FitBegin implements FitBeginner. It returns the error that Save would for a
// layer, an activation or a loss that cannot describe itself.
func (c *Checkpoint) FitBegin(r *Run) error {
	if !r.hasNetwork() {
		return errors.New("Checkpoint: no run of a network")
	}
	if c.Path == "" {
		return errors.New("Checkpoint.Path is empty")
	}
	if err := checkCount("Checkpoint.Every", c.Every); err != nil {
		return err
	}
	n, ok := made(r.Network)
	if !ok {
		return fmt.Errorf("Checkpoint: the network is a %T that Model has not made", r.Network)
	}
	if _, err := n.describe(); err != nil {
		return fmt.Errorf("Checkpoint: %w", err)
	}
	if err := c.serving.begin("Checkpoint"); err != nil {
		return err
	}
	c.run = r
	return nil
}

// EpochEnd implements Callback.
func (c *Checkpoint) EpochEnd(*Epoch) error { return c.check() }

// check returns an error unless a run has begun.
func (c *Checkpoint) check() error {
	if c.run == nil {
		return errors.New("Checkpoint: no run has begun")
	}
	return nil
}

// Checkpoint implements Checkpointer.
func (c *Checkpoint) Checkpoint(epoch int, take func() (*TrainingState, error)) error {
	if err := c.check(); err != nil {
		return err
	}
	if take == nil {
		return errors.New("Checkpoint: nothing to take the state with")
	}
	if epoch%max(1, c.Every) != 0 && epoch != c.run.Epochs {
		return nil
	}
	state, err := take()
	if err != nil {
		return fmt.Errorf("Checkpoint: %w", err)
	}
	if state == nil {
		return errors.New("Checkpoint: the state is nil")
	}
	e, err := state.extra()
	if err != nil {
		return fmt.Errorf("Checkpoint: %w", err)
	}
	if err := saveFile(c.Path, c.run.Network, e); err != nil {
		return fmt.Errorf("Checkpoint: %w", err)
	}
	return nil
}

// FitEnd implements FitEnder.
func (c *Checkpoint) FitEnd(*History) {
	c.run = nil
	c.serving.end()
}

// LoadCheckpoint reads the network and the state of the run from a file written
// by a Checkpoint, for FitOptions.Resume. Like Load, it does not trust the
// file.
func LoadCheckpoint(path string, opts ...LoadOption) (Network, *TrainingState, error) {
	net, e, err := loadFrom("LoadCheckpoint", path, openFile, opts)
	if err != nil {
		return nil, nil, err
	}
	state, err := newTrainingState(net.(networkKind).base(), e)
	if err != nil {
		return nil, nil, fmt.Errorf("mlp: LoadCheckpoint: %s: %w", path, err)
	}
	return net, state, nil
}
