package report

import (
	_ "embed"
	"html/template"
	"strconv"
	"strings"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/decimal"
	"example.com/mlp/internal/quote"
)

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// A page is what the template shows.
type page struct {
	Targets     string
	Rows        int
	Names       string // of the classes or labels, "" for numbers
	Positive    string // the class that precision and recall are about, or ""
	Measures    table
	Resamples   int
	Baselines   []dataset.Baseline
	Sections    []section
	Preparation string
}

// A section has tables and pictures under a heading.
type section struct {
	ID, Title string
	Notes     []string
	Tables    []table
	Pictures  []picture
}

// A table has a row of headings, and a heading in each row.
type table struct {
	Caption string
	Head    []string
	Rows    [][]string
	Folded  bool // shown on request, as what a picture shows as well
}

// A picture is an SVG with what it shows in words.
type picture struct {
	SVG template.HTML
	Alt string
}

func newPage(r *dataset.Report) (*page, error) {
	p := &page{
		Targets:     names(r.Targets),
		Rows:        r.Rows,
		Names:       names(r.Names),
		Measures:    measuresTable(r),
		Resamples:   r.Resamples,
		Baselines:   r.Baselines,
		Preparation: r.Preparation,
	}
	if isBinary(r) {
		p.Positive = shown(r.Names[1])
	}
	for _, f := range []func(*dataset.Report) (section, error){classesSection, confusionSection, rankingSection, calibrationSection, residualsSection, trainingSection} {
		s, err := f(r)
		if err != nil {
			return nil, err
		}
		if s.Title != "" {
			p.Sections = append(p.Sections, s)
		}
	}
	return p, nil
}

// isBinary reports whether the answers are about one of two classes.
func isBinary(r *dataset.Report) bool {
	_, cols := r.Y.Dims()
	return cols == 1 && len(r.Names) == 2
}

// shown returns a name that leaves room for others.
func shown(name string) string { return quote.Shown(name, 40) }

