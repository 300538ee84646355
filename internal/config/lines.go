package config

import (
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// fieldLines maps every dotted field of a TOML text to its line. Elements of
// arrays, of values and of tables, are numbered from 0.
func fieldLines(text []byte) (map[string]int, error) {
	lines := map[string]int{}
	arrays := map[string]int{} // elements of an array of tables so far
	var parser unstable.Parser
	parser.Reset(text)
	table := ""
	for parser.NextExpression() {
		e := parser.Expression()
		line := keyLine(&parser, e)
		name := dotted(e.Key())
		switch e.Kind {
		case unstable.Table:
			table = numbered(name, arrays)
			lines[table] = line
		case unstable.ArrayTable:
			parent, last := "", name
			if i := strings.LastIndexByte(name, '.'); i >= 0 {
				parent, last = numbered(name[:i], arrays)+".", name[i+1:]
			}
			path := parent + last
			if lines[path] == 0 {
				lines[path] = line
			}
			table = path + "." + strconv.Itoa(arrays[path])
			arrays[path]++
			lines[table] = line
		case unstable.KeyValue:
			path := name
			if table != "" {
				path = table + "." + name
			}
			lines[path] = line
			valueLines(&parser, path, line, e.Value(), lines)
		}
	}
	return lines, parser.Error()
}

// valueLines goes into inline tables and arrays.
func valueLines(parser *unstable.Parser, path string, line int, value *unstable.Node, lines map[string]int) {
	switch value.Kind {
	case unstable.InlineTable:
		for it := value.Children(); it.Next(); {
			child := it.Node()
			at := keyLine(parser, child)
			name := path + "." + dotted(child.Key())
			lines[name] = at
			valueLines(parser, name, at, child.Value(), lines)
		}
	case unstable.Array:
		n := 0
		for it := value.Children(); it.Next(); {
			child := it.Node()
			if child.Kind == unstable.Comment {
				continue
			}
			at := line
			if child.Kind == unstable.InlineTable {
				if first := child.Child(); first != nil {
					at = keyLine(parser, first)
				}
			} else if child.Raw.Length > 0 {
				at = parser.Shape(child.Raw).Start.Line
			}
			name := path + "." + strconv.Itoa(n)
			lines[name] = at
			valueLines(parser, name, at, child, lines)
			n++
		}
	}
}

// keyLine is the line on which the key of a table or value stands.
func keyLine(parser *unstable.Parser, node *unstable.Node) int {
	key := node.Key()
	if !key.Next() {
		return 0
	}
	return parser.Shape(key.Node().Raw).Start.Line
}

// numbered puts the number of the present element behind every array of tables
// within a dotted name.
func numbered(name string, arrays map[string]int) string {
	path := ""
	for part := range strings.SplitSeq(name, ".") {
		if path != "" {
			path += "."
		}
		path += part
		if n := arrays[path]; n > 0 {
			path += "." + strconv.Itoa(n-1)
		}
	}
	return path
}

func dotted(key unstable.Iterator) string {
	var parts []string
	for key.Next() {
		parts = append(parts, string(key.Node().Data))
	}
	return strings.Join(parts, ".")
}
