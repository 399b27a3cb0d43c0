package dataset_test

import (
	"fmt"
	"strings"
	"testing"

	"example.com/mlp/dataset"
)

func TestPreparationString(t *testing.T) {
	r := everything(dataset.Classes("ill"))
	p := fitRecipe(t, r, people)
	const want = `7 columns to 13 features, target "ill" of kind classes: "no", "yes"
"age"     number, minus 35, divided by 6.164414002968976 (standard); a missing cell is "35" and has a flag, in 1 training row: "" (1)
"income"  number, its share among 4 quantiles from 0.1 to 2000.5; a missing cell is "1500", in 1 training row: "" (1)
"height"  number, not scaled
"size"    position of "small", "medium", "large", minus 0.5, divided by 1.25 (robust)
"port"    one-hot, 3 names: "Genoa", "Kiel", "none"; any other is a feature of its own; a missing cell is "none", in 1 training row: "" (1); always the same in training, so 0 in every row: "port is unknown"
"member"  truth value, 1 for yes and 0 for no
"color"   one-hot, 3 names: "blue", "green", "red"; any other is zeros`
	if got := fmt.Sprint(p); got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
	if got := reloadedPreparation(t, p).String(); got != want {
		t.Errorf("printed after loading\n%s\nwant\n%s", got, want)
	}
	table, err := dataset.ReadTable(strings.NewReader("price;land;when;c;y\n1,5 €;NA;1.2.2024;7;1\n2;FR;3.4.2025;7;2\n3;FR;3.4.2025;7;2\n4;#N/A;3.4.2025;7;2\n5;NA;3.4.2025;7;2\n"), ';')
	if err != nil {
		t.Fatal(err)
	}
	p, err = dataset.Recipe{
		Target:      dataset.Numbers("y"),
		Categorical: dataset.Categorical{Impute: dataset.MostFrequent, Unknown: dataset.UnknownShares},
		Columns: []dataset.Column{
			dataset.Numeric{Column: "price", Decimal: ',', Units: []string{"€"}, Impute: dataset.Constant, Fill: 0.5},
			dataset.Date{Column: "when", UTC: true, Layouts: []string{"2.1.2006"}, Fields: []dataset.DateField{dataset.DateYear, dataset.DateSeason}},
		},
	}.Fit(table)
	if err != nil {
		t.Fatal(err)
	}
	const other = `4 columns to 6 features, target "y" of kind numbers
"price"  number written with Decimal: ',', Units: []string{"€"}, minus 3.1, divided by 1.2806248474865698 (standard); a missing cell is "0.5", none was
"land"   one-hot, 1 name: "FR"; any other is their shares in training; a missing cell is "FR", in 3 training rows: "#N/A" (1), "NA" (2); always the same in training, so 0 in every row
"when"   date in UTC written as "2.1.2006": year, season (standard)
"c"      number, minus 7, divided by 1 (standard); always the same in training, so 0 in every row`
	if got := p.String(); got != other {
		t.Errorf("printed\n%s\nwant\n%s", got, other)
	}
	p = fitRecipe(t, dataset.Recipe{
		Numeric:     dataset.Numeric{Scaling: dataset.Normal},
		Boolean:     dataset.Boolean{Sign: true},
		Categorical: dataset.Categorical{Sign: true, CodesFrom: 3, Unknown: dataset.UnknownZeros, Impute: dataset.AsUnknown, Indicator: true},
		SmoothFlags: true,
	}, "n,b,two,three\n1,yes,p,p\n2,no,q,q\n4,no,NA,r\n")
	const encoded = `4 columns to 6 features
"n"      number, normally distributed by 3 quantiles from 1 to 4
"b"      truth value, 1 for yes, −1 for no and 0 for neither; flags scaled by smooth_clip
"two"    sign, −1 and 1 for 2 names: "p", "q"; any other is 0; a missing cell is an unknown one and has a flag, in 1 training row: "NA" (1); flags scaled by smooth_clip
"three"  codes, 3 names: "p", "q", "r"; any other is 0; a missing cell is an unknown one and has a flag, none was; flags scaled by smooth_clip; always the same in training, so 0 in every row: "three is missing"`
	if got := p.String(); got != encoded {
		t.Errorf("printed\n%s\nwant\n%s", got, encoded)
	}
	// Many spellings are counted, and those of many are not all named.
	var cells strings.Builder
	for i := range 15 {
		fmt.Fprintf(&cells, "-9.%s\n%d\n", strings.Repeat("0", i), i)
	}
	p = fitRecipe(t, dataset.Recipe{Missing: []string{"-9"}, Numeric: dataset.Numeric{Impute: dataset.Constant, Scaling: dataset.Unscaled}}, "x\n"+cells.String())
	if got := p.String(); !strings.HasSuffix(got, ` "-9.00000000000" (1), and 3 more`) || !strings.Contains(got, "in 15 training rows") {
		t.Errorf("printed\n%s", got)
	}
	if got := new(dataset.Preparation).String(); got != "a preparation without columns" {
		t.Errorf("printed %s", got)
	}
}
