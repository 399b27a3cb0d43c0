package dataset

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/quote"
	"example.com/mlp/internal/strictjson"
)

// PredictJSON answers for a record that is an object of JSON, or for a list of
// such records, with the JSON of the [Prediction] or of a list of them, in the
// same order.
//
// The names in an object are those of the columns, letter by letter. The values
// are strings, numbers, truth values and null, which mean what [CellOf] makes of
// them; numbers are read as they are written. As with [Preparation.TransformMap],
// a name that is not there is a missing value where the column has an Impute, and
// an error otherwise, also where the object has it in upper or lower case; other
// names do not matter.
//
// A record is refused if it has a name twice, or a list or an object as a value,
// even of a name that does not matter; if its column does not take a cell; and if
// its answer is not finite. For a single record this is the error. In a list the
// answer to this record is {"error": "..."}, the others are answered and the error
// is nil. Data that are not JSON, or not UTF-8, are an error in any case.
//
// PredictJSON takes memory and time in proportion to the data and to the answers,
// and a record may be as short as {}. Limit the size of what strangers send, with
// http.MaxBytesReader for example.
func (p *Pipeline) PredictJSON(data []byte) ([]byte, error) {
	answer, err := p.predictJSON(data)
	if err != nil {
		return nil, fmt.Errorf("dataset: Pipeline.PredictJSON: %w", err)
	}
	return answer, nil
}

func (p *Pipeline) predictJSON(data []byte) ([]byte, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	texts, list, err := splitJSON(data)
	if err != nil {
		return nil, err
	}
	r := p.jsonReader()
	if list {
		return p.predictJSONList(r, texts)
	}
	var answer Prediction
	if err := p.predictRecord(&answer, func(x []float64) error { return r.transform(x, texts[0]) }); err != nil {
		return nil, err
	}
	return answer.appendJSON(nil)
}

// splitJSON returns the texts of the items of a list, or that of another value.
func splitJSON(data []byte) (texts []string, list bool, err error) {
	const depth = 100 // of a value that is refused, in a list
	d, err := strictjson.NewDecoder(string(data), depth)
	if err != nil {
		return nil, false, err
	}
	add := func() error {
		text, err := d.Raw()
		texts = append(texts, text)
		return err
	}
	if list = d.Next() == '['; list {
		err = d.List(add)
	} else {
		err = add()
	}
	if err != nil {
		return nil, false, err
	}
	return texts, list, d.End()
}

// predictJSONList answers for records, as many at once as are worth it.
func (p *Pipeline) predictJSONList(r *jsonReader, texts []string) ([]byte, error) {
	const atOnce = 256
	list := []byte{'['}
	for part := range slices.Chunk(texts, atOnce) {
		answers, err := p.predictTexts(r, part)
		if err != nil {
			return nil, err
		}
		for _, a := range answers {
			if len(list) > 1 {
				list = append(list, ',')
			}
			if list, err = a.appendJSON(list); err != nil {
				return nil, err
			}
		}
	}
	return append(list, ']'), nil
}

func (p *Pipeline) predictTexts(r *jsonReader, texts []string) ([]Prediction, error) {
	answers := make([]Prediction, len(texts))
	x := mat.NewDense(len(texts), len(p.preparation.features), nil)
	var rows []int // the records of the rows of x
	for i, text := range texts {
		if err := r.transform(x.RawRowView(len(rows)), text); err != nil {
			answers[i] = noAnswer(err)
		} else {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return answers, nil
	}
	return answers, p.answerRows(answers, rows, x.Slice(0, len(rows), 0, len(p.preparation.features)).(*mat.Dense))
}

// A jsonReader reads records of JSON, one after the other.
type jsonReader struct {
	preparation *Preparation
	columns     map[string]bool
	record      map[string]any // values of columns, also of those that are spelled in another case
}

func (p *Pipeline) jsonReader() *jsonReader {
	return &jsonReader{p.preparation, setOf(p.preparation.Columns()), make(map[string]any)}
}

// transform stores the features of the record in the text in dst.
func (r *jsonReader) transform(dst []float64, text string) error {
	if err := r.read(text); err != nil {
		return err
	}
	return r.preparation.transformValues(dst, r.record)
}

// read reads the record in the text.
func (r *jsonReader) read(text string) error {
	d, err := strictjson.NewDecoder(text, 1)
	if err != nil {
		return err
	}
	if d.Next() != '{' {
		return fmt.Errorf("%s is no object of JSON", quote.Plain(text))
	}
	clear(r.record)
	return d.Object(func(name string) error {
		value, err := d.Scalar()
		if err != nil {
			return fmt.Errorf("%s: %w", quote.Text(name), err)
		}
		if r.columns[name] || len(r.preparation.spellings[strings.ToLower(name)]) > 0 {
			r.record[name] = value
		}
		return nil
	})
}
