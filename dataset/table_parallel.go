package dataset

import "io"

// readBlocks reads the rows. The blocks are parsed by several goroutines, as they
// come, and joined in the order of the file, so that their number changes
// nothing. Of text and rows that are not joined yet there are no more than a
// block for each of them and one.
func (t *tableReader) readBlocks(blocks *blockReader) error {
	ring := make([]*tableBlock, t.workers+1)
	work := make(chan *tableBlock, len(ring))
	begun, joined := 0, 0 // blocks
	defer func() {
		close(work)
		for ; joined < begun; joined++ {
			<-ring[joined%len(ring)].done
		}
	}()
	var end error // of the file
	for end == nil || joined < begun {
		if end == nil && begun < joined+len(ring) {
			i := begun % len(ring)
			if begun < len(ring) {
				ring[i] = newTableBlock(t)
			}
			if end = blocks.next(ring[i]); end != nil {
				continue
			}
			if begun < t.workers {
				go parseBlocks(work)
			}
			work <- ring[i]
			begun++
			continue
		}
		b := ring[joined%len(ring)]
		<-b.done
		joined++
		if err := t.join(b); err != nil {
			return err
		}
	}
	if end == io.EOF {
		return nil
	}
	return describe(end)
}

func parseBlocks(work <-chan *tableBlock) {
	for b := range work {
		b.parse()
		b.done <- struct{}{}
	}
}
