package dataset

import "sort"

// rowLines says in which line of a file each row begins. Runs of rows in
// consecutive lines, which nearly all are, take no memory.
type rowLines struct {
	rows, lines []int // where each run begins
}

// add adds the line of a row, which is the next one.
func (l *rowLines) add(row, line int) {
	if last := len(l.rows) - 1; last < 0 || l.lines[last]+row-l.rows[last] != line {
		l.rows, l.lines = append(l.rows, row), append(l.lines, line)
	}
}

// of returns the line of a row.
func (l *rowLines) of(row int) int {
	run := sort.Search(len(l.rows), func(i int) bool { return l.rows[i] > row }) - 1
	return l.lines[run] + row - l.rows[run]
}
