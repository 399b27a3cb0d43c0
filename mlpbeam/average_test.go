package mlpbeam

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

func init() { RegisterShard[rowShard]() }

// rowShard has each of so many rows in turn.
type rowShard struct{ Shards, Rows int }

func (s rowShard) Fit(ctx context.Context, net mlp.Network, part Part) (int, error) {
	x, y := s.data()
	var rows []int
	for i := part.Shard; i < s.Rows; i += s.Shards {
		rows = append(rows, i)
	}
	xs, ys := mat.NewDense(len(rows), 3, nil), mat.NewDense(len(rows), 1, nil)
	for i, row := range rows {
		xs.SetRow(i, x.RawRowView(row))
		ys.SetRow(i, y.RawRowView(row))
	}
	_, err := net.Fit(ctx, xs, ys, shardOptions(part.Seed))
	return len(rows), err
}

func (s rowShard) data() (x, y *mat.Dense) {
	rng := rand.New(rand.NewPCG(3, 4))
	x, y = mat.NewDense(s.Rows, 3, nil), mat.NewDense(s.Rows, 1, nil)
	for i := range s.Rows {
		row := []float64{rng.NormFloat64(), 5 + rng.NormFloat64(), rng.Float64()}
		x.SetRow(i, row)
		y.Set(i, 0, row[0]*row[1]+row[2])
	}
	return x, y
}

func shardOptions(seed uint64) mlp.FitOptions {
	return mlp.FitOptions{Epochs: 2, Seed: seed, Optimizer: mlp.SGD{LearningRate: 0.01, Momentum: 0.9}}
}

func newShardNetwork(t *testing.T) mlp.Network {
	t.Helper()
	net, err := mlp.Model([]mlp.Layer{mlp.Dense(3, 8, mlp.ReLU), mlp.BatchNorm(8), mlp.Dropout(8, 0.2), mlp.Dense(8, 1, mlp.Identity)},
		mlp.MeanSquaredError, mlp.WithSeed(9))
	check(t, err)
	return net
}

func save(t *testing.T, net mlp.Network) []byte {
	t.Helper()
	var file bytes.Buffer
	check(t, mlp.Save(&file, net))
	return file.Bytes()
}

// loop returns the files after each round, from one shard after the other.
func loop(t *testing.T, train rowShard, rounds int, net mlp.Network) [][]byte {
	t.Helper()
	var after [][]byte
	state := save(t, net)
	for round := range rounds {
		var members []mlp.Network
		var weights []float64
		for shard := range train.Shards {
			member, err := mlp.Load(bytes.NewReader(state))
			check(t, err)
			seed := rand.New(rand.NewPCG(net.Seed(), uint64(round)<<32|uint64(shard))).Uint64()
			rows, err := train.Fit(t.Context(), member, Part{shard, round, seed})
			check(t, err)
			members, weights = append(members, member), append(weights, float64(rows))
		}
		mean, err := mlp.Average(members, weights)
		check(t, err)
		state = save(t, mean)
		after = append(after, state)
	}
	return after
}

func average(t *testing.T, train rowShard, rounds int, net mlp.Network) (files []string, err error) {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	after, err := Average(s, train, train.Shards, rounds, net)
	check(t, err)
	if len(after) != rounds {
		t.Fatalf("%d collections for %d rounds", len(after), rounds)
	}
	var contents []func() []string
	for _, col := range after {
		contents = append(contents, kept(t, s, col))
	}
	if err := run(t, p); err != nil {
		return nil, err
	}
	for _, c := range contents {
		files = append(files, c()...)
	}
	return files, nil
}

func TestAverageIsALoop(t *testing.T) {
	net := newShardNetwork(t)
	before := save(t, net)
	for shards := 1; shards <= 5; shards++ {
		train := rowShard{shards, 83}
		want := loop(t, train, 3, net)
		got, err := average(t, train, 3, net)
		check(t, err)
		if len(got) != len(want) {
			t.Fatalf("%d files", len(got))
		}
		for round := range want {
			if got[round] != string(want[round]) {
				t.Errorf("%d shards: other bytes than those of the loop after round %d", shards, round)
			}
			if bytes.Equal(want[round], before) {
				t.Errorf("%d shards: nothing is learned in round %d", shards, round)
			}
		}
	}
	if !bytes.Equal(save(t, net), before) {
		t.Error("the network has changed")
	}
}

func TestAverageOfOneIsFit(t *testing.T) {
	net := newShardNetwork(t)
	train := rowShard{1, 40}
	got, err := average(t, train, 1, net)
	check(t, err)
	seed := (&fitFn[rowShard]{Seed: net.Seed()}).seed(0)
	x, y := train.data()
	_, err = net.Fit(t.Context(), x, y, shardOptions(seed))
	check(t, err)
	if want := string(save(t, net)); got[0] != want {
		t.Error("other bytes than those of Fit")
	}
}

func TestAverageSeeds(t *testing.T) {
	seen := make(map[uint64]bool)
	for round := range 20 {
		for shard := range 20 {
			f := &fitFn[rowShard]{Round: round, Seed: 9}
			seen[f.seed(shard)] = true
		}
	}
	if len(seen) != 400 {
		t.Errorf("%d different seeds, want 400", len(seen))
	}
}

type otherShard struct{ rowShard }

func TestAverageMistakes(t *testing.T) {
	_, err := average(t, rowShard{2, 2}, 1, newShardNetwork(t))
	// The runner may go on after the training has failed, and report only that the
	// averaging has no shards.
	for try := 1; try < 20 && err != nil && strings.Contains(err.Error(), "0 of 2 shards are there"); try++ {
		_, err = average(t, rowShard{2, 2}, 1, newShardNetwork(t))
	}
	wantError(t, err, "mlpbeam: Average: round 0, shard ", ": mlp: Fit: a batch has 1 row", "fitFn")

	_, s := beam.NewPipelineWithRoot()
	net := newShardNetwork(t)
	_, err = Average(s, rowShard{}, 0, 1, net)
	wantError(t, err, "mlpbeam: Average: 0 shards, want at least 1")
	_, err = Average(s, rowShard{}, 1, 0, net)
	wantError(t, err, "mlpbeam: Average: 0 rounds, want at least 1")
	_, err = Average(s, rowShard{}, 1, 1, nil)
	wantError(t, err, "mlpbeam: Average: the network is nil")
	_, err = Average(s, otherShard{}, 1, 1, net)
	wantError(t, err, "mlpbeam: Average: mlpbeam.otherShard is not registered: call mlpbeam.RegisterShard")
}
