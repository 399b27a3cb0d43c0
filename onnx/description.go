package onnx

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/safetensors"
)

// savedLayersKey is where mlp.Save has the description of the layers, and
// savedDigestKey its digest of the file.
const (
	savedLayersKey = "layers"
	savedDigestKey = "mlp.digest"
)

// descriptionOf returns what mlp.Save writes of layers, without their parameters.
func descriptionOf(layers []mlp.Layer) (string, error) {
	metadata, err := savedMetadata(layers)
	return metadata[savedLayersKey], err
}

// savedMetadata returns the metadata that mlp.Save writes of a network with these
// layers. A regression can have any.
func savedMetadata(layers []mlp.Layer) (map[string]string, error) {
	net, err := mlp.Model(layers, mlp.MeanSquaredError)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := mlp.Save(&b, net); err != nil {
		return nil, err
	}
	file, err := safetensors.Read(&b)
	if err != nil {
		return nil, err
	}
	return file.Metadata, nil
}

// layersFrom returns the layers of a description, with these parameters. It is
// mlp.Load that makes them, of a file like those of mlp.Save: it trusts neither
// of them, and takes no more memory than they do.
func layersFrom(description string, params []safetensors.Tensor) ([]mlp.Layer, error) {
	metadata, err := savedMetadata([]mlp.Layer{mlp.ActivationLayer(1, mlp.Identity)})
	if err != nil {
		return nil, err
	}
	metadata[savedLayersKey] = description
	delete(metadata, savedDigestKey)
	var b bytes.Buffer
	if err := safetensors.Write(&b, metadata, params); err != nil {
		return nil, err
	}
	net, err := mlp.Load(&b)
	if err != nil {
		return nil, err
	}
	return net.Layers(), nil
}

// described returns the layers that the metadata of a model describe. Its graph
// must be what Export writes of them, so that what Import answers is what a
// runtime does: whoever changes the graph has to remove the description.
func (imp *importer) described(m *model) ([]mlp.Layer, error) {
	if m.graph == nil {
		return nil, errNoGraph
	}
	if imp.Output != "" && imp.Output != outputName {
		return nil, fmt.Errorf("the graph has no output %s, its output is %s", quote.Text(imp.Output), quote.Text(outputName))
	}
	params, err := imp.params(m.graph.initializers)
	if err != nil {
		return nil, err
	}
	layers, err := layersFrom(m.metadata[layersKey], params)
	if err != nil {
		return nil, err
	}
	if err := imp.spendLayers(layers); err != nil {
		return nil, err
	}
	end, err := imp.ending(m.graph)
	if err != nil {
		return nil, err
	}
	if err := checkWritten(m, layers, end); err != nil {
		return nil, err
	}
	imp.counts, imp.targets = end.counts, end.targets
	if end.targets == nil {
		return layers, nil
	}
	undo, err := imp.undo(end.targets)
	return append(layers, undo...), err
}

// checkWritten returns an error unless a model has the graph that Export writes of
// these layers and this ending.
func checkWritten(m *model, layers []mlp.Layer, end ending) error {
	elem := typeFloat
	if in := m.graph.inputs; len(in) > 0 && in[0].elem == typeDouble {
		elem = typeDouble
	}
	want, _, err := modelOf(layers, end, elem)
	if err != nil {
		return err
	}
	if err := sameModel(m, want); err != nil {
		return fmt.Errorf("the graph is not that of these layers: %w", err)
	}
	return nil
}

// params returns the parameters of layers among the initializers. The last axis
// is that of the columns.
func (imp *importer) params(initializers []*tensor) ([]safetensors.Tensor, error) {
	var params []safetensors.Tensor
	for _, t := range initializers {
		if !strings.HasPrefix(t.name, layersPrefix+".") {
			continue
		}
		v, err := imp.numbers(&constant{tensor: t})
		if err != nil {
			return nil, err
		}
		cols := 1
		if len(t.dims) > 0 {
			cols = int(t.dims[len(t.dims)-1])
		}
		params = append(params, safetensors.Float64Tensor(t.name, v, len(v)/cols, cols))
	}
	return params, nil
}

// spendLayers is spend for the columns of layers and of those inside them.
func (imp *importer) spendLayers(layers []mlp.Layer) error {
	for _, l := range layers {
		inputs, units := l.Dims()
		if err := cmp.Or(imp.spend(inputs), imp.spend(units)); err != nil {
			return err
		}
		if d, ok := l.(mlp.Describer); ok {
			if err := imp.spendLayers(d.Describe().Layers); err != nil {
				return err
			}
		}
	}
	return nil
}

// ending returns what a graph has behind the last layer if Export has written it.
func (imp *importer) ending(g *graphProto) (end ending, err error) {
	if n := len(g.nodes); n > 0 {
		end.counts = g.nodes[n-1].op == "Exp" // which no activation is
	}
	var rows [2][]float64
	for i, name := range []string{"mean", "std"} {
		for _, t := range g.initializers {
			if t.name == targetsPrefix+"."+name {
				if rows[i], err = imp.numbers(&constant{tensor: t}); err != nil {
					return end, err
				}
			}
		}
	}
	mean, std := rows[0], rows[1]
	if mean == nil && std == nil {
		return end, nil
	}
	end.targets = mlp.NewNormalization(len(mean))
	if err := end.targets.Set(mean, std); err != nil {
		return end, fmt.Errorf("%s: %w", targetsPrefix, err)
	}
	return end, nil
}

// undo returns the layer that undoes the scaling of targets, as a rule gives it.
func (imp *importer) undo(targets *mlp.Normalization) ([]mlp.Layer, error) {
	params := targets.Params()
	return sum.layers(imp, params[0].Value.RawRowView(0), params[1].Value.RawRowView(0))
}
