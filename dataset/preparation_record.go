package dataset

import (
	"fmt"
	"slices"
	"strings"

	"example.com/mlp/internal/quote"
)

// TransformRow stores the features of one sample in dst, which has length
// len(Features()). The cells are those of Columns(), in that order, as text as
// it stands in a file. It does not allocate, except where a [Date] has several
// Layouts.
//
// A cell that its column does not take is an error that names the column; so
// is a wrong length. After an error the entries of dst are unspecified.
func (p *Preparation) TransformRow(dst []float64, cells []string) error {
	if err := p.transformRow(dst, cells); err != nil {
		return fmt.Errorf("dataset: Preparation.TransformRow: %w", err)
	}
	return nil
}

func (p *Preparation) transformRow(dst []float64, cells []string) error {
	return p.transformList(dst, len(cells), func(j int) Cell { return Text(cells[j]) })
}

// TransformCells is TransformRow for cells that may be numbers, truth values
// and times as well.
func (p *Preparation) TransformCells(dst []float64, cells []Cell) error {
	if err := p.transformCells(dst, cells); err != nil {
		return fmt.Errorf("dataset: Preparation.TransformCells: %w", err)
	}
	return nil
}

func (p *Preparation) transformCells(dst []float64, cells []Cell) error {
	return p.transformList(dst, len(cells), func(j int) Cell { return cells[j] })
}

// transformList stores the features of a sample of this many cells.
func (p *Preparation) transformList(dst []float64, cells int, cell func(j int) Cell) error {
	if err := p.checkRow(dst); err != nil {
		return err
	}
	if cells != len(p.columns) {
		return fmt.Errorf("%d cells, the preparation takes %d", cells, len(p.columns))
	}
	for j, c := range p.columns {
		rest, err := p.encodeNext(dst, c, cell(j))
		if err != nil {
			return fmt.Errorf("%s: %w", columnPlace(j, c.name), err)
		}
		dst = rest
	}
	return nil
}

// TransformMap is TransformRow for a sample that is given by the names of the
// columns, letter by letter. A name that is not there is a missing value where the
// column has an Impute, and an error otherwise, also where the record has it in
// upper or lower case; names of other columns do not matter.
func (p *Preparation) TransformMap(dst []float64, record map[string]string) error {
	if err := p.transformMap(dst, record); err != nil {
		return fmt.Errorf("dataset: Preparation.TransformMap: %w", err)
	}
	return nil
}

func (p *Preparation) transformMap(dst []float64, record map[string]string) error {
	return p.transformNamed(dst, func(column string) (Cell, bool, error) {
		cell, ok := record[column]
		return Text(cell), ok, nil
	}, func() error { return checkSpelling(p, record) })
}

// TransformValues is TransformMap for values of any type that [CellOf] takes,
// such as those of JSON and of package database/sql. nil is a missing value.
func (p *Preparation) TransformValues(dst []float64, record map[string]any) error {
	if err := p.transformValues(dst, record); err != nil {
		return fmt.Errorf("dataset: Preparation.TransformValues: %w", err)
	}
	return nil
}

func (p *Preparation) transformValues(dst []float64, record map[string]any) error {
	return p.transformNamed(dst, func(column string) (Cell, bool, error) {
		value, ok := record[column]
		if !ok {
			return Cell{}, false, nil
		}
		cell, err := CellOf(value)
		return cell, true, err
	}, func() error { return checkSpelling(p, record) })
}

// transformNamed stores the features of a sample whose cells have names. Where one
// is not there, checkNames looks for it among the others.
func (p *Preparation) transformNamed(dst []float64, cellOf func(column string) (cell Cell, ok bool, err error), checkNames func() error) error {
	if err := p.checkRow(dst); err != nil {
		return err
	}
	checked := false
	for _, c := range p.columns {
		cell, ok, err := cellOf(c.name)
		if err == nil && !ok {
			if !checked {
				if err := checkNames(); err != nil {
					return err
				}
				checked = true
			}
			if c.filled == nil {
				return fmt.Errorf("the record has no %s", quote.Text(c.name))
			}
			cell = Cell{}
		}
		rest := dst
		if err == nil {
			rest, err = p.encodeNext(dst, c, cell)
		}
		if err != nil {
			return fmt.Errorf("column %s: %w", quote.Text(c.name), err)
		}
		dst = rest
	}
	return nil
}

// checkSpelling returns an error if the record has a name that is that of a column
// but for upper and lower case, and not the column.
func checkSpelling[V any](p *Preparation, record map[string]V) error {
	var wrong, right string
	for name := range record {
		columns := p.spellings[strings.ToLower(name)]
		if slices.Contains(columns, name) {
			continue
		}
		for _, column := range columns {
			if _, ok := record[column]; !ok && (wrong == "" || name < wrong) {
				wrong, right = name, column
			}
		}
	}
	if right == "" {
		return nil
	}
	return fmt.Errorf("the record has %s, the column is %s", quote.Text(wrong), quote.Text(right))
}

func (p *Preparation) checkRow(dst []float64) error {
	if err := p.check(); err != nil {
		return err
	}
	if len(dst) != len(p.features) {
		return fmt.Errorf("dst has %d entries, the preparation gives %d", len(dst), len(p.features))
	}
	return nil
}

// encodeNext stores the features of a cell at the front of dst and returns the
// rest of it.
func (p *Preparation) encodeNext(dst []float64, c *columnEncoder, cell Cell) ([]float64, error) {
	width := len(c.features)
	return dst[width:], c.encode(dst[:width], cell, p.missing.cell(c.notation, cell))
}
