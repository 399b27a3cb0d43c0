package dataset_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"strings"
	"testing"

	"example.com/mlp"
	"example.com/mlp/dataset"
)

// A pipeline travels by gob, also into one of another shape that has answered
// before, and into a frozen one.
func TestPipelineGob(t *testing.T) {
	p := fitPipeline(t, everything(dataset.Classes("ill")), people)
	used := fitPipeline(t, dataset.Recipe{Target: dataset.Numbers("y")}, "x,y\n1,2\n2,3\n4,5\n")
	frozen, err := used.Freeze()
	if err != nil {
		t.Fatal(err)
	}
	table := readTable(t, people)
	if _, err := used.PredictRow([]string{"1"}); err != nil { // fills the pool
		t.Fatal(err)
	}
	network := used.Network()
	for name, into := range map[string]*dataset.Pipeline{"zero": {}, "used": used, "frozen": frozen} {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(p); err != nil {
			t.Fatal(err)
		}
		if err := gob.NewDecoder(&b).Decode(into); err != nil {
			t.Fatal(err)
		}
		wantSameAnswers(t, into, p, table)
		if !bytes.Equal(savedPipeline(t, into), savedPipeline(t, p)) {
			t.Errorf("%s: saved again, the file differs", name)
		}
		if into.History() != nil {
			t.Errorf("%s: the history of another training", name)
		}
	}
	if _, ok := network.(*mlp.Regressor); !ok || used.Network() == network {
		t.Error("the network from before is not left alone")
	}
}

func TestPipelineBytesErrors(t *testing.T) {
	p := fitPipeline(t, everything(dataset.Classes("ill")), people)
	before := savedPipeline(t, p)
	good, err := p.MarshalBinary()
	if err != nil || !bytes.Equal(good, before) {
		t.Fatalf("%v, the bytes are not those of Save", err)
	}
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(2, 1, mlp.Identity)}, mlp.MeanSquaredError)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := net.(*mlp.Regressor).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for want, b := range map[string][]byte{
		"dataset: Pipeline.UnmarshalBinary: mlp: Load: length of the header: unexpected EOF": nil,
		"dataset: Pipeline.UnmarshalBinary: the file has a network without a preparation":    alone,
	} {
		wantError(t, p.UnmarshalBinary(b), want)
		if !bytes.Equal(savedPipeline(t, p), before) {
			t.Errorf("%s: the pipeline has changed", want)
		}
	}
	if err := p.UnmarshalBinary(good[:len(good)-1]); err == nil || !strings.HasPrefix(err.Error(), "dataset: Pipeline.UnmarshalBinary: mlp: Load: ") {
		t.Errorf("a byte is missing: %v", err)
	}
	wantError(t, (*dataset.Pipeline)(nil).UnmarshalBinary(good), "dataset: Pipeline.UnmarshalBinary: the pipeline is nil")
	_, err = (&dataset.Pipeline{}).MarshalBinary()
	wantError(t, err, "dataset: Pipeline.MarshalBinary: the pipeline is nil or zero, NewPipeline makes one")

	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var again dataset.Pipeline
	if err := json.Unmarshal(text, &again); err != nil || !bytes.Equal(savedPipeline(t, &again), before) {
		t.Errorf("after JSON: %v, or the file differs", err)
	}
	for text, want := range map[string]string{
		`{}`:   "dataset: Pipeline.UnmarshalJSON: json: cannot unmarshal object into Go value of type []uint8",
		`null`: "dataset: Pipeline.UnmarshalJSON: mlp: Load: length of the header: unexpected EOF",
	} {
		wantError(t, p.UnmarshalJSON([]byte(text)), want)
		if !bytes.Equal(savedPipeline(t, p), before) {
			t.Errorf("%s: the pipeline has changed", want)
		}
	}
	wantError(t, (*dataset.Pipeline)(nil).UnmarshalJSON(text), "dataset: Pipeline.UnmarshalJSON: the pipeline is nil")
	_, err = (&dataset.Pipeline{}).MarshalJSON()
	wantError(t, err, "dataset: Pipeline.MarshalJSON: the pipeline is nil or zero, NewPipeline makes one")
}
