package mlp

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/safetensors"
	"example.com/mlp/internal/strictjson"
)

// The tensors of a TrainingState beside those of its parameters, which are
// "layers.0.weight.value" with an average, "layers.0.weight.slot0" and so on.
const (
	metaRun         = "run"
	epochsTensor    = "epochs"    // a row of epochNumbers for each
	callbacksPrefix = "callback." // of bytes
	partialTensor   = "partial"   // of bytes, where there is one
	valueSuffix     = ".value"
	slotSuffix      = ".slot"
)

func slotName(param string, i int) string { return param + ".slot" + strconv.Itoa(i) }

// savedRun is the metadata of a TrainingState in a file, as JSON. The seed of
// the network and, without averages, the values of the parameters are those of
// the network beside it, and so is the generator of a run without a seed of its
// own.
type savedRun struct {
	Rows       int    `json:"rows"`
	Steps      int    `json:"steps"`
	EpochSteps int    `json:"epoch_steps"`
	Optimizer  string `json:"optimizer"`
	Callbacks  int    `json:"callbacks"`

	Seed      uint64            `json:"seed,omitempty"`      // FitOptions.Seed
	Generator string            `json:"generator,omitempty"` // with a Seed, in hexadecimal digits
	Groups    map[string]string `json:"groups,omitempty"`    // ParamState.Group by name, where there is one
}

// extra returns the state as it is saved beside the network.
func (s *TrainingState) extra() (extra, error) {
	run := savedRun{Rows: s.Rows, Steps: s.Steps, EpochSteps: s.EpochSteps, Optimizer: s.Optimizer, Callbacks: len(s.Callbacks), Seed: s.RunSeed}
	if s.RunSeed != 0 {
		run.Generator = hex.EncodeToString(s.Generator)
	}
	epochs := make([]float64, 0, len(s.Epochs)*epochNumbers)
	for i := range s.Epochs {
		epochs = append(epochs, s.Epochs[i].numbers()...)
	}
	tensors := []safetensors.Tensor{safetensors.Float64Tensor(epochsTensor, epochs, len(s.Epochs), epochNumbers)}
	add := func(name string, values []float64) error {
		tensors = append(tensors, safetensors.Float64Tensor(name, values, len(values)))
		return checkTensor(name, values)
	}
	for _, p := range s.Params {
		if p.Group != "" {
			if run.Groups == nil {
				run.Groups = make(map[string]string)
			}
			run.Groups[p.Name] = p.Group
		}
		if p.Average != nil {
			if err := add(p.Name+valueSuffix, p.Value); err != nil {
				return extra{}, err
			}
		}
		for i, slot := range p.Slots {
			if err := add(slotName(p.Name, i), slot); err != nil {
				return extra{}, err
			}
		}
	}
	for i, b := range s.Callbacks {
		tensors = append(tensors, bytesTensor(callbacksPrefix+strconv.Itoa(i), b))
	}
	if s.Partial != nil {
		tensors = append(tensors, bytesTensor(partialTensor, s.Partial))
	}
	text, err := json.Marshal(run)
	return extra{map[string]string{metaRun: string(text)}, tensors}, err
}

func bytesTensor(name string, b []byte) safetensors.Tensor {
	return safetensors.Tensor{Name: name, DType: "U8", Shape: []int{len(b)}, Data: b}
}

// newTrainingState returns the state that extra has made, for the network
// beside it.
func newTrainingState(n *network, e extra) (*TrainingState, error) {
	text, ok := e.metadata[metaRun]
	if !ok {
		return nil, errors.New("the file has a network, but no state of a run")
	}
	var run savedRun
	if err := strictjson.Unmarshal(text, &run, 2); err != nil {
		return nil, fmt.Errorf("metadata %s: %w", extraPrefix+metaRun, err)
	}
	s := &TrainingState{Seed: n.seed, RunSeed: run.Seed, Rows: run.Rows, Steps: run.Steps, EpochSteps: run.EpochSteps, Optimizer: run.Optimizer}
	var err error
	if s.RunSeed != 0 {
		s.Generator, err = hex.DecodeString(run.Generator)
	} else {
		s.Generator, err = n.pcg.MarshalBinary()
	}
	if err != nil {
		return nil, err
	}
	r := make(stateReader)
	for i := range e.tensors {
		r[e.tensors[i].Name] = &e.tensors[i]
	}
	if s.Epochs, err = r.epochs(); err != nil {
		return nil, err
	}
	if s.Params, err = r.params(n.layers); err != nil {
		return nil, err
	}
	for i := range s.Params {
		p := &s.Params[i]
		p.Group = run.Groups[p.Name]
		delete(run.Groups, p.Name)
	}
	for name := range run.Groups {
		return nil, fmt.Errorf("metadata %s: a group for %s, which the network does not have", extraPrefix+metaRun, quote.Text(name))
	}
	if s.Callbacks, err = r.callbacks(run.Callbacks); err != nil {
		return nil, err
	}
	if t := r[partialTensor]; t != nil {
		s.Partial = append([]byte{}, t.Data...)
		delete(r, partialTensor)
	}
	for name := range r {
		return nil, fmt.Errorf("tensor %s does not belong to the state", quote.Text(extraPrefix+name))
	}
	return s, nil
}

