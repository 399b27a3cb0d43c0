package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/quote"
)

// Date is a column of dates, times, or both. It becomes one feature for each of
// Fields, and two for DateSeason.
//
// The fields are read off the cell as it is written, without converting time
// zones: "2024-03-31T23:30:00+02:00" is day 31 and hour 23.5. With UTC it is
// converted first. A cell in another layout is an error, as is a date that does
// not exist.
type Date struct {
	Column string

	// Layouts are the layouts of the cells, as in package time. The first one that
	// fits a cell is used. nil means ISO 8601: a date such as 2024-03-31,
	// 2024/03/31 or 2024-03, optionally followed by "T" or a space and a time such
	// as 15:04 or 15:04:05, and that by Z or an offset such as +02:00, +0200 or
	// +02. Fractions of a second are ignored. Names of time zones, such as CET,
	// are an error.
	Layouts []string

	// UTC converts cells with an offset, and values of type time.Time, to UTC
	// before their fields are read. Cells without an offset are taken to be in UTC.
	UTC bool

	// Fields are the fields that become features, in this order. nil means
	// DateYear, DateSeason, DateWeekday and DateHour.
	Fields []DateField

	// Scaling applies to all fields except DateSeason, as in Numeric.
	Scaling Scaling

	Impute    Imputation // MostFrequent or Constant
	Fill      string     // what Constant means, written as the cells are
	Indicator bool       // as in Numeric
}

// A DateField is a part of a date that becomes a feature; DateSeason becomes two.
type DateField int

const (
	DateYear    DateField = iota // such as 2024
	DateMonth                    // 1 to 12
	DateDay                      // of the month, 1 to 31
	DateWeekday                  // 1 for Monday to 7 for Sunday
	DateHour                     // 0 to 24, with minutes and seconds as a fraction: 13.5 for 13:30
	DateSeason                   // sin(2πs) and cos(2πs) of the share s of the year that has passed, so that December is next to January
)

var dateFieldNames = []string{"year", "month", "day", "weekday", "hour", "season"}

// String returns a name such as "weekday".
func (f DateField) String() string { return enumName(dateFieldNames, f) }

// MarshalText returns the name of f.
func (f DateField) MarshalText() ([]byte, error) { return marshalEnum(dateFieldNames, f) }

// UnmarshalText sets f to the field of that name.
func (f *DateField) UnmarshalText(text []byte) error { return unmarshalEnum(dateFieldNames, f, text) }

const dateKind = "date"

func (c Date) name() string     { return c.Column }
func (c Date) filling() filling { return filling{c.Impute, c.Indicator} }

func (c Date) learner(newSample sampleMaker) (learner, error) {
	s := savedDate{Layouts: trimAll(c.Layouts), UTC: c.UTC, Fields: slices.Clone(c.Fields)}
	if c.Fields == nil {
		s.Fields = []DateField{DateYear, DateSeason, DateWeekday, DateHour}
	}
	e := dateEncoder{s}
	l := &dateLearner{column: c, dates: e, rows: newNameCounts(mostNames)}
	for range s.Fields {
		l.fields = append(l.fields, newSample(c.Scaling.needsQuantiles()))
	}
	return l, e.check()
}

type dateLearner struct {
	column Date
	dates  dateEncoder // without scales
	rows   *nameCounts
	fields []learnedSample // of each field
}

func (l *dateLearner) add(cell Cell, rows int) error {
	clock, err := l.dates.clock(cell)
	if err != nil {
		return err
	}
	if l.column.Impute == MostFrequent {
		l.rows.add(cell.String(), rows)
	}
	for i, f := range l.dates.Fields {
		l.fields[i].add(f.of(clock), rows)
	}
	return nil
}

func (l *dateLearner) addMissing(rows int) {
	for _, f := range l.fields {
		f.addMissing(rows)
	}
}

func (l *dateLearner) statistics() []statistic {
	all := []statistic{l.rows}
	for _, f := range l.fields {
		all = append(all, f.statistics()...)
	}
	return all
}

func (l *dateLearner) encoder() (learned, error) {
	result := learned{}
	if c := l.column; c.Impute != NoImputation {
		text, err := c.Impute.name(l.rows.counts, strings.TrimSpace(c.Fill))
		if err != nil {
			return learned{}, err
		}
		clock, err := l.dates.clock(Text(text))
		if err != nil {
			return learned{}, fillError(err)
		}
		for i, f := range l.dates.Fields {
			l.fields[i].fill(f.of(clock))
		}
		result.fill = kept(text)
	}
	for i, f := range l.dates.Fields {
		scale, constant, err := newColumnScale(l.column.Scaling, l.fields[i])
		if err != nil {
			return learned{}, fmt.Errorf("%v: %w", f, err)
		}
		result.constant = append(result.constant, constant)
		if f == DateSeason {
			result.constant = append(result.constant, constant)
		} else if scale != nil {
			l.dates.Scales = append(l.dates.Scales, *scale)
		}
	}
	result.encoder = l.dates
	return result, nil
}

