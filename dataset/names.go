package dataset

import (
	"cmp"
	"fmt"
	"strings"

	"example.com/mlp/internal/quote"
)

// quoteAll returns the names in quotes, separated by commas; of many the first.
func quoteAll(names []string) string {
	const most = 12
	quoted := make([]string, min(len(names), most))
	for i := range quoted {
		quoted[i] = quote.Text(names[i])
	}
	list := strings.Join(quoted, ", ")
	if len(names) > most {
		list += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return list
}

// quoteLabel returns a label in quotes if it is text.
func quoteLabel[L cmp.Ordered](label L) string {
	if s, ok := any(label).(string); ok {
		return quote.Text(s)
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

	// numbers has the position of each name that is a number, truths those of the
	// names that mean no and yes. Of several it is several.
	numbers map[float64]int
	truths  [2]int
}

// Instead of a position.
const (
	none    = -1
	several = -2
)

// newCategories returns the categories of these names, which must differ.
func newCategories(names []string) (categories, error) {
	c := categories{names: names, position: indexNames(names), truths: [2]int{none, none}}
	if len(c.position) != len(names) {
		return categories{}, fmt.Errorf("the categories %s are not all different", quoteAll(names))
	}
	for i, name := range names {
		if v, err := parseNumber(name); err == nil {
			if c.numbers == nil {
				c.numbers = make(map[float64]int)
			}
			if _, ok := c.numbers[v]; ok {
				i = several
			}
			c.numbers[v] = i
		} else if looksLikeTruth(name) {
			v, _ := truth(name)
			if t := &c.truths[int(v)]; *t == none {
				*t = i
			} else {
				*t = several
			}
		}
	}
	return c, nil
}

// find returns the position of the name that a cell means, and none for another
// one: of a text by its letters, of a number by its value and of a truth value
// by its words. It is an error if several names are meant.
func (c *categories) find(cell Cell) (position int, err error) {
	ok := true
	switch cell.kind {
	case textCell, numeralCell:
		position, ok = c.position[cell.String()]
	case numberCell:
		position, ok = c.numbers[cell.number]
	case truthCell:
		position = c.truths[int(cell.number)]
	default:
		return none, errTimeName(cell)
	}
	if !ok {
		return none, nil
	}
	if position == several {
		return none, fmt.Errorf("%s may be several of the categories %s", cell, quoteAll(c.names))
	}
	return position, nil
}

// number returns the position of a name as a number.
func (c *categories) number(cell Cell) (float64, error) {
	i, err := c.find(cell)
	if err == nil && i == none {
		err = c.refuse(cell)
	}
	return float64(i), err
}

// refuse returns the error for a cell that is none of the categories.
func (c *categories) refuse(cell Cell) error {
	return fmt.Errorf("%s is none of the categories %s", cell.quoted(), quoteAll(c.names))
}

// setOf returns the names as a set.
func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
