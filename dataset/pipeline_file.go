package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"example.com/mlp"
)

// preparationKey is where the metadata of a network has the JSON of the
// preparation.
const preparationKey = "dataset.preparation"

// Save writes the pipeline to w: the network as [mlp.Save] does, with the
// preparation in its metadata. LoadPipeline reads it; mlp.Load reads the
// network alone.
func (p *Pipeline) Save(w io.Writer) error {
	if err := p.checkSave(); err != nil {
		return fmt.Errorf("dataset: Pipeline.Save: %w", err)
	}
	if err := mlp.Save(w, p.network); err != nil {
		return fmt.Errorf("dataset: Pipeline.Save: %w", err)
	}
	return nil
}

// SaveFile saves the pipeline to a file, as [mlp.SaveFile] does: whatever
// happens meanwhile, path holds what it held before or the pipeline, whole.
func (p *Pipeline) SaveFile(path string) error {
	if err := p.checkSave(); err != nil {
		return fmt.Errorf("dataset: Pipeline.SaveFile: %w", err)
	}
	if err := mlp.SaveFile(path, p.network); err != nil {
		return fmt.Errorf("dataset: Pipeline.SaveFile: %w", err)
	}
	return nil
}

// checkSave returns an error if the network has come to belong to another
// preparation.
func (p *Pipeline) checkSave() error {
	if err := p.check(); err != nil {
		return err
	}
	text, err := p.preparation.MarshalText()
	if err != nil {
		return err
	}
	if p.network.Metadata()[preparationKey] != string(text) {
		return fmt.Errorf("the metadata %q of the network no longer are those of the pipeline", preparationKey)
	}
	return nil
}

// LoadPipeline reads a pipeline that Save, or [mlp.Save] with its network,
// wrote. It gives the same answers to the bit. Options are those of
// [mlp.Load].
//
// It trusts the file no more than mlp.Load does: it is an error if the
// preparation is missing or makes no sense, or if it does not fit the network.
func LoadPipeline(r io.Reader, opts ...mlp.LoadOption) (*Pipeline, error) {
	net, err := mlp.Load(r, opts...)
	if err != nil {
		return nil, fmt.Errorf("dataset: LoadPipeline: %w", err)
	}
	return loadedPipeline("LoadPipeline", net)
}

// LoadPipelineFile reads a pipeline from a file, as LoadPipeline does.
func LoadPipelineFile(path string, opts ...mlp.LoadOption) (*Pipeline, error) {
	net, err := mlp.LoadFile(path, opts...)
	if err != nil {
		return nil, fmt.Errorf("dataset: LoadPipelineFile: %w", err)
	}
	return loadedPipeline("LoadPipelineFile: "+path, net)
}

// LoadPipelineFS reads a pipeline from a file of fsys, as LoadPipeline does:
// from an embed.FS, for example.
func LoadPipelineFS(fsys fs.FS, name string, opts ...mlp.LoadOption) (*Pipeline, error) {
	net, err := mlp.LoadFS(fsys, name, opts...)
	if err != nil {
		return nil, fmt.Errorf("dataset: LoadPipelineFS: %w", err)
	}
	return loadedPipeline("LoadPipelineFS: "+name, net)
}

// loadedPipeline returns the pipeline of a network that was loaded.
func loadedPipeline(op string, net mlp.Network) (*Pipeline, error) {
	p, err := pipelineOf(net)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", op, err)
	}
	return p, nil
}

// pipelineOf returns the pipeline that a network belongs to.
func pipelineOf(net mlp.Network) (*Pipeline, error) {
	text, ok := net.Metadata()[preparationKey]
	if !ok {
		return nil, errors.New("the file has a network without a preparation")
	}
	preparation, err := unmarshalPreparation([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("metadata %s: %w", preparationKey, err)
	}
	return newPipeline(preparation, net)
}
