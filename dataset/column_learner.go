package dataset

// A columnLearner learns a column: what its kind learns, and what all kinds
// share.
type columnLearner struct {
	learner  learner
	filling  filling
	missing  *missingValues
	notation *Notation // of its numbers; nil for that of Go

	rows   rowCount
	filled *nameCounts // the texts that were missing
}

// newColumnLearner returns nil for a column that is left out.
func newColumnLearner(c Column, missing *missingValues, newSample sampleMaker) (*columnLearner, error) {
	l, err := c.learner(newSample)
	if l == nil || err != nil {
		return nil, err
	}
	f := c.filling()
	if f.indicator && f.impute == NoImputation {
		return nil, errIndicator
	}
	return &columnLearner{learner: l, filling: f, missing: missing, notation: notationOf(l), filled: newNameCounts(mostNames)}, nil
}

// fitColumn learns a column from its cells. It returns nil for a column that is
// left out.
func fitColumn(c Column, cells cells, smoothFlags bool) (*columnEncoder, error) {
	l, err := newColumnLearner(c, cells.missing, seriesOf(cells.table.Rows()))
	if err != nil {
		return nil, cells.atColumn(err)
	}
	if l == nil {
		return nil, nil
	}
	for i, cell := range cells.all() {
		if err := l.add(cell, 1); err != nil {
			return nil, cells.at(i, err)
		}
	}
	e, err := l.encoder(cells.name(), smoothFlags)
	if err != nil {
		return nil, cells.atColumn(err)
	}
	return e, nil
}

// add learns from rows with the same cell. An error is about this cell.
func (l *columnLearner) add(cell Cell, rows int) error {
	l.rows += rowCount(rows)
	switch {
	case !l.missing.cell(l.notation, cell):
		return l.learner.add(cell, rows)
	case l.filling.impute == NoImputation:
		return missingError(cell)
	}
	l.learner.addMissing(rows)
	l.filled.add(cell.String(), rows)
	return nil
}

// encoder returns what was learned of the column of that name. It ends the
// learning.
func (l *columnLearner) encoder(name string, smoothFlags bool) (*columnEncoder, error) {
	learned, err := l.learner.encoder()
	if err != nil {
		return nil, err
	}
	gaps := l.filled.total()
	if l.filling.indicator {
		learned.constant = append(learned.constant, gaps == 0 || gaps == int(l.rows))
	}
	e := &columnEncoder{
		name: name, encoder: learned.encoder,
		fill: learned.fill, unknown: l.filling.impute == AsUnknown, indicator: l.filling.indicator,
	}
	if gaps > 0 {
		e.filledCells = l.filled.counts
	}
	for i, constant := range learned.constant {
		if constant {
			e.constant = append(e.constant, i)
		}
	}
	if err := e.init(); err != nil {
		return nil, err
	}
	if smoothFlags {
		return e, e.learnFlags(learned, int(l.rows), gaps)
	}
	return e, nil
}

// statistics returns all that the learner knows.
func (l *columnLearner) statistics() []statistic {
	return append(l.learner.statistics(), &l.rows, l.filled)
}
