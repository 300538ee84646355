// Package mosquittotest starts Debian's mosquitto for tests, set up as the manual
// tells operators to: devices by certificate, each held to its own subtree, and
// the aggregator by password.
//
// Certificates flow in as PEM, URLs flow out. Only tests import it.
package mosquittotest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// binary is where Debian and its kin install the broker.
const binary = "/usr/sbin/mosquitto"

// patience is how long a start may take on a busy machine.
const patience = 15 * time.Second

// The aggregator's account on the plain listener.
const (
	Username = "aggregator"
	Password = "correct horse"
)

// Config of a Server. Certificates and key are PEM.
type Config struct {
	CA          []byte // of the devices
	Certificate []byte // of the broker, for 127.0.0.1
	Key         []byte
	Fleet       string
}

// Server is a running mosquitto. It ends with the test.
type Server struct {
	Devices string // URL for devices: ssl://127.0.0.1:port
	Link    string // URL for the aggregator: tcp://127.0.0.1:port
	Web     string // likewise, by WebSocket: ws://127.0.0.1:port

	t       testing.TB
	config  string
	devices string
	link    string
	web     string
	process *exec.Cmd
}

// Start runs a broker, or skips the test where mosquitto is not installed.
func Start(t testing.TB, c Config) *Server {
	t.Helper()
	if _, err := os.Stat(binary); err != nil {
		t.Skipf("%v: apt-get install mosquitto", err)
	}
	dir := t.TempDir()
	s := &Server{t: t, config: filepath.Join(dir, "mosquitto.conf"), devices: freePort(t), link: freePort(t), web: freePort(t)}
	s.Devices, s.Link = "ssl://"+s.devices, "tcp://"+s.link
	s.Web = "ws://" + s.web
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	_, devicePort, _ := net.SplitHostPort(s.devices)
	_, linkPort, _ := net.SplitHostPort(s.link)
	_, webPort, _ := net.SplitHostPort(s.web)
	acl := write("link.acl", fmt.Appendf(nil, "user %s\ntopic readwrite tadpole/v1/%s/#\n", Username, c.Fleet))
	passwords := write("passwords", fmt.Appendf(nil, "%s:%s\n", Username, Password))
	if out, err := exec.Command("mosquitto_passwd", "-U", passwords).CombinedOutput(); err != nil {
		t.Fatalf("mosquitto_passwd: %v: %s", err, out)
	}
	write("mosquitto.conf", fmt.Appendf(nil, `per_listener_settings true
user root
persistence false
listener %s 127.0.0.1
cafile %s
certfile %s
keyfile %s
require_certificate true
use_identity_as_username true
acl_file %s
message_size_limit 131072
listener %s 127.0.0.1
password_file %s
acl_file %s
listener %s 127.0.0.1
protocol websockets
password_file %s
acl_file %s
`, devicePort, write("ca.crt", c.CA), write("server.crt", c.Certificate), write("server.key", c.Key),
		write("devices.acl", fmt.Appendf(nil, "pattern readwrite tadpole/v1/%s/%%u/#\n", c.Fleet)),
		linkPort, passwords, acl, webPort, passwords, acl))
	s.Restart()
	t.Cleanup(s.Kill)
	return s
}

// Kill ends the broker as a power cut would, by SIGKILL.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	// The errors say that it was killed, as is wanted.
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.process = nil
}

// Freeze stops the broker's process without closing its connections, so that it
// is there and says nothing; Thaw lets it go on.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig os.Signal) {
	s.t.Helper()
	if err := s.process.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// Restart starts the broker, after Kill, on the same ports and waits for it.
func (s *Server) Restart() {
	s.t.Helper()
	log, err := os.Create(s.config + ".log")
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	s.process = exec.Command(binary, "-c", s.config)
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if answers(s.devices) && answers(s.link) && answers(s.web) {
			return
		}
		if time.Now().After(deadline) {
			s.Kill()
			text, _ := os.ReadFile(s.config + ".log")
			s.t.Fatalf("mosquitto does not start: %s", text)
		}
	}
}

func answers(address string) bool {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// freePort gives an address that nothing listens on at this moment.
func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
