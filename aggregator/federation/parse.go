package federation

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/optimise"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Load reads and checks a federation.toml.
func Load(path string) (Federation, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Federation{}, fmt.Errorf("read federation: %w", err)
	}
	return Parse(path, text)
}

// Parse reads the text of a federation.toml. Its error holds every mistake, each
// with file, line, field and what would be right.
func Parse(file string, text []byte) (Federation, error) {
	f := defaults()
	d, err := config.Decode(file, text, &f)
	if err != nil {
		return Federation{}, err
	}
	f.fillStrategy(d)
	f.check(d)
	return f, d.Err()
}

// fillStrategy puts the paper's defaults where the file says nothing, and
// refuses parameters that the strategy has not.
func (f *Federation) fillStrategy(d *config.Document) {
	standard, err := optimise.Default(f.Strategy.Name)
	if err != nil {
		d.Check(false, "strategy.name", fmt.Sprintf("%q is not a strategy", f.Strategy.Name), "choose one of "+strings.Join(optimise.Names(), ", "))
		return
	}
	s := &f.Strategy
	uses := map[string]bool{"server_rate": true}
	switch s.Name {
	case optimise.FedProx:
		uses["proximal"] = true
	case optimise.FedAvgM:
		uses["momentum"] = true
	case optimise.FedAdagrad:
		uses["beta1"], uses["tau"] = true, true
	case optimise.FedAdam, optimise.FedYogi:
		uses["beta1"], uses["beta2"], uses["tau"] = true, true, true
	}
	for _, p := range []struct {
		name     string
		value    *float64
		standard float64
	}{{"server_rate", &s.ServerRate, standard.Rate}, {"momentum", &s.Momentum, standard.Momentum}, {"beta1", &s.Beta1, standard.Beta1},
		{"beta2", &s.Beta2, standard.Beta2}, {"tau", &s.Tau, standard.Tau}, {"proximal", &s.Proximal, 0.01}} {
		field := "strategy." + p.name
		given := d.Has(field)
		d.Check(uses[p.name] || !given, field, s.Name+" does not use it", "remove it")
		if uses[p.name] && !given {
			*p.value = p.standard
		}
	}
	fraction := func(name string, v float64) {
		d.Check(v >= 0 && v < 1, "strategy."+name, fmt.Sprintf("%v is out of range", v), fmt.Sprintf("choose 0 <= %s < 1", name))
	}
	fraction("momentum", s.Momentum)
	fraction("beta1", s.Beta1)
	fraction("beta2", s.Beta2)
	d.Check(s.ServerRate > 0 && s.ServerRate <= 1e6, "strategy.server_rate", fmt.Sprintf("%v is out of range", s.ServerRate), "choose a number above 0, often 1 for fedavg")
	d.Check(!uses["tau"] || s.Tau > 0, "strategy.tau", fmt.Sprintf("%v is out of range", s.Tau), "choose a number above 0, often 1e-3")
	d.Check(s.Proximal >= 0 && s.Proximal <= 1e6, "strategy.proximal", fmt.Sprintf("%v is out of range", s.Proximal), "choose 0 or more, often 0.001 to 1")
}

// Limits of the jobs that a round is folded by.
const (
	maxShards   = 1024
	maxReplicas = 16
)

