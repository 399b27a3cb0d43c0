package testkit

import "regexp"

var (
	times  = regexp.MustCompile(`\b([0-9.]+(h|m|s|ms|µs|ns))+\b`)
	spaces = regexp.MustCompile(` +`)
)

// WithoutTimes returns what a program prints without the times that it took, which
// differ, and without the spaces that align them.
func WithoutTimes(text string) string {
	return spaces.ReplaceAllString(times.ReplaceAllString(text, "TIME"), " ")
}
