package source

import (
	"encoding/json"
	"fmt"
	"strings"
)

// jsonDecoder decodes lines of JSON. Values may be numbers, true (1), false (0) or null;
// one that is missing is null.
type jsonDecoder struct{ table *Table }

func (d jsonDecoder) decode(line []byte) (when string, values []string, ok bool, err error) {
	if len(strings.TrimSpace(string(line))) == 0 {
		return "", nil, false, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return "", nil, false, fmt.Errorf("%w: %w", errMalformed, err)
	}
	if raw := string(fields[d.table.Time]); d.table.Time != "" {
		when = raw
		if strings.HasPrefix(raw, `"`) {
			if err := json.Unmarshal([]byte(raw), &when); err != nil {
				return "", nil, false, fmt.Errorf("%w: %w", errMalformed, err)
			}
		}
	}
	for _, name := range d.table.Values {
		raw := string(fields[name])
		switch raw {
		case "null":
			raw = ""
		case "true":
			raw = "1"
		case "false":
			raw = "0"
		}
		values = append(values, raw)
	}
	return when, values, true, nil
}
