package main

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

func TestCores(t *testing.T) {
	if cpus, err := usableCPUs(); errors.Is(err, errors.ErrUnsupported) || len(cpus) < 2 {
		t.Skip("needs Linux and two cores")
	}
	var out strings.Builder
	if err := cores(&out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !regexp.MustCompile(`^[1-9]\d*( to [1-9]\d*)? ns\n$`).MatchString(got) {
		t.Errorf("got %q", got)
	}
}

func TestCoresCannotPin(t *testing.T) {
	const none = 1 << 20
	if _, err := roundTrip(0, none); err == nil {
		t.Error("no error for a processor that does not exist, answering")
	}
	if _, err := roundTrip(none, 0); err == nil {
		t.Error("no error for a processor that does not exist, asking")
	}
}

func TestSpan(t *testing.T) {
	for _, test := range []struct {
		times []float64
		want  string
	}{
		{[]float64{55.4}, "55 ns"},
		{[]float64{55.4, 54.6}, "55 ns"},
		{[]float64{180, 55.4, 369.7}, "55 to 370 ns"},
	} {
		if got := span(test.times); got != test.want {
			t.Errorf("span(%v) is %q, want %q", test.times, got, test.want)
		}
	}
}
