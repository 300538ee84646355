package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A sensor that counts, ten times a second.
const counter = `
[buffer]
commit_age = "50ms"
[[source]]
name = "counter"
kind = "command"
command = ["sh", "-c", "i=0; while :; do i=$((i+1)); echo \"{\\\"x\\\": $i}\"; sleep 0.1; done"]
format = "jsonl"
values = ["x"]
`

// ask runs the command against the world's server.
func (w *world) ask(arguments ...string) string {
	w.t.Helper()
	return w.tadpole(append(arguments, "--dir", filepath.Join(w.dir, "server"))...)
}

// says waits until a command prints something.
func (w *world) says(what *regexp.Regexp, command func() string) {
	w.t.Helper()
	last := ""
	defer func() {
		if w.t.Failed() {
			w.t.Logf("it said:\n%s", last)
		}
	}()
	w.poll(what.String(), func() bool {
		last = command()
		return what.MatchString(last)
	})
}

// edgeStatus is what a device says of itself.
func (w *world) edgeStatus(i int) func() string {
	return func() string {
		out, _ := exec.Command(w.edge, "status", "--dir", w.edgeDir(i)).CombinedOutput()
		return string(out)
	}
}

// server asks the server, which may be down.
func (w *world) server(arguments ...string) func() string {
	return func() string {
		out, _ := command(w.t.Context(), append(arguments, "--dir", filepath.Join(w.dir, "server"))...).CombinedOutput()
		return string(out)
	}
}

// done is how often a device has run a job.
func (w *world) done(i int, job string) (n int) {
	found := regexp.MustCompile(`(?m)^job +` + job + `: (\d+) done`).FindStringSubmatch(w.edgeStatus(i)())
	if found != nil {
		n, _ = strconv.Atoi(found[1])
	}
	return n
}

// tail prints a stream of a device, and tells how many readings it has printed.
func (w *world) tail(i int, stream string) (lines func() int) {
	w.t.Helper()
	path := filepath.Join(w.dir, stream+".tail")
	out, err := os.Create(path)
	if err != nil {
		w.t.Fatal(err)
	}
	w.poll("the device to run", func() bool {
		_, err := os.Stat(filepath.Join(w.edgeDir(i), "tail.sock"))
		return err == nil
	})
	c := exec.CommandContext(w.t.Context(), w.edge, "tail", "--dir", w.edgeDir(i), stream)
	c.Stdout = out
	if err := errors.Join(c.Start(), out.Close()); err != nil {
		w.t.Fatal(err)
	}
	go c.Wait() // ends with the device, or the test
	return func() int {
		content, _ := os.ReadFile(path)
		return strings.Count(string(content), "\n")
	}
}

// otherHash is a module that does the same and has another hash: a custom section is no
// matter.
func otherHash(module []byte, name string) []byte {
	return append(append(append(module[:len(module):len(module)], 0, byte(len(name)+2), byte(len(name))), name...), 0)
}

