package tabular

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/decimal"
	"example.com/mlp/internal/quote"
)

// A Model is what Fit has made of a table: a pipeline, and how it was made. Its
// methods may be called from several goroutines.
type Model struct {
	pipeline   *dataset.Pipeline
	validation dataset.Validation
	size       Size
	metric     mlp.Metric
	score      float64
	rows, held int // that were trained with, and that judged, in the first fold that answers
	folds      int
	answering  int // the first fold that answers
	trials     []Trial
}

// A Trial is a network that Fit has trained, once or with several seeds and
// folds.
type Trial struct {
	Network string  // its name, such as "TabM-mini"
	Score   float64 // by Options.Metric on the rows held out, the mean over the folds; NaN with an Err
	Chosen  bool    // whether it is one of those that answer
	Err     error   // why it could not be trained, or nil

	Training time.Duration // that the training took, the sum over all seeds and folds
	Answer   time.Duration // that an answer to one of many rows takes, by all its trainings that answer together

	// Setup describes the first of these trainings that answers, to be printed,
	// changed and run again. Its Fit, with the same table, makes a pipeline with the
	// network of that training alone, the same to the bit, unless Options.Members or
	// Options.Time have limited it, or the Validation is one of cross-validation.
	Setup dataset.Training

	// Histories has what each training recorded, those of all folds for one seed
	// after the other. With an Err, some may be nil.
	Histories []*mlp.History
}

// newModel returns the model that answers with the mean of the chosen entries.
func (tr *trainer) newModel(entries, chosen []*entry) (*Model, error) {
	net, err := tr.meanNetwork(chosen)
	if err != nil {
		return nil, err
	}
	m := &Model{
		validation: tr.opts.Validation,
		size:       tr.opts.Size,
		metric:     tr.measure.metric,
		rows:       tr.folds[tr.answering].train.Rows(),
		held:       tr.folds[tr.answering].held.Rows(),
		folds:      len(tr.folds),
		answering:  tr.answering,
	}
	if m.pipeline, err = dataset.NewPipeline(tr.preparation, net); err != nil {
		return nil, err
	}
	if m.score, err = tr.over(meanAnswers(chosen), tr.measure.of); err != nil {
		return nil, err
	}
	for _, e := range entries {
		t := Trial{Network: e.network.name, Score: e.score, Chosen: slices.Contains(chosen, e), Err: e.err, Setup: tr.training(e.network)}
		t.Training, t.Answer = e.took(tr.answering)
		for _, r := range e.runs {
			t.Histories = append(t.Histories, r.history)
		}
		m.trials = append(m.trials, t)
	}
	return m, net.SetMetadata("tabular", m.summary())
}

// Pipeline returns the pipeline, which answers for raw records. It is nil if m is
// the zero value.
func (m *Model) Pipeline() *dataset.Pipeline { return m.pipeline }

// SaveFile saves the pipeline to a file, as [dataset.Pipeline.SaveFile] does.
// [dataset.LoadPipelineFile] reads it.
func (m *Model) SaveFile(path string) error {
	if err := m.pipeline.SaveFile(path); err != nil {
		return fmt.Errorf("tabular: Model.SaveFile: %w", err)
	}
	return nil
}

// Score returns what Options.Metric says of the answers for the rows held out, the
// mean over the folds. As these rows have chosen the epochs and the networks, it
// is a little too good: for an exact score, evaluate the pipeline on rows that Fit
// has not seen.
func (m *Model) Score() float64 { return m.score }

// Trials returns the networks that were trained, or failed to be. The last one is
// the linear model: a network that is not better is not worth its time.
func (m *Model) Trials() []Trial { return slices.Clone(m.trials) }

// String returns a report of several lines: a summary, which is also in the
// metadata of the network under the key "tabular", and so in its file, and a table
// of the networks that were trained.
func (m *Model) String() string {
	if m.pipeline == nil {
		return "no model: Fit makes one"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", m.summary())
	m.writeTrials(&b)
	for _, t := range m.trials {
		if t.Err != nil {
			fmt.Fprintf(&b, "%s was not trained: %v\n", t.Network, t.Err)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// writeTrials writes a line for each network that was trained.
func (m *Model) writeTrials(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "network\t%v\tepochs\tbest\ttraining\tan answer\t\n", m.metric)
	for _, t := range m.trials {
		if t.Err != nil {
			continue
		}
		epochs, best := 0, 0
		for _, h := range t.Histories {
			epochs += len(h.Epochs)
			best += h.BestEpoch
		}
		n := len(t.Histories)
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%v\t%v\t\n", m.name(t), decimal.Text(t.Score), epochs/n, best/n, rounded(t.Training), rounded(t.Answer))
	}
	w.Flush()
}

// name returns the name of the network of a trial, with the number of its seeds if
// there are several.
func (m *Model) name(t Trial) string {
	if seeds := len(t.Histories) / m.folds; seeds > 1 {
		return fmt.Sprintf("%s (%d seeds)", t.Network, seeds)
	}
	return t.Network
}

// summary returns the lines of the report that do not depend on the speed of the
// machine: what answers, the target, columns and rows, and the score.
func (m *Model) summary() string {
	p := m.pipeline.Preparation()
	target := quote.Text(p.Target())
	if targets := p.Targets(); len(targets) > 1 {
		target = quote.List(targets)
	}
	if classes := len(p.Classes()); classes > 0 {
		target += fmt.Sprintf(", %d classes", classes)
	}
	var chosen []string
	for _, t := range m.trials {
		if t.Chosen {
			chosen = append(chosen, m.name(t))
		}
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "answers\t%s\n", strings.Join(chosen, " and "))
	if m.size != Medium {
		fmt.Fprintf(w, "size\t%v\n", m.size)
	}
	fmt.Fprintf(w, "target\t%s\n", target)
	fmt.Fprintf(w, "columns\t%d, which become %d features\n", len(p.Columns()), len(p.Features()))
	fold, mean := "", ""
	if m.folds > 1 {
		mean = fmt.Sprintf(", the mean of %d folds", m.folds)
		fold = fmt.Sprintf(", in the first of %d folds", m.folds)
		if m.answering > 0 {
			fold = fmt.Sprintf(", in the last of %d folds, which alone answers", m.folds)
		}
	}
	fmt.Fprintf(w, "rows\t%d to train with, %d held out by %v%s\n", m.rows, m.held, m.validation, fold)
	fmt.Fprintf(w, "%v\t%s on the rows held out%s\n", m.metric, decimal.Text(m.score), mean)
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// rounded returns d with about three digits.
func rounded(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d >= 1000*unit {
		unit *= 10
	}
	return d.Round(unit)
}
