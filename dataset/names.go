package dataset

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// quoteAll returns the names in quotes, separated by commas; of many the first.
func quoteAll(names []string) string {
	const most = 12
	quoted := make([]string, min(len(names), most))
	for i := range quoted {
		quoted[i] = strconv.Quote(names[i])
	}
	list := strings.Join(quoted, ", ")
	if len(names) > most {
		list += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return list
}

// quote returns a label in quotes if it is text.
func quote[L cmp.Ordered](label L) string {
	if s, ok := any(label).(string); ok {
		return strconv.Quote(s)
	}
	return fmt.Sprint(label)
}

// indexNames returns the index of each name.
func indexNames(names []string) map[string]int {
	index := make(map[string]int, len(names))
	for i, name := range names {
		index[name] = i
	}
	return index
}

// categories are the names that a column takes, in order.
type categories struct {
	names    []string
	position map[string]int // of each name
}

// newCategories returns the categories of these names, which must differ.
func newCategories(names []string) (categories, error) {
	c := categories{names, indexNames(names)}
	if len(c.position) != len(names) {
		return categories{}, fmt.Errorf("the categories %s are not all different", quoteAll(names))
	}
	return c, nil
}

// number returns the position of a name as a number.
func (c categories) number(name string) (float64, error) {
	i, ok := c.position[name]
	if !ok {
		return 0, c.refuse(name)
	}
	return float64(i), nil
}

// refuse returns the error for a cell that is none of the categories.
func (c categories) refuse(cell string) error {
	return fmt.Errorf("%q is none of the categories %s", cell, quoteAll(c.names))
}

// setOf returns the names as a set.
func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
