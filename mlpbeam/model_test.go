package mlpbeam

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func TestModelIsLoadedOnce(t *testing.T) {
	_, file := newModel(t)
	cache := modelCache{loaded: make(map[string]*model)}
	name := "spied://" + file
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := cache.get(t.Context(), name); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantOneRead(t, name)
}

// A run that is canceled while it loads a model does not fail those that wait for it.
func TestModelOfCanceledRun(t *testing.T) {
	_, file := newModel(t)
	cache := modelCache{loaded: make(map[string]*model)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := cache.get(ctx, "spied://"+file)
	check(t, err)
}

func TestModelIsLoadedAgain(t *testing.T) {
	_, file := newModel(t)
	cache := modelCache{loaded: make(map[string]*model)}
	name := filepath.Join(t.TempDir(), "model.mlp")
	_, err := cache.get(t.Context(), name)
	wantError(t, err, name+": ")

	write(t, name, "no model")
	for range 2 {
		_, err = cache.get(t.Context(), name)
		wantError(t, err, name+": ")
	}
	if n := len(cache.loaded); n != 0 {
		t.Errorf("%d models are kept that could not be loaded", n)
	}

	write(t, name, string(read(t, file)))
	first, err := cache.get(t.Context(), name)
	check(t, err)
	same, err := cache.get(t.Context(), name)
	check(t, err)
	if same != first {
		t.Error("an unchanged file is loaded again")
	}
	later := time.Now().Add(time.Minute)
	check(t, os.Chtimes(name, later, later))
	second, err := cache.get(t.Context(), name)
	check(t, err)
	if second == first {
		t.Error("a file that has changed is not loaded again")
	}
}
