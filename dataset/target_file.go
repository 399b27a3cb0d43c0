package dataset

import (
	"errors"
	"fmt"
	"slices"

	"example.com/mlp/internal/quote"
)

// savedTarget is a target as JSON. Each kind has some of the fields.
type savedTarget struct {
	Column    string   `json:"column,omitempty"`
	Columns   []string `json:"columns,omitempty"` // where there are several
	Kind      string   `json:"kind"`
	Classes   []string `json:"classes,omitempty"` // of binary {negative, positive}
	Separator string   `json:"separator,omitempty"`

	Notation *savedNotation `json:"notation,omitempty"` // of numbers
}

// targets has for each kind of target, by its name in a file, what makes the
// encoder from the fields that the file holds. It does not trust them.
var targets = map[string]func(savedTarget) (targetEncoder, error){
	numbersKind:   loadNumbers,
	classesKind:   loadClasses,
	binaryKind:    loadBinary,
	labelsKind:    loadLabels,
	labelSetsKind: loadLabelSets,
}

// load returns the target, or an error unless the fields make sense.
func (s *savedTarget) load() (targetEncoder, error) {
	e, err := s.loadKind()
	if err != nil {
		return nil, fmt.Errorf("target %s: %w", quoteAll(s.columns()), err)
	}
	return e, nil
}

func (s *savedTarget) loadKind() (targetEncoder, error) {
	if slices.Contains(s.columns(), "") {
		return nil, errors.New("a column has no name")
	}
	load, ok := targets[s.Kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind %s", quote.Text(string(s.Kind)))
	}
	e, err := load(*s)
	if err != nil {
		return nil, err
	}
	return e, s.checkFields(e.save())
}

// checkFields returns an error if s has a field that its kind does not have. Such
// a field is lost when the target is saved again.
func (s *savedTarget) checkFields(again savedTarget) error {
	switch {
	case s.Column != again.Column || len(s.Columns) != len(again.Columns):
		return fmt.Errorf("%s with column %s and %d columns", s.Kind, quote.Text(s.Column), len(s.Columns))
	case len(s.Classes) != len(again.Classes):
		return fmt.Errorf("%s with classes", s.Kind)
	case (s.Notation == nil) != (again.Notation == nil):
		return fmt.Errorf("%s with a notation", s.Kind)
	case s.Separator != again.Separator:
		return fmt.Errorf("%s with a separator", s.Kind)
	}
	return nil
}

// columns returns the names of the columns.
func (s *savedTarget) columns() []string {
	if s.Columns != nil {
		return s.Columns
	}
	return []string{s.Column}
}

// checkClasses returns an error unless the classes are names of some.
func (s *savedTarget) checkClasses() error {
	if len(s.Classes) == 0 {
		return errors.New("no classes")
	}
	return checkNames(s.Classes)
}
