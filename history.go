package mlp

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"example.com/mlp/internal/matrix"
)

// A History is the record of a run. Package encoding/json writes it as JSON,
// and WriteCSV as a table.
type History struct {
	Epochs []Epoch // the completed epochs, first to last

	// BestEpoch is the number of the epoch whose weights EarlyStopping or
	// KeepBest has restored, or 0.
	BestEpoch int

	// Best is the loss and the score of these weights: on the validation data
	// or, without validation data, on the training rows, all with the same
	// weight. It is nil if no weights were restored, or after FitBatches
	// without Validation.
	Best *Scores

	// Stopped is the reason why a callback ended the run early, or LBFGS when
	// it could not improve any further: "no improvement since epoch 7". It
	// wraps the error of the callback, and so ErrStop; it is nil if the run
	// ended otherwise.
	Stopped error
}

// stopReason is an error that wraps ErrStop, and reads as the reason before it.
type stopReason struct{ err error }

func (r stopReason) Error() string { return strings.TrimSuffix(r.err.Error(), ": "+ErrStop.Error()) }
func (r stopReason) Unwrap() error { return r.err }

// epochRecord is an Epoch as it is written.
type epochRecord struct {
	Epoch           int      `json:"epoch"`
	Loss            float64  `json:"loss"`
	Score           *float64 `json:"score,omitempty"`
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
		Score:        number(&e.Train.Score),
		LearningRate: e.LearningRate,
		GradientNorm: number(&e.GradientNorm),
		Seconds:      e.Duration.Seconds(),
	}
	if v := e.Validation; v != nil {
		r.ValidationLoss, r.ValidationScore = &v.Loss, number(&v.Score)
	}
	return r
}

// number returns v, or nil for NaN and infinities, which JSON does not have.
func number(v *float64) *float64 {
	if !finite(*v) {
		return nil
	}
	return v
}

// MarshalJSON writes the epochs with the fields epoch, loss, score,
// validation_loss and validation_score (where there is validation data),
// learning_rate, gradient_norm and seconds, and beside them best_epoch,
// best_loss, best_score and stopped. Scores and norms that are not finite are left out.
func (h *History) MarshalJSON() ([]byte, error) {
	record := struct {
		Epochs    []epochRecord `json:"epochs"`
		BestEpoch int           `json:"best_epoch,omitempty"`
		BestLoss  *float64      `json:"best_loss,omitempty"`
		BestScore *float64      `json:"best_score,omitempty"`
		Stopped   string        `json:"stopped,omitempty"`
	}{Epochs: []epochRecord{}, BestEpoch: h.BestEpoch}
	for i := range h.Epochs {
		record.Epochs = append(record.Epochs, newEpochRecord(&h.Epochs[i]))
	}
	if h.Best != nil {
		record.BestLoss, record.BestScore = &h.Best.Loss, number(&h.Best.Score)
	}
	if h.Stopped != nil {
		record.Stopped = h.Stopped.Error()
	}
	return json.Marshal(record)
}

// WriteCSV writes a line with the columns epoch, loss, score, validation_loss,
// validation_score, learning_rate, gradient_norm and seconds for each epoch,
// under a header. Without validation data these cells are empty, and so are
// those of scores and norms that are not finite. Numbers read back exactly.
func (h *History) WriteCSV(w io.Writer) error {
	if matrix.IsNil(w) {
		return errors.New("mlp: WriteCSV: the writer is nil")
	}
	lines := [][]string{{"epoch", "loss", "score", "validation_loss", "validation_score", "learning_rate", "gradient_norm", "seconds"}}
	for i := range h.Epochs {
		r := newEpochRecord(&h.Epochs[i])
		lines = append(lines, []string{
			strconv.Itoa(r.Epoch), cell(&r.Loss), cell(r.Score), cell(r.ValidationLoss), cell(r.ValidationScore),
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
