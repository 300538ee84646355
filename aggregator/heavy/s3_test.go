package heavy_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/heavy"
	"github.com/tadpole-edge/tadpole/aggregator/heavy/bacalhautest"
)

// s3 starts moto, which stands for an S3 and speaks its protocol, and gives its URL.
func s3(t *testing.T) string {
	t.Helper()
	program := os.Getenv("TADPOLE_SENSORS_PYTHON")
	if program == "" {
		program = "python3"
	}
	if out, err := exec.Command(program, "-c", "import moto.server").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: %s has no moto[server] (%v: %s); pip install it, or name a Python that has it in TADPOLE_SENSORS_PYTHON", program, err, bytes.TrimSpace(out))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	c := exec.Command(program, "-m", "moto.server", "-H", "127.0.0.1", "-p", port)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return "http://" + address
		} else if time.Now().After(deadline) {
			t.Fatalf("moto does not listen: %v", err)
		}
	}
}

func put(t *testing.T, url string, content []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	request.Header.Set("x-amz-checksum-sha256", base64.StdEncoding.EncodeToString(sum[:]))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("put %s: %s", url, answer.Status)
	}
}

// A node fetches a directory of inputs from S3, and refuses an object that is not what the
// job says it is.
func TestInputsFromS3(t *testing.T) {
	store := s3(t)
	content := bytes.Repeat([]byte("from a bucket "), 1000)
	put(t, store+"/bucket", nil)
	put(t, store+"/bucket/some/do", []byte("r"))
	put(t, store+"/bucket/some/data", content)
	node := bacalhautest.Start(t, bacalhautest.Options{Environment: []string{"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1"}})
	r := heavy.Runner{Cluster: open(t, node.URL()), Prepare: prepare, Identity: identity(t)}
	from := func(name, key, checksum string) (heavy.Report, error) {
		k := task(t, name, "r", nil)
		k.Inputs = []heavy.Input{{Target: "/inputs", S3: &heavy.S3{Endpoint: store, Region: "us-east-1", Bucket: "bucket", Key: key, SHA256: checksum}}}
		return r.Run(t.Context(), k)
	}
	if got, err := from("s3-directory", "some/", ""); err != nil || !bytes.HasPrefix(got.Outputs["out"], content) {
		t.Errorf("output of %d bytes, %v; want %d", len(got.Outputs["out"]), err, len(content))
	}
	other := sha256.Sum256([]byte("other"))
	if _, err := from("s3-other", "some/data", base64.StdEncoding.EncodeToString(other[:])); err == nil || !strings.Contains(err.Error(), "checksum mismatch") {
		t.Errorf("an object that is another: %v", err)
	}
	if _, err := from("s3-missing", "no/such/key", ""); err == nil || !strings.Contains(err.Error(), "s3-missing") {
		t.Errorf("a key that is not there: %v", err)
	}
	k := task(t, "s3-and-others", "r", nil)
	k.Inputs = append(k.Inputs, heavy.Input{Target: "/inputs", S3: &heavy.S3{Endpoint: store, Bucket: "bucket", Key: "some/"}})
	if _, err := r.Run(t.Context(), k); err == nil || !strings.Contains(err.Error(), "no other input") {
		t.Errorf("other inputs in a directory from S3: %v", err)
	}
}
