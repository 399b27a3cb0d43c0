package mlp

import (
	"bytes"
	"io"

	"example.com/mlp/internal/safetensors"
)

// Unfused makes net train and evaluate through the outputs of its last layer
// even if the loss has a form in terms of the logits.
func Unfused(net Network) {
	net.(interface{ unfuse() }).unfuse()
}

func (n *network) unfuse() { n.criterion = criterion{infer: n.outputs, eval: n.loss.Eval} }

// SplitRows is the split of FitOptions.ValidationSplit.
var SplitRows = splitRows

// LayerKinds is the table of the kinds that Load knows.
var LayerKinds = layerKinds

// ReplaceFile is the function with which SaveFile replaces a file.
var ReplaceFile = replaceFile

// SaveWith is Save with metadata and a vector in addition to the network.
func SaveWith(w io.Writer, net Network, metadata map[string]string, name string, values []float64) error {
	return save(w, net, extra{metadata, []safetensors.Tensor{safetensors.Float64Tensor(name, values, len(values))}})
}

// LoadWith is Load that also returns what SaveWith added to the network.
func LoadWith(r io.Reader) (net Network, metadata map[string]string, vectors map[string][]float64, err error) {
	net, e, err := load(r, nil)
	vectors = make(map[string][]float64)
	for _, t := range e.tensors {
		values := make([]float64, t.Len())
		if err := readTensor(&t, values); err != nil {
			return nil, nil, nil, err
		}
		vectors[t.Name] = values
	}
	return net, e.metadata, vectors, err
}

// MinimizeLBFGS returns where a minimization by LBFGS ends and the number of
// iterations, at most 1000.
func MinimizeLBFGS(o LBFGS, f func(g, x []float64) (float64, error), x []float64) (end []float64, iterations int, err error) {
	m := newMinimizer(o, len(x))
	copy(m.x, x)
	if m.loss, err = f(m.g, m.x); err != nil {
		return m.x, 0, err
	}
	for iterations < 1000 && err == nil {
		if err = m.iterate(f); err == nil {
			iterations++
		}
	}
	return m.x, iterations, err
}

// StateBytes returns the bits of what a Checkpoint saves of a state.
func StateBytes(s *TrainingState) ([]byte, error) {
	e, err := s.extra()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = safetensors.Write(&b, e.metadata, e.tensors)
	return b.Bytes(), err
}

// Overlap is the check that rejects a dst that overlaps x.
var Overlap = overlap

// ReadCheckpoint is LoadCheckpoint of a reader.
func ReadCheckpoint(r io.Reader) (Network, *TrainingState, error) {
	net, e, err := load(r, nil)
	if err != nil {
		return nil, nil, err
	}
	s, err := newTrainingState(net.(networkKind).base(), e)
	return net, s, err
}

// Digest is what Save writes as the digest of a file.
var Digest = digest

// Reloaded returns a state that has been saved with its network and loaded.
func Reloaded(net Network, s *TrainingState) (*TrainingState, error) {
	e, err := s.extra()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := save(&b, net, e); err != nil {
		return nil, err
	}
	_, again, err := ReadCheckpoint(&b)
	return again, err
}

// EvenBlock is evenBlock.
var EvenBlock = evenBlock
