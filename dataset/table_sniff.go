package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
)

// commas are what may separate the cells of a file if nobody says so.
var commas = [...]rune{',', ';', '\t', '|'}

// sniff returns the comma of a text by its first lines: the one that separates
// each into the same number of cells, more than one. A text of one column has
// none of them.
func sniff(text *bufio.Reader, moreCells bool) (rune, error) {
	start, err := text.Peek(text.Size())
	if err == nil { // there is more: the last line may be cut
		if i := bytes.LastIndexAny(start, "\r\n"); i >= 0 {
			start = start[:i+1]
		}
	}
	if bytes.IndexByte(start, '\n') < 0 {
		start = bytes.ReplaceAll(start, []byte("\r"), []byte("\n"))
	}
	var found []rune
	alone := true
	for _, comma := range commas {
		width, same := widthWith(start, comma, moreCells)
		if same && width > 1 {
			found = append(found, comma)
		}
		alone = alone && same && width == 1
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return 0, fmt.Errorf("the cells may be separated by %q or %q: give the comma", found[0], found[1])
	case alone || len(start) == 0:
		return commas[0], nil
	}
	return 0, errors.New("none of ',', ';', '\\t' and '|' separates the first lines into the same number of cells: give the comma")
}

// widthWith returns the number of cells in a row, and whether it is that of all
// rows and of the header, which may have one less. It looks no further than the
// first mistake with a quote, which the reading will name.
func widthWith(text []byte, comma rune, shortHeader bool) (width int, same bool) {
	c := newCSVReader(bytes.NewReader(text), comma)
	header, err := c.Read()
	if err != nil {
		return 0, false
	}
	width = len(header)
	for row := 0; ; row++ {
		cells, err := c.Read()
		if err != nil {
			return width, true
		}
		if row == 0 && shortHeader && len(cells) == width+1 {
			width++
		}
		if len(cells) != width {
			return 0, false
		}
	}
}
