package onnx

import (
	"encoding/json"
	"fmt"

	"example.com/mlp"
	"example.com/mlp/internal/strictjson"
)

// The keys of the metadata for names, which are JSON lists of strings.
const (
	classesKey  = "mlp.classes"
	featuresKey = "mlp.features"
)

// namesOf returns the metadata of the names that a network has.
func namesOf(net mlp.Network) map[string]string {
	lists := map[string][]string{featuresKey: net.FeatureNames()}
	if c, ok := net.(interface{ ClassNames() []string }); ok {
		lists[classesKey] = c.ClassNames()
	}
	metadata := make(map[string]string)
	for key, names := range lists {
		if names != nil {
			text, _ := json.Marshal(names) // never fails
			metadata[key] = string(text)
		}
	}
	return metadata
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
	if classes != nil && loss.Task() != mlp.Regression {
		opts = append(opts, mlp.WithClasses(classes...))
	}
	if features != nil {
		opts = append(opts, mlp.WithFeatures(features...))
	}
	return opts, nil
}