func (f *Federation) check(d *config.Document) {
	within := func(field string, v, low, high float64) {
		d.Check(v >= low && v <= high, field, fmt.Sprintf("%v is out of range", v), fmt.Sprintf("choose %v to %v", number(low), number(high)))
	}
	d.Check(wire.CheckFleet(f.Name) == nil, "name", fmt.Sprintf("%q cannot be a name", f.Name), "use 1 to 64 of a-z, 0-9 and -")
	d.Check(f.Data.Dataset != "", "data.dataset", "is missing", "name the dataset as the devices' policy.toml does")
	f.checkModel(d)

	within("training.epochs", float64(f.Training.Epochs), 1, 1000)
	within("training.batch", float64(f.Training.Batch), 0, 1<<24)
	within("training.momentum", f.Training.Momentum, 0, 1)
	within("training.weight_decay", f.Training.WeightDecay, 0, 1e6)
	within("training.clip_norm", f.Training.ClipNorm, 0, 1e12)
	d.Check(f.Training.Heavy == "" || f.Training.Heavy == wire.HeavyAuto || f.Training.Heavy == wire.HeavyAlways, "training.heavy", fmt.Sprintf("%.40q is no choice", f.Training.Heavy),
		fmt.Sprintf("choose %q or %q, or leave it out", wire.HeavyAuto, wire.HeavyAlways))
	within("training.memory_mib", float64(f.Training.Memory), 1, 4096)
	d.Check(f.Training.LearningRate > 0 && f.Training.LearningRate <= 1e6, "training.learning_rate", fmt.Sprintf("%v is out of range", f.Training.LearningRate), "choose a number above 0, often 0.01 to 0.3")

	within("cohort.size", float64(f.Cohort.Size), 1, 1e6)
	within("cohort.minimum", float64(f.Cohort.Minimum), 0, float64(max(f.Cohort.Size, 0)))
	within("cohort.over_selection", f.Cohort.OverSelection, 1, 10)
	d.Check(time.Duration(f.Cohort.Deadline) >= time.Second, "cohort.deadline", fmt.Sprintf("%v is too short", time.Duration(f.Cohort.Deadline)), `choose at least "1s"`)
	d.Check(f.Cohort.Patience >= 0, "cohort.patience", "is negative", `choose "0s" or more`)

	within("stop.target_accuracy", f.Stop.Accuracy, 0, 1)
	d.Check(f.Stop.Rounds > 0 || f.Stop.Accuracy > 0, "stop", "the federation would never end", "give rounds, target_accuracy or both")
	d.Check(f.Stop.Accuracy == 0 || f.Evaluation.Features != "", "stop.target_accuracy", "no test set is given to measure it on", "give evaluation.features and labels")
	within("evaluation.every", float64(f.Evaluation.Every), 1, 1e6)
	if f.Evaluation.Features != "" {
		_, err := os.Stat(f.Evaluation.Features)
		d.Check(err == nil, "evaluation.features", fmt.Sprint(err), "give the path of a file on this machine")
	}

	d.Check(f.Update.Bits == 8 || f.Update.Bits == 16 || f.Update.Bits == 32, "update.bits", fmt.Sprintf("%d is not a width", f.Update.Bits), "choose 8, 16 or 32")
	within("update.scale_bits", float64(f.Update.ScaleBits), 0, 40)
	within("folding.shards", float64(f.Folding.Shards), 0, maxShards)
	within("folding.replicas", float64(f.Folding.Replicas), 0, maxReplicas)
	d.Check(f.Folding.Replicas <= 1 || f.Folding.Shards > 0, "folding.replicas", "the server folds by itself", "give folding.shards, or remove it")
	d.Check(f.Folding.Deadline == 0 || time.Duration(f.Folding.Deadline) >= time.Second, "folding.deadline", fmt.Sprintf("%v is too short", time.Duration(f.Folding.Deadline)), `choose at least "1s"`)
	f.checkFees(d)
	if a, err := f.Architecture(); err == nil && d.Err() == nil {
		err := f.Form(a).Validate()
		d.Check(err == nil, "training.max_samples", fmt.Sprint(err), "lower training.max_samples, cohort.size or update.scale_bits")
	}
}

func (f *Federation) checkModel(d *config.Document) {
	own := len(f.Model.Input) > 0 || len(f.Model.Layers) > 0 || f.Model.Loss != ""
	d.Check(f.Model.Preset != "" || own, "model", "is missing", `give preset = "2nn" or "cnn", or input, layers and loss`)
	d.Check(f.Model.Preset == "" || !own, "model.preset", "stands beside an architecture of one's own", "remove one of them")
	if f.Model.Preset == "" && !own {
		return
	}
	if _, err := f.Architecture(); err != nil {
		field := "model"
		if f.Model.Preset != "" {
			field = "model.preset"
		} else if i, found := faultyLayer(err); found {
			field = "model.layers." + strconv.Itoa(i)
		}
		d.Check(false, field, strings.TrimPrefix(err.Error(), plan.ErrArchitecture.Error()+": "), "")
	}
}

// faultyLayer reads the number of the layer that an architecture's error names.
func faultyLayer(err error) (i int, found bool) {
	_, rest, found := strings.Cut(err.Error(), "layer ")
	if !found {
		return 0, false
	}
	_, scanned := fmt.Sscanf(rest, "%d", &i)
	return i, scanned == nil
}

// number writes whole numbers without an exponent.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
