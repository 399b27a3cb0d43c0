package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
	"example.com/mlp/dataset"
	"example.com/mlp/internal/decimal"
	"example.com/mlp/report"
)

// judged returns a report on rows of x and the targets, of a pipeline whose
// network gives the activation of x times a weight for each output.
func judged(t *testing.T, target dataset.Target, act mlp.Activation, loss mlp.Loss, header []string, rows [][]string) *dataset.Report {
	t.Helper()
	table, err := dataset.NewTable(header, rows)
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := dataset.Recipe{Target: target}.FitPipeline(t.Context(), table, func(d *dataset.Data) (mlp.Network, error) {
		_, width := d.Y.Dims()
		return mlp.Model([]mlp.Layer{mlp.Dense(len(d.Features), width, act)}, loss, mlp.WithSeed(1))
	}, mlp.FitOptions{Epochs: 2})
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Report(t.Context(), table, dataset.ReportOptions{Resamples: 40, Train: table})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// reports returns one of each kind. The names are for escaping.
func reports(t *testing.T) map[string]*dataset.Report {
	var classes, binary, labels, numbers, sets [][]string
	names := []string{`<script>alert("1")</script>`, `</svg>&amp;'"`, "\x1b[31mred\n", "plain"}
	for i := range 48 {
		x := fmt.Sprint(math.Sin(float64(i)))
		classes = append(classes, []string{x, names[i%len(names)]})
		binary = append(binary, []string{x, names[i%2]})
		labels = append(labels, []string{x, fmt.Sprint(i % 2), fmt.Sprint(i / 2 % 2)})
		numbers = append(numbers, []string{x, fmt.Sprint(i), fmt.Sprint(i % 7)})
		sets = append(sets, []string{x, names[i%len(names)]})
	}
	target := "<img src=x onerror=alert(1)>"
	return map[string]*dataset.Report{
		"classes":    judged(t, dataset.Classes(target), mlp.Softmax, mlp.CategoricalCrossEntropy, []string{"x", target}, classes),
		"binary":     judged(t, dataset.Binary(target, names[0]), mlp.Sigmoid, mlp.BinaryCrossEntropy, []string{"x", target}, binary),
		"margins":    judged(t, dataset.Binary(target, names[0]), mlp.Identity, mlp.Hinge, []string{"x", target}, binary),
		"labels":     judged(t, dataset.Labels(target, "b"), mlp.Sigmoid, mlp.BinaryCrossEntropy, []string{"x", target, "b"}, labels),
		"label sets": judged(t, dataset.LabelSets(target, "|"), mlp.Sigmoid, mlp.BinaryCrossEntropy, []string{"x", target}, sets),
		"numbers":    judged(t, dataset.Numbers(target, "b"), mlp.Identity, mlp.MeanSquaredError, []string{"x", target, "b"}, numbers),
	}
}

func TestWrite(t *testing.T) {
	for kind, r := range reports(t) {
		t.Run(kind, func(t *testing.T) {
			var first, again bytes.Buffer
			if err := errors.Join(report.Write(&first, r), report.Write(&again, r)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), again.Bytes()) {
				t.Error("other bytes the second time")
			}
			path := filepath.Join(t.TempDir(), "report.html")
			if err := report.WriteFile(path, r); err != nil {
				t.Fatal(err)
			}
			if file, err := os.ReadFile(path); err != nil || !bytes.Equal(file, first.Bytes()) {
				t.Errorf("the file differs: %v", err)
			}
			checkPage(t, first.String())
			for _, m := range r.Measures {
				if !strings.Contains(first.String(), "<td>"+m.Text(m.Value)+"</td><td>"+m.Interval()+"</td>") {
					t.Errorf("%s is not there", m.Name)
				}
			}
		})
	}
}

// elements are those that a page may have: none loads or runs anything.
var elements = strings.Fields(`html head meta title style body main h1 h2 p section div table caption thead tbody tr th td
	dl dt dd figure details summary pre svg g path text image rect circle line polyline polygon`)

// checkPage reports an error unless the page is well-formed but for its meta
// elements, has no element or attribute that runs or loads something, and says
// in words what each picture shows.
func checkPage(t *testing.T, page string) {
	t.Helper()
	page = regexp.MustCompile(`<meta [^>]*>`).ReplaceAllString(page, "")
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!DOCTYPE html>")))
	d.Entity = xml.HTMLEntity
	ids := make(map[string]bool)
	pictures := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(elements, e.Name.Local) {
			t.Errorf("an element %s", e.Name.Local)
		}
		attributes := make(map[string]string)
		for _, a := range e.Attr {
			name := a.Name.Local
			attributes[name] = a.Value
			if strings.HasPrefix(name, "on") || name == "src" || name == "href" && !strings.HasPrefix(a.Value, "data:image/png;base64,") || strings.Contains(a.Value, "url(") {
				t.Errorf("an attribute %s=%q of %s", name, a.Value, e.Name.Local)
			}
			if name == "id" {
				if ids[a.Value] {
					t.Errorf("two elements have the id %s", a.Value)
				}
				ids[a.Value] = true
			}
		}
		if e.Name.Local == "figure" {
			pictures++
			if attributes["role"] != "img" || attributes["aria-label"] == "" {
				t.Errorf("a picture without words: %v", attributes)
			}
		}
	}
	if pictures == 0 {
		t.Error("no pictures")
	}
}

