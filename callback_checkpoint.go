package mlp

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// A Checkpoint is a Callback that saves the network and the state of the run to
// a file, so that a run that has ended, for whatever reason, can continue in
// another process with the same bits:
//
//	net, state, err := mlp.LoadCheckpoint("run.safetensors")
//	...
//	net.Fit(ctx, x, y, mlp.FitOptions{Resume: state, ...})
//
// Steps and Interval save within an epoch, too. The run then continues there with
// the same bits: it goes through the batches of the epoch so far without training
// on them, and an error says if they are not those that were trained on.
//
// The file is that of SaveFile, replaced atomically in the same way, with the
// state added to the network. Load reads only the network.
//
// A Checkpoint may be used for one run after another, but not for two at once.
type Checkpoint struct {
	Path  string // of the file
	Every int    // epochs between checkpoints; 0 means 1. The last of FitOptions.Epochs is always saved

	Steps    int           // steps between checkpoints within an epoch; 0 means none
	Interval time.Duration // time after which the next step is a checkpoint; 0 means none

	run     *Run
	saved   time.Time // the last time
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
	if err := cmp.Or(checkCount("Checkpoint.Every", c.Every), checkCount("Checkpoint.Steps", c.Steps)); err != nil {
		return err
	}
	if c.Interval < 0 {
		return fmt.Errorf("Checkpoint.Interval is %v, want at least 0", c.Interval)
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
	c.run, c.saved = r, time.Now()
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
	if err := c.checkTake(take); err != nil {
		return err
	}
	if epoch%max(1, c.Every) != 0 && epoch != c.run.Epochs {
		return nil
	}
	return c.save(take)
}

// CheckpointStep implements StepCheckpointer.
func (c *Checkpoint) CheckpointStep(b *Batch, take func() (*TrainingState, error)) error {
	if err := c.checkTake(take); err != nil {
		return err
	}
	if b == nil {
		return errors.New("Checkpoint: the batch is nil")
	}
	due := c.Steps > 0 && b.Step%c.Steps == 0 || c.Interval > 0 && time.Since(c.saved) >= c.Interval
	if !due {
		return nil
	}
	return c.save(take)
}

// withinEpochs reports whether c saves within epochs.
func (c *Checkpoint) withinEpochs() bool { return c.Steps > 0 || c.Interval > 0 }

// checkTake returns an error unless a run has begun, of which take is.
func (c *Checkpoint) checkTake(take func() (*TrainingState, error)) error {
	if err := c.check(); err != nil {
		return err
	}
	if take == nil {
		return errors.New("Checkpoint: nothing to take the state with")
	}
	return nil
}

// save saves the network and the state that take returns.
func (c *Checkpoint) save(take func() (*TrainingState, error)) error {
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
	c.saved = time.Now()
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
