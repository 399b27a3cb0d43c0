package workers

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// machine says how long a task takes with a number of workers.
type machine func(workers int) time.Duration

// run does tasks of 32 rows on m for the given time. It returns the share of it
// for which each number of workers was in use.
func run(p *Policy, m machine, length time.Duration) map[int]float64 {
	share := map[int]float64{}
	for t := time.Duration(0); t < length; {
		n := p.Workers()
		d := m(n)
		t += d
		share[n] += float64(d) / float64(length)
		p.Took(32, d)
	}
	return share
}

// best is a machine that is fastest with n workers, and twice as slow with
// others.
func best(n int) machine {
	return func(workers int) time.Duration {
		if workers == n {
			return 200 * time.Microsecond
		}
		return 400 * time.Microsecond
	}
}

func TestChoices(t *testing.T) {
	for most, want := range map[int][]int{-1: {1}, 0: {1}, 1: {1}, 2: {2, 1}, 3: {3, 2, 1}, 4: {4, 2, 1}, 7: {7, 4, 1}, 64: {64, 32, 1}} {
		var got []int
		for _, c := range NewPolicy(most).choices {
			got = append(got, c.workers)
		}
		if !slices.Equal(got, want) {
			t.Errorf("with %d workers: %v, want %v", most, got, want)
		}
	}
}

func TestKeepsTheFastest(t *testing.T) {
	for _, most := range []int{1, 2, 3, 8, 64} {
		for _, c := range NewPolicy(most).choices {
			p := NewPolicy(most)
			run(p, best(c.workers), 20*time.Second)
			if got := run(p, best(c.workers), 10*time.Second)[c.workers]; got < 0.97 {
				t.Errorf("of %d workers, %d are fastest, but are used for %.3f of the time", most, c.workers, got)
			}
		}
	}
}

func TestDecidesSoon(t *testing.T) {
	p := NewPolicy(2)
	run(p, best(1), time.Second/2)
	if got := p.Workers(); got != 1 {
		t.Errorf("%d workers, want 1", got)
	}
}

func TestFollowsTheMachine(t *testing.T) {
	p := NewPolicy(2)
	for i := range 10 {
		n := 1 + i%2
		run(p, best(n), 2*time.Second)
		if got := run(p, best(n), 2*time.Second)[n]; got < 0.97 {
			t.Errorf("change %d: %d workers for %.3f of the time", i, n, got)
		}
	}
}

// However long the tasks, lost trials take little time, at any moment after the
// first.
func TestTrialsAreShort(t *testing.T) {
	for _, most := range []int{2, 8, 64} {
		for _, unit := range []time.Duration{10 * time.Microsecond, time.Millisecond, 100 * time.Millisecond, 10 * time.Second} {
			p := NewPolicy(most)
			var all, others, first time.Duration
			for range 20_000 {
				n := p.Workers()
				d := unit * 64 / time.Duration(n)
				p.Took(32, d)
				all += d
				if !p.tried {
					first = all
				}
				if n != most {
					others += d
				}
				if float64(others) > trialShare*float64(all)+firstShare*float64(first) {
					t.Fatalf("at most %d workers, tasks of %v: after %v, trials have taken %v", most, unit*64/time.Duration(most), all, others)
				}
			}
			if others == 0 && most < 64 {
				t.Errorf("at most %d workers, tasks of %v: no trial in %v", most, unit*64/time.Duration(most), all)
			}
		}
	}
}

// A trial that is much worse than expected ends at once.
func TestTerribleRival(t *testing.T) {
	p := NewPolicy(2)
	terrible := 0
	run(p, func(workers int) time.Duration {
		if workers == 1 {
			terrible++
			return time.Second
		}
		return time.Millisecond
	}, 100*time.Second)
	if terrible == 0 || terrible > 3 {
		t.Errorf("%d tasks of a second, want 1 to 3", terrible)
	}
}

// One task in 50 takes 20 times as long, whoever does it.
func TestIgnoresOutliers(t *testing.T) {
	for _, n := range []int{1, 2} {
		rng := rand.New(rand.NewPCG(1, 2))
		p := NewPolicy(2)
		m := func(workers int) time.Duration {
			if rng.IntN(50) == 0 {
				return 20 * best(n)(workers)
			}
			return best(n)(workers)
		}
		run(p, m, 5*time.Second)
		if got := run(p, m, 60*time.Second)[n]; got < 0.9 {
			t.Errorf("%d workers are fastest, but are used for %.3f of the time", n, got)
		}
	}
}

// All times vary by a third, the difference is a quarter.
func TestNoise(t *testing.T) {
	for _, n := range []int{1, 2} {
		rng := rand.New(rand.NewPCG(1, 2))
		p := NewPolicy(2)
		m := func(workers int) time.Duration {
			d := 5 * time.Millisecond
			if workers != n {
				d += d / 4
			}
			return time.Duration(float64(d) * (1 + (rng.Float64()-0.5)*2/3))
		}
		run(p, m, 10*time.Second)
		if got := run(p, m, 120*time.Second)[n]; got < 0.8 {
			t.Errorf("%d workers are faster, but are used for %.3f of the time", n, got)
		}
	}
}

// If nothing differs, there is no change.
func TestKeepsWhatIsAsFast(t *testing.T) {
	p := NewPolicy(4)
	if got := run(p, func(int) time.Duration { return time.Millisecond }, 20*time.Second)[4]; got < 0.97 {
		t.Errorf("all workers for %.3f of the time", got)
	}
}

// Tasks of other sizes, of which each row takes longer, do not disturb the
// comparison; if they are all that is left, they take its place.
func TestSizes(t *testing.T) {
	p := NewPolicy(2)
	do := func(rows, fastest int) {
		d := best(fastest)(p.Workers()) * time.Duration(100+rows) / 132
		p.Took(rows, d)
	}
	for i := range 20_000 {
		rows := 32
		if i%3 == 0 {
			rows = 5
		}
		do(rows, 1)
	}
	if got := p.Workers(); got != 1 || p.size != 6 {
		t.Errorf("%d workers by tasks of %d bits, want 1 by 6", got, p.size)
	}
	for range 20_000 {
		do(1000, 2)
	}
	if got := p.choices[p.kept].workers; got != 2 || p.size != 10 {
		t.Errorf("%d workers by tasks of %d bits, want 2 by 10", got, p.size)
	}
}

func TestPolicyAllocs(t *testing.T) {
	p := NewPolicy(4)
	if n := testing.AllocsPerRun(10_000, func() { p.Took(32, best(1)(p.Workers())) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
