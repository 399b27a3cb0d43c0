package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// number is a number of index.json.
type number struct {
	value float64
	exact bool
}

func (n *number) UnmarshalJSON(b []byte) error {
	n.exact = true
	switch s := string(b); s {
	case `"NaN"`:
		n.value = math.NaN()
	case `"Infinity"`:
		n.value = math.Inf(1)
	case `"-Infinity"`:
		n.value = math.Inf(-1)
	case "true":
		n.value = 1
	case "false":
		n.value = 0
	default:
		n.exact = !strings.HasPrefix(strings.TrimPrefix(s, "-"), "9223372036854775") // of i64
		return json.Unmarshal(b, &n.value)
	}
	return nil
}

// index describes the files of testdata.
type index map[string]struct {
	Tensors map[string]struct {
		DType  string
		Shape  []int
		Values []number
	}
}

func readIndex(t testing.TB) index {
	t.Helper()
	b, err := os.ReadFile("testdata/index.json")
	if err != nil {
		t.Fatal(err)
	}
	var files index
	if err := json.Unmarshal(b, &files); err != nil {
		t.Fatal(err)
	}
	return files
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGoodFiles(t *testing.T) {
	good := 0
	for name, want := range readIndex(t) {
		if strings.HasPrefix(name, "bad/") {
			continue
		}
		good++
		f, err := Read(iotest.HalfReader(bytes.NewReader(readFile(t, name))))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(f.Tensors) != len(want.Tensors) {
			t.Errorf("%s: %d tensors, want %d", name, len(f.Tensors), len(want.Tensors))
		}
		for _, tensor := range f.Tensors {
			w, ok := want.Tensors[tensor.Name]
			if !ok || tensor.DType != w.DType || len(tensor.Shape) != len(w.Shape) || tensor.Len() != len(w.Values) {
				t.Errorf("%s: %q is %s of shape %d with %d entries, want %v", name, tensor.Name, tensor.DType, tensor.Shape, tensor.Len(), w)
				continue
			}
			got := make([]float64, tensor.Len())
			err := tensor.Float64s(got)
			for i, v := range w.Values {
				switch {
				case !v.exact:
					if err == nil {
						t.Errorf("%s: %q: no error for an integer that float64 does not have", name, tensor.Name)
					}
				case err != nil:
				case math.Float64bits(got[i]) != math.Float64bits(v.value) && !(math.IsNaN(got[i]) && math.IsNaN(v.value)):
					t.Errorf("%s: %q[%d] is %v, want %v", name, tensor.Name, i, got[i], v.value)
				}
			}
			if err != nil && tensor.DType != "I64" {
				t.Errorf("%s: %v", name, err)
			}
			for i := range w.Shape {
				if tensor.Shape[i] != w.Shape[i] {
					t.Errorf("%s: %q has shape %d, want %d", name, tensor.Name, tensor.Shape, w.Shape)
				}
			}
		}
	}
	if good != 10 {
		t.Errorf("%d good files, want 10", good)
	}
}

// allocated returns the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestBadFiles(t *testing.T) {
	bad := 0
	for name := range readIndex(t) {
		if !strings.HasPrefix(name, "bad/") {
			continue
		}
		bad++
		b := readFile(t, name)
		if n := allocated(func() {
			if f, err := Read(bytes.NewReader(b)); err == nil {
				t.Errorf("%s: read as %v", name, f)
			}
		}); n > 1<<20 {
			t.Errorf("%s: %d bytes allocated", name, n)
		}
	}
	if bad != 49 {
		t.Errorf("%d bad files, want 49", bad)
	}
}

// file returns a file with the given header and data.
func file(header, data string) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

