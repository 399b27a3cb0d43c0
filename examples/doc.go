// Package examples holds programs to copy, one in each folder.
//
// The pictures in docs/images are made by
//
//	go generate ./examples
//
// The last ones need Fashion-MNIST, which the program fashion tells where to
// get.
package examples

//go:generate go run ./digits -plots ../docs/images
//go:generate go run ./wine -plots ../docs/images
//go:generate go run ./decision -plots ../docs/images
//go:generate go run ./average -plots ../docs/images
//go:generate go run ./tables -out ../docs/images
//go:generate go run ./fashion -data /usr/share/datasets/fashion-mnist -plots ../docs/images