// of returns the field of a date; of DateSeason the share of the year.
func (f DateField) of(clock time.Time) float64 {
	seconds := func() float64 { return float64(clock.Hour()*3600 + clock.Minute()*60 + clock.Second()) }
	switch f {
	case DateYear:
		return float64(clock.Year())
	case DateMonth:
		return float64(clock.Month())
	case DateDay:
		return float64(clock.Day())
	case DateWeekday:
		return float64((clock.Weekday()+6)%7 + 1)
	case DateHour:
		return seconds() / 3600
	}
	days := time.Date(clock.Year(), time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
	return (float64(clock.YearDay()-1) + seconds()/86400) / float64(days)
}

// dateEncoder has what the file holds for a date.
type dateEncoder struct{ savedDate }

// savedDate is the field of a date in a file.
type savedDate struct {
	Layouts []string      `json:"layouts,omitempty"`
	UTC     bool          `json:"utc,omitempty"`
	Fields  []DateField   `json:"fields"`
	Scales  []columnScale `json:"scales,omitempty"` // of the fields except the season; none if they are unscaled
}

func loadDate(s savedColumn) (encoder, error) {
	if s.Date == nil {
		return nil, fmt.Errorf("%s without its fields", dateKind)
	}
	e := dateEncoder{*s.Date}
	if err := e.check(); err != nil {
		return nil, err
	}
	scaled := 0
	for _, f := range e.Fields {
		if f != DateSeason {
			scaled++
		}
	}
	if n := len(e.Scales); n != 0 && n != scaled {
		return nil, fmt.Errorf("%s with %d scales for %d fields", dateKind, n, scaled)
	}
	for i := range e.Scales {
		if err := e.Scales[i].check(); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// check returns an error unless the layouts and fields make sense.
func (e dateEncoder) check() error {
	if len(e.Fields) == 0 {
		return fmt.Errorf("there are no fields of the date")
	}
	seen := make(map[DateField]bool)
	for _, f := range e.Fields {
		if f < 0 || int(f) >= len(dateFieldNames) {
			return fmt.Errorf("there is no %v", f)
		}
		if seen[f] {
			return fmt.Errorf("the field %v is there twice", f)
		}
		seen[f] = true
	}
	for _, layout := range e.Layouts {
		// A layout writes a date in another way than itself, a text does not.
		at := time.Date(2011, time.November, 30, 22, 33, 44, 0, time.UTC)
		if layout == "" || at.Format(layout) == layout {
			return fmt.Errorf("the layout %s has nothing of a date: write it as in package time, such as \"02.01.2006\"", quote.Text(layout))
		}
		if strings.Contains(layout, "MST") {
			return fmt.Errorf("the layout %s has the name of a zone, which cannot be read", quote.Text(layout))
		}
	}
	return nil
}

func (e dateEncoder) features(column string) []Feature {
	var features []Feature
	number := func(name string, s Scaling) {
		features = append(features, Feature{Name: column + " " + name, Column: column, Kind: FeatureNumber, Scaling: s})
	}
	scaled := Unscaled
	if len(e.Scales) > 0 {
		scaled = e.Scales[0].Scaling // that of all
	}
	for _, f := range e.Fields {
		if f == DateSeason {
			number("season sine", Unscaled)
			number("season cosine", Unscaled)
		} else {
			number(f.String(), scaled)
		}
	}
	return features
}

func (e dateEncoder) encode(dst []float64, cell Cell) error {
	clock, err := e.clock(cell)
	if err != nil {
		return err
	}
	scales := e.Scales
	for _, f := range e.Fields {
		v := f.of(clock)
		if f == DateSeason {
			// sin(x) = cos(x − π/2)
			dst[0], dst[1] = kernel.CosPi(float64(2*v)-0.5), kernel.CosPi(float64(2*v))
			dst = dst[2:]
			continue
		}
		if len(scales) > 0 {
			if v, err = scales[0].apply(v); err != nil {
				return err
			}
			scales = scales[1:]
		}
		dst[0] = v
		dst = dst[1:]
	}
	return nil
}

func (e dateEncoder) save(s *savedColumn) {
	s.Kind, s.Date = dateKind, &e.savedDate
}

// clock returns what the clock shows that a cell speaks of, in the time zone
// UTC.
func (e dateEncoder) clock(c Cell) (time.Time, error) {
	switch c.kind {
	case numberCell: // such as 20240331
		c = Text(strconv.FormatFloat(c.number, 'f', -1, 64))
	case timeCell:
		if e.UTC {
			c.number -= float64(c.offset)
		}
		return c.clock(), nil
	}
	if c.isText() {
		text := c.String()
		if len(e.Layouts) == 0 {
			if clock, offset, ok := parseISO(text); ok {
				if e.UTC {
					clock = clock.Add(-time.Duration(offset) * time.Second)
				}
				return clock, nil
			}
		}
		for _, layout := range e.Layouts {
			if t, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
				return e.shown(t), nil
			}
		}
	}
	if len(e.Layouts) > 0 {
		return time.Time{}, fmt.Errorf("%s is not a date of the layout %s", c.quoted(), quoteAll(e.Layouts))
	}
	return time.Time{}, fmt.Errorf("%s is not a date of ISO 8601, such as 2024-03-31 or 2024-03-31T15:04:05+02:00, and Date.Layouts says no other", c.quoted())
}

// shown returns what the clock of t shows, or that of UTC, in the time zone UTC.
func (e dateEncoder) shown(t time.Time) time.Time {
	if e.UTC {
		return t.UTC()
	}
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// parseISO returns what the clock shows, and how far it is ahead of UTC in
// seconds, in a text of ISO 8601. It does not allocate.
func parseISO(text string) (clock time.Time, offset int, ok bool) {
	no := func() (time.Time, int, bool) { return time.Time{}, 0, false }
	year, rest, ok := digits(text, 4)
	if !ok || rest == "" || rest[0] != '-' && rest[0] != '/' {
		return no()
	}
	mark := rest[0]
	month, rest, ok := digits(rest[1:], 2)
	if !ok || month < 1 || month > 12 {
		return no()
	}
	if rest == "" && mark == '-' {
		return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC), 0, true
	}
	if rest == "" || rest[0] != mark {
		return no()
	}
	day, rest, ok := digits(rest[1:], 2)
	if !ok {
		return no()
	}
	var hms [3]int
	if rest != "" {
		if rest[0] != 'T' && rest[0] != ' ' {
			return no()
		}
		if hms, rest, ok = parseClock(rest[1:]); !ok {
			return no()
		}
		if offset, ok = parseOffset(strings.TrimPrefix(rest, " ")); !ok {
			return no()
		}
	}
	clock = time.Date(year, time.Month(month), day, hms[0], hms[1], hms[2], 0, time.UTC)
	return clock, offset, clock.Day() == day // as 31 April is 1 May
}

// digits reads a number of this many digits.
func digits(text string, n int) (v int, rest string, ok bool) {
	if len(text) < n {
		return 0, "", false
	}
	for _, b := range []byte(text[:n]) {
		if b < '0' || b > '9' {
			return 0, "", false
		}
		v = 10*v + int(b-'0')
	}
	return v, text[n:], true
}

// parseClock reads hours, minutes and, where there are some, seconds with their
// fraction, which it leaves out.
func parseClock(text string) (clock [3]int, rest string, ok bool) {
	limits := [3]int{23, 59, 59}
	rest = text
	for i := range clock {
		if i > 0 {
			if i == 2 && (rest == "" || rest[0] != ':') {
				return clock, rest, true
			}
			if rest == "" || rest[0] != ':' {
				return clock, "", false
			}
			rest = rest[1:]
		}
		if clock[i], rest, ok = digits(rest, 2); !ok || clock[i] > limits[i] {
			return clock, "", false
		}
	}
	if rest != "" && (rest[0] == '.' || rest[0] == ',') {
		after := strings.TrimLeft(rest[1:], "0123456789")
		if len(after) == len(rest)-1 {
			return clock, "", false
		}
		rest = after
	}
	return clock, rest, true
}

// parseOffset reads Z, +02:00, +0200, +02 or nothing, as seconds east of UTC.
func parseOffset(text string) (seconds int, ok bool) {
	if text == "" || text == "Z" || text == "z" {
		return 0, true
	}
	if text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	hours, rest, ok := digits(text[1:], 2)
	if !ok || hours > 23 {
		return 0, false
	}
	minutes := 0
	if rest != "" {
		if minutes, rest, ok = digits(strings.TrimPrefix(rest, ":"), 2); !ok || minutes > 59 || rest != "" {
			return 0, false
		}
	}
	seconds = hours*3600 + minutes*60
	if text[0] == '-' {
		return -seconds, true
	}
	return seconds, true
}
