package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/tadpole-edge/tadpole/edge/daemon"
	"github.com/tadpole-edge/tadpole/edge/reading"
	"github.com/tadpole-edge/tadpole/edge/setup"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/signature"
)

// sensors looks at edge.toml and what it names. A source that another process has open,
// as a serial line, is not read.
func sensors(ctx context.Context, dir, path string) []Finding {
	s, found, err := daemon.LoadSetup(dir, path)
	switch {
	case err != nil:
		return []Finding{{Bad, "setup", err.Error(), "mend edge.toml"}}
	case !found:
		return []Finding{{Good, "setup", "there is no edge.toml: no sensor is read here", ""}, supply(s)}
	}
	findings := append(afar(ctx, dir), []Finding{{Good, "setup", fmt.Sprintf("%d sources, %d jobs, %d datasets, %d sinks", len(s.Sources), len(s.Jobs), len(s.Datasets), len(s.Sinks)), ""}, room(dir, s), supply(s)}...)
	for _, src := range s.Sources {
		findings = append(findings, tryOut(ctx, src))
	}
	for _, j := range s.Jobs {
		findings = append(findings, module(dir, j))
		findings = append(findings, files(j)...)
	}
	findings = append(findings, named(dir, s)...)
	for _, sink := range s.Sinks {
		findings = append(findings, outlet(sink))
	}
	return findings
}

// afar tells what has become of the setup that the server desires, if the device runs.
func afar(ctx context.Context, dir string) []Finding {
	s, err := daemon.ReadStatus(ctx, dir)
	if err != nil || s.Twin.Version == 0 && s.Twin.Fault == "" {
		return nil
	}
	f := Finding{Good, "twin", fmt.Sprintf("version %d %s; version %d runs", s.Twin.Version, s.Twin.Outcome, s.Twin.Running), ""}
	switch {
	case s.Twin.Fault != "":
		f.Grade, f.Found, f.Remedy = Warn, "edge.toml was edited, and is not in use: "+s.Twin.Fault, "mend it, then tadpole-edge reload"
	case s.Twin.Reason != "":
		f.Grade, f.Found, f.Remedy = Warn, f.Found+": "+s.Twin.Reason, "mend what the server desires: tadpole job deploy, or tadpole device config"
	}
	return []Finding{f}
}

// room compares the quotas with what is free.
func room(dir string, s setup.Setup) Finding {
	quota := s.Buffer.Bytes
	if quota == 0 {
		quota = 64 << 20
	}
	for _, d := range s.Datasets {
		quota += 3 * d.Bytes // what is recorded, the copy that federations use, and one that is made
	}
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return Finding{Bad, "quotas", err.Error(), "make the directory"}
	}
	free := int64(stat.Bavail) * int64(stat.Bsize)
	f := Finding{Good, "quotas", fmt.Sprintf("%d MiB at most; %d MiB are free", quota>>20, free>>20), ""}
	if used := size(filepath.Join(dir, "readings.db")); quota > free+used {
		f.Grade, f.Remedy = Warn, "the disk will be full before the quotas are used up, and older readings dropped sooner: lower quota_mib, or free some space"
	}
	return f
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// trial is how long a source has for its first reading.
const trial = 3 * time.Second

var errEnough = errors.New("one reading is enough")

// tryOut opens a source and waits for a reading.
func tryOut(ctx context.Context, s setup.Source) Finding {
	about := "source " + s.Name
	src, channels, err := open(s)
	if err != nil {
		return Finding{Bad, about, err.Error(), remedy(err, "mend its [[source]] table, or connect the sensor")}
	}
	ctx, cancel := context.WithTimeout(ctx, trial)
	defer cancel()
	var first *reading.Reading
	err = src.Run(ctx, func(r reading.Reading) error {
		first = &r
		return errEnough
	})
	switch {
	case first != nil:
		var values []string
		for i, c := range channels(first.Source) {
			if i < len(first.Values) && i < 6 {
				values = append(values, fmt.Sprintf("%s %.4g", c, first.Values[i]))
			}
		}
		f := Finding{Good, about, strings.Join(values, ", "), ""}
		if ahead := time.Until(time.Unix(0, first.Time)); ahead > time.Hour {
			f.Grade, f.Remedy = Warn, fmt.Sprintf("its time is %v ahead of this device's: set the clock of one of them", ahead.Round(time.Minute))
		}
		return f
	case err == nil:
		return Finding{Warn, about, "it has ended without a reading", "is the file empty, or are all its lines skipped?"}
	case errors.Is(err, context.DeadlineExceeded):
		return Finding{Warn, about, fmt.Sprintf("it gave no reading for %v; %d were skipped", trial, src.Skipped()), "is the sensor connected and sending, and its rate or topic right?"}
	}
	return Finding{Bad, about, err.Error(), remedy(err, "connect the sensor; the daemon goes on trying")}
}

