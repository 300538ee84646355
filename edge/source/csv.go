package source

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// errColumns says that a table has not the columns that it should have.
var errColumns = errors.New("columns are missing")

// csvDecoder decodes lines of CSV. A quoted field must not span lines. Lines with one
// field more than the heading begin with a row's name, as R writes them.
type csvDecoder struct {
	table   *Table
	heading []string
	time    int // column
	values  []int
}

func (d *csvDecoder) decode(line []byte) (when string, values []string, ok bool, err error) {
	if len(line) == 0 {
		return "", nil, false, nil
	}
	if d.heading == nil {
		line = bytes.TrimPrefix(line, []byte("\ufeff"))
	}
	fields := strings.Split(string(line), ",")
	if bytes.IndexByte(line, '"') >= 0 {
		if fields, err = csv.NewReader(bytes.NewReader(line)).Read(); err != nil {
			return "", nil, false, fmt.Errorf("%w: %w", errMalformed, err)
		}
	}
	if d.heading == nil {
		return "", nil, false, d.head(fields)
	}
	extra := len(fields) - len(d.heading)
	if extra != 0 && extra != 1 {
		return "", nil, false, fmt.Errorf("%w: %d fields, want %d", errMalformed, len(fields), len(d.heading))
	}
	fields = fields[extra:]
	if d.table.Time != "" {
		when = strings.TrimSpace(fields[d.time])
	}
	for _, column := range d.values {
		values = append(values, strings.TrimSpace(fields[column]))
	}
	return when, values, true, nil
}

// head finds the columns.
func (d *csvDecoder) head(fields []string) error {
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	find := func(name string) (int, error) {
		column := slices.Index(fields, name)
		if column < 0 {
			return 0, fmt.Errorf("%w: no %q among %.400q", errColumns, name, fields)
		}
		return column, nil
	}
	var err error
	if d.table.Time != "" {
		if d.time, err = find(d.table.Time); err != nil {
			return err
		}
	}
	for _, name := range d.table.Values {
		column, err := find(name)
		if err != nil {
			return err
		}
		d.values = append(d.values, column)
	}
	d.heading = fields
	return nil
}