func TestErrors(t *testing.T) {
	for want, b := range map[string][]byte{
		"length of the header: unexpected EOF": nil,
		"not a safetensors file: the header has 18446744073709551615 bytes, at most 100000000 are allowed": bytes.Repeat([]byte{255}, 8),
		"header: unexpected EOF":                                                  file("{}   ", "")[:12],
		`the header does not begin with "{"`:                                      file("", ""),
		"header: data after the end":                                              file("{}{}", ""),
		"data after the last tensor":                                              file("{}", "x"),
		`header: "a" is there twice`:                                              file(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{}}`, ""),
		`header: tensor "a": no dtype`:                                            file(`{"a":{"shape":[]}}`, ""),
		`header: tensor "a": no shape`:                                            file(`{"a":{"dtype":"U8"}}`, ""),
		`header: tensor "a": no data_offsets`:                                     file(`{"a":{"dtype":"U8","shape":[]}}`, ""),
		`header: tensor "a": data_offsets are 3 numbers, want a begin and an end`: file(`{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1,1]}}`, "x"),
		`header: tensor "a": unknown field "DType"`:                               file(`{"a":{"DType":"U8"}}`, ""),
		`header: tensor "a": unknown field "Shape"`:                               file(`{"a":{"dtype":"U8","shape":[],"Shape":[]}}`, ""),
		`header: tensor "a": shape [-1] has an axis of negative length`:           file(`{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}`, ""),
		`header: tensor "a": a shape of 65 axes, at most 64 are supported`:        file(`{"a":{"dtype":"U8","shape":[1`+strings.Repeat(",1", 64)+`],"data_offsets":[0,1]}}`, "x"),
		`header: __metadata__: "k": 1, want a string`:                             file(`{"__metadata__":{"k":1}}`, ""),
		`header: __metadata__: "k" is there twice`:                                file(`{"__metadata__":{"k":"","\u006b":""}}`, ""),
		`header: tensor "a": unknown field "more"`:                                file(`{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"more":1}}`, "x"),
		`header: tensor "a": unknown dtype "f64"`:                                 file(`{"a":{"dtype":"f64","shape":[],"data_offsets":[0,1]}}`, "x"),
		`header: tensor "a": data_offsets are [2 1], want a begin and an end`:     file(`{"a":{"dtype":"U8","shape":[],"data_offsets":[2,1]}}`, "x"),
		`header: tensor "a": U8 of shape [2] takes 2 bytes, data_offsets give 1`:  file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}`, "x"),
		`header: tensor "b": its data begins at 0, the one before ends at 1`:      file(`{"b":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`, "x"),
		`tensor "a": its data ends at 2, the file has 1 bytes of data`:            file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, "x"),
		`header: tensor "a": shape [4611686018427387904 4] is too large`:          file(`{"a":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[0,0]}}`, ""),
	} {
		if _, err := Read(bytes.NewReader(b)); err == nil || err.Error() != want && !(math.MaxInt == math.MaxInt32 && strings.Contains(want, "too large")) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestReadErrorsOfTheReader(t *testing.T) {
	b, failure := file(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, "xy"), errors.New("failure")
	for n := range b {
		begin := bytes.NewReader(b[:n])
		if _, err := Read(io.MultiReader(begin, iotest.ErrReader(failure))); !errors.Is(err, failure) {
			t.Errorf("after %d bytes: got %v", n, err)
		}
		begin.Reset(b[:n])
		if _, err := Read(io.MultiReader(begin, new(standing))); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("standing still after %d bytes: got %v", n, err)
		}
	}
}

// standing is a reader that returns nothing and counts the calls.
type standing int

func (s *standing) Read([]byte) (int, error) {
	if *s++; *s == 10000 {
		return 0, errors.New("asked 10000 times")
	}
	return 0, nil
}

// Read reads whatever Write writes.
func TestWrite(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var tensors []Tensor
		for i := range rng.IntN(4) {
			shape, values := []int{rng.IntN(3), rng.IntN(4)}, []float64{}
			for range shape[0] * shape[1] {
				values = append(values, rng.NormFloat64())
			}
			tensors = append(tensors, Float64Tensor(string(rune('ä'+i))+"\"\n<", values, shape...))
		}
		metadata := map[string]string{"key": "value", "": "\x00ü", "z": ""}
		var first, second bytes.Buffer
		if err := errors.Join(Write(&first, metadata, tensors), Write(&second, metadata, tensors)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Error("the same arguments give other bytes")
		}
		if n := binary.LittleEndian.Uint64(first.Bytes()); n%8 != 0 {
			t.Errorf("header of %d bytes", n)
		}
		f, err := Read(&first)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(f.Metadata, metadata) || len(f.Tensors) != len(tensors) {
			t.Errorf("got %v", f)
		}
		for _, got := range f.Tensors {
			found := false
			for _, want := range tensors {
				found = found || got.Name == want.Name && reflect.DeepEqual(got.Shape, want.Shape) && bytes.Equal(got.Data, want.Data)
			}
			if !found {
				t.Errorf("read %v of %v", got, tensors)
			}
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	one := Float64Tensor("a", []float64{1})
	for want, c := range map[string]struct {
		metadata map[string]string
		tensors  []Tensor
	}{
		`tensor "a": the name is taken`:                          {nil, []Tensor{one, one}},
		`tensor "__metadata__": the name is taken`:               {nil, []Tensor{Float64Tensor("__metadata__", nil, 0)}},
		`tensor "\xff": invalid UTF-8`:                           {nil, []Tensor{Float64Tensor("\xff", nil, 0)}},
		`metadata "a": invalid UTF-8`:                            {map[string]string{"a": "\xff"}, nil},
		`tensor "a": 8 bytes of data, F64 of shape [2] takes 16`: {nil, []Tensor{Float64Tensor("a", []float64{1}, 2)}},
		`tensor "a": 0 bytes of data, C64 of shape [] takes -1`:  {nil, []Tensor{{Name: "a", DType: "C64"}}},
	} {
		var b bytes.Buffer
		if err := Write(&b, c.metadata, c.tensors); err == nil || err.Error() != want || b.Len() > 0 {
			t.Errorf("got %v and %d bytes, want %s", err, b.Len(), want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for name := range readIndex(f) {
		f.Add(readFile(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		if n := allocated(func() { roundTrip(t, b) }); n > 1<<20+200*uint64(len(b)) {
			t.Errorf("%d bytes allocated for %d", n, len(b))
		}
	})
}

// roundTrip writes the file read from b and reads it again.
func roundTrip(t *testing.T, b []byte) {
	file, err := Read(bytes.NewReader(b))
	if err != nil {
		return
	}
	var w bytes.Buffer
	if err := Write(&w, file.Metadata, file.Tensors); err != nil {
		t.Fatal(err)
	}
	again, err := Read(&w)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Metadata) != len(file.Metadata) || len(again.Tensors) != len(file.Tensors) {
		t.Errorf("%v becomes %v", file, again)
	}
	for _, tensor := range file.Tensors {
		_ = tensor.Float64s(make([]float64, tensor.Len()))
	}
}
