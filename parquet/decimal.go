package parquet

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"

	"example.com/mlp/dataset"
)

// addValue adds the cell for a value that may be no number.
func (c *cells) addValue(value any) error {
	cell, err := dataset.CellOf(value)
	if err == nil {
		c.add(cell)
	}
	return err
}

// addDecimal adds an integer with so many decimals.
func (c *cells) addDecimal(i int64, scale int) error {
	const most = 22 // decimals of a power of ten that float64 has
	if -exact <= i && i <= exact && scale <= most {
		c.addNumber(float64(i) / math.Pow10(scale)) // both are exact, so that it is rounded once
		return nil
	}
	return c.addBig(big.NewInt(i), scale)
}

// addDecimalBytes adds an integer in two's complement, the highest byte first.
func (c *cells) addDecimalBytes(b []byte, scale int) error {
	const most = 64 // bytes, 153 digits
	if len(b) > most {
		return fmt.Errorf("a decimal of %d bytes, the most is %d", len(b), most)
	}
	if len(b) <= 8 {
		var wide [8]byte
		if len(b) > 0 && b[0] >= 0x80 {
			wide = [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
		}
		copy(wide[8-len(b):], b)
		return c.addDecimal(int64(binary.BigEndian.Uint64(wide[:])), scale)
	}
	i := new(big.Int).SetBytes(b)
	if b[0] >= 0x80 {
		i.Sub(i, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return c.addBig(i, scale)
}

// addBig adds a decimal as it would stand in a file.
func (c *cells) addBig(i *big.Int, scale int) error {
	digits := new(big.Int).Abs(i).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	text := digits
	if scale > 0 {
		text = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if i.Sign() < 0 {
		text = "-" + text
	}
	return c.addValue(json.Number(text))
}
