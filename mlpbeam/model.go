package mlpbeam

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"example.com/mlp/dataset"
)

// A model is a pipeline and the hash of the file that it is from.
type model struct {
	*dataset.Pipeline
	hash string
}

// errOtherModel is the error for a run that would answer with two models.
var errOtherModel = errors.New("the file of the model has changed since the run began, or is not the same on all workers")

// models has the models that this process has loaded, by their paths, since a DoFn
// has an instance for each bundle that runs. A file that has changed is loaded again,
// and so is one that could not be loaded.
var models = modelCache{loaded: make(map[string]*loadedModel)}

type modelCache struct {
	mu     sync.Mutex
	loaded map[string]*loadedModel
}

type loadedModel struct {
	version version
	load    func() (*model, error) // once
}

// get returns the model in the file.
func (c *modelCache) get(ctx context.Context, path string) (*model, error) {
	m, err := c.find(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func (c *modelCache) find(ctx context.Context, path string) (*model, error) {
	fs, err := filesystem.New(ctx, path)
	if err != nil {
		return nil, err
	}
	defer fs.Close()
	v, err := versionOf(ctx, fs, path)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	l := c.loaded[path]
	if l == nil || l.version != v {
		ctx := context.WithoutCancel(ctx) // other runs may wait for it
		l = &loadedModel{v, sync.OnceValues(func() (*model, error) { return loadModel(ctx, fs, path) })}
		c.loaded[path] = l
	}
	c.mu.Unlock()
	m, err := l.load()
	if err != nil {
		c.forget(path, l)
	}
	return m, err
}

func (c *modelCache) forget(path string, l *loadedModel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loaded[path] == l {
		delete(c.loaded, path)
	}
}

func loadModel(ctx context.Context, fs filesystem.Interface, path string) (*model, error) {
	file, err := fs.OpenRead(ctx, path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	hash := sha256.New()
	r := io.TeeReader(file, hash)
	p, err := dataset.LoadPipeline(r)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	return &model{p, fmt.Sprintf("%x", hash.Sum(nil))}, nil
}

// A version tells states of a file apart.
type version struct {
	size     int64
	modified time.Time // zero where the file system does not say
}

func versionOf(ctx context.Context, fs filesystem.Interface, path string) (v version, err error) {
	if v.size, err = fs.Size(ctx, path); err != nil {
		return v, err
	}
	if fs, ok := fs.(filesystem.LastModifiedGetter); ok {
		v.modified, err = fs.LastModified(ctx, path)
	}
	return v, err
}
