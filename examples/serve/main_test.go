package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"

	"example.com/mlp/dataset"
)

func handlerOf(t *testing.T) http.Handler {
	t.Helper()
	network, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return newHandler(network)
}

// request returns the status and the body of an answer.
func request(h http.Handler, method, path, body string) (int, string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w.Code, strings.TrimSpace(w.Body.String())
}

func TestModel(t *testing.T) {
	status, body := request(handlerOf(t), "GET", "/model", "")
	const want = `{"features":["sepal_length_cm","sepal_width_cm","petal_length_cm","petal_width_cm"],"classes":["setosa","versicolor","virginica"]}`
	if status != 200 || body != want {
		t.Errorf("got %d %s", status, body)
	}
}

// Most flowers of the table are told right.
func TestPredict(t *testing.T) {
	f, err := os.Open("../iris/iris.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := dataset.ReadCSV(f, dataset.Classes("species"))
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]float64
	for i := range data.Rows() {
		rows = append(rows, data.X.RawRowView(i))
	}
	text, err := json.Marshal(map[string]any{"rows": rows})
	if err != nil {
		t.Fatal(err)
	}
	status, body := request(handlerOf(t), "POST", "/predict", string(text))
	var response predictResponse
	if err := json.Unmarshal([]byte(body), &response); err != nil || status != 200 || len(response.Predictions) != data.Rows() {
		t.Fatalf("got %d with %d predictions, %v", status, len(response.Predictions), err)
	}
	right := 0
	for i, p := range response.Predictions {
		class := slices.Index(data.Classes, p.Class)
		if class < 0 || p.Probabilities[class] != slices.Max(p.Probabilities) {
			t.Fatalf("prediction %v", p)
		}
		if data.Y.At(i, class) == 1 {
			right++
		}
	}
	if right < 144 {
		t.Errorf("%d of 150 are right", right)
	}
}

// README.md shows a request and its answer, whose last digits differ between
// processors.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)\ncurl -d '(.*?)'.*\n```json\n(.*?)```").FindSubmatch(text)
	if m == nil {
		t.Fatal("README.md shows no request with its answer")
	}
	status, body := request(handlerOf(t), "POST", "/predict", string(m[1]))
	var got, want predictResponse
	if err := errors.Join(json.Unmarshal([]byte(body), &got), json.Unmarshal(m[2], &want)); err != nil || status != 200 {
		t.Fatalf("got %d %s, %v", status, body, err)
	}
	same := func(a, b prediction) bool {
		return a.Class == b.Class && floats.EqualApprox(a.Probabilities, b.Probabilities, 1e-12)
	}
	if !slices.EqualFunc(got.Predictions, want.Predictions, same) {
		t.Errorf("got %s, README.md says %s", body, m[2])
	}
}

func TestBadRequests(t *testing.T) {
	h := handlerOf(t)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/predict", "", 405, "Method Not Allowed"},
		{"GET", "/", "", 404, "404 page not found"},
		{"POST", "/predict", "", 400, `{"error":"body: EOF"}`},
		{"POST", "/predict", "{", 400, `{"error":"body: unexpected EOF"}`},
		{"POST", "/predict", "[1]", 400, `{"error":"body: json: cannot unmarshal array into Go value of type main.predictRequest"}`},
		{"POST", "/predict", `{"row": []}`, 400, `{"error":"body: json: unknown field \"row\""}`},
		{"POST", "/predict", `{"rows": []} {}`, 400, `{"error":"body: more than one JSON value"}`},
		{"POST", "/predict", `{}`, 400, `{"error":"0 rows, want from 1 to 10000"}`},
		{"POST", "/predict", `{"rows": [` + strings.Repeat("[],", 10000) + `[]]}`, 400, `{"error":"10001 rows, want from 1 to 10000"}`},
		{"POST", "/predict", `{"rows": [[1,2,3,4],[1,2,3]]}`, 400,
			`{"error":"row 1 has 3 numbers, want 4: [\"sepal_length_cm\" \"sepal_width_cm\" \"petal_length_cm\" \"petal_width_cm\"]"}`},
		{"POST", "/predict", `{"rows": [[1,null,3,4]]}`, 400, `{"error":"row 0 has no sepal_width_cm"}`},
		{"POST", "/predict", `{"rows": [[1,"2",3,4]]}`, 400, `{"error":"body: json: cannot unmarshal string into Go struct field predictRequest.rows of type float64"}`},
		{"POST", "/predict", `{"rows": [[1e999,2,3,4]]}`, 400, `{"error":"body: json: cannot unmarshal number 1e999 into Go struct field predictRequest.rows of type float64"}`},
		{"POST", "/predict", strings.Repeat(" ", maxBody+1), 413, `{"error":"the request has more than 1048576 bytes"}`},
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
	go func() { ended <- serve(ctx, listener, slow) }()

	url := "http://" + listener.Addr().String()
	const body = `{"rows": [[6.1, 2.9, 4.7, 1.4]]}`
	_, want := request(inner, "POST", "/predict", body)
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 20 {
				if got := answer(t, http.MethodPost, url+"/predict", body); got != want {
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

// answer returns the body of an answer, or the error.
func answer(t *testing.T, method, url, body string) string {
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
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
