package federation_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

func parse(t testing.TB, text string) federation.Federation {
	t.Helper()
	f, err := federation.Parse("federation.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTemplateIsValid(t *testing.T) {
	f := parse(t, federation.Template)
	if f.Strategy.ServerRate != 1 || f.Cohort.OverSelection != 1.3 || f.Update.Bits != 16 {
		t.Errorf("defaults are not filled in: %+v", f)
	}
	a, err := f.Architecture()
	if err != nil || f.Form(a).Validate() != nil || f.Rules().Cohort != 10 {
		t.Errorf("%v, %+v, %+v", err, f.Form(a), f.Rules())
	}
}

// Every line of the template that is commented out must be valid as well: its
// readers will uncomment it.
func TestTemplatesCommentsAreValid(t *testing.T) {
	dir := t.TempDir()
	features := filepath.Join(dir, "x.gz")
	if err := os.WriteFile(features, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(federation.Template, "\n") {
		option, is := strings.CutPrefix(line, "# ")
		field, _, _ := strings.Cut(option, " = ")
		if !is || !strings.Contains(option, " = ") || strings.Contains(field, "{") || field == "input" || field == "layers" || field == "loss" {
			continue
		}
		text := strings.Replace(federation.Template, line, option, 1)
		switch field {
		case "target_accuracy":
			text = strings.Replace(text, "# features = ", "features = ", 1)
		case "momentum", "beta1", "beta2", "tau":
			if strings.Contains(line, "fed") {
				name := map[string]string{"momentum": "fedavgm"}[field]
				if name == "" {
					name = "fedadam"
				}
				text = strings.Replace(text, `"fedavg"`, `"`+name+`"`, 1)
			}
		case "proximal":
			text = strings.Replace(text, `"fedavg"`, `"fedprox"`, 1)
		}
		text = strings.ReplaceAll(text, "t10k-images-idx3-ubyte.gz", features)
		if _, err := federation.Parse("federation.toml", []byte(text)); err != nil {
			t.Errorf("%s: %v", option, err)
		}
	}
}

func TestMistakesAreLocated(t *testing.T) {
	replace := func(old, by string) string { return strings.Replace(federation.Template, old, by, 1) }
	for _, c := range []struct{ text, want string }{
		{replace(`"mnist-2nn"`, `"MNIST"`), `federation.toml:4: name: "MNIST" cannot be a name; use 1 to 64`},
		{replace(`"2nn"`, `"3nn"`), `federation.toml:8: model.preset: preset "3nn": want "2nn" or "cnn"`},
		{replace(`"fedavg" `, `"fedsgd" `), `strategy.name: "fedsgd" is not a strategy; choose one of fedavg`},
		{replace("# beta1 = 0.9 ", "beta1 = 0.9 "), "strategy.beta1: fedavg does not use it; remove it"},
		{replace(`"fedavg" `, "\"fedadam\"\nbeta1 = 1.2"), "strategy.beta1: 1.2 is out of range; choose 0 <= beta1 < 1"},
		{replace("# shards = 0 ", "shards = 1025 "), "folding.shards: 1025 is out of range; choose 0 to 1024"},
		{replace("# shards = 0 ", "shards = -1 "), "folding.shards: -1 is out of range"},
		{replace("# replicas = 1 ", "replicas = 3 "), "folding.replicas: the server folds by itself; give folding.shards"},
		{replace(`# deadline = "10m"          # for the cluster`, `deadline = "1ms" # for the cluster`), "folding.deadline: 1ms is too short"},
		{replace("epochs = 1", "epochs = 0"), "training.epochs: 0 is out of range; choose 1 to 1000"},
		{replace("learning_rate = 0.2", "learning_rate = -1"), "training.learning_rate: -1 is out of range; choose a number above 0"},
		{replace("size = 10 ", "size = 0 "), "cohort.size: 0 is out of range; choose 1 to 1000000"},
		{replace("# minimum = 10 ", "minimum = 11 "), "cohort.minimum: 11 is out of range; choose 0 to 10"},
		{replace(`# deadline = "10m"`, `deadline = "10"`), "duration"},
		{replace("rounds = 100", ""), "stop: the federation would never end; give rounds, target_accuracy or both"},
		{replace("# target_accuracy", "target_accuracy"), "stop.target_accuracy: no test set is given"},
		{replace("# features = ", "features = "), "evaluation.features: stat t10k"},
		{replace("# bits = 16", "bits = 4"), "update.bits: 4 is not a width; choose 8, 16 or 32"},
		{replace("# max_samples = 1048576", "max_samples = 1099511627776"), "training.max_samples: 10 updates of up to 1099511627776 samples"},
		{replace(`# per_update = "0.001"`, `per_update = "a penny"`), `"a penny" is no amount: write coins, as "0.005"`},
		{replace(`# per_update = "0.001"`, `per_update = "0.2"`), "fees.budget: 1 does not pay for one round; escrow at least 2"},
		{replace(`# per_update = "0.001"`, "per_update = \"0.001\"\ncheck_rate = 0.0"), "fees.check_rate: 0 is out of range; choose a share above 0 and up to 1"},
		{replace(`# per_update = "0.001"`, "per_update = \"0.001\"\nmediators = 2"), "fees.mediators: is 2; choose an odd number up to 31"},
		{replace("batch = 10 ", "bacth = 10 "), `training.bacth: unknown field; did you mean "batch"?`},
		{replace(`preset = "2nn"`, "input = [4]\nloss = \"mse\"\nlayers = [\n{type = \"relu\"},\n{type = \"dense\"}]"), "federation.toml:12: model.layers.1: layer 1 (dense): units is 0"},
	} {
		_, err := federation.Parse("federation.toml", []byte(c.text))
		if !errors.Is(err, config.ErrMistake) || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

func TestSeedsDiffer(t *testing.T) {
	f := parse(t, federation.Template)
	seeds := map[uint64]bool{}
	for n := range uint32(10) {
		for d := range byte(10) {
			seeds[f.DeviceTraining(n, key.Address{d}).Seed] = true
		}
	}
	if len(seeds) != 100 {
		t.Errorf("%d seeds for 100 tasks", len(seeds))
	}
	if err := f.DeviceTraining(1, key.Address{}).Validate(); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(federation.Template)
	f.Add("[model]\nlayers = [{}]")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := federation.Parse("federation.toml", []byte(text))
		if err != nil {
			if !errors.Is(err, config.ErrMistake) {
				t.Errorf("error %v is no mistake", err)
			}
			return
		}
		a, err := got.Architecture()
		if err != nil || got.Form(a).Validate() != nil || got.DeviceTraining(1, key.Address{}).Validate() != nil {
			t.Errorf("valid, but %v, %+v, %+v", err, got.Form(a), got.DeviceTraining(1, key.Address{}))
		}
	})
}

func ExampleParse() {
	_, err := federation.Parse("federation.toml", []byte("name = \"x\"\n[cohrt]\nsize = 10"))
	fmt.Println(err)
	// Output: federation.toml:2: cohrt: unknown field; did you mean "cohort"?
}

// A federation without shards is encoded as it was before there were any: its
// evidence keeps its hash.
func TestFoldingIsLeftOutOfEncodings(t *testing.T) {
	f := parse(t, federation.Template)
	plain, err := wire.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	f.Folding.Shards = 4
	sharded, err := wire.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(plain) == 0 || plain[0] != 0xab || sharded[0] != 0xac { // maps of 11 and of 12
		t.Errorf("encodings begin with %x and %x, want maps of 11 and 12 fields", plain[0], sharded[0])
	}
	var back federation.Federation
	if err := wire.Unmarshal(sharded, &back); err != nil || back.Folding.Shards != 4 || back.Folding.Within() != 10*time.Minute {
		t.Errorf("%+v, %v", back.Folding, err)
	}
}
