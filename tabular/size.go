package tabular

import "fmt"

// A Size says how large networks are, how many they are in one, and how long they
// are trained. Linear has one size.
type Size int

const (
	Small  Size = iota - 1 // for quick trials and for large tables
	Medium                 // for most tables and a few cores, as the methods are described
	Large                  // as published, for many cores or much time
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
