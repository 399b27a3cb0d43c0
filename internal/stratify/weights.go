package stratify

// Weights returns the weight of each row with which all classes that have rows
// count alike: n/(k·c) for a row of a class with c of the n rows, where k classes
// have rows.
func Weights(class []int) []float64 {
	rows := make(map[int]int) // of each class
	for _, c := range class {
		rows[c]++
	}
	weights := make([]float64, len(class))
	for i, c := range class {
		weights[i] = float64(len(class)) / float64(len(rows)*rows[c])
	}
	return weights
}
