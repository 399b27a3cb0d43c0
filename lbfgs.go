package mlp

type LBFGS struct{}
