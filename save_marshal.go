package mlp

import (
	"bytes"
	"errors"
	"fmt"

	"example.com/mlp/internal/matrix"
)

// MarshalBinary returns what Save writes.
func (b *BinaryClassifier) MarshalBinary() ([]byte, error) { return marshal(b) }

// MarshalBinary returns what Save writes.
func (c *Classifier) MarshalBinary() ([]byte, error) { return marshal(c) }

// MarshalBinary returns what Save writes.
func (r *Regressor) MarshalBinary() ([]byte, error) { return marshal(r) }

// UnmarshalBinary makes b the network in data, as Load reads it. Networks of
// another type and layers from outside this package are errors, which leave b
// as it was. It needs b for itself.
func (b *BinaryClassifier) UnmarshalBinary(data []byte) error {
	net, err := unmarshal(b, data)
	if err != nil {
		return err
	}
	b.threshold, b.margins = net.threshold, net.margins
	b.become(b, &net.network)
	return nil
}

// UnmarshalBinary makes c the network in data, as Load reads it. Networks of
// another type and layers from outside this package are errors, which leave c
// as it was. It needs c for itself.
func (c *Classifier) UnmarshalBinary(data []byte) error {
	net, err := unmarshal(c, data)
	if err != nil {
		return err
	}
	c.become(c, &net.network)
	return nil
}

// UnmarshalBinary makes r the network in data, as Load reads it. Networks of
// another type and layers from outside this package are errors, which leave r
// as it was. It needs r for itself.
func (r *Regressor) UnmarshalBinary(data []byte) error {
	net, err := unmarshal(r, data)
	if err != nil {
		return err
	}
	r.become(r, &net.network)
	return nil
}

func marshal(net Network) ([]byte, error) {
	var b bytes.Buffer
	if err := save(&b, net, extra{}); err != nil {
		return nil, fmt.Errorf("mlp: MarshalBinary: %w", err)
	}
	return b.Bytes(), nil
}

// unmarshal returns the network in data, which is to go into one of its type.
func unmarshal[T head](into T, data []byte) (net T, err error) {
	if matrix.IsNil(into) {
		return net, errors.New("mlp: UnmarshalBinary: the network is nil")
	}
	loaded, _, err := load(bytes.NewReader(data), nil)
	if err != nil {
		return net, fmt.Errorf("mlp: UnmarshalBinary: %w", err)
	}
	net, ok := loaded.(T)
	if !ok {
		return net, fmt.Errorf("mlp: UnmarshalBinary: the data are those of a %T", loaded)
	}
	return net, nil
}

// become makes n, inside of h, a network with the parts of other.
func (n *network) become(h head, other *network) {
	n.head, n.layers, n.loss, n.seed = h, other.layers, other.loss, other.seed
	n.classes, n.features, n.targets, n.metadata = other.classes, other.features, other.targets, other.metadata
	n.fused = nil
	n.prepare()
	*n.pcg = *other.pcg
}
