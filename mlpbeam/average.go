package mlpbeam

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"example.com/mlp"
	"example.com/mlp/internal/matrix"
)

// A Part says what a Shard trains on.
type Part struct {
	Shard, Round int // from 0

	// Seed is another one for each shard and round, for FitOptions.Seed: with the
	// same one, all would draw the same random numbers.
	Seed uint64
}

// A Shard trains a network on the part of the rows that one worker has. It is a
// type with exported fields, such as names of files, which go to the workers as
// JSON.
type Shard interface {
	// Fit trains net, which the other shards began with as well, and returns the
	// number of rows it was trained on. The same part should give the same bits.
	Fit(ctx context.Context, net mlp.Network, part Part) (rows int, err error)
}

// RegisterShard tells Beam of a type that is passed to [Average]. Call it in an init
// of the program, which the workers run too.
func RegisterShard[T Shard]() { beam.RegisterDoFn(reflect.TypeFor[fitFn[T]]()) }

func init() {
	beam.RegisterType(reflect.TypeFor[trained]())
	beam.RegisterDoFn(reflect.TypeFor[averageFn]())
}

// Average trains a network on so many shards by rounds of local training: in each,
// every shard trains a copy, and [mlp.Average], with the numbers of rows as weights,
// makes one network of these, with which the next round begins (McDonald, Hall,
// Mann, Distributed Training Strategies for the Structured Perceptron, 2010; Stich,
// Local SGD Converges Fast and Communicates Little, 2019). The rounds are one
// pipeline. The states of optimizers begin anew in each.
//
// It returns a PCollection<[]byte> for each round, with one element, the file of the
// network after it, which [mlp.Load] reads. They are the same as those of a loop over
// rounds and shards.
func Average[T Shard](s beam.Scope, train T, shards, rounds int, net mlp.Network) (after []beam.PCollection, err error) {
	err = construct("Average", s, func(s beam.Scope) error {
		switch {
		case shards < 1:
			return fmt.Errorf("%d shards, want at least 1", shards)
		case rounds < 1:
			return fmt.Errorf("%d rounds, want at least 1", rounds)
		case matrix.IsNil(net):
			return errors.New("the network is nil")
		}
		if err := checkSent[fitFn[T]](train, "RegisterShard"); err != nil {
			return err
		}
		var file bytes.Buffer
		if err := mlp.Save(&file, net); err != nil {
			return err
		}
		numbers := make([]int, shards)
		for i := range numbers {
			numbers[i] = i
		}
		parts := beam.Reshuffle(s, beam.CreateList(s, numbers)) // else all are one bundle
		state := beam.CreateList(s, [][]byte{file.Bytes()})
		for round := range rounds {
			s := s.Scope(fmt.Sprintf("round %d", round))
			fn := &fitFn[T]{Train: train, Round: round, Seed: net.Seed()}
			local := beam.ParDo(s, fn, parts, beam.SideInput{Input: state})
			state = beam.ParDo(s, &averageFn{shards}, beam.Impulse(s), beam.SideInput{Input: local})
			after = append(after, state)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return after, nil
}

// trained is the network of a shard.
type trained struct {
	Shard, Rows int
	File        []byte
}

type fitFn[T Shard] struct {
	Train T
	Round int
	Seed  uint64
}

func (f *fitFn[T]) ProcessElement(ctx context.Context, shard int, file []byte) (trained, error) {
	t, err := f.fit(ctx, shard, file)
	if err != nil {
		return trained{}, fmt.Errorf("mlpbeam: Average: round %d, shard %d: %w", f.Round, shard, err)
	}
	return t, nil
}

func (f *fitFn[T]) fit(ctx context.Context, shard int, file []byte) (t trained, err error) {
	net, err := mlp.Load(bytes.NewReader(file))
	if err != nil {
		return t, err
	}
	rows, err := f.Train.Fit(ctx, net, Part{shard, f.Round, f.seed(shard)})
	if err != nil {
		return t, err
	}
	if rows < 0 {
		return t, fmt.Errorf("it was trained on %d rows", rows)
	}
	var out bytes.Buffer
	if err := mlp.Save(&out, net); err != nil {
		return t, err
	}
	return trained{shard, rows, out.Bytes()}, nil
}

// seed returns another seed for each round and shard.
func (f *fitFn[T]) seed(shard int) uint64 {
	return rand.New(rand.NewPCG(f.Seed, uint64(f.Round)<<32|uint64(shard))).Uint64()
}

// averageFn is no CombineFn: one adds in the order in which shards end, and so has
// other last bits in each run. Here the order is that of the shards.
type averageFn struct{ Shards int }

func (f *averageFn) ProcessElement(_ []byte, next func(*trained) bool) ([]byte, error) {
	file, err := f.average(next)
	if err != nil {
		return nil, fmt.Errorf("mlpbeam: Average: %w", err)
	}
	return file, nil
}

func (f *averageFn) average(next func(*trained) bool) ([]byte, error) {
	var all []trained
	for t := (trained{}); next(&t); t = (trained{}) {
		all = append(all, t)
	}
	if len(all) != f.Shards {
		return nil, fmt.Errorf("%d of %d shards are there", len(all), f.Shards)
	}
	slices.SortFunc(all, func(a, b trained) int { return cmp.Compare(a.Shard, b.Shard) })
	members, rows := make([]mlp.Network, len(all)), make([]float64, len(all))
	for i, t := range all {
		net, err := mlp.Load(bytes.NewReader(t.File))
		if err != nil {
			return nil, fmt.Errorf("shard %d: %w", t.Shard, err)
		}
		members[i], rows[i] = net, float64(t.Rows)
	}
	mean, err := mlp.Average(members, rows)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	err = mlp.Save(&file, mean)
	return file.Bytes(), err
}
