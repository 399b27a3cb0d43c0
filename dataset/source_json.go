package dataset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/strictjson"
)

// JSONLines returns the objects in r as a [Source], which can be read once: an
// object of JSON in each line, or one list of objects. An object is a row. Its
// values are strings, numbers, true and false, which are cells as by [CellOf], and
// null, which is a missing value like a name that is left out. Files compressed
// with gzip are decompressed.
//
// The columns are the names of the first object in their order, and an object
// with a further name is an error. If columns are named, they are the columns,
// and other names do not matter:
//
//	dataset.JSONLinesFile("new.jsonl", pipeline.Preparation().Columns()...)
//
// An error names the line and the column. These are errors: text that is not JSON
// or not UTF-8, a name that appears twice in an object, a list or an object as the
// value of a column, and an object of more than 4 MiB.
func JSONLines(r io.Reader, columns ...string) Source {
	return jsonSource("JSONLines", readerInput(r, "JSONLinesFile"), columns)
}

// JSONLinesFile is JSONLines for the file of that name, which is opened at each
// call of Tables and closed at its end.
func JSONLinesFile(name string, columns ...string) Source {
	return jsonSource("JSONLinesFile", fileInput(name), columns)
}

// JSONLinesFS is JSONLinesFile for a file of fsys.
func JSONLinesFS(fsys fs.FS, name string, columns ...string) Source {
	return jsonSource("JSONLinesFS", fsInput(fsys, name), columns)
}

func jsonSource(op string, in input, columns []string) Source {
	columns = slices.Clone(columns)
	return &tableSource{op, in.name, func(rows int, do func(t *Table) error) error {
		return in.read(func(r io.Reader) error {
			b, err := openText(r)
			if err != nil {
				return err
			}
			return readRows(&jsonRows{objects: jsonObjects{r: b, line: 1}, columns: trimAll(columns), named: len(columns) > 0}, rows, do)
		})
	}}
}

// jsonRows reads objects as rows.
type jsonRows struct {
	objects jsonObjects
	columns []string
	named   bool // by the caller

	index map[string]int // of a column
	seen  []bool         // the columns that an object has
	first string         // the first object, until it is a row
	line  int            // of it
}

func (j *jsonRows) header() (names []string, err error) {
	if !j.named {
		if j.first, j.line, err = j.objects.next(); err == io.EOF {
			return nil, err
		}
		if err == nil {
			j.columns, err = namesOf(j.first)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", j.line, err)
		}
	}
	j.seen = make([]bool, len(j.columns))
	j.index = make(map[string]int, len(j.columns))
	for i, name := range j.columns {
		j.index[name] = i
	}
	return j.columns, nil
}

// namesOf returns the names in an object.
func namesOf(object string) (names []string, err error) {
	d, err := strictjson.NewDecoder(object, jsonDepth)
	if err != nil {
		return nil, err
	}
	err = d.Object(func(name string) error {
		names = append(names, strings.TrimSpace(name))
		_, err := d.Raw()
		return err
	})
	if err == nil && len(names) == 0 {
		err = errors.New("the first object has no names")
	}
	return names, err
}

// jsonDepth is how deep the values may be nested that are not those of a column.
const jsonDepth = 100

func (j *jsonRows) read(cells []Cell) (line int, err error) {
	object, line := j.first, j.line
	if j.first = ""; object == "" {
		if object, line, err = j.objects.next(); err != nil {
			return line, err
		}
	}
	d, err := strictjson.NewDecoder(object, jsonDepth)
	if err != nil {
		return line, err
	}
	clear(j.seen)
	return line, d.Object(func(name string) error {
		i, ok := j.index[strings.TrimSpace(name)]
		switch {
		case ok && j.seen[i]:
			return fmt.Errorf("%s is there twice", quote.Text(j.columns[i]))
		case !ok && !j.named:
			return fmt.Errorf("%s is not among the columns, the names of the first object, %s: name the columns in the call if it does not matter or is one of them",
				quote.Text(name), quoteAll(j.columns))
		case !ok:
			_, err := d.Raw()
			return err
		}
		j.seen[i] = true
		value, err := d.Scalar()
		if err == nil {
			cells[i], err = CellOf(value)
		}
		return inColumn(i, err)
	})
}
