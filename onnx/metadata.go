package onnx

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"example.com/mlp"
	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/strictjson"
)

// The keys of the metadata. Names are JSON lists of strings, the layers what
// mlp.Save writes of them.
const (
	metadataPrefix = "mlp."

	lossKey      = metadataPrefix + "loss"
	thresholdKey = metadataPrefix + "threshold"
	classesKey   = metadataPrefix + "classes"
	featuresKey  = metadataPrefix + "features"
	layersKey    = metadataPrefix + "layers"
)

// A thresholder is a network with a threshold.
type thresholder interface {
	Threshold() float64
	SetThreshold(p float64) error
}

// metadataOf returns what the metadata say of a network.
func metadataOf(net mlp.Network) map[string]string {
	metadata := map[string]string{lossKey: net.Loss().Name()}
	if b, ok := net.(thresholder); ok {
		metadata[thresholdKey] = strconv.FormatFloat(b.Threshold(), 'g', -1, 64)
	}
	lists := map[string][]string{featuresKey: net.FeatureNames()}
	if c, ok := net.(interface{ ClassNames() []string }); ok {
		lists[classesKey] = c.ClassNames()
	}
	for key, names := range lists {
		if names != nil {
			text, _ := json.Marshal(names) // never fails
			metadata[key] = string(text)
		}
	}
	return metadata
}

// lossOf returns the loss that the metadata name, nil if they name none.
func lossOf(metadata map[string]string) (mlp.Loss, error) {
	name, ok := metadata[lossKey]
	if !ok {
		return nil, nil
	}
	loss, err := mlp.LossByName(name)
	if err != nil {
		return nil, fmt.Errorf("metadata %s: package mlp has no loss %s: choose one by ImportOptions.Loss", lossKey, quote.Text(name))
	}
	return loss, nil
}

// names returns the options for the names in the file.
func (imp *importer) names(metadata map[string]string, loss mlp.Loss) (opts []mlp.ModelOption, err error) {
	classes, features := imp.classes, []string(nil)
	for key, names := range map[string]*[]string{classesKey: &classes, featuresKey: &features} {
		if text, ok := metadata[key]; ok {
			if err := strictjson.Unmarshal(text, names, 1); err != nil {
				return nil, fmt.Errorf("metadata %s: %w", key, err)
			}
		}
	}
	if classes != nil && slices.Contains([]mlp.Task{mlp.Binary, mlp.Multiclass, mlp.Margin}, loss.Task()) {
		opts = append(opts, mlp.WithClasses(classes...))
	}
	if features != nil {
		opts = append(opts, mlp.WithFeatures(features...))
	}
	return opts, nil
}

// setThreshold gives a network the threshold in the metadata, if that is one of
// the task it has in the file.
func setThreshold(net mlp.Network, metadata map[string]string) error {
	text, ok := metadata[thresholdKey]
	b, takes := net.(thresholder)
	if !ok || !takes {
		return nil
	}
	if loss, err := lossOf(metadata); err == nil && loss != nil && loss.Task() != net.Loss().Task() {
		return nil // chosen by the options
	}
	threshold, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("metadata %s: %s is no number", thresholdKey, quote.Text(text))
	}
	if err := b.SetThreshold(threshold); err != nil {
		return fmt.Errorf("metadata %s: %w", thresholdKey, err)
	}
	return nil
}
