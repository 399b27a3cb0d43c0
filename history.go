package mlp

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"example.com/mlp/internal/matrix"
)

// A History is the record of a run. Package encoding/json writes it as JSON,
// and WriteCSV as a table.
type History struct {
	Epochs []Epoch // the completed epochs, first to last

	// BestEpoch is the number of the epoch whose weights EarlyStopping or
	// KeepBest has restored, or 0.
	BestEpoch int

	// Stopped is the error with which a callback ended the run early, or LBFGS
	// when it could not improve any further. It wraps ErrStop; it is nil if the
	// run ended otherwise.
	Stopped error
}

// epochRecord is the written form of an Epoch.
type epochRecord struct {
	Epoch           int      `json:"epoch"`
	Loss            float64  `json:"loss"`
	Score           float64  `json:"score"`
	ValidationLoss  *float64 `json:"validation_loss,omitempty"`
	ValidationScore *float64 `json:"validation_score,omitempty"`
	LearningRate    float64  `json:"learning_rate"`
	GradientNorm    *float64 `json:"gradient_norm,omitempty"`
	Seconds         float64  `json:"seconds"`
}

func newEpochRecord(e *Epoch) epochRecord {
	r := epochRecord{
		Epoch:        e.Number,
		Loss:         e.Train.Loss,
		Score:        e.Train.Score,
		LearningRate: e.LearningRate,
		Seconds:      e.Duration.Seconds(),
	}
	if finite(e.GradientNorm) { // JSON has no infinities
		r.GradientNorm = &e.GradientNorm
	}
	if v := e.Validation; v != nil {
		r.ValidationLoss, r.ValidationScore = &v.Loss, &v.Score
	}
	return r
}

// MarshalJSON writes the epochs with the fields epoch, loss, score,
// validation_loss and validation_score (where there is validation data),
// learning_rate, gradient_norm (where it is finite) and seconds, along with
// best_epoch and stopped.
func (h *History) MarshalJSON() ([]byte, error) {
	record := struct {
		Epochs    []epochRecord `json:"epochs"`
		BestEpoch int           `json:"best_epoch,omitempty"`
		Stopped   string        `json:"stopped,omitempty"`
	}{Epochs: []epochRecord{}, BestEpoch: h.BestEpoch}
	for i := range h.Epochs {
		record.Epochs = append(record.Epochs, newEpochRecord(&h.Epochs[i]))
	}
	if h.Stopped != nil {
		record.Stopped = h.Stopped.Error()
	}
	return json.Marshal(record)
}

// WriteCSV writes a header and a line for each epoch with the columns epoch,
// loss, score, validation_loss, validation_score, learning_rate, gradient_norm
// and seconds. The validation cells are empty without validation data, and so
// is the cell of a norm that is not finite. Numbers can be read back exactly.
func (h *History) WriteCSV(w io.Writer) error {
	if matrix.IsNil(w) {
		return errors.New("mlp: WriteCSV: the writer is nil")
	}
	lines := [][]string{{"epoch", "loss", "score", "validation_loss", "validation_score", "learning_rate", "gradient_norm", "seconds"}}
	for i := range h.Epochs {
		r := newEpochRecord(&h.Epochs[i])
		lines = append(lines, []string{
			strconv.Itoa(r.Epoch), cell(&r.Loss), cell(&r.Score), cell(r.ValidationLoss), cell(r.ValidationScore),
			cell(&r.LearningRate), cell(r.GradientNorm), cell(&r.Seconds),
		})
	}
	if err := csv.NewWriter(w).WriteAll(lines); err != nil {
		return fmt.Errorf("mlp: WriteCSV: %w", err)
	}
	return nil
}

// cell returns a number as text, or "" for nil.
func cell(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}
