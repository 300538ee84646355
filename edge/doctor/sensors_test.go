package doctor_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/doctor"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/signature"
)

func TestSensorsAreTriedOut(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("room.csv", "t,x\n1,20.5\n")
	write("empty.csv", "t,x\n")
	write("policy.toml", "[[dataset]]\nname = \"forgotten\"\nrecorded = true\n")
	write("edge.toml", `
[buffer]
quota_mib = 1048576
[power]
battery_floor = 20
root = "no-such-sysfs"
[[source]]
name = "room"
kind = "csv"
path = "room.csv"
values = ["x"]
[[source]]
name = "empty"
kind = "csv"
path = "empty.csv"
values = ["x"]
[[source]]
name = "gone"
kind = "csv"
path = "gone.csv"
values = ["x"]
[[source]]
name = "chip"
kind = "hwmon"
root = "nowhere"
[[job]]
name = "alarm"
module = "alarm.wasm"
input = ["room"]
channels = ["y"]
files = {model = "no.model", room = "room.csv", here = "."}
[[dataset]]
name = "rooms"
source = "room"
features = ["x"]
[[sink]]
name = "log"
kind = "file"
path = "no/such/directory/log"
input = ["room"]
[[sink]]
name = "tool"
kind = "command"
command = ["no-such-tool"]
input = ["room"]
`)
	findings := map[string]doctor.Finding{}
	for _, f := range doctor.Examine(t.Context(), dir, "") {
		findings[f.About] = f
	}
	for about, want := range map[string]struct {
		grade         doctor.Grade
		found, remedy string
	}{
		"setup":                 {doctor.Good, "4 sources, 1 jobs, 1 datasets, 2 sinks", ""},
		"quotas":                {doctor.Warn, "MiB are free", "lower quota_mib"},
		"source room":           {doctor.Good, "x 20.5", ""},
		"source empty":          {doctor.Warn, "without a reading", "file empty"},
		"source gone":           {doctor.Bad, "no such file", "is the path right"},
		"source chip":           {doctor.Bad, "no device", "connect the sensor"},
		"job alarm":             {doctor.Bad, "no such file", "put the module there"},
		"job alarm, file model": {doctor.Bad, "no such file", "put the file there"},
		"job alarm, file here":  {doctor.Bad, "no regular file", "no devices"},
		"dataset rooms":         {doctor.Warn, "recorded from room", `name = "rooms" and recorded = true`},
		"dataset forgotten":     {doctor.Warn, "does not record it", "edge.toml"},
		"sink log":              {doctor.Bad, "no such file", "writable"},
		"sink tool":             {doctor.Bad, "not found", "install it"},
		"power":                 {doctor.Warn, "battery unknown", "battery_floor does nothing"},
	} {
		f, there := findings[about]
		if !there || f.Grade != want.grade || !strings.Contains(f.Found, want.found) || !strings.Contains(f.Remedy, want.remedy) {
			t.Errorf("%s: %v, %q -> %q; want %v, %q -> %q", about, f.Grade, f.Found, f.Remedy, want.grade, want.found, want.remedy)
		}
	}
	write("edge.toml", "[[source]]\nname = \"x y\"\nkind = \"csvv\"\n")
	for _, f := range doctor.Examine(t.Context(), dir, "") {
		if f.About == "setup" && (f.Grade != doctor.Bad || !strings.Contains(f.Found, "edge.toml:2: source.0.name") || !strings.Contains(f.Found, "edge.toml:3: source.0.kind")) {
			t.Errorf("mistakes: %v, %q", f.Grade, f.Found)
		}
	}
}

// Of each module the doctor says who signed it, or what keeps it from running.
func TestModulesSigners(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, content []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	signer, err := signature.NewKey(filepath.Join(dir, "key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := signature.ReadKey(filepath.Join(dir, "key"))
	if err != nil {
		t.Fatal(err)
	}
	edge := "[[source]]\nname = \"s\"\nkind = \"hwmon\"\n"
	for _, name := range []string{"signed", "altered", "bare"} {
		write(name+".wasm", []byte(name))
		edge += fmt.Sprintf("[[job]]\nname = %q\nmodule = \"%s.wasm\"\ninput = [\"s\"]\nchannels = [\"y\"]\n", name, name)
	}
	write("edge.toml", []byte(edge+"[[job]]\nname = \"mine\"\nmodule = \"builtin:aggregate\"\ninput = [\"s\"]\nchannels = [\"y\"]\n"))
	write("signed.wasm.sig", signature.Sign(key, blob.Sum([]byte("signed"))).Encode())
	write("altered.wasm.sig", signature.Sign(key, blob.Sum([]byte("before"))).Encode())
	type want struct {
		grade doctor.Grade
		found string
	}
	for text, wants := range map[string]map[string]want{
		fmt.Sprintf("[modules]\nsigners = [%q]\n", signer): {"job signed": {doctor.Good, "signed by " + signer.String()}, "job altered": {doctor.Bad, "not of this module"}, "job bare": {doctor.Bad, "tadpole job sign"}, "job mine": {doctor.Good, "came with the binary"}},
		"[modules]\nunsigned = true\n":                     {"job signed": {doctor.Good, "signed by " + signer.String()}, "job altered": {doctor.Warn, "not signed"}, "job bare": {doctor.Warn, "not signed"}},
		"":                                                 {"job signed": {doctor.Bad, "none of the signers"}, "job bare": {doctor.Bad, "is not signed"}, "job mine": {doctor.Good, "came with"}},
	} {
		write("policy.toml", []byte(text))
		findings := map[string]doctor.Finding{}
		for _, f := range doctor.Examine(t.Context(), dir, "") {
			findings[f.About] = f
		}
		for about, w := range wants {
			if f := findings[about]; f.Grade != w.grade || !strings.Contains(f.Found, w.found) {
				t.Errorf("policy %q: %s: %v, %q; want %v, %q", text, about, f.Grade, f.Found, w.grade, w.found)
			}
		}
	}
}
