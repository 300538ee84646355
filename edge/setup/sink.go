package setup

import (
	"fmt"
	"strings"

	mqttdoor "github.com/tadpole-edge/tadpole/edge/mqtt"
)

// Sink is one [[sink]] table: where readings go.
type Sink struct {
	Name    string
	Inputs  []string // sources and jobs
	Kind    string   // "file", "command" or "mqtt"
	Path    string   // of a file: a line of JSON a reading
	Command []string // gets the same lines on its standard input
	URL     string   // of an MQTT broker
	Topic   string   // of it; {source} stands for the reading's source

	Username, Password string // for the broker; "" = none
}

type sinkTable struct {
	Name    string   `toml:"name"`
	Kind    string   `toml:"kind"`
	Input   []string `toml:"input"`
	Path    string   `toml:"path"`
	Command []string `toml:"command"`
	URL     string   `toml:"url"`
	Topic   string   `toml:"topic"`

	Username string `toml:"username"`
	Password string `toml:"password"`
}

func (s sinkTable) parse(t place) Sink {
	parsed := Sink{Name: s.Name, Inputs: s.Input, Kind: s.Kind, Path: t.beside(s.Path), Command: s.Command, URL: s.URL, Topic: s.Topic, Username: s.Username, Password: s.Password}
	t.check(s.Kind != "", "kind", "is missing", "choose one of file, command, mqtt")
	oneOf(t, "kind", s.Kind, []string{"file", "command", "mqtt"}, []bool{true, true, true})
	t.check(s.Kind != "file" || s.Path != "", "path", "is missing", "write the path of the file")
	t.check(s.Kind != "command" || len(s.Command) > 0, "command", "is missing", `write the program and its arguments, as ["logger", "-t", "sensors"]`)
	t.check(s.Kind != "mqtt" || s.URL != "", "url", "is missing", `write the broker's, as "tcp://127.0.0.1:1883"`)
	if s.Kind == "mqtt" && s.URL != "" {
		err := mqttdoor.CheckURL(s.URL)
		t.check(err == nil, "url", fmt.Sprint(err), `write it as "tcp://127.0.0.1:1883" or "ssl://host:8883"`)
	}
	t.check(s.Kind != "mqtt" || s.Topic != "" && !strings.ContainsAny(s.Topic, "#+"), "topic", "is missing or a pattern", `write where to, as "site/{source}"`)
	return parsed
}
