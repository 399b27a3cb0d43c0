package dataset

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"example.com/mlp"
)

// A Prediction is what a Pipeline says about one record. Its numbers are finite,
// except where it has an Err.
//
// As JSON it is an object with what there is of
//
//	"class": "yes"
//	"labels": ["comedy", "drama"]
//	"probabilities": {"no": 0.25, "yes": 0.75}
//	"value": 3.5
//	"values": {"length": 3.5, "width": 2}
//	"error": "line 7, column 2 \"age\": \"x\" is not a number"
//
// in this order, the probabilities in that of Preparation.Classes and the values
// in that of Preparation.Targets.
type Prediction struct {
	// Class is what a classifier predicts: of several classes the most
	// probable, the first where several are; of two the positive one if its
	// probability, or its margin, is at least the threshold of the network.
	Class string

	// Labels are those that the record has of several, not nil where it has
	// none: those whose probability, or margin, is at least the threshold.
	Labels []string

	// Probabilities are those of all classes or labels, in the order of
	// Preparation.Classes. It is nil if the network has margins, as with the
	// loss mlp.Hinge.
	Probabilities []float64

	// Value is the number that a regression predicts. Where there are several,
	// it is 0 and Values has them, in the order of Preparation.Targets.
	Value  float64
	Values []float64

	// Err says why one of many records has no answer, as [Pipeline.Predict]
	// explains. Then Value is NaN, and there is nothing else. It is nil beside an
	// answer.
	Err error

	names []string // of the probabilities or values
}

// String returns the prediction in short, for people: "yes (0.82)" is a class with
// its probability, "comedy (0.71), drama (0.64)" are labels and "no labels" is
// none, "3.5" is a value, "length 3.5, width 2" are several, and
// "no answer: " with the Err is what a record without one has. Probabilities are
// rounded to two decimals.
func (p Prediction) String() string {
	switch {
	case p.Err != nil:
		return "no answer: " + p.Err.Error()
	case p.Class != "":
		return p.withProbability(p.Class)
	case p.Labels != nil:
		if len(p.Labels) == 0 {
			return "no labels"
		}
		labels := make([]string, len(p.Labels))
		for i, label := range p.Labels {
			labels[i] = p.withProbability(label)
		}
		return strings.Join(labels, ", ")
	case p.Values != nil:
		values := make([]string, len(p.Values))
		for i, v := range p.Values {
			values[i] = fmt.Sprint(v)
			if i < len(p.names) {
				values[i] = p.names[i] + " " + values[i]
			}
		}
		return strings.Join(values, ", ")
	}
	return fmt.Sprint(p.Value)
}

// withProbability returns the name of a class or label with its probability, if
// there is one.
func (p Prediction) withProbability(name string) string {
	i := slices.Index(p.names, name)
	if i < 0 || i >= len(p.Probabilities) {
		return name
	}
	return fmt.Sprintf("%s (%.2f)", name, p.Probabilities[i])
}

// MarshalJSON returns the JSON of p. It is an error if a number is not finite,
// or if p has probabilities or values that no Pipeline has given it.
func (p Prediction) MarshalJSON() ([]byte, error) {
	text, err := p.appendJSON(nil)
	if err != nil {
		return nil, fmt.Errorf("dataset: Prediction.MarshalJSON: %w", err)
	}
	return text, nil
}

// appendJSON appends the JSON of p to the text.
func (p Prediction) appendJSON(text []byte) ([]byte, error) {
	o, err := p.object()
	if err != nil {
		return nil, err
	}
	return o.appendJSON(text)
}

func (p Prediction) object() (object, error) {
	if p.Err != nil {
		return object{{"error", p.Err.Error()}}, nil
	}
	values, err1 := p.named("Values", p.Values)
	probabilities, err2 := p.named("Probabilities", p.Probabilities)
	if err := cmp.Or(err1, err2, checkFinite("Value", p.Value)); err != nil {
		return nil, err
	}
	var o object
	switch {
	case p.Class != "":
		o = object{{"class", p.Class}}
	case p.Labels != nil:
		o = object{{"labels", p.Labels}}
	case p.Values != nil:
		o = object{{"values", values}}
	default:
		o = object{{"value", p.Value}}
	}
	if p.Probabilities != nil {
		o = append(o, member{"probabilities", probabilities})
	}
	return o, nil
}

// named returns the numbers in the field with their names.
func (p Prediction) named(field string, numbers []float64) (object, error) {
	if numbers != nil && len(numbers) != len(p.names) {
		return nil, fmt.Errorf("%s has %d numbers, there are %d names", field, len(numbers), len(p.names))
	}
	o := make(object, len(numbers))
	for i, v := range numbers {
		if !finite(v) {
			return nil, checkFinite(fmt.Sprintf("%s[%d]", field, i), v)
		}
		o[i] = member{p.names[i], v}
	}
	return o, nil
}

func checkFinite(name string, v float64) error {
	if !finite(v) {
		return fmt.Errorf("%s is %g: %w", name, v, mlp.ErrNotFinite)
	}
	return nil
}

// An object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON returns the object for values of package json that hold it.
func (o object) MarshalJSON() ([]byte, error) { return o.appendJSON(nil) }

func (o object) appendJSON(text []byte) ([]byte, error) {
	text = append(text, '{')
	for i, m := range o {
		if i > 0 {
			text = append(text, ',')
		}
		var err error
		if text, err = appendValue(text, m.name); err != nil {
			return nil, err
		}
		text = append(text, ':')
		if text, err = appendValue(text, m.value); err != nil {
			return nil, err
		}
	}
	return append(text, '}'), nil
}

func appendValue(text []byte, value any) ([]byte, error) {
	if o, ok := value.(object); ok {
		return o.appendJSON(text)
	}
	v, err := json.Marshal(value)
	return append(text, v...), err
}
