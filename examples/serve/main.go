// Serve answers over HTTP which kind of iris a flower is, with a network that
// is built into the program. It runs until it gets an interrupt.
//
//	$ go run ./examples/serve -addr localhost:8080
//	$ curl -d '{"rows": [[6.1, 2.9, 4.7, 1.4]]}' localhost:8080/predict
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"example.com/mlp"
)

//go:generate go run ./train
//go:embed iris.safetensors
var files embed.FS

func main() {
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, addr string) error {
	network, err := load()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	log.Printf("listening on http://%s", listener.Addr())
	return serve(ctx, listener, newHandler(network))
}

// load returns the network that is built in.
func load() (*mlp.Classifier, error) {
	network, err := mlp.LoadFS(files, "iris.safetensors")
	if err != nil {
		return nil, err
	}
	c, ok := network.(*mlp.Classifier)
	if !ok {
		return nil, fmt.Errorf("the network is a %T, want a classifier", network)
	}
	return c, nil
}

// serve serves until ctx is done, then lets the requests that are under way
// end.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    1 << 14,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
