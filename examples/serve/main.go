// Serve answers over HTTP which kind of iris a flower is, with a pipeline that
// is built into the program. An interrupt ends it when it has answered the
// requests that are under way, a second one at once.
//
//	$ go run ./examples/serve -addr localhost:8080
//	$ curl -d '{"sepal_length_cm": 6.1, "sepal_width_cm": 2.9, "petal_length_cm": 4.7, "petal_width_cm": 1.4}' localhost:8080/predict
package main

import (
	"context"
	"embed"
	"flag"
	"log"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"example.com/mlp/dataset"
)

//go:generate go run ./train
//go:embed iris.safetensors
var files embed.FS

func main() {
	addr := flag.String("addr", "localhost:8080", "address to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal is not caught
	if err := run(ctx, *addr); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, addr string) error {
	pipeline, err := dataset.LoadPipelineFS(files, "iris.safetensors")
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	log.Printf("listening on http://%s", listener.Addr())
	return serve(ctx, listener, newHandler(pipeline), 5*time.Second)
}

// serve serves until ctx is done. Requests that are then under way have a time
// of grace to end in.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, grace time.Duration) error {
	server := &http.Server{
		Handler:        handler,
		ReadTimeout:    5 * time.Second,
		WriteTimeout:   10 * time.Second, // with that of reading the body
		IdleTimeout:    time.Minute,
		MaxHeaderBytes: 1 << 14,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil { // some clients are too slow
		return server.Close()
	}
	return nil
}
