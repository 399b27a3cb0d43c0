package dataset

import (
	"errors"
	"io"
	"io/fs"
)

// CSV returns the rows that [ReadTable] reads from r as a [Source], which can be
// read once. Its memory is that of a table, however many there are. A file
// without rows after the header line has no tables.
//
// The errors are those of ReadTable. Lines are counted from the beginning of the
// file, whichever table they are in.
func CSV(r io.Reader, comma rune, options ...ReadOptions) Source {
	return csvSource("CSV", readerInput(r, "CSVFile"), comma, options)
}

// CSVFile is CSV for the file of that name, which is opened at each call of
// Tables and closed at its end.
func CSVFile(name string, comma rune, options ...ReadOptions) Source {
	return csvSource("CSVFile", fileInput(name), comma, options)
}

// CSVFS is CSVFile for a file of fsys.
func CSVFS(fsys fs.FS, name string, comma rune, options ...ReadOptions) Source {
	return csvSource("CSVFS", fsInput(fsys, name), comma, options)
}

func csvSource(op string, in input, comma rune, options []ReadOptions) Source {
	return &tableSource{op, in.name, func(rows int, do func(t *Table) error) error {
		return in.read(func(r io.Reader) error {
			err := readTables(r, comma, options, rows, do)
			if errors.Is(err, errNoRows) {
				return nil
			}
			return err
		})
	}}
}
