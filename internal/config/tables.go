package config

import (
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Table is one table at the top of a file, as its text stands there: to be put beside the
// tables of another file, or into one of them.
type Table struct {
	Kind string // "job" of [[job]]; "" = keys before the first table
	Name string // its key "name"; "" = none
	Head Piece  // its heading
	Keys []Key  // in order; tables within it come last
}

// Key is a key of a table, or a table within it.
type Key struct {
	Name  string
	Inner bool // a table within, or one of several
	Piece
}

// Piece is some lines of a file.
type Piece struct {
	Line int // of the first
	Text string
}

// Tables splits a file's text. Its syntax is checked, its meaning is not.
func Tables(file string, text []byte) ([]Table, error) {
	lines := strings.SplitAfter(string(text), "\n")
	if last := len(lines) - 1; lines[last] != "" {
		lines[last] += "\n"
	}
	var tables []Table
	var open *Piece // that goes on until the next expression
	until := func(line int) {
		if open != nil {
			open.Text = strings.Join(lines[open.Line-1:line-1], "")
		}
	}
	last := map[string]int{} // the latest table of a kind
	inner := false           // keys belong to a table within
	var parser unstable.Parser
	parser.Reset(text)
	for parser.NextExpression() {
		e := parser.Expression()
		if e.Kind == unstable.Comment {
			continue
		}
		line := keyLine(&parser, e)
		first, rest, within := strings.Cut(dotted(e.Key()), ".")
		at, known := last[first]
		switch {
		case e.Kind == unstable.KeyValue && inner:
			continue // a part of the table within
		case e.Kind == unstable.KeyValue:
			if len(tables) == 0 {
				tables = append(tables, Table{})
			}
			t := &tables[len(tables)-1]
			until(line)
			t.Keys = append(t.Keys, Key{Name: first, Piece: Piece{Line: line}})
			open = &t.Keys[len(t.Keys)-1].Piece
			if value := e.Value(); first == "name" && !within && value.Kind == unstable.String {
				t.Name = string(value.Data)
			}
		case within && known:
			until(line)
			second, _, _ := strings.Cut(rest, ".")
			t := &tables[at]
			t.Keys = append(t.Keys, Key{Name: second, Inner: true, Piece: Piece{Line: line}})
			open = &t.Keys[len(t.Keys)-1].Piece
			inner = true
		default:
			until(line)
			last[first] = len(tables)
			tables = append(tables, Table{Kind: first, Head: Piece{Line: line}})
			open = &tables[len(tables)-1].Head
			inner = false
		}
	}
	if err := parser.Error(); err != nil {
		var all map[string]any
		if placed := toml.Unmarshal(text, &all); placed != nil { // knows the line
			err = placed
		}
		return nil, syntax(file, err)
	}
	until(len(lines) + 1)
	return tables, nil
}
