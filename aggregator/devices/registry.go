package devices

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/tadpole-edge/tadpole/internal/claim"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

const (
	defaultValid = 24 * time.Hour      // of a token
	defaultLife  = 90 * 24 * time.Hour // of a device's certificate
	// A token is kept this long after it expired, so that a device whose answer
	// was lost may still ask again.
	tokenKept = 7 * 24 * time.Hour
	// LastSeen is written at most this often, to spare the disk.
	seenEvery = time.Minute
)

// Config of a Registry. All fields without a stated zero meaning are needed.
type Config struct {
	Fleet       string
	Claim       string           // address of the claim server as devices reach it, host:port
	Broker      string           // URL of the broker as devices reach it
	Key         *key.Key         // the aggregator's
	CA          *CA              // signs the certificates
	Records     Records          // what survives a restart
	Certificate time.Duration    // life of a device's certificate; 0 = 90 days
	Now         func() time.Time // nil = the wall clock
}

// Validate names every fault.
func (c Config) Validate() error {
	var faults []error
	faults = append(faults, claim.Token{Fleet: c.Fleet, Address: c.Claim}.Check())
	if c.Broker == "" {
		faults = append(faults, errors.New("no broker URL"))
	}
	if c.Key == nil || c.CA == nil || c.Records == nil {
		faults = append(faults, errors.New("key, CA and records are all needed"))
	}
	if c.Certificate < 0 {
		faults = append(faults, fmt.Errorf("certificate life of %v", c.Certificate))
	}
	return errors.Join(faults...)
}

// Registry decides who is in the fleet. It is safe for concurrent use.
type Registry struct{ config Config }

// NewRegistry checks the configuration.
func NewRegistry(c Config) (*Registry, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("device registry: %w", err)
	}
	if c.Certificate == 0 {
		c.Certificate = defaultLife
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Registry{config: c}, nil
}

// Add makes a token with which one device can enrol once. Its text is shown
// here and never again.
func (r *Registry) Add(ctx context.Context, o AddOptions) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("add device: %w", err)
	}
	if o.Valid == 0 {
		o.Valid = defaultValid
	}
	if o.Valid < 0 {
		return "", fmt.Errorf("add device: token valid for %v", o.Valid)
	}
	t := claim.Token{Address: r.config.Claim, CA: r.config.CA.Pin(), Fleet: r.config.Fleet}
	if _, err := rand.Read(t.Secret[:]); err != nil {
		return "", fmt.Errorf("add device: %w", err)
	}
	now := r.config.Now()
	err := r.config.Records.Update(func(tx Tx) error {
		if err := dropOldTokens(tx, now); err != nil {
			return err
		}
		return tx.PutToken(Token{Hash: t.Secret.Hash(), Name: o.Name, Labels: maps.Clone(o.Labels), Expires: now.Add(o.Valid)})
	})
	if err != nil {
		return "", fmt.Errorf("add device: %w", err)
	}
	return t.String(), nil
}

func dropOldTokens(tx Tx, now time.Time) error {
	tokens, err := tx.Tokens()
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if now.Sub(t.Expires) > tokenKept {
			if err := tx.DeleteToken(t.Hash); err != nil {
				return err
			}
		}
	}
	return nil
}

// Claim answers a device's request, which must have passed claim.ParseRequest.
// A token works once: for the same device with the same TLS key it works again,
// as that is how a device asks whose answer was lost. Without a secret the
// request renews the certificate of an enrolled device, even one that was off
// for so long that its certificate has expired.
func (r *Registry) Claim(ctx context.Context, request claim.Request) (claim.Response, error) {
	if err := ctx.Err(); err != nil {
		return claim.Response{}, fmt.Errorf("claim by %s: %w", request.Device, err)
	}
	csr, err := parseCSR(request.CSR)
	if err != nil {
		return claim.Response{}, fmt.Errorf("claim by %s: %w", request.Device, err)
	}
	if len(request.Secret) > 0 {
		use := Use{Device: request.Device, TLSKey: tlsKeyOf(csr)}
		if err := r.spend(request.Secret, use); err != nil {
			return claim.Response{}, fmt.Errorf("claim by %s: %w", request.Device, err)
		}
	}
	chain, err := r.Issue(ctx, request.Device, request.CSR)
	if err != nil {
		return claim.Response{}, err
	}
	return claim.Response{
		Chain:  chain,
		CA:     r.config.CA.PEM(),
		Broker: r.config.Broker,
		Fleet:  r.config.Fleet,
		Time:   r.config.Now().UnixMilli(),
	}.Sign(r.config.Key, request)
}

