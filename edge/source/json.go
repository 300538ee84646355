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
		values = append(values, jsonValue(string(fields[name])))
	}
	return when, values, true, nil
}

// jsonValue gives the text of a value's number.
func jsonValue(raw string) string {
	switch raw {
	case "null":
		return ""
	case "true":
		return "1"
	case "false":
		return "0"
	}
	return raw
}