// running is what a source and a bundle of them have in common.
type running interface {
	Run(ctx context.Context, emit func(reading.Reading) error) error
	Skipped() uint64
}

func open(s setup.Source) (src running, channels func(stream string) []string, err error) {
	if s.Bundle == nil {
		one, err := s.Open()
		return one, func(string) []string { return one.Channels() }, err
	}
	all, err := s.Bundle()
	return all, func(stream string) []string { return all.Channels()[stream] }, err
}

// remedy knows what to do about the commonest errors.
func remedy(err error, otherwise string) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "let this user read it: for serial ports, put it into the group dialout"
	case errors.Is(err, fs.ErrNotExist):
		return "is the path right, and the device connected?"
	case errors.Is(err, syscall.EBUSY):
		return "another program has it open: is the daemon running, or ModemManager, or gpsd?"
	}
	return otherwise
}

// module looks at a job's module as the daemon will: is it there, and who has signed it?
func module(dir string, j setup.Job) Finding {
	about, path := "job "+j.Name, j.Module
	switch {
	case j.Builtin != "":
		return Finding{Good, about, j.Builtin + ", which came with the binary", ""}
	case path == "":
		path = filepath.Join(dir, "blobs", j.Hash.String())
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return Finding{Bad, about, err.Error(), "put the module there, or mend its [[job]] table"}
	}
	rules, err := daemon.LoadPolicy(dir)
	if err != nil {
		return Finding{Bad, about, "nobody knows whose modules may run: " + err.Error(), "mend policy.toml"}
	}
	signed, err := signature.File(path)
	if refusal := rules.Modules.AllowModule(path, blob.Sum(content), signed, err); refusal != nil {
		return Finding{Bad, about, refusal.Error(), "sign the module, or trust its signer in [modules] of policy.toml"}
	}
	found := fmt.Sprintf("%s, %d kB, ", path, len(content)/1000)
	if err != nil || signed.Check(blob.Sum(content), []signature.Signer{signed.Signer}) != nil {
		return Finding{Warn, about, found + "not signed", "policy.toml lets unsigned modules run: who can write the file decides what runs here"}
	}
	return Finding{Good, about, found + "signed by " + signed.Signer.String(), ""}
}

// files looks for what edge.toml has a job see.
func files(j setup.Job) (findings []Finding) {
	for _, f := range j.Files {
		about := "job " + j.Name + ", file " + f.Name
		if info, err := os.Stat(f.Path); err != nil {
			findings = append(findings, Finding{Bad, about, err.Error(), "put the file there, or mend files in its [[job]] table"})
		} else if !info.Mode().IsRegular() {
			findings = append(findings, Finding{Bad, about, f.Path + " is no regular file", "name one: jobs get no devices and no pipes"})
		}
	}
	return findings
}

// named compares the datasets that edge.toml records with those that the policy opens.
func named(dir string, s setup.Setup) (findings []Finding) {
	rules, err := daemon.LoadPolicy(dir)
	if err != nil {
		return nil // owner says so
	}
	recorded := map[string]bool{}
	for _, d := range s.Datasets {
		recorded[d.Name] = true
		f := Finding{Good, "dataset " + d.Name, "recorded from " + d.Source, ""}
		if p, found := rules.Dataset(d.Name); !found || !p.Recorded {
			f.Grade, f.Remedy = Warn, fmt.Sprintf("no federation may use it: add a [[dataset]] table with name = %q and recorded = true to policy.toml", d.Name)
		}
		findings = append(findings, f)
	}
	for _, d := range rules.Datasets {
		if d.Recorded && !recorded[d.Name] {
			findings = append(findings, Finding{Warn, "dataset " + d.Name, "policy.toml says that it is recorded, edge.toml does not record it", "add a [[dataset]] table to edge.toml"})
		}
	}
	return findings
}

func outlet(s setup.Sink) Finding {
	about := "sink " + s.Name
	switch s.Kind {
	case "file":
		dir := filepath.Dir(s.Path)
		if probe, err := os.CreateTemp(dir, ".doctor-*"); err != nil {
			return Finding{Bad, about, err.Error(), "make " + dir + " writable for this user"}
		} else {
			probe.Close()
			os.Remove(probe.Name())
		}
		return Finding{Good, about, s.Path, ""}
	case "command":
		path, err := exec.LookPath(s.Command[0])
		if err != nil {
			return Finding{Bad, about, err.Error(), "install it, or write its whole path"}
		}
		return Finding{Good, about, path, ""}
	}
	return Finding{Good, about, s.URL, ""}
}
