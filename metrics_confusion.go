package mlp

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
)

// A Confusion is a confusion matrix, which counts how often each class was
// predicted as each class. NewConfusion and ConfusionOf make one; its methods
// return the scores that follow from the counts. They agree with
// scikit-learn's, including that a share of no rows is 0. Missing counts are
// taken as 0, and classes without a name are identified by their number.
type Confusion struct {
	Counts [][]int  // Counts[i][j] rows of class i were predicted to be of class j
	Names  []string // of the classes
}

// NewConfusion compares the targets y with the predictions yhat. Both are n×1
// labels 0 or 1, as BinaryClassifier.Predict returns them, or n×k, where the
// largest entry of a row determines its class, the first of equals: y is
// one-hot or probabilities, and yhat may be the result of Classifier.Predict.
//
// The names of the classes are used for printing. Without names, the classes
// are printed as 0, 1, 2 and so on.
func NewConfusion(y, yhat mat.Matrix, names ...string) (*Confusion, error) {
	const op = "NewConfusion"
	a, b, err := metricArgs(op, y, yhat)
	if err != nil {
		return nil, err
	}
	rows, cols := a.Dims()
	c, err := emptyConfusion(op, max(2, cols), names)
	if err != nil {
		return nil, err
	}
	if err := checkClasses(op, a); err != nil {
		return nil, err
	}
	if cols == 1 {
		if err := checkLabels(op, "yhat", "", b); err != nil {
			return nil, err
		}
	}
	for i := range rows {
		c.Counts[classOf(a.RawRowView(i))][classOf(b.RawRowView(i))]++
	}
	return c, nil
}

// ConfusionOf is NewConfusion for classes given by their numbers, as
// Classifier.Classes returns them. There are as many classes as names or,
// without names, as the largest number requires.
func ConfusionOf(y, yhat []int, names ...string) (*Confusion, error) {
	const op = "ConfusionOf"
	if len(y) == 0 {
		return nil, fmt.Errorf("mlp: %s: y is empty", op)
	}
	if len(y) != len(yhat) {
		return nil, &ShapeError{Op: op, Subject: "yhat", Got: len(yhat), Unit: "entries", Wanting: "y has", Want: len(y)}
	}
	classes := len(names)
	if classes == 0 {
		classes = max(2, slices.Max(y)+1, slices.Max(yhat)+1)
	}
	for i := range y {
		if err := cmp.Or(checkClass(op, "y", i, y[i], classes), checkClass(op, "yhat", i, yhat[i], classes)); err != nil {
			return nil, err
		}
	}
	c, err := emptyConfusion(op, classes, names)
	if err != nil {
		return nil, err
	}
	for i := range y {
		c.Counts[y[i]][yhat[i]]++
	}
	return c, nil
}

// Merge adds the counts of another Confusion of the same classes, such as that of
// other rows, which it leaves as it is. A zero Confusion becomes a copy of the other
// one. It is an error, which changes nothing, if the classes differ in number, as
// those of ConfusionOf may without names, or by name, or if a count overflows.
func (c *Confusion) Merge(other *Confusion) error {
	if err := c.merge(other); err != nil {
		return fmt.Errorf("mlp: Confusion.Merge: %w", err)
	}
	return nil
}

func (c *Confusion) merge(other *Confusion) error {
	if c == nil || other == nil {
		return errors.New("a confusion matrix is nil")
	}
	have, n := c.classes(), other.classes()
	switch {
	case n == 0:
		return nil
	case have > 0 && have != n:
		return fmt.Errorf("%d classes and %d", have, n)
	case n > maxClasses: // as in a damaged file
		return fmt.Errorf("%d classes, at most %d are possible", n, maxClasses)
	}
	sum := Confusion{Counts: make([][]int, n), Names: make([]string, n)}
	for i := range n {
		sum.Names[i] = nameOf(other.Names, i)
		if have > 0 && nameOf(c.Names, i) != sum.Names[i] {
			return fmt.Errorf("class %d is %s in one and %s in the other", i, quote.Text(nameOf(c.Names, i)), quote.Text(sum.Names[i]))
		}
		sum.Counts[i] = make([]int, n)
		for j := range n {
			a, b := c.at(i, j), other.at(i, j)
			if a < 0 || b < 0 || a > math.MaxInt-b {
				return fmt.Errorf("counts of %d and %d rows of class %d as class %d", a, b, i, j)
			}
			sum.Counts[i][j] = a + b
		}
	}
	*c = sum
	return nil
}

// maxClasses bounds the size of a confusion matrix.
const maxClasses = 10000

