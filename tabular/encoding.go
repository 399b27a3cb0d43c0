package tabular

import (
	"reflect"
	"slices"

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

// namedColumns returns the columns of kinds that a table may show which r names.
func namedColumns(r dataset.Recipe) map[string]bool {
	named := make(map[string]bool)
	for _, c := range r.Columns {
		switch c := c.(type) {
		case dataset.Numeric:
			named[c.Column] = true
		case dataset.Boolean:
			named[c.Column] = true
		case dataset.Categorical:
			named[c.Column] = true
		}
	}
	return named
}

// asInAll returns r, of which whole is the preparation for all rows, with the
// columns that it does not name as what their cells show in all rows: the rows
// to train with may show less. Numbers without a gap get no flag of missing ones,
// and a column without a cell in the rows to train with is dropped.
func asInAll(r dataset.Recipe, whole *dataset.Preparation, train *dataset.Table) dataset.Recipe {
	named := namedColumns(r)
	numeric, boolean, categorical := r.Numeric, r.Boolean, r.Categorical
	for _, e := range whole.Encodings() {
		if named[e.Column] {
			continue
		}
		if isEmpty(train, e) {
			r.Columns = append(r.Columns, dataset.Drop{Column: e.Column})
			continue
		}
		switch e.Kind {
		case "numeric":
			c := numeric
			c.Column, c.Indicator = e.Column, numeric.Indicator && e.Filled != nil
			r.Columns = append(r.Columns, c)
		case "boolean":
			boolean.Column = e.Column
			r.Columns = append(r.Columns, boolean)
		case "categorical":
			categorical.Column = e.Column
			r.Columns = append(r.Columns, categorical)
		}
	}
	return r
}

// isEmpty reports whether all cells of a column are missing in rows of the table
// that it was encoded for.
func isEmpty(rows *dataset.Table, e dataset.Encoding) bool {
	if e.Filled == nil {
		return false
	}
	cells, err := rows.Column(e.Column)
	return err == nil && !slices.ContainsFunc(cells, func(cell string) bool { return e.Filled[cell] == 0 })
}