// A report of many classes, labels or columns has some pictures of them.
func TestWriteMany(t *testing.T) {
	const many = 120
	names := make([]string, many)
	header := []string{"x"}
	var classes, labels [][]string
	for i := range 2 * many {
		names[i%many] = fmt.Sprint("class ", i%many)
		x := fmt.Sprint(math.Sin(float64(i)))
		classes = append(classes, []string{x, names[i%many]})
	}
	for i := range 30 {
		row := []string{fmt.Sprint(math.Sin(float64(i)))}
		for k := range 20 {
			row = append(row, fmt.Sprint((i+k)%2))
		}
		labels = append(labels, row)
	}
	for k := range 20 {
		header = append(header, fmt.Sprint("y", k))
	}
	for _, c := range []struct {
		r        *dataset.Report
		pictures int // that of the training among them
		notes    []string
	}{
		{judged(t, dataset.Classes("y"), mlp.Softmax, mlp.CategoricalCrossEntropy, []string{"x", "y"}, classes), 3 + 1,
			[]string{"120 classes are too many for a confusion matrix.", "The curves are those of the 10 with the most rows."}},
		{judged(t, dataset.Labels(header[1:]...), mlp.Sigmoid, mlp.BinaryCrossEntropy, header, labels), 2 + 6 + 1,
			[]string{"The curves are those of the 10 with the most rows.", "Only the first 6 labels are shown."}},
		{judged(t, dataset.Numbers(header[1:]...), mlp.Identity, mlp.MeanSquaredError, header, labels), 2*6 + 1,
			[]string{"Only the first 6 columns are drawn."}},
	} {
		var b strings.Builder
		if err := report.Write(&b, c.r); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "<figure "); n != c.pictures {
			t.Errorf("%s: %d pictures, want %d", c.r.Targets, n, c.pictures)
		}
		for _, note := range c.notes {
			if !strings.Contains(b.String(), "<p>"+note+"</p>") {
				t.Errorf("%s: not said: %s", c.r.Targets, note)
			}
		}
		if b.Len() > 1<<20 {
			t.Errorf("%s: %d bytes", c.r.Targets, b.Len())
		}
	}
}

// What is not defined is left out, and said.
func TestWriteFewRows(t *testing.T) {
	r := judged(t, dataset.Classes("y", "a", "b", "c"), mlp.Softmax, mlp.CategoricalCrossEntropy, []string{"x", "y"}, [][]string{{"1", "a"}, {"2", "b"}})
	r.Calibration[0] = dataset.Calibration{Error: math.NaN()} // as of probabilities of 0 and 1
	var b strings.Builder
	if err := report.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<p>1 of 3 have no curve, as no row or every row is of the class.</p>",
		"<p>Probabilities that are all 0 or 1 have no curve.</p>",
		`<th scope="row">ROC AUC</th><td>–</td><td>–</td>`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page has not %s", want)
		}
	}
}

// The page has the losses of the training, if the pipeline knows them.
func TestWriteTraining(t *testing.T) {
	table, err := dataset.NewTable([]string{"x", "y"}, [][]string{{"1", "1"}, {"2", "3"}, {"3", "2"}, {"4", "5"}, {"5", "4"}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := dataset.Training{
		Recipe: dataset.Recipe{Target: dataset.Numbers("y")},
		Build: func(d *dataset.Data, seed uint64) (mlp.Network, error) {
			return mlp.Model([]mlp.Layer{mlp.Dense(1, 1, mlp.Identity)}, mlp.MeanSquaredError, mlp.WithSeed(seed))
		},
		Options:    mlp.FitOptions{Epochs: 3, Callbacks: []mlp.Callback{&mlp.KeepBest{}}},
		Validation: dataset.HoldOutLast(0.4),
	}.Fit(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Report(t.Context(), table, dataset.ReportOptions{Resamples: -1})
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := report.Write(&page, r); err != nil {
		t.Fatal(err)
	}
	checkPage(t, page.String())
	for _, want := range []string{
		"Loss over the epochs",
		"<p>The weights are those of epoch 3, the best one.</p>",
		fmt.Sprintf(`<tr><th scope="row">3</th><td>%s</td><td>%s</td></tr>`,
			decimal.Text(r.History.Epochs[2].Train.Loss), decimal.Text(r.History.Best.Loss)),
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page has not %s", want)
		}
	}

	r.History = nil // as of a pipeline from a file
	page.Reset()
	if err := report.Write(&page, r); err != nil || strings.Contains(page.String(), "Loss") {
		t.Errorf("a page of losses without a history, %v", err)
	}
}

type brokenWriter struct{}

var errBroken = errors.New("the disk is full")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestErrors(t *testing.T) {
	good := judged(t, dataset.Numbers("y"), mlp.Identity, mlp.MeanSquaredError, []string{"x", "y"}, [][]string{{"1", "1"}, {"2", "2"}})
	far := *good
	far.Y = mat.NewDense(2, 1, []float64{1e200, 1})
	for _, c := range []struct {
		want string
		err  error
	}{
		{"report: Write: the writer is nil", report.Write(nil, good)},
		{"report: Write: the report is nil or zero, Pipeline.Report makes one", report.Write(io.Discard, nil)},
		{"report: Write: the report is nil or zero, Pipeline.Report makes one", report.Write(io.Discard, &dataset.Report{})},
		{"report: Write: the disk is full", report.Write(brokenWriter{}, good)},
		{"report: Write: plots: Predictions: y[0,0] is 1e+200, want at most ±1e+150", report.Write(io.Discard, &far)},
		{"report: WriteFile: r.html: the report is nil or zero, Pipeline.Report makes one", report.WriteFile("r.html", nil)},
		{"report: WriteFile: open /no/such/folder/r.html: no such file or directory", report.WriteFile("/no/such/folder/r.html", good)},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("error %v\nwant  %s", c.err, c.want)
		}
	}
	if !errors.Is(report.Write(brokenWriter{}, good), errBroken) {
		t.Error("the error of the writer is not passed on")
	}
}
