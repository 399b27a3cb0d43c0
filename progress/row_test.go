package progress

import (
	"testing"

	"example.com/mlp"
)

func TestRow(t *testing.T) {
	r := &mlp.Run{Epochs: 100}
	plain := fieldsOf(r, &mlp.Epoch{Number: 7, Train: mlp.Scores{Loss: 0.25, Score: 0.5}}, "accuracy", "3s")
	validated := fieldsOf(r, &mlp.Epoch{Number: 7, Train: mlp.Scores{Loss: 0.25, Score: 0.5}, Validation: &mlp.Scores{Loss: 1, Score: -1}}, "R²", "3s")
	for _, c := range []struct {
		fields  []field
		columns int
		want    string
	}{
		{plain, 120, "epoch   7/100  [==========          ]  loss 0.2500  accuracy 0.5000  3s left"},
		{plain, 76, "epoch   7/100  [==========          ]  loss 0.2500  accuracy 0.5000  3s left"},
		{plain, 75, "epoch   7/100  [=========          ]  loss 0.2500  accuracy 0.5000  3s left"},
		{plain, 61, "epoch   7/100  [==   ]  loss 0.2500  accuracy 0.5000  3s left"},
		{plain, 60, "epoch   7/100  loss 0.2500  accuracy 0.5000  3s left"},
		{plain, 51, "epoch   7/100  loss 0.2500  accuracy 0.5000"},
		{plain, 42, "epoch   7/100  [======      ]  loss 0.2500"},
		{plain, 25, "epoch   7/100  [====    ]"},
		{plain, 13, "epoch   7/100"},
		{plain, 12, "epoch   7/1…"},
		{plain, 1, "…"},
		{plain, 0, ""},
		{plain, -1, ""},
		{validated, 120, "epoch   7/100  [==========          ]  loss 0.2500  R² 0.5000  validation loss 1.0000  R² -1.0000  3s left"},
		{validated, 82, "epoch   7/100  loss 0.2500  R² 0.5000  validation loss 1.0000  R² -1.0000  3s left"},
		{validated, 81, "epoch   7/100  [===   ]  loss 0.2500  validation loss 1.0000  R² -1.0000  3s left"},
	} {
		if got := row(c.fields, 0.5, c.columns); got != c.want {
			t.Errorf("%d columns: got\n%s\nwant\n%s", c.columns, got, c.want)
		}
	}
}