func emptyConfusion(op string, classes int, names []string) (*Confusion, error) {
	if classes > maxClasses {
		return nil, fmt.Errorf("mlp: %s: %d classes, at most %d are possible", op, classes, maxClasses)
	}
	if len(names) != 0 && len(names) != classes {
		return nil, fmt.Errorf("mlp: %s: %d names for %d classes", op, len(names), classes)
	}
	c := &Confusion{Counts: make([][]int, classes), Names: make([]string, classes)}
	for i := range c.Counts {
		c.Counts[i] = make([]int, classes)
		c.Names[i] = nameOf(names, i)
	}
	return c, nil
}

func checkClass(op, name string, i, class, classes int) error {
	if class < 0 || class >= classes {
		return fmt.Errorf("mlp: %s: %s[%d] is %d, want a class in [0, %d)", op, name, i, class, classes)
	}
	return nil
}

// classes returns the number of classes.
func (c *Confusion) classes() int {
	n := len(c.Counts)
	for _, row := range c.Counts {
		n = max(n, len(row))
	}
	return n
}

// at returns how many rows of class i were predicted to be of class j.
func (c *Confusion) at(i, j int) int {
	if i < len(c.Counts) && j < len(c.Counts[i]) {
		return c.Counts[i][j]
	}
	return 0
}

// nameOf returns the name of class i, which is its number without one in names.
func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return strconv.Itoa(i)
}

// totals returns the number of rows of each class, the number predicted to be
// of each class, the number predicted correctly, and the number of all rows.
func (c *Confusion) totals() (actual, predicted []int, right, rows int) {
	n := c.classes()
	actual, predicted = make([]int, n), make([]int, n)
	for i, row := range c.Counts {
		for j, count := range row {
			actual[i] += count
			predicted[j] += count
			rows += count
		}
		right += c.at(i, i)
	}
	return actual, predicted, right, rows
}

// ratio returns a/b, or 0 if b = 0.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Accuracy returns the share of rows that are predicted correctly. It is also
// the micro average of precision, recall and F1, because each row has one
// class.
func (c *Confusion) Accuracy() float64 {
	_, _, right, rows := c.totals()
	return ratio(right, rows)
}

// BalancedAccuracy returns the mean recall over the classes that have rows.
func (c *Confusion) BalancedAccuracy() float64 {
	actual, _, _, _ := c.totals()
	sum, classes := 0.0, 0
	for i, n := range actual {
		if n > 0 {
			sum += ratio(c.at(i, i), n)
			classes++
		}
	}
	if classes == 0 {
		return 0
	}
	return sum / float64(classes)
}

// Matthews returns the Matthews correlation coefficient (1975) in Gorodkin's
// multiclass form (2004):
//
//	(s·n − Σ aᵢ·pᵢ)/√((n² − Σ pᵢ²)·(n² − Σ aᵢ²))
//
// where, of the n rows, s are predicted correctly, aᵢ are of class i and pᵢ are
// predicted to be. It is 1 for perfect predictions, around 0 for random ones,
// and 0 if all rows are, or are predicted to be, of one class.
func (c *Confusion) Matthews() float64 {
	actual, predicted, right, rows := c.totals()
	n := float64(rows)
	cov, varA, varP := float64(right)*n, n*n, n*n
	for i := range actual {
		a, p := float64(actual[i]), float64(predicted[i])
		cov -= float64(a * p)
		varA -= float64(a * a)
		varP -= float64(p * p)
	}
	if varA == 0 || varP == 0 {
		return 0
	}
	return cov / math.Sqrt(varA*varP)
}

// Kappa returns Cohen's kappa (1960),
//
//	(o − e)/(1 − e)
//
// where o is the accuracy and e the accuracy expected of random predictions
// with the same class frequencies. It is NaN, being undefined, if all rows are,
// and are predicted to be, of one class.
func (c *Confusion) Kappa() float64 {
	actual, predicted, right, rows := c.totals()
	n := float64(rows)
	random := 0.0 // e·n²
	for i := range actual {
		random += float64(float64(actual[i]) * float64(predicted[i]))
	}
	return (float64(float64(right)*n) - random) / (float64(n*n) - random)
}

// String returns a table with a row for each class and a column for each
// prediction.
func (c *Confusion) String() string {
	cells := [][]string{{""}}
	for i := range c.classes() {
		cells[0] = append(cells[0], nameOf(c.Names, i))
		line := []string{nameOf(c.Names, i)}
		for j := range c.classes() {
			line = append(line, strconv.Itoa(c.at(i, j)))
		}
		cells = append(cells, line)
	}
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for j, cell := range line {
			widths[j] = max(widths[j], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for _, line := range cells {
		fmt.Fprintf(&b, "%-*s", widths[0], line[0])
		for j, cell := range line[1:] {
			fmt.Fprintf(&b, "  %*s", widths[j+1], cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
