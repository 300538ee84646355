// Package config reads the TOML files that people write (federation.toml,
// policy.toml) and says of every mistake in which file, line and field it is,
// and what would be right.
//
// A file's text flows into Decode; the filled struct flows out, with a Document
// that knows the line of every field, for the checks that only the struct's
// owner can make.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// ErrMistake marks every error that the person who wrote the file can mend.
var ErrMistake = errors.New("mistake in a configuration file")

// Mistake is one of them.
type Mistake struct {
	File    string
	Line    int    // 0 = the field is missing
	Field   string // dotted, e.g. "cohort.size" or "model.layers.2.units"
	Problem string
	Remedy  string
}

func (m Mistake) Error() string {
	place := m.File
	if m.Line > 0 {
		place = fmt.Sprintf("%s:%d", m.File, m.Line)
	}
	if m.Field != "" {
		place += ": " + m.Field
	}
	text := place + ": " + m.Problem
	if m.Remedy != "" {
		text += "; " + m.Remedy
	}
	return text
}

// Unwrap makes errors.Is(err, ErrMistake) hold.
func (m Mistake) Unwrap() error { return ErrMistake }

// Mistakes are all that were found in a file, by line.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes errors.Is(err, ErrMistake) hold.
func (m Mistakes) Unwrap() error { return ErrMistake }

// Duration is a time.Duration that is written as "1m30s".
type Duration time.Duration

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf(`%q is not a duration: write it as "30s" or "1h15m"`, text)
	}
	*d = Duration(parsed)
	return nil
}

// MarshalText writes the canonical form.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Document is a file that was decoded; it collects further mistakes.
type Document struct {
	file     string
	lines    map[string]int
	mistakes Mistakes
}

// Decode fills a struct from the file's text. Fields that the struct lacks are
// mistakes. Values that the text does not mention stay as they are.
func Decode(file string, text []byte, into any) (*Document, error) {
	decoder := toml.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var strict *toml.StrictMissingError
	if err != nil && !errors.As(err, &strict) {
		return nil, syntax(file, err)
	}
	lines, err := fieldLines(text)
	if err != nil {
		return nil, syntax(file, err)
	}
	d := &Document{file: file, lines: lines}
	if strict != nil {
		for _, e := range strict.Errors {
			line, _ := e.Position()
			d.mistakes = append(d.mistakes, Mistake{file, line, strings.Join(e.Key(), "."), "unknown field", nearest(into, e.Key())})
		}
	}
	return d, d.Err()
}

func syntax(file string, err error) error {
	m := Mistake{File: file, Problem: strings.TrimPrefix(err.Error(), "toml: ")}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		m.Line, _ = wrong.Position()
		m.Field = strings.Join(wrong.Key(), ".")
	}
	return m
}

// Line is the line of a dotted field, or of the nearest table around it; 0 if
// the file mentions neither.
func (d *Document) Line(field string) int {
	for field != "" {
		if line := d.lines[field]; line > 0 {
			return line
		}
		field = field[:max(0, strings.LastIndexByte(field, '.'))]
	}
	return 0
}

// Has tells whether the file gives a dotted field itself.
func (d *Document) Has(field string) bool { return d.lines[field] > 0 }

// Check notes a mistake in a field unless ok holds.
func (d *Document) Check(ok bool, field, problem, remedy string) {
	if !ok {
		d.mistakes = append(d.mistakes, Mistake{d.file, d.Line(field), field, problem, remedy})
	}
}

// Err gives all mistakes noted so far, by line, or nil.
func (d *Document) Err() error {
	if len(d.mistakes) == 0 {
		return nil
	}
	sort.SliceStable(d.mistakes, func(i, j int) bool { return d.mistakes[i].Line < d.mistakes[j].Line })
	return d.mistakes
}

// nearest names the field of the struct that was most likely meant, or all.
func nearest(into any, key []string) string {
	t := reflect.TypeOf(into)
	for depth := 0; ; depth++ {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || depth >= len(key) {
			return ""
		}
		var names []string
		found := false
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("toml"), ",")
			if name == "" || name == "-" {
				continue
			}
			names = append(names, name)
			if name == key[depth] {
				t, found = t.Field(i).Type, true
				break
			}
		}
		if found {
			continue
		}
		best := slices.MinFunc(names, func(a, b string) int { return cmp.Compare(distance(a, key[depth]), distance(b, key[depth])) })
		if distance(best, key[depth]) <= 1+len(best)/3 {
			return fmt.Sprintf("did you mean %q?", best)
		}
		return "known here: " + strings.Join(names, ", ")
	}
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
