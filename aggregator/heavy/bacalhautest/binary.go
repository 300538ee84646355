//go:build unix

package bacalhautest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// Version is the release that is built; the nested module and Tadpole's own pin it.
const Version = "v1.9.3"

const (
	server = "github.com/bacalhau-project/bacalhau"
	own    = "github.com/tadpole-edge/tadpole"
)

// Binary is the path of the program, which is built if the user's cache has none
// of this release and this Go: minutes then, no time later. Tests that come at
// once, of several packages too, wait for the one that builds.
func Binary(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the user's cache to keep bacalhau %s in (set XDG_CACHE_HOME): %w", Version, err)
	}
	name := strings.Join([]string{"bacalhau", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH}, "-")
	path := filepath.Join(cache, "tadpole", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", fmt.Errorf("make the cache of test programs: %w", err)
	}
	unlock, err := lock(path + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, build(ctx, path)
}

// lock waits until no other process has the file; a process that dies gives it up.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock the build of bacalhau: %w", err)
	}
	for {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

// build builds the program beside its place and moves it there: what is there is
// whole.
func build(ctx context.Context, path string) error {
	module, err := output(exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", own))
	if err != nil {
		return fmt.Errorf("find the module that builds bacalhau %s: run tests from within %s: %w", Version, own, err)
	}
	nested := filepath.Join(module, "aggregator", "heavy", "bacalhautest", "node")
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w -X "+server+"/pkg/version.GITVERSION="+Version, "-o", path+".new", server)
	c.Dir = nested
	c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if _, err := output(c); err != nil {
		return fmt.Errorf("build bacalhau %s for the tests: it needs some 850 MB of Go modules from the module proxy and 5 minutes of a processor; see why with `cd %s && go build %s`, or put a binary of that release at %s: %w",
			Version, nested, server, path, err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep bacalhau %s in the cache: %w", Version, err)
	}
	return nil
}

// output runs a command; its error has what it complained of.
func output(c *exec.Cmd) (string, error) {
	out, err := c.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%s: %w: %s", c, err, strings.TrimSpace(string(failed.Stderr)))
	}
	return strings.TrimSpace(string(out)), err
}
