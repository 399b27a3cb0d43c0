package mlpbeam

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"

	"example.com/mlp/dataset"
)

// models has the pipelines that this process has loaded, by their paths, since a
// DoFn has an instance for each bundle that runs. A file that has changed is loaded
// again, and so is one that could not be loaded.
var models = modelCache{loaded: make(map[string]*model)}

type modelCache struct {
	mu     sync.Mutex
	loaded map[string]*model
}

type model struct {
	version version
	load    func() (*dataset.Pipeline, error) // once
}

// get returns the pipeline in the file.
func (c *modelCache) get(ctx context.Context, path string) (*dataset.Pipeline, error) {
	p, err := c.find(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func (c *modelCache) find(ctx context.Context, path string) (*dataset.Pipeline, error) {
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
	m := c.loaded[path]
	if m == nil || m.version != v {
		ctx := context.WithoutCancel(ctx) // other runs may wait for it
		m = &model{v, sync.OnceValues(func() (*dataset.Pipeline, error) { return loadModel(ctx, fs, path) })}
		c.loaded[path] = m
	}
	c.mu.Unlock()
	p, err := m.load()
	if err != nil {
		c.forget(path, m)
	}
	return p, err
}

func (c *modelCache) forget(path string, m *model) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loaded[path] == m {
		delete(c.loaded, path)
	}
}

func loadModel(ctx context.Context, fs filesystem.Interface, path string) (*dataset.Pipeline, error) {
	r, err := fs.OpenRead(ctx, path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return dataset.LoadPipeline(r)
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
