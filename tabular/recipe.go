package tabular

import (
	"reflect"

	"example.com/mlp/dataset"
)

// recipe returns r with what the method needs where r says nothing.
func (m method) recipe(r dataset.Recipe) dataset.Recipe {
	r.Numeric = m.numeric(r.Numeric)
	r.Boolean = m.boolean(r.Boolean)
	r.Categorical = m.categorical(r.Categorical)
	r.SmoothFlags = r.SmoothFlags || m.smoothFlags
	columns := make([]dataset.Column, len(r.Columns))
	for i, c := range r.Columns {
		columns[i] = m.column(c)
	}
	r.Columns = columns
	return r
}

func (m method) column(c dataset.Column) dataset.Column {
	if v := reflect.ValueOf(c); v.Kind() == reflect.Pointer && !v.IsNil() {
		c = v.Elem().Interface().(dataset.Column)
	}
	switch c := c.(type) {
	case dataset.Numeric:
		return m.numeric(c)
	case dataset.Boolean:
		return m.boolean(c)
	case dataset.Categorical:
		return m.categorical(c)
	case dataset.Ordinal:
		c.Scaling = m.scalingOr(c.Scaling)
		if c.Impute == dataset.NoImputation {
			c.Impute = dataset.MostFrequent
		}
		return c
	case dataset.Date:
		c.Scaling = m.scalingOr(c.Scaling)
		if c.Impute == dataset.NoImputation {
			c.Impute = dataset.MostFrequent
		}
		return c
	}
	return c
}

func (m method) numeric(c dataset.Numeric) dataset.Numeric {
	c.Scaling = m.scalingOr(c.Scaling)
	if c.Impute == dataset.NoImputation {
		c.Impute, c.Indicator = dataset.Mean, true
	}
	return c
}

func (m method) boolean(c dataset.Boolean) dataset.Boolean {
	if c.Impute == dataset.NoImputation {
		c.Sign, c.Impute = true, dataset.AsUnknown
	}
	return c
}

func (m method) categorical(c dataset.Categorical) dataset.Categorical {
	if c.Unknown == dataset.UnknownRefused {
		c.Unknown = dataset.UnknownZeros
		c.Sign = c.Sign || m.signs
	}
	if c.CodesFrom == 0 && c.Unknown != dataset.UnknownShares {
		c.CodesFrom = m.codesFrom
	}
	if c.Impute == dataset.NoImputation {
		c.Impute = dataset.AsUnknown
	}
	return c
}

// scalingOr returns s, or the scaling of the method if s is the zero value.
func (m method) scalingOr(s dataset.Scaling) dataset.Scaling {
	if s == dataset.Standard {
		return m.scaling
	}
	return s
}

// named returns r, of which whole is the preparation for all rows, with the
// columns that it does not name as what their cells show in all rows: the rows
// to train with may show less. Numbers without a gap get no flag of missing ones.
func named(r dataset.Recipe, whole *dataset.Preparation) dataset.Recipe {
	has := make(map[string]bool)
	for _, c := range r.Columns {
		switch c := c.(type) {
		case dataset.Numeric:
			has[c.Column] = true
		case dataset.Boolean:
			has[c.Column] = true
		case dataset.Categorical:
			has[c.Column] = true
		}
	}
	numeric, boolean, categorical := r.Numeric, r.Boolean, r.Categorical
	for _, e := range whole.Encodings() {
		if has[e.Column] {
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
