package enrol

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/internal/claim"
)

// Whatever enrolment.json holds, Load takes it only if the device can connect
// with it.
func FuzzLoad(f *testing.F) {
	dir := f.TempDir()
	id, err := loadKeys(dir)
	if err != nil {
		f.Fatal(err)
	}
	csr, err := id.tls.request()
	if err != nil {
		f.Fatal(err)
	}
	ca, err := devices.OpenCA(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	chain, err := ca.IssueDevice(csr, id.key.Address(), time.Now().Add(time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	good, err := json.Marshal(Enrolment{Fleet: "orchard", Certificate: string(chain), CA: string(ca.PEM()), Pin: encodePin(ca.Pin())})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"fleet":"orchard","ca":"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"}`))
	path := filepath.Join(dir, enrolmentFile)
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		id, err := Load(dir)
		if err != nil {
			return
		}
		pair, err := id.TLSConfig().GetClientCertificate(nil)
		if err != nil || len(pair.Certificate) != 1 || claim.PinOf(id.ca) == (claim.Pin{}) {
			t.Errorf("%q is loaded and gives %d certificates, %v", text, len(pair.Certificate), err)
		}
	})
}
