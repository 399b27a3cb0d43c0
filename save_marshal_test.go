package mlp_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func TestMarshal(t *testing.T) {
	x, _, _, _ := samples(5)
	for _, c := range []struct {
		net   mlp.Network
		fresh interface{ mlp.Network }
	}{
		{classifier(t, mlp.WithClasses("a", "b", "c")), &mlp.Classifier{}},
		{binaryNet(t), &mlp.BinaryClassifier{}},
		{regressor(t), &mlp.Regressor{}},
		{regressor(t), model(t, mlp.MeanAbsoluteError, nil, mlp.Dense(7, 1, mlp.Tanh))}, // with other layers before
	} {
		if inputs := c.fresh.Layers(); len(inputs) > 0 {
			if err := c.fresh.PredictRow(make([]float64, 1), make([]float64, 7)); err != nil { // fills the pool
				t.Fatal(err)
			}
		}
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(c.net); err != nil {
			t.Fatal(err)
		}
		if err := gob.NewDecoder(&b).Decode(c.fresh); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved(t, c.net), saved(t, c.fresh)) {
			t.Errorf("%T differs", c.net)
		}
		want, err1 := c.net.Predict(x)
		got, err2 := c.fresh.Predict(x)
		if err1 != nil || err2 != nil || !mat.Equal(got, want) {
			t.Errorf("%T predicts %v, want %v (%v, %v)", c.net, got, want, err1, err2)
		}
		text, err := json.Marshal(c.net)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, c.fresh); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved(t, c.net), saved(t, c.fresh)) {
			t.Errorf("%T differs after JSON", c.net)
		}
		_, cols := want.Dims()
		if err := c.fresh.PredictRow(make([]float64, cols), x.RawRowView(0)); err != nil {
			t.Error(err)
		}
		_, units := c.net.Layers()[1].Dims()
		y := mat.NewDense(5, units, nil)
		for i := range 5 {
			y.Set(i, 0, 1)
		}
		fit(t, c.fresh, x, y, mlp.FitOptions{Epochs: 1})
	}
	r := regressor(t).(*mlp.Regressor)
	before := saved(t, r)
	for data, want := range map[string]string{
		string(saved(t, classifier(t))): "mlp: UnmarshalBinary: the data are those of a *mlp.Classifier",
		"":                              "mlp: UnmarshalBinary: length of the header: unexpected EOF",
	} {
		if err := r.UnmarshalBinary([]byte(data)); err == nil || err.Error() != want || !bytes.Equal(saved(t, r), before) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := (&mlp.Regressor{}).MarshalBinary(); err == nil || err.Error() != "mlp: MarshalBinary: want a network that Model has made" {
		t.Errorf("got %v", err)
	}
	for text, want := range map[string]string{
		`{}`:   "mlp: UnmarshalJSON: json: cannot unmarshal object into Go value of type []uint8",
		`"?"`:  "mlp: UnmarshalJSON: illegal base64 data at input byte 0",
		`""`:   "mlp: UnmarshalJSON: length of the header: unexpected EOF",
		`null`: "mlp: UnmarshalJSON: length of the header: unexpected EOF",
	} {
		if err := r.UnmarshalJSON([]byte(text)); err == nil || err.Error() != want || !bytes.Equal(saved(t, r), before) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	if _, err := json.Marshal(&mlp.Regressor{}); err == nil || !strings.HasSuffix(err.Error(), "mlp: MarshalJSON: want a network that Model has made") {
		t.Errorf("got %v", err)
	}
}
