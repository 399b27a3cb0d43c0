package tabular

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp"
)

// prune leaves r.net the given number of its members: those that are best
// together for the rows that judge, found one after the other.
func (tr *trainer) prune(r *run, f *fold, members int) error {
	alone := make([]*mat.Dense, r.network.members)
	for m := range alone {
		net, err := tr.withMembers(r, f, []int{m})
		if err != nil {
			return err
		}
		if alone[m], err = answers(net, f.held.X); err != nil {
			return err
		}
	}
	chosen, _, err := greedy(len(alone), members, func(numbers []int) (float64, error) {
		var of []*mat.Dense
		for _, m := range numbers {
			of = append(of, alone[m])
		}
		return tr.measure.worth(f.held.Y, meanOf(of))
	})
	if err != nil {
		return err
	}
	slices.Sort(chosen)
	net, err := tr.withMembers(r, f, chosen)
	r.net = net
	return err
}

// withMembers returns a network of only these members of r.net.
func (tr *trainer) withMembers(r *run, f *fold, members []int) (mlp.Network, error) {
	net, err := tr.model(r.network.withMembers(len(members)), f, r.seed)
	if err != nil {
		return nil, err
	}
	from := r.net.Layers()
	for i, l := range net.Layers() {
		params := from[i].Params()
		for j, p := range l.Params() {
			copyMembers(p.Value, params[j].Value, members, r.network.members)
		}
	}
	return net, nil
}

// copyMembers copies from src, which has as many rows for each of all members,
// or is shared by them, what members have.
func copyMembers(dst, src *mat.Dense, members []int, all int) {
	if rows, _ := dst.Dims(); rows == src.RawMatrix().Rows {
		dst.Copy(src)
		return
	}
	rows, cols := src.Dims()
	each := rows / all
	for i, m := range members {
		dst.Slice(i*each, (i+1)*each, 0, cols).(*mat.Dense).Copy(src.Slice(m*each, (m+1)*each, 0, cols))
	}
}
