package twin

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// maxConflicts are told at most.
const maxConflicts = 64

// Merged is the operator's file and what the fleet desires as one text.
type Merged struct {
	Text      string
	Conflicts []wire.Conflict
	Base      Base
	origins   []origin // of each line
}

// origin is where a line of a merged text comes from.
type origin struct {
	file        string
	line        int
	table, name string
}

// remoteKinds are the tables that may be set from afar.
var remoteKinds = []string{"source", "job", "dataset", "sink", powerKind}

// powerKind is the table of which there is one, without a name.
const powerKind = "power"

// from is a table and the file that it is of.
type from struct {
	file string
	config.Table
}

func (t from) title() string { return strings.TrimSpace(t.Kind + " " + t.Name) }

// Merge puts the tables of both sides of a generation together by name. In a table that
// both have, the operator's file wins for the keys that it names, and what it overrules is
// a conflict. Modules of deployments are named by their path in a directory.
func Merge(file string, g Generation, modules string, last Base) (Merged, error) {
	local, err := config.Tables(file, []byte(g.Local))
	if err != nil {
		return Merged{}, err
	}
	remote, err := remoteTables(g.Remote, modules)
	if err != nil {
		return Merged{}, err
	}
	var m Merged
	merged := map[string]bool{}
	for _, t := range local {
		own := from{file, t}
		m.Base.Local = append(m.Base.Local, TableHash{own.title(), hash(t)})
		i := slices.IndexFunc(remote, func(r from) bool {
			return (t.Name != "" || t.Kind == powerKind) && r.Kind == t.Kind && r.Name == t.Name
		})
		if i < 0 || merged[own.title()] {
			m.table(own, from{})
			continue
		}
		merged[own.title()] = true
		m.table(own, remote[i])
		if c := conflict(own, remote[i], last); len(c.Keys) > 0 && len(m.Conflicts) < maxConflicts {
			m.Conflicts = append(m.Conflicts, c)
		}
	}
	for _, t := range remote {
		m.Base.Remote = append(m.Base.Remote, TableHash{t.title(), hash(t.Table)})
		if !merged[t.title()] {
			m.table(t, from{})
		}
	}
	return m, nil
}

// remoteTables gives all tables that a server desires.
func remoteTables(d wire.Desired, modules string) (tables []from, err error) {
	var faults []error
	add := func(file, text string, kinds []string) (own []from) {
		list, err := config.Tables(file, []byte(text))
		faults = append(faults, err)
		for _, t := range list {
			if !slices.Contains(kinds, t.Kind) {
				faults = append(faults, config.Mistake{File: file, Line: max(1, t.Head.Line), Field: t.Kind, Problem: "is not to be set from the server", Remedy: "write tables of these kinds only: " + strings.Join(kinds, ", ")})
			}
			for _, k := range t.Keys { // who owns the server must not own the device
				if k.Name == "command" {
					faults = append(faults, config.Mistake{File: file, Line: k.Line, Field: t.Kind + ".command", Problem: "is not to be set from the server", Remedy: "write the program into the device's own file; the rest of the table may come from here"})
				}
			}
			own = append(own, from{file, t})
		}
		return own
	}
	tables = add("config", d.Config, remoteKinds)
	for _, one := range d.Deployments {
		file := "deployment " + one.Name
		own := add(file, one.Text, []string{"job", "sink"})
		jobs := 0
		for i := range own {
			if own[i].Kind == "job" {
				jobs++
				own[i].fill(one.Name, filepath.Join(modules, one.Module.Hash.String()+moduleSuffix))
			}
		}
		if jobs != 1 {
			faults = append(faults, config.Mistake{File: file, Line: 1, Field: "job", Problem: fmt.Sprintf("%d [[job]] tables", jobs), Remedy: "a deployment has one"})
		}
		tables = append(tables, own...)
	}
	return tables, errors.Join(faults...)
}

// fill says which module a deployed job runs.
func (t *from) fill(name, module string) {
	t.Name = name
	t.Keys = slices.DeleteFunc(t.Keys, func(k config.Key) bool { return k.Name == "name" || k.Name == "module" })
	key := func(name, value string) config.Key {
		return config.Key{Name: name, Piece: config.Piece{Line: t.Head.Line, Text: name + " = " + strconv.Quote(value) + "\n"}}
	}
	t.Keys = slices.Insert(t.Keys, 0, key("name", name), key("module", module))
}

// table writes a table, with those keys of another that it does not name itself.
func (m *Merged) table(t, more from) {
	m.piece(t, t.Head)
	for _, inner := range []bool{false, true} { // plain keys must come first
		for _, k := range t.Keys {
			if k.Inner == inner {
				m.piece(t, k.Piece)
			}
		}
		for _, k := range more.Keys {
			if k.Inner == inner && !names(t, k.Name) {
				m.piece(more, k.Piece)
			}
		}
	}
}

func names(t from, key string) bool {
	return slices.ContainsFunc(t.Keys, func(k config.Key) bool { return k.Name == key })
}

func (m *Merged) piece(t from, p config.Piece) {
	m.Text += p.Text
	for i := range strings.Count(p.Text, "\n") {
		m.origins = append(m.origins, origin{t.file, p.Line + i, t.Kind, t.Name})
	}
}

// conflict tells which keys of the server's table the operator's overrules.
func conflict(own, remote from, last Base) wire.Conflict {
	c := wire.Conflict{Table: own.title()}
	for _, k := range remote.Keys {
		if names(own, k.Name) && text(own, k.Name) != text(remote, k.Name) && !slices.Contains(c.Keys, k.Name) {
			c.Keys = append(c.Keys, k.Name)
		}
	}
	c.Both = changed(last.Local, own) && changed(last.Remote, remote)
	return c
}

// changed tells whether a table says something else than when both sides last agreed.
func changed(then []TableHash, t from) bool {
	i := slices.IndexFunc(then, func(h TableHash) bool { return h.Table == t.title() })
	return len(then) > 0 && (i < 0 || then[i].Hash != hash(t.Table))
}

// text is what a table says of a key.
func text(t from, key string) (all string) {
	for _, k := range t.Keys {
		if k.Name == key {
			all += said(k.Text)
		}
	}
	return all
}

// said leaves out what is no matter: empty lines, and those that are a comment.
func said(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n") + "\n"
}

func hash(t config.Table) blob.Hash {
	whole := said(t.Head.Text)
	for _, k := range t.Keys {
		whole += said(k.Text)
	}
	return blob.Sum([]byte(whole))
}

// place tells mistakes in a merged text by the files that it comes from.
func (m *Merged) place(err error) error {
	var mistakes config.Mistakes
	var one config.Mistake
	switch {
	case errors.As(err, &mistakes):
	case errors.As(err, &one):
		mistakes = config.Mistakes{one}
	default:
		return err
	}
	placed := slices.Clone(mistakes)
	for i := range placed {
		p := &placed[i]
		if p.Line < 1 || p.Line > len(m.origins) {
			continue
		}
		o := m.origins[p.Line-1]
		p.File, p.Line = o.file, o.line
		// The table's number, where it has one, is that of the merged text.
		if field, within := strings.CutPrefix(p.Field, o.table+"."); within {
			number, rest, found := strings.Cut(field, ".")
			if _, err := strconv.Atoi(number); err == nil && found {
				field = rest
			}
			p.Field = strings.TrimSuffix(o.table+"."+o.name, ".") + "." + field
		}
	}
	return placed
}
