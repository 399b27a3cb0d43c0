package mlp

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MarshalBinary returns what Save writes.
func (n *network) MarshalBinary() ([]byte, error) { return n.marshal("MarshalBinary") }

// MarshalJSON returns what Save writes as a JSON string, in base64.
func (n *network) MarshalJSON() ([]byte, error) {
	b, err := n.marshal("MarshalJSON")
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

func (n *network) marshal(op string) ([]byte, error) {
	if err := n.checkMade(op); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := save(&b, n.self, extra{}); err != nil {
		return nil, fmt.Errorf("mlp: %s: %w", op, err)
	}
	return b.Bytes(), nil
}

// unmarshalJSON makes into the network in text.
func unmarshalJSON[K networkKind](into K, text []byte) error {
	const op = "UnmarshalJSON"
	var data []byte
	if err := json.Unmarshal(text, &data); err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	return unmarshal(op, into, data)
}

// unmarshal makes into the network in data.
func unmarshal[K networkKind](op string, into K, data []byte) error {
	loaded, _, err := load(bytes.NewReader(data), nil)
	if err != nil {
		return fmt.Errorf("mlp: %s: %w", op, err)
	}
	net, ok := loaded.(K)
	if !ok {
		return fmt.Errorf("mlp: %s: the data are those of a %T", op, loaded)
	}
	n := into.base()
	if err := n.hold(op); err != nil {
		return err
	}
	defer n.use.release()
	other := net.base()
	n.self, n.layers, n.loss, n.end, n.seed = into, other.layers, other.loss, other.end, other.seed
	n.classes, n.features, n.metadata, n.precision = other.classes, other.features, other.metadata, other.precision
	n.prepare()
	*n.pcg = *other.pcg
	return nil
}