// Jobs are deployed to the devices with a label, also to one that was away; a version with
// a mistake is refused, one under which the server is lost is undone by the device itself,
// and the operator goes back by hand. Server and devices are killed in between.
func TestDeployToLabel(t *testing.T) {
	t.Parallel()
	const edges = 3
	w := newWorld(t, edges)
	key := filepath.Join(w.dir, "signer.key")
	signer := regexp.MustCompile(`ed25519:[0-9a-f]{64}`).FindString(w.tadpole("job", "keygen", key))
	for i := range edges {
		w.write(filepath.Join(w.edgeDir(i), "edge.toml"), []byte(counter))
		path := filepath.Join(w.edgeDir(i), "policy.toml")
		rules, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		w.write(path, fmt.Appendf(rules, "[modules]\nsigners = [%q]\n", signer))
	}
	w.begin(edges)
	w.ask("device", "label", "edge-0", "drone", "site=north")
	w.ask("device", "label", "edge-1", "drone")
	w.kill("edge-1")

	module, err := os.ReadFile("testdata/echo.wasm")
	if err != nil {
		t.Fatal(err)
	}
	first, second := filepath.Join(w.dir, "first.wasm"), filepath.Join(w.dir, "second.wasm")
	w.write(first, module)
	w.write(second, otherHash(module, "second"))
	w.tadpole("job", "sign", "--key", key, first)
	w.tadpole("job", "sign", "--key", key, second)
	unsigned := filepath.Join(w.dir, "unsigned.wasm")
	w.write(unsigned, otherHash(module, "unsigned"))
	deploy := []string{"job", "deploy", "--on", "label=drone", "--name", "filter", "--input", "counter", "--channels", "x", "--trial", "8s"}
	if out := w.ask(append(deploy, first)...); !strings.Contains(out, "filter version 1 goes to 2 devices") {
		t.Errorf("deployed: %s", out)
	}
	deployments := w.server("job", "deployments", "filter")
	w.says(regexp.MustCompile(`edge-0 +applied +[1-9]`), deployments)
	w.says(regexp.MustCompile(`edge-1 +waiting for the device`), deployments)
	w.says(regexp.MustCompile(`job +filter: [1-9]\d* done`), w.edgeStatus(0))
	if out := deployments(); strings.Contains(out, "edge-2") {
		t.Errorf("a device without the label has the job:\n%s", out)
	}
	w.start("edge-1")
	w.says(regexp.MustCompile(`edge-1 +applied +[1-9]`), deployments)
	if signatures, _ := filepath.Glob(filepath.Join(w.edgeDir(0), "modules", "*.wasm.sig")); len(signatures) != 1 {
		t.Errorf("signatures beside the module: %q, want one", signatures)
	}

	// Everybody is killed with the second version on its way.
	w.ask(append(deploy, second)...)
	w.kill("edge-0")
	w.kill("server")
	w.kill("edge-1")
	w.start("edge-0")
	w.start("server")
	w.start("edge-1")
	w.says(regexp.MustCompile(`filter +2 .*edge-0 +applied +[1-9]`), deployments)
	w.says(regexp.MustCompile(`filter +2 .*edge-1 +applied +[1-9]`), deployments)
	if modules, _ := filepath.Glob(filepath.Join(w.edgeDir(0), "modules", "*.wasm")); len(modules) != 1 {
		t.Errorf("modules on the device: %q, want only the second", modules)
	}

	// A mistake is told with its line, and what ran goes on.
	w.ask("job", "deploy", "--on", "label=drone", "--name", "filter", "--input", "nowhere", "--channels", "x", second)
	w.says(regexp.MustCompile(`edge-0: refused: deployment filter:2: job.filter.input: "nowhere" is no source and no job`), deployments)
	before := w.done(0, "filter")
	w.poll("the job to go on", func() bool { return w.done(0, "filter") > before })
	if out := w.ask("job", "rollback", "filter"); !strings.Contains(out, "filter version 4, which is version 2 again, goes to 2 devices") {
		t.Errorf("rolled back: %s", out)
	}
	w.says(regexp.MustCompile(`filter +4 .*edge-0 +applied +[1-9]`), deployments)

	// The server is lost under a new configuration.
	config := filepath.Join(w.dir, "north.toml")
	w.write(config, []byte("[[sink]]\nname = \"north\"\nkind = \"file\"\npath = \"north.jsonl\"\ninput = [\"filter\"]\n"))
	w.ask("device", "config", "site=north", "set", config, "--trial", "8s")
	w.says(regexp.MustCompile(`twin +version \d+ trial`), w.edgeStatus(0))
	w.kill("server")
	w.says(regexp.MustCompile(`twin +version 5 rolled back; version 4 runs\n +the server was not reached`), w.edgeStatus(0))
	w.poll("the job to go on without the sink", func() bool { return w.done(0, "filter") > 0 && !strings.Contains(w.edgeStatus(0)(), "sink ") })
	w.start("server")
	w.says(regexp.MustCompile(`version 5 rolled back; version 4 runs`), w.server("device", "twin", "edge-0"))

	// The operator goes back by hand, until nothing is left.
	w.ask("job", "rollback", "filter")
	w.says(regexp.MustCompile(`filter +5 .*edge-1 +applied`), deployments)
	if out := w.ask("job", "rollback", "filter"); !strings.Contains(out, "filter is removed") {
		t.Errorf("rolled back: %s", out)
	}
	w.poll("the job to end", func() bool { return !strings.Contains(w.edgeStatus(1)(), "job ") })

	// Nobody whom the owner trusts has signed it.
	w.ask("job", "deploy", "--on", "edge-1", "--name", "stranger", "--input", "counter", "--channels", "x", unsigned)
	w.says(regexp.MustCompile(`edge-1: refused: .*tadpole job sign`), w.server("job", "deployments", "stranger"))
}

