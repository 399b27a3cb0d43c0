package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/mlp/dataset"
)

func handlerOf(t *testing.T) http.Handler {
	t.Helper()
	pipeline, err := dataset.LoadPipelineFS(files, "iris.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	return newHandler(pipeline)
}

// request returns the status and the body of an answer.
func request(h http.Handler, method, path, body string) (int, string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w.Code, strings.TrimSpace(w.Body.String())
}

func TestModel(t *testing.T) {
	status, body := request(handlerOf(t), "GET", "/model", "")
	const want = `{"columns":["sepal_length_cm","sepal_width_cm","petal_length_cm","petal_width_cm"],"classes":["setosa","versicolor","virginica"]}`
	if status != 200 || body != want {
		t.Errorf("got %d %s", status, body)
	}
}

// prediction is the answer for a record.
type prediction struct {
	Class         string             `json:"class"`
	Probabilities map[string]float64 `json:"probabilities"`
	Error         string             `json:"error"`
}

// Most flowers of the table are told right, and a bad record keeps none of them
// from being answered.
func TestPredict(t *testing.T) {
	table, err := dataset.ReadTableFile("../iris/iris.csv", ',')
	if err != nil {
		t.Fatal(err)
	}
	header := table.Header()
	records := make([]map[string]string, table.Rows()+1)
	for i := range table.Rows() {
		records[i] = make(map[string]string)
		for j, name := range header {
			records[i][name] = table.Cell(i, j)
		}
	}
	text, err := json.Marshal(records)
	if err != nil {
		t.Fatal(err)
	}
	status, body := request(handlerOf(t), "POST", "/predict", string(text))
	var answers []prediction
	if err := json.Unmarshal([]byte(body), &answers); err != nil || status != 200 || len(answers) != len(records) {
		t.Fatalf("got %d with %d predictions, %v", status, len(answers), err)
	}
	right := 0
	for i, p := range answers[:table.Rows()] {
		if p.Error != "" || p.Probabilities[p.Class] != slices.Max(slices.Collect(maps.Values(p.Probabilities))) {
			t.Fatalf("prediction %v", p)
		}
		if p.Class == records[i]["species"] {
			right++
		}
	}
	if right < 144 {
		t.Errorf("%d of 150 are right", right)
	}
	if p := answers[table.Rows()]; p.Error != "null is no object of JSON" || p.Class != "" {
		t.Errorf("null is %v", p)
	}
}

// README.md shows a request and its answer, whose last digits differ between
// processors.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)\ncurl -d '(.*?)'.*?\n```json\n(.*?)```").FindSubmatch(text)
	if m == nil {
		t.Fatal("README.md shows no request with its answer")
	}
	status, body := request(handlerOf(t), "POST", "/predict", string(m[1]))
	var got, want prediction
	if err := errors.Join(json.Unmarshal([]byte(body), &got), json.Unmarshal(m[2], &want)); err != nil || status != 200 {
		t.Fatalf("got %d %s, %v", status, body, err)
	}
	near := func(v, w float64) bool { return math.Abs(v-w) <= 1e-12 }
	if got.Class != want.Class || !maps.EqualFunc(got.Probabilities, want.Probabilities, near) {
		t.Errorf("got %s, README.md says %s", body, m[2])
	}
}

const flower = `{"sepal_length_cm": 6.1, "sepal_width_cm": 2.9, "petal_length_cm": 4.7, "petal_width_cm": 1.4}`

func TestBadRequests(t *testing.T) {
	h := handlerOf(t)
	const predict = "dataset: Pipeline.PredictJSON: "
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/predict", "", 405, "Method Not Allowed"},
		{"GET", "/", "", 404, "404 page not found"},
		{"POST", "/predict", "", 400, `{"error":"` + predict + `unexpected EOF"}`},
		{"POST", "/predict", "{", 400, `{"error":"` + predict + `unexpected EOF"}`},
		{"POST", "/predict", "1", 400, `{"error":"` + predict + `1 is no object of JSON"}`},
		{"POST", "/predict", flower + "{}", 400, `{"error":"` + predict + `data after the end"}`},
		{"POST", "/predict", `{"rows": [[6.1, 2.9, 4.7, 1.4]]}`, 400, `{"error":"` + predict + `\"rows\": a list, want a string, a number, true, false or null"}`},
		{"POST", "/predict", `{"Sepal_length_cm": 6.1}`, 400, `{"error":"` + predict + `the record has \"Sepal_length_cm\", the column is \"sepal_length_cm\""}`},
		{"POST", "/predict", strings.Replace(flower, "6.1", "1e999", 1), 400, `{"error":"` + predict + `column \"sepal_length_cm\": \"1e999\" is too large"}`},
		{"POST", "/predict", strings.Replace(flower, "6.1", "null", 1), 400,
			`{"error":"` + predict + `column \"sepal_length_cm\": \"\" is a missing value, and no Impute says what stands in for it"}`},
		{"POST", "/predict", strings.Repeat(" ", maxBody+1), 413, `{"error":"the request has more than 1048576 bytes"}`},
		{"POST", "/predict", flower + strings.Repeat(" ", maxBody), 413, `{"error":"the request has more than 1048576 bytes"}`},
	} {
		if status, body := request(h, c.method, c.path, c.body); status != c.status || body != c.want {
			t.Errorf("%s %s %.40s: got %d %s, want %d %s", c.method, c.path, c.body, status, body, c.status, c.want)
		}
	}
}