// names returns the names, of many the first.
func names(all []string) string {
	const most = 20
	var b strings.Builder
	for i, name := range all {
		if i == most {
			b.WriteString(" and " + strconv.Itoa(len(all)-most) + " more")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(shown(name))
	}
	return b.String()
}

func measuresTable(r *dataset.Report) table {
	t := table{Caption: "How good the answers are", Head: []string{"Measure", "Value"}}
	if r.Resamples > 0 {
		t.Head = append(t.Head, decimal.Percent(r.Confidence)+" interval")
	}
	for _, b := range r.Baselines {
		t.Head = append(t.Head, "Baseline: "+b.Name)
	}
	for _, m := range r.Measures {
		name := m.Name
		if m.Target != "" {
			name += " of " + shown(m.Target)
		}
		if m.LowerIsBetter {
			name += " (lower is better)"
		}
		row := []string{name, m.Text(m.Value)}
		if r.Resamples > 0 {
			row = append(row, m.Interval())
		}
		for _, v := range m.Baselines {
			row = append(row, m.Text(v))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func classesSection(r *dataset.Report) (section, error) {
	if r.Classes == nil {
		return section{}, nil
	}
	what := "class"
	if r.Confusion == nil {
		what = "label"
	}
	t := table{Caption: "Scores of each " + what, Head: []string{"", "Precision", "Recall", "F1", "ROC AUC", "Average precision", "Rows"}}
	add := func(s mlp.ClassScores, area, average string) {
		t.Rows = append(t.Rows, []string{shown(s.Name), decimal.Score(s.Precision), decimal.Score(s.Recall), decimal.Score(s.F1), area, average, strconv.Itoa(s.Support)})
	}
	for _, c := range r.Classes {
		add(c.ClassScores, decimal.Score(c.ROCAUC), decimal.Score(c.AveragePrecision))
	}
	for _, s := range r.Averages {
		add(s, "", "")
	}
	return section{ID: "classes", Title: "By " + what, Tables: []table{t}}, nil
}

func confusionSection(r *dataset.Report) (section, error) {
	if r.Confusion == nil {
		return section{}, nil
	}
	const mostDrawn, mostCounted = 100, 30
	s := section{ID: "confusion", Title: "What is taken for what"}
	classes := len(r.Confusion.Names)
	if classes > mostDrawn {
		s.Notes = []string{strconv.Itoa(classes) + " classes are too many for a confusion matrix."}
		return s, nil
	}
	pic, err := confusionPicture(r.Confusion)
	if err != nil {
		return section{}, err
	}
	s.Pictures = []picture{pic}
	if classes <= mostCounted {
		t := table{Caption: "Rows by true class, and by predicted class across", Head: []string{"True"}, Folded: true}
		for i, counts := range r.Confusion.Counts {
			t.Head = append(t.Head, shown(r.Confusion.Names[i]))
			row := []string{shown(r.Confusion.Names[i])}
			for _, n := range counts {
				row = append(row, strconv.Itoa(n))
			}
			t.Rows = append(t.Rows, row)
		}
		s.Tables = []table{t}
	}
	return s, nil
}

func rankingSection(r *dataset.Report) (section, error) {
	if r.Names == nil {
		return section{}, nil
	}
	s := section{ID: "ranking", Title: "What each threshold finds"}
	var err error
	s.Pictures, s.Notes, err = rankingPictures(r)
	return s, err
}

func calibrationSection(r *dataset.Report) (section, error) {
	if r.Calibration == nil {
		return section{}, nil
	}
	const most = 6
	s := section{ID: "calibration", Title: "Whether probabilities mean what they say"}
	undefined := 0
	for k, c := range r.Calibration {
		if c.Curve == nil {
			undefined++
			continue
		}
		if len(s.Pictures) == most {
			s.Notes = append(s.Notes, "Only the first "+strconv.Itoa(most)+" labels are shown.")
			break
		}
		pic, err := calibrationPicture(r, k)
		if err != nil {
			return section{}, err
		}
		s.Pictures = append(s.Pictures, pic)
		t := table{Caption: "Calibration of the " + probabilityOf(r, k), Head: []string{"Mean probability", "Observed share", "Rows"}, Folded: true}
		for _, b := range c.Curve {
			t.Rows = append(t.Rows, []string{decimal.Score(b.Predicted), decimal.Score(b.Observed), strconv.Itoa(b.Rows)})
		}
		s.Tables = append(s.Tables, t)
	}
	if undefined > 0 {
		s.Notes = append(s.Notes, "Probabilities that are all 0 or 1 have no curve.")
	}
	return s, nil
}

// probabilityOf says what a calibration is about.
func probabilityOf(r *dataset.Report, k int) string {
	switch {
	case r.Calibration[k].Label != "":
		return "probability of " + shown(r.Calibration[k].Label)
	case len(r.Names) == 2:
		return "probability of " + shown(r.Names[1])
	}
	return "largest probability"
}

func residualsSection(r *dataset.Report) (section, error) {
	if r.Residuals == nil {
		return section{}, nil
	}
	const most = 6
	t := table{Caption: "Residuals, the true minus the predicted numbers", Head: []string{"", "Mean", "5 %", "25 %", "Median", "75 %", "95 %"}}
	s := section{ID: "residuals", Title: "How far the answers are off"}
	for k, v := range r.Residuals {
		row := []string{shown(v.Target)}
		for _, q := range []float64{v.Mean, v.Q05, v.Q25, v.Median, v.Q75, v.Q95} {
			row = append(row, decimal.Text(q))
		}
		t.Rows = append(t.Rows, row)
		if k >= most {
			continue
		}
		pics, err := numberPictures(r, k)
		if err != nil {
			return section{}, err
		}
		s.Pictures = append(s.Pictures, pics...)
	}
	if len(r.Residuals) > most {
		s.Notes = []string{"Only the first " + strconv.Itoa(most) + " columns are drawn."}
	}
	s.Tables = []table{t}
	return s, nil
}

func trainingSection(r *dataset.Report) (section, error) {
	if r.History == nil || len(r.History.Epochs) == 0 {
		return section{}, nil
	}
	pic, err := lossPicture(r.History)
	if err != nil {
		return section{}, err
	}
	t := table{Caption: "Loss of each epoch", Head: []string{"Epoch", "Training"}, Folded: true}
	if r.History.Epochs[0].Validation != nil {
		t.Head = append(t.Head, "Held-out rows")
	}
	for _, e := range r.History.Epochs {
		row := []string{strconv.Itoa(e.Number), decimal.Text(e.Train.Loss)}
		if e.Validation != nil {
			row = append(row, decimal.Text(e.Validation.Loss))
		}
		t.Rows = append(t.Rows, row)
	}
	s := section{ID: "training", Title: "How the training went", Pictures: []picture{pic}, Tables: []table{t}}
	if best := r.History.BestEpoch; best > 0 {
		s.Notes = []string{"The weights are those of epoch " + strconv.Itoa(best) + ", the best one."}
	}
	return s, nil
}
