package tabular

import (
	"slices"

	"example.com/mlp/dataset"
)

// nameColumns returns r with the columns that it does not name, as what their
// cells show in all rows, for which whole is the preparation: the rows to train
// with may show less. Numbers without a gap get no flag of missing ones, and a
// column without a cell in the rows to train with is dropped.
func nameColumns(r dataset.Recipe, whole *dataset.Preparation, train *dataset.Table) dataset.Recipe {
	named := namedColumns(r)
	r.Columns = slices.Clip(r.Columns) // each fold has its own
	for _, e := range whole.Encodings() {
		switch {
		case named[e.Column]:
		case isEmpty(train, e):
			r.Columns = append(r.Columns, dataset.Drop{Column: e.Column})
		case e.Kind == "numeric":
			c := r.Numeric
			c.Column, c.Indicator = e.Column, c.Indicator && e.Filled != nil
			r.Columns = append(r.Columns, c)
		case e.Kind == "boolean":
			c := r.Boolean
			c.Column = e.Column
			r.Columns = append(r.Columns, c)
		case e.Kind == "categorical":
			c := r.Categorical
			c.Column = e.Column
			r.Columns = append(r.Columns, c)
		}
	}
	return r
}

// namedColumns returns the names of the columns that r describes.
func namedColumns(r dataset.Recipe) map[string]bool {
	named := make(map[string]bool)
	for _, c := range r.Columns {
		named[nameOf(c)] = true
	}
	return named
}

// nameOf returns the name of the column that c describes, which is no pointer.
func nameOf(c dataset.Column) string {
	switch c := c.(type) {
	case dataset.Numeric:
		return c.Column
	case dataset.Boolean:
		return c.Column
	case dataset.Categorical:
		return c.Column
	case dataset.Ordinal:
		return c.Column
	case dataset.Date:
		return c.Column
	case dataset.Drop:
		return c.Column
	}
	return ""
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
