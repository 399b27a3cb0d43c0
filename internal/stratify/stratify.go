// Package stratify deals out rows so that each class has its share in each
// part. It knows rows and classes by their numbers, from 0, and touches no data.
package stratify

import (
	"cmp"
	"slices"
)

// Deal deals the rows in their given order: sizes[i] of them into part i, those
// that are left into one more part. class[row] is the class of a row. Within
// each part the rows keep the order.
//
// The rows of each part are shared out among the classes as by Shares, those of
// the first part first. There must be as many rows as sizes ask for.
func Deal(order, class []int, classes int, sizes ...int) [][]int {
	left := count(class, classes)
	quotas := make([][]int, len(sizes)) // rows that a part still takes of each class
	for i, size := range sizes {
		quotas[i] = Shares(size, left)
		for c, n := range quotas[i] {
			left[c] -= n
		}
	}
	parts := make([][]int, len(sizes)+1)
	for _, row := range order {
		c := class[row]
		i := slices.IndexFunc(quotas, func(quota []int) bool { return quota[c] > 0 })
		if i < 0 {
			i = len(sizes)
		} else {
			quotas[i][c]--
		}
		parts[i] = append(parts[i], row)
	}
	return parts
}

// Shares shares out total rows among classes with the given numbers of rows, by
// the method of the largest remainder: a class with c of n rows gets c/n of the
// total, rounded up or down, so that the shares add up to the total. Of equal
// remainders the first is served first.
//
// No class gives its last row as long as the others have enough: what it would
// have given comes from these, in proportion. The total must not be larger than
// the number of rows.
func Shares(total int, counts []int) []int {
	most := make([]int, len(counts)) // that each class gives
	sum := 0
	for c, n := range counts {
		most[c] = max(n-1, 0)
		sum += most[c]
	}
	if sum < total {
		most = counts
	}
	var open []int // classes whose share is not settled
	for c := range counts {
		if most[c] > 0 {
			open = append(open, c)
		}
	}
	shares := make([]int, len(counts))
	for settled := false; !settled; {
		apportion(shares, total, counts, open)
		settled = true
		open = slices.DeleteFunc(open, func(c int) bool {
			if shares[c] <= most[c] {
				return false
			}
			shares[c] = most[c]
			total -= most[c]
			settled = false
			return true
		})
	}
	return shares
}

// apportion stores in shares what each of the classes gets of the total.
func apportion(shares []int, total int, counts, classes []int) {
	sum := int64(0)
	for _, c := range classes {
		sum += int64(counts[c])
	}
	remainders := make(map[int]int64, len(classes))
	left := total
	for _, c := range classes {
		product := int64(total) * int64(counts[c])
		shares[c], remainders[c] = int(product/sum), product%sum
		left -= shares[c]
	}
	order := slices.Clone(classes)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	for _, c := range order[:left] {
		shares[c]++
	}
}

// Folds deals rows into folds, in each of which every class has its share,
// rounded up or down, and returns the fold of each row. class[row] is the class
// of a row. The sizes of the folds differ by one row at most.
//
// The rows of a class go into the folds in the order that shuffle makes of
// ascending numbers of folds. Where it changes nothing, the folds are those of
// scikit-learn's StratifiedKFold.
func Folds(class []int, classes, folds int, shuffle func(folds []int)) []int {
	rowsOf := make([][]int, classes)
	var order []int // classes as they first occur
	for row, c := range class {
		if rowsOf[c] == nil {
			order = append(order, c)
		}
		rowsOf[c] = append(rowsOf[c], row)
	}
	fold := make([]int, len(class))
	next := 0 // row of the rows sorted by class, dealt out one fold after the other
	for _, c := range order {
		rows := rowsOf[c]
		dealt := make([]int, len(rows))
		for i := range dealt {
			dealt[i] = (next + i) % folds
		}
		next += len(rows)
		slices.Sort(dealt)
		shuffle(dealt)
		for i, row := range rows {
			fold[row] = dealt[i]
		}
	}
	return fold
}

// count returns the number of rows of each class.
func count(class []int, classes int) []int {
	counts := make([]int, classes)
	for _, c := range class {
		counts[c]++
	}
	return counts
}
