package dataset

import (
	"fmt"

	"example.com/mlp"
	"example.com/mlp/trust"
)

// MarshalJSON returns the JSON of the report: an object with what there is of
// rows, targets, names, measures, baselines, confidence, resamples, classes,
// averages, confusion, calibration, residuals and preparation. A member of
// confusion is a class, with the numbers of its rows by what they are taken for,
// but for zeros.
func (r *Report) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	o := object{{"rows", r.Rows}, {"targets", r.Targets}}
	if r.Names != nil {
		o = append(o, member{"names", r.Names})
	}
	measures := make([]object, len(r.Measures))
	for i, m := range r.Measures {
		if len(m.Baselines) != len(r.Baselines) {
			return nil, fmt.Errorf("dataset: Report.MarshalJSON: Measures[%d] has %d baselines, the report has %d", i, len(m.Baselines), len(r.Baselines))
		}
		measures[i] = m.object(r.Baselines)
	}
	baselines := make(object, len(r.Baselines))
	for i, b := range r.Baselines {
		baselines[i] = member{b.Name, b.About}
	}
	o = append(o, member{"measures", measures}, member{"baselines", baselines})
	if r.Resamples > 0 {
		o = append(o, member{"confidence", r.Confidence}, member{"resamples", r.Resamples})
	}
	if r.Classes != nil {
		classes := make([]object, len(r.Classes))
		for i, c := range r.Classes {
			classes[i] = append(scoresObject(c.ClassScores),
				member{"roc_auc", finiteOrNull(c.ROCAUC)}, member{"average_precision", finiteOrNull(c.AveragePrecision)})
		}
		averages := make([]object, len(r.Averages))
		for i, s := range r.Averages {
			averages[i] = scoresObject(s)
		}
		o = append(o, member{"classes", classes}, member{"averages", averages})
	}
	if r.Confusion != nil {
		o = append(o, member{"confusion", confusionObject(r.Confusion)})
	}
	if r.Calibration != nil {
		calibrations := make([]object, len(r.Calibration))
		for i, c := range r.Calibration {
			calibrations[i] = c.object()
		}
		o = append(o, member{"calibration", calibrations})
	}
	if r.Residuals != nil {
		residuals := make([]object, len(r.Residuals))
		for i, s := range r.Residuals {
			residuals[i] = s.object()
		}
		o = append(o, member{"residuals", residuals})
	}
	return append(o, member{"preparation", r.Preparation}).MarshalJSON()
}

func (m Measure) object(baselines []Baseline) object {
	o := object{{"name", m.Name}}
	if m.Target != "" {
		o = append(o, member{"target", m.Target})
	}
	named := make(object, len(m.Baselines))
	for i, v := range m.Baselines {
		named[i] = member{baselines[i].Name, finiteOrNull(v)}
	}
	return append(o, member{"lower_is_better", m.LowerIsBetter}, member{"value", finiteOrNull(m.Value)},
		member{"low", finiteOrNull(m.Low)}, member{"high", finiteOrNull(m.High)}, member{"baselines", named})
}

func scoresObject(s mlp.ClassScores) object {
	return object{{"name", s.Name}, {"precision", s.Precision}, {"recall", s.Recall}, {"f1", s.F1}, {"rows", s.Support}}
}

func confusionObject(c *mlp.Confusion) object {
	o := make(object, len(c.Counts))
	for i, counts := range c.Counts {
		taken := object{}
		for j, n := range counts {
			if n != 0 {
				taken = append(taken, member{c.Names[j], n})
			}
		}
		o[i] = member{c.Names[i], taken}
	}
	return o
}

func (c Calibration) object() object {
	o := object{}
	if c.Label != "" {
		o = append(o, member{"label", c.Label})
	}
	curve := append([]trust.Bin{}, c.Curve...) // [] without bins
	return append(o, member{"error", finiteOrNull(c.Error)}, member{"curve", curve})
}

func (s Residuals) object() object {
	return object{{"target", s.Target}, {"mean", finiteOrNull(s.Mean)}, {"q05", finiteOrNull(s.Q05)}, {"q25", finiteOrNull(s.Q25)},
		{"median", finiteOrNull(s.Median)}, {"q75", finiteOrNull(s.Q75)}, {"q95", finiteOrNull(s.Q95)}}
}

// finiteOrNull returns v, and nil where it is not finite, which JSON has no
// number for.
func finiteOrNull(v float64) any {
	if !finite(v) {
		return nil
	}
	return v
}
