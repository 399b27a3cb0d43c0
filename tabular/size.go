package tabular

import "fmt"

// A Size says how large networks are, how many they are in one, and how long they
// are trained. Linear has one size.
type Size int

const (
	// Small is for quick trials and for large tables: a TabM of 8 networks with layers
	// of 64 units, a RealMLP with layers of 128 units and about 2000 steps. It takes a
	// tenth to a third of the time of Medium, and answers are often a little worse.
	Small Size = iota - 1

	// Medium is what the methods describe.
	Medium

	// Large is as published: a TabM of 32 networks with layers of 512 units, which
	// takes 11 to 17 times as long as Medium, and a RealMLP of 256 epochs, however many
	// the rows are. Answers need not be better.
	Large
)

// String returns a name such as "Small".
func (s Size) String() string {
	switch s {
	case Small:
		return "Small"
	case Medium:
		return "Medium"
	case Large:
		return "Large"
	}
	return fmt.Sprintf("Size(%d)", int(s))
}

func (s Size) check() error {
	if s < Small || s > Large {
		return fmt.Errorf("Options.Size is %d, want Small, Medium or Large", int(s))
	}
	return nil
}
