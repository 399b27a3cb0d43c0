package dataset

import "iter"

// pieces are a slice that grows without moving what it has.
type pieces[T any] struct {
	full [][]T // of pieceSize
	last []T
}

const pieceSize = 1 << 15

// piecesOf returns the entries of a slice, whose memory it shares.
func piecesOf[T any](s []T) (p pieces[T]) {
	for ; len(s) > pieceSize; s = s[pieceSize:] {
		p.full = append(p.full, s[:pieceSize])
	}
	p.last = s
	return p
}

func (p *pieces[T]) len() int { return len(p.full)*pieceSize + len(p.last) }

func (p *pieces[T]) at(i int) T {
	if k := i / pieceSize; k < len(p.full) {
		return p.full[k][i%pieceSize]
	}
	return p.last[i%pieceSize]
}

func (p *pieces[T]) set(i int, v T) {
	if k := i / pieceSize; k < len(p.full) {
		p.full[k][i%pieceSize] = v
	} else {
		p.last[i%pieceSize] = v
	}
}

func (p *pieces[T]) append(v T) {
	if len(p.last) == pieceSize {
		p.next()
	}
	p.last = append(p.last, v)
}

func (p *pieces[T]) next() {
	p.full = append(p.full, p.last)
	p.last = make([]T, 0, pieceSize)
}

// join appends the entries of o from one index to another.
func (p *pieces[T]) join(o *pieces[T], from, to int) {
	for from < to {
		part := o.last
		if k := from / pieceSize; k < len(o.full) {
			part = o.full[k]
		}
		part = part[from%pieceSize : min(len(part), from%pieceSize+to-from)]
		if len(p.last) == pieceSize {
			p.next()
		}
		part = part[:min(len(part), pieceSize-len(p.last))]
		p.last = append(p.last, part...)
		from += len(part)
	}
}

func (p *pieces[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := range p.len() {
			if !yield(p.at(i)) {
				return
			}
		}
	}
}

// reset removes all entries and keeps memory for more.
func (p *pieces[T]) reset() { p.full, p.last = nil, p.last[:0] }

// whole returns the entries as a slice, and removes them.
func (p *pieces[T]) whole() []T {
	if p.full == nil {
		return tight(p.last)
	}
	whole := make([]T, 0, p.len())
	for i, part := range p.full {
		whole = append(whole, part...)
		p.full[i] = nil // one piece after the other is free
	}
	whole = append(whole, p.last...)
	*p = pieces[T]{}
	return whole
}

// tight returns the slice, or a copy if its memory is much larger.
func tight[T any](s []T) []T {
	if s == nil || cap(s)-len(s) <= len(s)/32 {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}
