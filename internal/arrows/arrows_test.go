package arrows

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/tadpole-edge/tadpole"

// A rule forbids every package under from, built for the platform, from reaching
// any import path under to, directly or through others. Tests are free: they use
// real parts of the other side.
type rule struct{ from, to, platform, why string }

var rules = []rule{
	{"edge", "aggregator", "linux/arm64", "a device must build without the server"},
	{"edge", "contracts", "linux/arm64", "devices never talk to a chain"},
	{"edge", "cmd", "linux/arm64", "commands compose packages, not the other way"},
	{"edge", "wasm-jobs", "linux/arm64", "a device gets its modules over the wire"},
	{"aggregator", "edge", "linux/amd64", "the server learns of devices from the wire alone"},
	{"aggregator", "cmd", "linux/amd64", "commands compose packages, not the other way"},
	{"contracts", "aggregator", "linux/amd64", "the market knows nothing of rounds but what is on the chain"},
	{"contracts", "edge", "linux/amd64", "what runs a job is brought in by the command"},
	{"contracts", "cmd", "linux/amd64", "commands compose packages, not the other way"},
	{"wasm-jobs/sdk", "edge", "linux/amd64", "guests import nothing of the host"},
	{"wasm-jobs/sdk", "internal", "linux/amd64", "guests import nothing of the host"},
	{"wasm-jobs/builtin", "edge", "linux/amd64", "guests import nothing of the host"},
	{"internal", "contracts", "linux/amd64", "internal is what both ends share"},
	{"internal", "edge", "linux/amd64", "internal is what both ends share"},
	{"internal", "aggregator", "linux/amd64", "internal is what both ends share"},
	{"internal", "wasm-jobs", "linux/amd64", "internal is what both ends share"},
	{"cmd/tadpole-edge", "aggregator", "linux/arm", "a device must build without the server"},
	{"cmd/tadpole-edge", "github.com/ethereum/", "linux/arm64", "LGPL code and 20 modules in firmware"},
	{"cmd/tadpole-edge", "github.com/bacalhau-project/", "linux/arm64", "heavy work is the server's"},
	{"cmd/tadpole-edge", "gorgonia.org/", "linux/arm64", "the device trains in WASM"},
	{"cmd/tadpole-edge", "github.com/mochi-mqtt/", "linux/arm64", "the broker is the server's"},
}

// steps of the flow, which only their parent package may put in order: none of
// them imports another.
var steps = map[string][]string{
	"aggregator": {"broker", "ingest", "devices", "round", "combine", "optimise", "evaluate", "store"},
	"edge":       {"source", "buffer", "window", "uplink", "enrol", "policy", "job", "store"},
}

// doors lists heavy imports and the packages allowed to name each, one a side.
var doors = map[string][]string{
	"github.com/tetratelabs/wazero":        {"edge/job", "wasm-jobs/train/bench"}, // the bench measures wazero itself
	"go.etcd.io/bbolt":                     {"edge/store/btree", "aggregator/store", "contracts/sender"},
	"github.com/eclipse/paho.mqtt.golang":  {"edge/mqtt", "aggregator/ingest"},
	"github.com/simonvetter/modbus":        {"edge/source"},
	"github.com/bluenviron/gomavlib":       {"edge/source"},
	"github.com/adrianmo/go-nmea":          {"edge/source"},
	"github.com/mochi-mqtt/":               {"aggregator/broker"},
	"gorgonia.org/":                        {"aggregator/evaluate"},
	"github.com/decred/":                   {"internal/key"},
	"github.com/pelletier/go-toml":         {"internal/config"},
	"github.com/spf13/cobra":               {"cmd/tadpole"},
	"github.com/ethereum/":                 {"contracts/bindings", "contracts/chain", "contracts/market", "contracts/sender"},
	"github.com/bacalhau-project/bacalhau": {"aggregator/heavy"},
}

// list runs go list over a pattern. It stats every Go file first: the test cache
// tracks what the test itself opens, not what its child does, and would go on
// reporting a stale pass.
func list(t *testing.T, platform, pattern, format string) [][]string {
	t.Helper()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && (filepath.Ext(path) == ".go" || d.Name() == "go.mod") {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	goos, goarch, _ := strings.Cut(platform, "/")
	command := exec.Command("go", "list", "-f", format, pattern)
	command.Dir = "../.."
	command.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	var packages [][]string
	for line := range strings.Lines(string(out)) {
		packages = append(packages, strings.Fields(line))
	}
	return packages
}

// under tells whether an import path lies under a root; a root without a dot in
// its first element is the module's own.
func under(path, root string) bool {
	if first, _, _ := strings.Cut(root, "/"); !strings.Contains(first, ".") {
		root = module + "/" + root
	}
	return path == strings.TrimSuffix(root, "/") || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/") || strings.HasSuffix(root, "/") && strings.HasPrefix(path, root)
}

func TestArrows(t *testing.T) {
	for _, r := range rules {
		packages := list(t, r.platform, "./"+r.from+"/...", `{{.ImportPath}} {{join .Deps " "}}`)
		if len(packages) == 0 {
			t.Errorf("%s: no packages; was it renamed?", r.from)
		}
		for _, p := range packages {
			for _, dep := range p[1:] {
				if under(dep, r.to) && !under(dep, r.from) {
					t.Errorf("%s must not reach %s: %s", p[0], dep, r.why)
				}
			}
		}
	}
}

func TestStepsDoNotKnowEachOther(t *testing.T) {
	for parent, names := range steps {
		for _, name := range names {
			for _, p := range list(t, "linux/amd64", "./"+parent+"/"+name, `{{.ImportPath}} {{join .Imports " "}}`) {
				for _, imported := range p[1:] {
					for _, other := range names {
						if other != name && imported == module+"/"+parent+"/"+other {
							t.Errorf("%s imports its neighbour %s; only %s may put them in order", p[0], imported, parent)
						}
					}
				}
			}
		}
	}
}

func TestDoors(t *testing.T) {
	for _, p := range list(t, "linux/amd64", "./...", `{{.ImportPath}} {{join .Imports " "}}`) {
		for _, imported := range p[1:] {
			for heavy, allowed := range doors {
				if !under(imported, heavy) {
					continue
				}
				open := false
				for _, door := range allowed {
					open = open || under(p[0], door)
				}
				if !open {
					t.Errorf("%s imports %s; only %v may", p[0], imported, allowed)
				}
			}
		}
	}
}

func TestGuestsImportNothing(t *testing.T) {
	for _, p := range list(t, "linux/amd64", "./wasm-jobs/train", `{{.ImportPath}} {{join .Imports " "}}`) {
		for _, imported := range p[1:] {
			if imported != "embed" {
				t.Errorf("%s imports %s; a guest's package only embeds it", p[0], imported)
			}
		}
	}
}

// Every package says in one comment what it is for.
func TestPackagesAreDocumented(t *testing.T) {
	for _, p := range list(t, "linux/amd64", "./...", `{{.ImportPath}} {{.Doc}}`) {
		if len(p) < 2 {
			t.Errorf("%s has no package comment", p[0])
		}
	}
}
