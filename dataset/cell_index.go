package dataset

import (
	"math"
	"strings"
)

// A cellIndex is a cellSet that grows. The texts are copied into memory of its
// own.
type cellIndex struct {
	cellSet
	byText  map[string]uint32
	byValue map[cellValue]uint32
	room    *strings.Builder // for the next texts
}

// A cellValue is a cell that is no text. Two are the same only to the bit.
type cellValue struct {
	kind   cellKind
	offset int32
	number uint64
}

// codeOfText returns the code of a text.
func (x *cellIndex) codeOfText(text []byte) uint32 {
	if code, ok := x.byText[string(text)]; ok {
		return code
	}
	if x.byText == nil {
		x.byText = make(map[string]uint32)
	}
	kept := x.keep(text)
	code := x.append(Cell{kind: textCell, text: kept})
	x.byText[kept] = code
	return code
}

// codeOf returns the code of a cell that is no text.
func (x *cellIndex) codeOf(c Cell) uint32 {
	value := cellValue{c.kind, c.offset, math.Float64bits(c.number)}
	if code, ok := x.byValue[value]; ok {
		return code
	}
	if x.byValue == nil {
		x.byValue = make(map[cellValue]uint32)
	}
	code := x.append(c)
	x.byValue[value] = code
	return code
}

func (x *cellIndex) append(c Cell) uint32 {
	code := uint32(x.len())
	if c.kind != textCell && x.cells == nil {
		x.cells = make([]Cell, 0, code+1)
		for _, text := range x.texts {
			x.cells = append(x.cells, Cell{kind: textCell, text: text})
		}
	}
	x.texts = append(x.texts, c.text)
	if x.cells != nil {
		x.cells = append(x.cells, c)
	}
	return code
}

// keep returns a copy of a text. Many short ones share a piece of memory.
func (x *cellIndex) keep(text []byte) string {
	const least, most = 256, 1 << 14
	if x.room == nil || x.room.Cap()-x.room.Len() < len(text) {
		size := least
		if x.room != nil {
			size = min(2*x.room.Cap(), most)
		}
		if len(text) > size/4 {
			return string(text)
		}
		x.room = new(strings.Builder) // the texts keep the one before
		x.room.Grow(size)
	}
	start := x.room.Len()
	x.room.Write(text)
	return x.room.String()[start:]
}

// reset removes all cells.
func (x *cellIndex) reset() {
	clear(x.byText)
	clear(x.byValue)
	*x = cellIndex{byText: x.byText, byValue: x.byValue}
}
