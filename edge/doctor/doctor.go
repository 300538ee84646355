// Package doctor examines a device and says of each finding what to do.
//
// A device's directory flows in; findings flow out, bad ones first. It changes
// nothing but the prepared datasets, and takes one reading of each source.
package doctor

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"os"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/tadpole-edge/tadpole/edge/daemon"
	"github.com/tadpole-edge/tadpole/edge/enrol"
	"github.com/tadpole-edge/tadpole/edge/job"
)

// Grade is how bad a finding is.
type Grade int

// The grades.
const (
	Bad  Grade = iota // the device cannot work
	Warn              // it can, but not well or not for long
	Good
)

func (g Grade) String() string { return [...]string{"BAD", "warn", "ok"}[g] }

// Finding is one thing that was looked at.
type Finding struct {
	Grade  Grade
	About  string
	Found  string
	Remedy string // "" = nothing to do
}

// Examine looks at everything that a device in the directory needs; setup is the path of
// its edge.toml, "" = in the directory, if it is there.
func Examine(ctx context.Context, dir, setup string) []Finding {
	findings := []Finding{machine(), memory(), disk(dir)}
	findings = append(findings, owner(dir)...)
	findings = append(findings, identity(ctx, dir)...)
	findings = append(findings, sensors(ctx, dir, setup)...)
	sort.SliceStable(findings, func(i, j int) bool { return findings[i].Grade < findings[j].Grade })
	return findings
}

func machine() Finding {
	f := Finding{Good, "engine", job.Engine(), ""}
	if f.Found != job.Compiler {
		f.Grade, f.Remedy = Warn, "WASM is interpreted on this CPU, 60 to 200 times slower: expect to be chosen for small jobs only"
	}
	return f
}

// What a device should have: the largest network of the tests trains in 64 MB.
const (
	littleMemory = 96 << 20
	littleDisk   = 64 << 20
)

func memory() Finding {
	content, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return Finding{Warn, "memory", err.Error(), "mount /proc"}
	}
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "MemAvailable:" {
			continue
		}
		kib, err := strconv.ParseUint(fields[1], 10, 54)
		if err != nil {
			break
		}
		f := Finding{Good, "memory", fmt.Sprintf("%d MiB available", kib>>10), ""}
		if kib<<10 < littleMemory {
			f.Grade, f.Remedy = Warn, fmt.Sprintf("training may need %d MiB: stop other programs or lower limits.memory_mib in policy.toml", littleMemory>>20)
		}
		return f
	}
	return Finding{Warn, "memory", "/proc/meminfo does not say", ""}
}

func disk(dir string) Finding {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return Finding{Bad, "disk", fmt.Sprintf("%s: %v", dir, err), "make the directory, or name another with --dir"}
	}
	free := stat.Bavail * uint64(stat.Bsize)
	probe, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return Finding{Bad, "disk", err.Error(), "make the directory writable for this user"}
	}
	probe.Close()
	os.Remove(probe.Name())
	f := Finding{Good, "disk", fmt.Sprintf("%d MiB free in %s", free>>20, dir), ""}
	if free < littleDisk {
		f.Grade, f.Remedy = Bad, fmt.Sprintf("free at least %d MiB", littleDisk>>20)
	}
	return f
}

// owner looks at the policy and the data that it names.
func owner(dir string) []Finding {
	rules, err := daemon.LoadPolicy(dir)
	if err != nil {
		return []Finding{{Bad, "policy", err.Error(), "mend policy.toml"}}
	}
	findings := []Finding{{Good, "policy", fmt.Sprintf("%d datasets, %d rules", len(rules.Datasets), len(rules.Rules)), ""}}
	if len(rules.Rules) == 0 || len(rules.Datasets) == 0 {
		findings[0].Grade, findings[0].Remedy = Warn, "it allows nothing: add a [[dataset]] and an [[allow]] table"
	}
	sets, faults := daemon.Datasets(dir, rules)
	for _, s := range sets {
		findings = append(findings, Finding{Good, "dataset " + s.Name, fmt.Sprintf("%d records", s.Records), ""})
	}
	for _, fault := range faults {
		findings = append(findings, Finding{Bad, "dataset", fault.Error(), "mend the file or its [[dataset]] table"})
	}
	return findings
}

// identity looks at the enrolment, the clock and the way to the broker.
func identity(ctx context.Context, dir string) []Finding {
	id, err := enrol.Load(dir)
	if err != nil {
		return []Finding{{Bad, "enrolment", err.Error(), "get a token from tadpole device add"}}
	}
	e := id.Enrolment()
	findings := []Finding{{Good, "enrolment", fmt.Sprintf("%s in fleet %s", id.Key().Address(), e.Fleet), ""}}
	now := id.Clock().Now()
	clock := Finding{Good, "clock", now.UTC().Format(time.RFC3339) + " by the aggregator", ""}
	if drift := time.Since(now).Abs(); drift > 5*time.Minute {
		clock.Grade = Warn
		clock.Found += fmt.Sprintf("; the board's own is %v off", drift.Round(time.Minute))
		clock.Remedy = "nothing here trusts the board's clock, but its logs will be misdated: set up NTP"
	}
	certificate := Finding{Good, "certificate", "valid until " + id.Expires().UTC().Format(time.RFC3339), ""}
	switch {
	case now.After(id.Expires()):
		certificate.Grade, certificate.Remedy = Warn, "it has expired: the daemon renews it at its next start, if the aggregator can be reached"
	case id.NeedsRenewal(now):
		certificate.Grade, certificate.Remedy = Warn, "it is due for renewal: leave the daemon running"
	}
	return append(findings, clock, certificate, broker(ctx, e.Broker, id.TLSConfig()))
}

// broker tries the way to the broker, up to the TLS handshake.
func broker(ctx context.Context, address string, config *tls.Config) Finding {
	f := Finding{Good, "broker", address, ""}
	u, err := url.Parse(address)
	if err != nil {
		return Finding{Bad, "broker", err.Error(), "enrol again"}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return Finding{Bad, "broker", err.Error(), "check the network, the firewall and whether tadpole up is running; the daemon goes on trying"}
	}
	defer conn.Close()
	if u.Scheme == "ssl" || u.Scheme == "wss" || u.Scheme == "tls" {
		config = config.Clone()
		if config.ServerName == "" {
			config.ServerName = u.Hostname()
		}
		if err := tls.Client(conn, config).HandshakeContext(ctx); err != nil {
			return Finding{Bad, "broker", err.Error(), "the broker is not the fleet's, or does not know this device: enrol again"}
		}
	}
	f.Found += " answers"
	return f
}