// stateReader takes the parts of a TrainingState from tensors: those that have
// not been used yet, by name.
type stateReader map[string]*safetensors.Tensor

// take returns a tensor that has not been used yet.
func (r stateReader) take(name string) (*safetensors.Tensor, error) {
	t, ok := r[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %s", quote.Text(extraPrefix+name))
	}
	delete(r, name)
	return t, nil
}

// numbers returns the numbers of a tensor.
func (r stateReader) numbers(name string) ([]float64, error) {
	t, err := r.take(name)
	if err != nil {
		return nil, err
	}
	values := make([]float64, t.Len())
	return values, t.Float64s(values)
}

// vector returns the finite numbers of a tensor.
func (r stateReader) vector(name string) ([]float64, error) {
	values, err := r.numbers(name)
	return values, cmp.Or(err, checkTensor(name, values))
}

func (r stateReader) epochs() ([]Epoch, error) {
	values, err := r.numbers(epochsTensor)
	if err != nil {
		return nil, err
	}
	if len(values)%epochNumbers != 0 {
		return nil, fmt.Errorf("tensor %q has %d numbers, want %d for each epoch", extraPrefix+epochsTensor, len(values), epochNumbers)
	}
	epochs := make([]Epoch, len(values)/epochNumbers)
	for i := range epochs {
		n := values[i*epochNumbers:][:epochNumbers]
		if number, duration := n[0], n[8]; number != float64(i+1) || !(duration >= 0 && duration < 1<<63) {
			return nil, fmt.Errorf("epoch %d of tensor %q has number %g and lasts %g ns", i+1, extraPrefix+epochsTensor, number, duration)
		}
		epochs[i] = epochOf(n)
	}
	return epochs, nil
}

func (r stateReader) params(layers []Layer) (params []ParamState, err error) {
	for i, l := range layers {
		for _, p := range l.Params() {
			s := ParamState{Name: paramName(i, p), Value: slices.Clone(p.Value.RawMatrix().Data)}
			if r[s.Name+valueSuffix] != nil {
				s.Average = s.Value
				if s.Value, err = r.vector(s.Name + valueSuffix); err != nil {
					return nil, err
				}
			}
			for r[slotName(s.Name, len(s.Slots))] != nil {
				slot, err := r.vector(slotName(s.Name, len(s.Slots)))
				if err != nil {
					return nil, err
				}
				s.Slots = append(s.Slots, slot)
			}
			params = append(params, s)
		}
	}
	return params, nil
}

func (r stateReader) callbacks(n int) ([][]byte, error) {
	var states [][]byte
	for i := range n {
		t, err := r.take(callbacksPrefix + strconv.Itoa(i))
		if err != nil {
			return nil, err
		}
		states = append(states, t.Data)
	}
	return states, nil
}

// epochNumbers is how many numbers an Epoch is saved as.
const epochNumbers = 9

func (e *Epoch) numbers() []float64 {
	var validated float64
	var v Scores
	if e.Validation != nil {
		validated, v = 1, *e.Validation
	}
	return []float64{
		float64(e.Number), e.Train.Loss, e.Train.Score, validated, v.Loss, v.Score,
		e.LearningRate, e.GradientNorm, float64(e.Duration),
	}
}

// epochOf returns the Epoch of such numbers.
func epochOf(n []float64) Epoch {
	e := Epoch{Number: int(n[0]), Train: Scores{n[1], n[2]}, LearningRate: n[6], GradientNorm: n[7], Duration: time.Duration(n[8])}
	if n[3] != 0 {
		e.Validation = &Scores{n[4], n[5]}
	}
	return e
}