// Many clients get the same answers at once; when the server is to stop, it
// answers what it has begun.
func TestServe(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	begun, release := make(chan bool), make(chan bool)
	inner := handlerOf(t)
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/model" {
			begun <- true
			<-release
		}
		inner.ServeHTTP(w, r)
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- serve(ctx, listener, slow, time.Minute) }()

	url := "http://" + listener.Addr().String()
	_, want := request(inner, "POST", "/predict", flower)
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 20 {
				if got := answer(t, http.MethodPost, url+"/predict", flower); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
		})
	}
	clients.Wait()

	late := make(chan string)
	go func() { late <- answer(t, http.MethodGet, url+"/model", "") }()
	<-begun
	stop()
	select {
	case err := <-ended:
		t.Fatalf("serve ends with a request under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	if got := <-late; !strings.Contains(got, "setosa") {
		t.Errorf("got %s", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Clients that send nothing, or a part of a request, do not keep the server
// from ending well.
func TestSlowClients(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	begun := make(chan bool)
	inner := handlerOf(t)
	told := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun <- true
		inner.ServeHTTP(w, r)
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- serve(ctx, listener, told, 50*time.Millisecond) }()
	for _, sent := range []string{"", "POST", "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"} {
		client, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if _, err := io.WriteString(client, sent); err != nil {
			t.Fatal(err)
		}
	}
	<-begun
	start := time.Now()
	stop()
	if err := <-ended; err != nil || time.Since(start) > 2*time.Second {
		t.Errorf("serve ends after %v with %v", time.Since(start), err)
	}
}

const serveVariable = "SERVE_TEST"

// TestMain is the program itself in a process that TestSignals starts.
func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) != "" {
		os.Args = []string{"serve", "-addr", "localhost:0"}
		main()
		return
	}
	m.Run()
}

// The program ends with status 0 after a signal; with a client that is slow, a
// second signal ends it at once.
func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a program cannot send another an interrupt on Windows")
	}
	for _, slow := range []bool{false, true} {
		program := exec.Command(os.Args[0])
		program.Env = append(os.Environ(), serveVariable+"=1")
		log, err := program.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = program.Process.Kill() }()
		line, err := bufio.NewReader(log).ReadString('\n')
		_, addr, ok := strings.Cut(strings.TrimSpace(line), "http://")
		if err != nil || !ok {
			t.Fatalf("the program says %q, %v", line, err)
		}
		if slow {
			client, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if _, err := io.WriteString(client, "GET"); err != nil {
				t.Fatal(err)
			}
		}
		if got := answer(t, http.MethodGet, "http://"+addr+"/model", ""); !strings.Contains(got, "setosa") {
			t.Errorf("got %s", got)
		}
		start := time.Now()
		if err := program.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() { ended <- program.Wait() }()
		for again := true; again; {
			select {
			case err := <-ended:
				if again = false; (err != nil) != slow || time.Since(start) > 4*time.Second {
					t.Errorf("slow client %v: the program ends after %v with %v", slow, time.Since(start), err)
				}
			case <-time.After(100 * time.Millisecond):
				if slow {
					_ = program.Process.Signal(os.Interrupt)
				}
			}
		}
	}
}

// answer returns the body of an answer, or the error.
func answer(t *testing.T, method, url, body string) string {
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	r.Close = true // the server does not wait for connections that nobody uses
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

func TestRunWithoutAddress(t *testing.T) {
	if err := run(t.Context(), "nowhere:-1"); err == nil {
		t.Error("no error")
	}
}