// spend marks the token as used and enrols the device, in one transaction.
func (r *Registry) spend(secret []byte, use Use) error {
	hash, ok := hashOf(secret)
	if !ok {
		return fmt.Errorf("%w: secret of %d bytes", ErrToken, len(secret))
	}
	now := r.config.Now()
	return r.config.Records.Update(func(tx Tx) error {
		t, err := tx.Token(hash)
		switch {
		case errors.Is(err, ErrNotFound):
			return fmt.Errorf("%w: unknown here: make a new one with `tadpole device add`", ErrToken)
		case err != nil:
			return err
		case t.Use != nil && *t.Use == use:
			return nil
		case t.Use != nil:
			return fmt.Errorf("%w: another device or key has used it: make a new one with `tadpole device add`", ErrToken)
		case now.After(t.Expires):
			return fmt.Errorf("%w: it expired at %s: make a new one with `tadpole device add`", ErrToken, t.Expires.UTC().Format(time.RFC3339))
		}
		t.Use = &use
		if err := tx.PutToken(t); err != nil {
			return err
		}
		return tx.PutDevice(Device{Address: use.Device, Name: t.Name, Labels: t.Labels, EnrolledAt: now})
	})
}

// Issue signs a new TLS certificate for an enrolled device, PEM.
func (r *Registry) Issue(ctx context.Context, device key.Address, csr []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("issue certificate of %s: %w", device, err)
	}
	if err := r.enrolled(device); err != nil {
		return nil, fmt.Errorf("issue certificate of %s: %w", device, err)
	}
	return r.config.CA.IssueDevice(csr, device, r.config.Now().Add(r.config.Certificate))
}

// Certificate answers a Renew message.
func (r *Registry) Certificate(ctx context.Context, device key.Address, m wire.Renew) (wire.Certificate, error) {
	chain, err := r.Issue(ctx, device, m.Request)
	return wire.Certificate{Chain: chain}, err
}

// List gives all devices in order of their addresses, the removed ones too.
func (r *Registry) List(ctx context.Context) ([]Device, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("list devices: %w", err)
	}
	var list []Device
	err := r.config.Records.View(func(tx Tx) (err error) {
		list, err = tx.Devices()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list devices: %w", err)
	}
	return list, nil
}

// Remove ends a device's rights for good; only a new token brings it back. The
// caller also tells the broker to disconnect it, after this.
func (r *Registry) Remove(ctx context.Context, device key.Address) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("remove device %s: %w", device, err)
	}
	err := r.change(device, func(d *Device) bool {
		changed := !d.Removed
		d.Removed = true
		return changed
	})
	if err != nil {
		return fmt.Errorf("remove device: %w", err)
	}
	return nil
}

// Device gives one that is or was enrolled.
func (r *Registry) Device(device key.Address) (d Device, err error) {
	err = r.config.Records.View(func(tx Tx) error {
		d, err = tx.Device(device)
		return err
	})
	return d, err
}

// Seen notes that a device was heard of. A device that is not enrolled is
// ErrNotFound.
func (r *Registry) Seen(device key.Address, at time.Time) error {
	fresh := false
	err := r.config.Records.View(func(tx Tx) error {
		d, err := tx.Device(device)
		fresh = at.Sub(d.LastSeen) < seenEvery
		return err
	})
	if err != nil || fresh {
		return err
	}
	return r.change(device, func(d *Device) bool {
		later := at.After(d.LastSeen)
		if later {
			d.LastSeen = at
		}
		return later
	})
}

func (r *Registry) change(device key.Address, edit func(*Device) bool) error {
	return r.config.Records.Update(func(tx Tx) error {
		d, err := tx.Device(device)
		if err != nil || !edit(&d) {
			return err
		}
		return tx.PutDevice(d)
	})
}

// Allowed says whether a device is enrolled and was not removed. If the records
// cannot be read, nobody is.
func (r *Registry) Allowed(device key.Address) bool { return r.enrolled(device) == nil }

func (r *Registry) enrolled(device key.Address) error {
	return r.config.Records.View(func(tx Tx) error {
		d, err := tx.Device(device)
		if errors.Is(err, ErrNotFound) || err == nil && d.Removed {
			return ErrDevice
		}
		return err
	})
}
