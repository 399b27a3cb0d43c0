package mlpbeam

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"example.com/mlp/dataset"
)

func TestModelIsLoadedOnce(t *testing.T) {
	_, file := newModel(t)
	cache := modelCache{loaded: make(map[string]*loadedModel)}
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
	cache := modelCache{loaded: make(map[string]*loadedModel)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := cache.get(ctx, "spied://"+file)
	check(t, err)
}

func TestModelIsLoadedAgain(t *testing.T) {
	_, file := newModel(t)
	cache := modelCache{loaded: make(map[string]*loadedModel)}
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
	if second.hash != first.hash {
		t.Error("the same bytes are another model")
	}
}

// A run does not answer with two models.
func TestModelChangesDuringRun(t *testing.T) {
	_, file := newModel(t)
	first, err := models.get(t.Context(), file)
	check(t, err)
	other, err := dataset.LoadPipeline(bytes.NewReader(read(t, file)))
	check(t, err)
	other.Network().Layers()[0].Params()[0].Value.Set(0, 0, 7)
	check(t, other.SaveFile(file))
	later := time.Now().Add(time.Minute)
	check(t, os.Chtimes(file, later, later))

	out := filepath.Join(t.TempDir(), "x")
	fn := &scoreFileFn{Model: file}
	check(t, fn.Setup(t.Context()))
	err = fn.ProcessElement(t.Context(), scoreJob{"x", out, first.hash}, nil, nil)
	wantError(t, err, "mlpbeam: ScoreFiles: "+file+": "+errOtherModel.Error())
	if _, err := os.Stat(out); err == nil {
		t.Error("it has written a file")
	}

	for _, c := range []struct {
		hashes []string
		one    bool
	}{{nil, true}, {[]string{first.hash, first.hash}, true}, {[]string{first.hash, first.hash, fn.scorer.hash}, false}} {
		err := (&oneModelFn{file}).ProcessElement(nil, func(hash *string) bool {
			if len(c.hashes) == 0 {
				return false
			}
			*hash, c.hashes = c.hashes[0], c.hashes[1:]
			return true
		})
		if c.one {
			check(t, err)
		} else {
			wantError(t, err, "mlpbeam: Score: "+file+": "+errOtherModel.Error())
		}
	}
}
