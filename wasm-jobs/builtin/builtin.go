// Package builtin holds the jobs that come with a device's binary, as built WASM modules:
// edge.toml names them as "builtin:threshold". Readings of a window, or as they come, flow
// into each, and readings, or files, flow out. The sources are in a directory a module;
// README.md says what each takes and makes. Only commands may import it: edge gets its
// modules by its configuration.
package builtin

import (
	"embed"
	"path"
)

//go:embed */*.wasm
var files embed.FS

// names are the modules, each NAME/NAME.wasm.
var names = [...]string{"aggregate", "anomaly", "features", "prepare", "profile", "threshold"}

// Modules gives all modules by name.
func Modules() map[string][]byte {
	modules := map[string][]byte{}
	for _, name := range names {
		content, err := files.ReadFile(path.Join(name, name+".wasm"))
		if err != nil {
			panic("builtin: " + err.Error()) // it was embedded at build time
		}
		modules[name] = content
	}
	return modules
}
