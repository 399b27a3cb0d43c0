module example.com/mlp/benchmarks

go 1.26.0

require (
	example.com/mlp v0.0.0
	golang.org/x/sys v0.49.0
	gonum.org/v1/gonum v0.17.0
)

replace example.com/mlp => ../
