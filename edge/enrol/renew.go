package enrol

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"time"
)

// NeedsRenewal says whether two thirds of the certificate's life are over.
func (id *Identity) NeedsRenewal(now time.Time) bool {
	id.mu.Lock()
	defer id.mu.Unlock()
	life := id.leaf.NotAfter.Sub(id.enrolment.Issued)
	return !now.Before(id.enrolment.Issued.Add(life / 3 * 2))
}

// Request makes the request for a new certificate that a Renew message carries,
// PKCS #10 in DER. The key stays.
func (id *Identity) Request() ([]byte, error) { return id.tls.request() }

// Install takes over a renewed certificate, PEM, as a Certificate message brings
// it. Connections made from now on use it. One that does not fit, or ends before
// the present one, is refused and changes nothing.
func (id *Identity) Install(chain []byte) error {
	if err := id.install(chain, id.clock.Now()); err != nil {
		return fmt.Errorf("install certificate: %w", err)
	}
	return nil
}

func (id *Identity) install(chain []byte, issued time.Time) error {
	id.installing.Lock()
	defer id.installing.Unlock()
	leaf, err := parsePEM(chain)
	if err != nil {
		return err
	}
	if have := id.Expires(); leaf.NotAfter.Before(have) {
		return fmt.Errorf("%w: it ends at %s, the present one at %s", ErrCertificate, leaf.NotAfter.Format(time.RFC3339), have.Format(time.RFC3339))
	}
	e := id.Enrolment()
	ca, err := parsePEM([]byte(e.CA))
	if err != nil {
		return err
	}
	if err := id.check(leaf, ca); err != nil {
		return err
	}
	e.Certificate, e.Issued = string(chain), issued.UTC()
	// Written first: what is in use must be there after a power cut.
	if err := id.save(e); err != nil {
		return err
	}
	return id.use(e)
}

// Renew asks the claim server for a new certificate. It works after the old one
// has expired too, which no broker accepts: the device's key is what counts. It
// fails with ErrRefused if the device was removed from the fleet.
func (id *Identity) Renew(ctx context.Context) error {
	return dialer{new(net.Dialer).DialContext}.renew(ctx, id)
}

func (d dialer) renew(ctx context.Context, id *Identity) error {
	e := id.Enrolment()
	pin, err := parsePin(e.Pin)
	if err != nil {
		return fmt.Errorf("renew certificate: %w", err)
	}
	response, err := d.ask(ctx, id, e.Claim, pin, nil)
	if err != nil {
		return fmt.Errorf("renew certificate at %s: %w", e.Claim, err)
	}
	if response.Aggregator != e.Aggregator {
		return fmt.Errorf("renew certificate at %s: the answer is by %s, the aggregator is %s", e.Claim, response.Aggregator, e.Aggregator)
	}
	now := time.UnixMilli(response.Time)
	if err := id.install(response.Chain, now); err != nil {
		return fmt.Errorf("renew certificate at %s: %w", e.Claim, err)
	}
	return id.clock.Observe(now)
}

func (id *Identity) save(e Enrolment) error {
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(id.dir, enrolmentFile), append(text, '\n'))
}