// A device is set up from afar and by its own file, both while it is away: on its return
// both edits are there, and where they meet the file wins and the server is told.
func TestEditsOnBothSides(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	file := filepath.Join(w.edgeDir(0), "edge.toml")
	w.write(file, []byte(counter))
	w.begin(1)
	config := filepath.Join(w.dir, "afar.toml")
	afar := func(restart, priority string) {
		w.write(config, fmt.Appendf(nil, "[[source]]\nname = \"counter\"\nrestart = %q\npriority = %q\n[[sink]]\nname = \"afar\"\nkind = \"file\"\npath = \"afar.jsonl\"\ninput = [\"counter\"]\n", restart, priority))
		w.ask("device", "config", "edge-0", "set", config, "--trial", "4s")
	}
	tailed := w.tail(0, "counter")
	w.poll("the tail to begin", func() bool { return tailed() > 0 })
	afar("2s", "low")
	twin := w.server("device", "twin", "edge-0")
	w.says(regexp.MustCompile(`version 1 applied; version 1 runs`), twin)
	w.says(regexp.MustCompile(`sink +afar: [1-9]`), w.edgeStatus(0))
	before := tailed()
	w.poll("the tail to go on with the new pipeline", func() bool { return tailed() > before+3 })

	w.kill("edge-0")
	afar("3s", "high")
	edited := strings.Replace(counter, "kind = \"command\"\n", "kind = \"command\"\nrestart = \"5s\"\n", 1) + "[[sink]]\nname = \"own\"\nkind = \"file\"\npath = \"own.jsonl\"\ninput = [\"counter\"]\n"
	w.write(file, []byte(edited))
	w.start("edge-0")
	w.says(regexp.MustCompile(`version 2 applied; version 2 runs; edge.toml edited 2 times`), twin)
	w.says(regexp.MustCompile(`conflict +source counter: edge.toml overrules restart, and both sides were edited`), twin)
	w.says(regexp.MustCompile(`sink +afar: [1-9]`), w.edgeStatus(0))
	w.says(regexp.MustCompile(`sink +own: [1-9]`), w.edgeStatus(0))
	if out, _ := exec.Command(w.edge, "doctor", "--dir", w.edgeDir(0)).CombinedOutput(); !strings.Contains(string(out), "twin          version 2 applied; version 2 runs") {
		t.Errorf("doctor: %s", out)
	}
	merged, err := os.ReadFile(filepath.Join(w.edgeDir(0), "twin.toml"))
	if err != nil || !strings.Contains(string(merged), `restart = "5s"`) || !strings.Contains(string(merged), `priority = "high"`) || strings.Contains(string(merged), `"3s"`) {
		t.Errorf("merged to %s, %v", merged, err)
	}

	// An edit with a mistake changes nothing, neither at once nor over a restart.
	w.write(file, []byte(edited+"[[sink]]\nname = \"third\"\nkind = \"fiel\"\n"))
	reload := func() string {
		out, _ := exec.Command(w.edge, "reload", "--dir", w.edgeDir(0)).CombinedOutput()
		return string(out)
	}
	if out := reload(); !strings.Contains(out, "edge.toml:18: sink.third.kind: ") {
		t.Errorf("reload: %s", out)
	}
	w.kill("edge-0")
	w.start("edge-0")
	w.says(regexp.MustCompile(`sink +own: [1-9]`), w.edgeStatus(0))
	w.says(regexp.MustCompile(`edge.toml:18: sink.third.kind: `), twin)
	w.write(file, []byte(counter))
	if out := reload(); out != "" {
		t.Errorf("reload: %s", out)
	}
	w.poll("the sink to go", func() bool {
		out := w.edgeStatus(0)()
		return strings.Contains(out, "sink         afar") && !strings.Contains(out, "own")
	})
}

func TestDeployedText(t *testing.T) {
	dir := t.TempDir()
	module := filepath.Join(dir, "filter.wasm")
	for name, text := range map[string]string{"filter.wasm": "module", "filter.wasm.sig": "signature", "filter.toml": "[[job]]\nfuel = 1\n", "other.toml": "[[job]]\nfuel = 2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		flags deployed
		want  string
	}{
		"beside the module": {deployed{}, "[[job]]\nfuel = 1\n"},
		"in a file":         {deployed{file: filepath.Join(dir, "other.toml")}, "[[job]]\nfuel = 2\n"},
		"flags": {deployed{input: []string{"a", "b"}, channels: []string{"x"}, config: "say \"x\"", window: 10 * time.Second, sinks: []string{"/log", "tcp://h:1883/site/x"}},
			"[[job]]\ninput = [\"a\", \"b\"]\nchannels = [\"x\"]\nconfig = \"say \\\"x\\\"\"\nwindow = {size = \"10s\"}\n" +
				"[[sink]]\nname = \"filter-sink-1\"\ninput = [\"filter\"]\nkind = \"file\"\npath = \"/log\"\n" +
				"[[sink]]\nname = \"filter-sink-2\"\ninput = [\"filter\"]\nkind = \"mqtt\"\nurl = \"tcp://h:1883\"\ntopic = \"site/x\"\n"},
		"every": {deployed{input: []string{"a"}, channels: []string{"x"}, every: 15 * time.Minute}, "[[job]]\ninput = [\"a\"]\nchannels = [\"x\"]\nevery = \"15m0s\"\n"},
		"daily": {deployed{input: []string{"a"}, channels: []string{"x"}, at: "03:30"}, "[[job]]\ninput = [\"a\"]\nchannels = [\"x\"]\nat = \"03:30\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := c.flags.read(module)
			if err != nil || request.Revision.Text != c.want || request.Name != "filter" || string(request.Module) != "module" || string(request.Revision.Signature) != "signature" {
				t.Errorf("%+v, %v; want\n%s", request, err, c.want)
			}
		})
	}
}
