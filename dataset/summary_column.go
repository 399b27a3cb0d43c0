package dataset

import (
	"example.com/mlp/internal/quote"
)

// A columnSummary learns a column of a [Summary].
type columnSummary interface {
	add(cell Cell, rows int) error

	// decide returns what has learned the column. It ends the summary.
	decide() (*columnLearner, error)

	statistics() []statistic
}

func (l *columnLearner) decide() (*columnLearner, error) { return l, nil }

// inferredColumn is a column whose kind the cells will say. It learns cells that
// look like numbers as Numeric, and counts the others.
type inferredColumn struct {
	recipe  Recipe
	column  string
	missing *missingValues

	numeric *columnLearner
	numbers rowCount  // that numeric has learned
	code    leastText // that begins with a 0 too many
	others  *nameCounts
	gaps    *nameCounts // the texts that were missing
}

func (r Recipe) newInferredColumn(name string, missing *missingValues) (*inferredColumn, error) {
	numeric, err := newColumnLearner(r.Numeric, missing, countNumbers)
	return &inferredColumn{
		recipe: r, column: name, missing: missing,
		numeric: numeric, others: newNameCounts(mostNames), gaps: newNameCounts(mostNames),
	}, err
}

func (c *inferredColumn) add(cell Cell, rows int) error {
	if c.missing.cell(nil, cell) {
		if !c.recipe.imputes() {
			return missingError(cell)
		}
		c.gaps.add(cell.String(), rows)
		return nil
	}
	if cell.look(c.numeric.notation) != likeNumber {
		c.others.add(cell.String(), rows)
		return nil
	}
	if cell.looksLikeCode() {
		c.code.add(cell.text)
	}
	c.numbers += rowCount(rows)
	return c.numeric.add(cell, rows)
}

// imputes reports whether some columns that are not named may have gaps.
func (r Recipe) imputes() bool {
	return r.Numeric.Impute != NoImputation || r.Boolean.Impute != NoImputation || r.Categorical.Impute != NoImputation
}

func (c *inferredColumn) statistics() []statistic {
	return append(c.numeric.statistics(), &c.numbers, &c.code, c.others, c.gaps)
}

func (c *inferredColumn) decide() (*columnLearner, error) {
	column, err := c.recipe.judge(c.evidence())
	if err != nil {
		return nil, err
	}
	l := c.numeric
	if _, ok := column.(Numeric); !ok {
		if l, err = newColumnLearner(column, c.missing, countNumbers); err != nil {
			return nil, err
		}
	}
	for _, texts := range []*nameCounts{c.gaps, c.others} {
		for _, text := range texts.sorted() {
			if err := l.add(Text(text), texts.counts[text]); err != nil {
				return nil, err
			}
		}
	}
	return l, nil
}

func (c *inferredColumn) evidence() evidence {
	w := summaryWitnesses{column: c.column}
	e := evidence{rows: [3]int{likeNumber: int(c.numbers)}, code: -1}
	show := func(text string) (row int) {
		w.texts = append(w.texts, text)
		return len(w.texts) - 1
	}
	var texts []seenText
	for _, text := range c.others.sorted() {
		row, rows := show(text), c.others.counts[text]
		texts = append(texts, seenText{text, row, rows})
		look := Text(text).look(c.numeric.notation)
		if e.rows[look] == 0 {
			e.first[look] = row
		}
		e.rows[look] += rows
	}
	if c.code != "" {
		e.code = show(string(c.code))
	}
	least, _ := c.numeric.learner.(*numericLearner).ends()
	e.first[likeNumber] = show(formatNumber(least))
	e.witnesses, e.texts = w, func() []seenText { return texts }
	return e
}

// summaryWitnesses are texts of a column whose rows are not known any more.
type summaryWitnesses struct {
	column string
	texts  []string
}

func (w summaryWitnesses) name() string            { return w.column }
func (w summaryWitnesses) quoted(row int) string   { return quote.Text(w.texts[row]) }
func (summaryWitnesses) rowPlace(int) string       { return "another cell" }
func (summaryWitnesses) at(_ int, err error) error { return err }
func (summaryWitnesses) atColumn(err error) error  { return err }

// summarize adds the cells to the summary of their column.
func (c cells) summarize(s columnSummary) error {
	return c.each(func(row int, cell Cell, rows int) error {
		if err := s.add(cell, rows); err != nil {
			return c.at(row, err)
		}
		return nil
	})
}

// each calls do for the cells, for equal names of few only once, with their first
// row and how many there are.
func (c cells) each(do func(row int, cell Cell, rows int) error) error {
	names, ok := c.table.columns[c.column].(*nameColumn)
	if !ok || names.names.len() > c.table.Rows() {
		for i, cell := range c.all() {
			if err := do(i, cell, 1); err != nil {
				return err
			}
		}
		return nil
	}
	first, rows := make([]int, names.names.len()), make([]int, names.names.len())
	var codes []uint32
	for i := range c.table.Rows() {
		at := i
		if c.table.rows != nil {
			at = c.table.rows[i]
		}
		code := names.codes[at]
		if rows[code] == 0 {
			first[code] = i
			codes = append(codes, code)
		}
		rows[code]++
	}
	for _, code := range codes {
		if err := do(first[code], names.names.at(code), rows[code]); err != nil {
			return err
		}
	}
	return nil
}
