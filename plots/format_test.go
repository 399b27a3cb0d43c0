package plots_test

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"example.com/mlp/plots"
)

// streams returns the unpacked streams of a PDF file.
func streams(file []byte) (all []string) {
	for _, part := range bytes.Split(file, []byte("stream\n"))[1:] {
		r, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			continue
		}
		if s, err := io.ReadAll(r); err == nil {
			all = append(all, string(s))
		}
	}
	return all
}

// The image of a weight matrix is red on top. Its rows are in the file from top
// to bottom or, if the page flips it, from bottom to top.
func TestPDFImagesAreUpright(t *testing.T) {
	f, err := plots.Weights(mat.NewDense(2, 1, []float64{1, -1}))
	if err != nil {
		t.Fatal(err)
	}
	var page, pixels string
	for _, s := range streams(saved(t, f, ".pdf")) {
		if strings.Contains(s, " Do") {
			page = s
		} else if len(s) > len(pixels) && !strings.Contains(s, "glyf") {
			pixels = s
		}
	}
	// The vertical scale is the product of those of all matrices in effect at
	// the image.
	scale, saves := 1.0, []float64{}
	for _, op := range regexp.MustCompile(`(?m)\bq\b|\bQ\b|(\S+) \S+ \S+ (\S+) \S+ \S+ cm| Do`).FindAllStringSubmatch(page, -1) {
		switch op[0] {
		case "q":
			saves = append(saves, scale)
		case "Q":
			scale, saves = saves[len(saves)-1], saves[:len(saves)-1]
		case " Do":
			// Before the first pixel is the number of the row's filter; no
			// filter changes this pixel.
			first := pixels[1:4]
			redFirst := first[0] > first[2]
			if upright := scale > 0; upright != redFirst {
				t.Errorf("the vertical scale is %g, and the first pixel is % x", scale, first)
			}
			return
		default:
			v, err := strconv.ParseFloat(op[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			scale *= v
		}
	}
	t.Error("no image in the file")
}

func TestPDFLetters(t *testing.T) {
	f, err := plots.Loss(history(3))
	if err != nil {
		t.Fatal(err)
	}
	f.Title.Text = "Größe R² Ж"
	for _, s := range streams(saved(t, f, ".pdf")) {
		if strings.Contains(s, "(Gr\xf6\xdfe R\xb2 ?)") {
			return
		}
	}
	t.Error("the title is not in the file")
}

func TestSVG(t *testing.T) {
	for name, f := range figures(t) {
		file := saved(t, f, ".svg")
		d := xml.NewDecoder(bytes.NewReader(file))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		images := bytes.Count(file, []byte("<image"))
		if bytes.Count(file, []byte(`<image preserveAspectRatio="none"`)) != images || bytes.Count(file, []byte("data:image/png;base64,iVBOR")) != images {
			t.Errorf("%s: the %d images are described wrongly", name, images)
		}
		if families := regexp.MustCompile(`font-family:[^;]*;`).FindAllString(string(file), -1); len(families) == 0 {
			t.Errorf("%s names no font", name)
		} else if !strings.HasSuffix(families[0], "Arial,Helvetica,sans-serif;") {
			t.Errorf("%s names the font %s", name, families[0])
		}
	}
}
