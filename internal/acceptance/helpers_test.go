package acceptance_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/internal/kernel"
	"example.com/mlp/internal/testkit"
)

// Short names for the helpers of internal/testkit that these tests use.
var (
	model         = testkit.Model
	classifier    = testkit.Classifier
	binaryNet     = testkit.BinaryNet
	regressor     = testkit.Regressor
	labeller      = testkit.Labeller
	counter       = testkit.Counter
	oneOfEach     = testkit.OneOfEach
	ensembleLayer = testkit.EnsembleLayer
	adapted       = testkit.Adapted
	varied        = testkit.Varied
	infer         = testkit.Infer
	weights       = testkit.Weights
	saved         = testkit.Saved
	altered       = testkit.Altered

	samples   = testkit.Samples
	inBatches = testkit.InBatches
	targetsOf = testkit.TargetsOf
	with      = testkit.With
	row       = testkit.Row
	columnOf  = testkit.ColumnOf
	allOf     = testkit.AllOf
	scaledBy  = testkit.ScaledBy
	readJSON  = testkit.ReadJSON

	fit           = testkit.Fit
	trainer       = testkit.Trainer
	gradientByFit = testkit.GradientByFit
	newSlots      = testkit.NewSlots
	endGoroutines = testkit.EndGoroutines

	near       = testkit.Near
	nearMatrix = testkit.NearMatrix
	relative   = testkit.Relative
	sameBits   = testkit.SameBits
	notFinite  = testkit.NotFinite

	second       = testkit.Second
	checkMisuses = testkit.CheckMisuses
	savedAll     = testkit.SavedAll
)

type (
	matrix = testkit.Matrix
	misuse = testkit.Misuse
)

var inf, nan = math.Inf(1), math.NaN()

func setWeights(params []*mat.Dense, w []float64) {
	for _, p := range params {
		n := copy(p.RawMatrix().Data, w)
		w = w[n:]
	}
}

// needFMA skips the rest of a test on a processor without the fused
// multiply-add.
func needFMA(t *testing.T) {
	t.Helper()
	if !kernel.HasFMA() {
		t.Skip("this processor has no fused multiply-add: its last bits are its own")
	}
}
