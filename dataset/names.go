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

// setOf returns the names as a set.
func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
