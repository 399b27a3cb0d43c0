package dataset

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A drawnMeasure is a measure of rows of which each was drawn so many times; times
// are whole numbers that add up to the number of rows. It is not finite where
// the measure is not defined. It is safe for concurrent use.
//
// It gives what the metric of package mlp gives for the drawn rows, in one pass
// over them without sorting.
type drawnMeasure func(times []float64) float64

// meanIn returns the mean of a number of each row.
func meanIn(numbers []float64) drawnMeasure {
	return func(times []float64) float64 { return weightedSum(times, numbers) / float64(len(times)) }
}

func weightedSum(times, numbers []float64) float64 {
	sum := 0.0
	for i, v := range numbers {
		sum += float64(times[i] * v)
	}
	return sum
}

// rootMeanSquareIn returns the root of the mean square.
func rootMeanSquareIn(residuals []float64) drawnMeasure {
	mean := meanIn(squares(residuals))
	return func(times []float64) float64 { return math.Sqrt(mean(times)) }
}

// meanAbsoluteIn returns the mean of the absolute numbers.
func meanAbsoluteIn(residuals []float64) drawnMeasure {
	absolute := make([]float64, len(residuals))
	for i, v := range residuals {
		absolute[i] = math.Abs(v)
	}
	return meanIn(absolute)
}

func squares(numbers []float64) []float64 {
	s := make([]float64, len(numbers))
	for i, v := range numbers {
		s[i] = v * v
	}
	return s
}

// r2In returns the share of the variance of y that is explained. It is not
// defined where the drawn targets are all the same.
func r2In(y, residuals []float64) drawnMeasure {
	mean := meanOf(y)
	centered := make([]float64, len(y)) // so that the difference below loses no digits
	for i, v := range y {
		centered[i] = v - mean
	}
	errors, total := squares(residuals), squares(centered)
	return func(times []float64) float64 {
		sum, all := weightedSum(times, centered), weightedSum(times, total)
		variation := all - float64(sum*sum/float64(len(times)))
		const rounding = 1e-12
		if !(variation > rounding*all) {
			return math.NaN()
		}
		return 1 - weightedSum(times, errors)/variation
	}
}

// hits are the rows of one class or label that were drawn.
type hits struct{ right, actual, predicted float64 }

func (t hits) precision() float64 { return shareOf(t.right, t.predicted) }
func (t hits) recall() float64    { return shareOf(t.right, t.actual) }
func (t hits) f1() float64        { return shareOf(2*t.right, t.actual+t.predicted) }

// shareOf returns a/b, and 0 where there is nothing to share.
func shareOf(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// A hitCounter counts the drawn rows for each class or label.
type hitCounter func(times []float64) []hits

func countClasses(truth, decided []int, classes int) hitCounter {
	return func(times []float64) []hits {
		counts := make([]hits, classes)
		for i, n := range times {
			counts[truth[i]].actual += n
			counts[decided[i]].predicted += n
			if truth[i] == decided[i] {
				counts[truth[i]].right += n
			}
		}
		return counts
	}
}

func countLabels(y, decided *mat.Dense) hitCounter {
	return func(times []float64) []hits {
		_, labels := y.Dims()
		counts := make([]hits, labels)
		for i, n := range times {
			d := decided.RawRowView(i)
			for k, v := range y.RawRowView(i) {
				counts[k].actual += float64(n * v)
				counts[k].predicted += float64(n * d[k])
				counts[k].right += float64(n * v * d[k])
			}
		}
		return counts
	}
}

// class returns the score of one class.
func (count hitCounter) class(k int, score func(hits) float64) drawnMeasure {
	return func(times []float64) float64 { return score(count(times)[k]) }
}

// mean returns the mean of the scores.
func (count hitCounter) mean(score func(hits) float64) drawnMeasure {
	return func(times []float64) float64 {
		counts := count(times)
		sum := 0.0
		for _, c := range counts {
			sum += score(c)
		}
		return sum / float64(len(counts))
	}
}

// macro returns the mean of the scores of the classes that have rows or are
// predicted.
func (count hitCounter) macro(score func(hits) float64) drawnMeasure {
	there := func(times []float64) []hits {
		return slices.DeleteFunc(count(times), func(c hits) bool { return c.actual+c.predicted == 0 })
	}
	return hitCounter(there).mean(score)
}

// micro returns the score of all counts together.
func (count hitCounter) micro(score func(hits) float64) drawnMeasure {
	return func(times []float64) float64 {
		var all hits
		for _, c := range count(times) {
			all.right += c.right
			all.actual += c.actual
			all.predicted += c.predicted
		}
		return score(all)
	}
}

// A ranking has the rows by descending score.
type ranking []ranked

type ranked struct {
	row      int32
	positive bool
	tied     bool // with the row after it
}

type rankings []ranking

// rank returns the ranking of each column.
func rank(y, scores *mat.Dense) rankings {
	rows, cols := y.Dims()
	all := make(rankings, cols)
	for k := range all {
		score := mat.Col(nil, k, scores)
		r := make(ranking, rows)
		for i := range r {
			r[i] = ranked{row: int32(i), positive: y.At(i, k) == 1}
		}
		slices.SortFunc(r, func(a, b ranked) int {
			return cmp.Or(cmp.Compare(score[b.row], score[a.row]), cmp.Compare(a.row, b.row))
		})
		for i := range r[1:] {
			r[i].tied = score[r[i].row] == score[r[i+1].row]
		}
		all[k] = r
	}
	return all
}

// mean returns the mean of f over the columns.
func (all rankings) mean(f func(r ranking, times []float64) float64) drawnMeasure {
	return func(times []float64) float64 {
		sum := 0.0
		for _, r := range all {
			sum += f(r, times)
		}
		return sum / float64(len(all))
	}
}

// rocAUC returns the area under the ROC curve, NaN if a class was not drawn.
func (r ranking) rocAUC(times []float64) float64 {
	var area, negatives, positives, before float64 // before: positives at the cut before
	sinceCut := 0.0                                // negatives
	for _, c := range r {
		n := times[c.row]
		if c.positive {
			positives += n
		} else {
			sinceCut += n
		}
		if !c.tied {
			area += float64(sinceCut * (before + positives))
			negatives += sinceCut
			before, sinceCut = positives, 0
		}
	}
	return area / float64(2*negatives*positives)
}

// averagePrecision returns the average precision, NaN if no positive was drawn.
func (r ranking) averagePrecision(times []float64) float64 {
	var sum, rows, positives, before float64
	for _, c := range r {
		n := times[c.row]
		rows += n
		if c.positive {
			positives += n
		}
		if !c.tied && positives > before {
			sum += float64((positives - before) * (positives / rows))
			before = positives
		}
	}
	return sum / positives
}
