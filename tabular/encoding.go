package tabular

import (
	"cmp"
	"reflect"

	"example.com/mlp/dataset"
)

// An encoding is how columns are prepared where the recipe says nothing.
type encoding struct {
	scaling     dataset.Scaling // of numbers
	also        []dataset.Scaling
	codesFrom   int  // names from which a column becomes codes
	signs       bool // two names become a sign
	smoothFlags bool
}

const manyNames = 101 // for one-hot columns

var (
	quantiles    = encoding{scaling: dataset.Normal, codesFrom: manyNames}
	both         = encoding{scaling: dataset.Normal, also: []dataset.Scaling{dataset.SmoothClip}, codesFrom: manyNames}
	robust       = encoding{scaling: dataset.SmoothClip, codesFrom: 9, signs: true, smoothFlags: true}
	robustOneHot = encoding{scaling: dataset.SmoothClip, codesFrom: manyNames, signs: true, smoothFlags: true}
)

// recipe returns r with what the encoding is where r says nothing.
func (e encoding) recipe(r dataset.Recipe) dataset.Recipe {
	r = imputed(r)
	r.Numeric = e.numeric(r.Numeric)
	r.Boolean = e.boolean(r.Boolean)
	r.Categorical = e.categorical(r.Categorical)
	r.SmoothFlags = r.SmoothFlags || e.smoothFlags
	columns := make([]dataset.Column, len(r.Columns))
	for i, c := range r.Columns {
		columns[i] = e.column(c)
	}
	r.Columns = columns
	return r
}

// imputed returns r with what its Impute is for numbers and for names. Any other
// Impute is what the encoding does by itself, or an error of Fit.
func imputed(r dataset.Recipe) dataset.Recipe {
	switch r.Impute {
	case dataset.Mean, dataset.Median, dataset.MostFrequent:
		r.Numeric.Impute = cmp.Or(r.Numeric.Impute, r.Impute)
		r.Boolean.Impute = cmp.Or(r.Boolean.Impute, dataset.MostFrequent)
		r.Categorical.Impute = cmp.Or(r.Categorical.Impute, dataset.MostFrequent)
	}
	return r
}

func (e encoding) column(c dataset.Column) dataset.Column {
	if v := reflect.ValueOf(c); v.Kind() == reflect.Pointer && !v.IsNil() {
		c = v.Elem().Interface().(dataset.Column)
	}
	switch c := c.(type) {
	case dataset.Numeric:
		return e.numeric(c)
	case dataset.Boolean:
		return e.boolean(c)
	case dataset.Categorical:
		return e.categorical(c)
	case dataset.Ordinal:
		c.Scaling = e.scalingOr(c.Scaling)
		if c.Impute == dataset.NoImputation {
			c.Impute = dataset.MostFrequent
		}
		return c
	case dataset.Date:
		c.Scaling = e.scalingOr(c.Scaling)
		if c.Impute == dataset.NoImputation {
			c.Impute = dataset.MostFrequent
		}
		return c
	}
	return c
}

func (e encoding) numeric(c dataset.Numeric) dataset.Numeric {
	if c.Scaling == dataset.Standard && c.Also == nil {
		c.Scaling, c.Also = e.scaling, e.also
	}
	if c.Impute == dataset.NoImputation {
		c.Impute, c.Indicator = dataset.Mean, true
	}
	return c
}

func (e encoding) boolean(c dataset.Boolean) dataset.Boolean {
	if c.Impute == dataset.NoImputation {
		c.Sign, c.Impute = true, dataset.AsUnknown
	}
	return c
}

func (e encoding) categorical(c dataset.Categorical) dataset.Categorical {
	if c.Unknown == dataset.UnknownRefused {
		c.Unknown = dataset.UnknownZeros
		c.Sign = c.Sign || e.signs
	}
	if c.CodesFrom == 0 && c.Unknown != dataset.UnknownShares {
		c.CodesFrom = e.codesFrom
	}
	if c.Impute == dataset.NoImputation {
		c.Impute = dataset.AsUnknown
	}
	return c
}

// scalingOr returns s, or that of the encoding if s is the zero value.
func (e encoding) scalingOr(s dataset.Scaling) dataset.Scaling {
	if s == dataset.Standard {
		return e.scaling
	}
	return s
}
