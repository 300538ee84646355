package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/exchange"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/settle"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// fake is the aggregator, the contracts and the settlement at once.
type fake struct {
	content   []byte
	disclosed []wire.Disclose
	kind      market.CaseKind
	drawn     *big.Int
	signed    []exchange.Signed
	claimed   []key.Address
	relayed   []market.Withdrawal
	fault     error
}

var (
	id     = blob.Sum([]byte("the federation on the chain"))
	device = key.Address{1}
	owner  = key.Address{2}
	earned = settle.Earned{Federation: "points", ID: id, Cumulative: new(big.Int).Exp(big.NewInt(10), big.NewInt(20), nil), Proof: [][32]byte{{1}, {2, 3}},
		Waiting: big.NewInt(5), From: time.Unix(1_800_000_000, 0).UTC()}
)

func (f *fake) Config(name string) (federation.Federation, error) {
	return federation.Federation{Name: name, Data: federation.Data{Dataset: "points"}}, nil
}

func (f *fake) Blob(_ context.Context, h blob.Hash) ([]byte, error) {
	if h == blob.Sum([]byte("nothing")) {
		return nil, blob.ErrMissing
	}
	return f.content, nil
}

func (f *fake) Disclose(_ context.Context, d key.Address, _ uint32, m wire.Disclose) ([]byte, error) {
	if d != device {
		return nil, fmt.Errorf("asked %s", d)
	}
	f.disclosed = append(f.disclosed, m)
	return []byte("sealed"), nil
}

func (f *fake) Case(_ context.Context, id market.CaseID) (market.Case, error) {
	return market.Case{ID: id, Drawn: f.drawn}, nil
}

func (f *fake) RoundCase(context.Context, market.CaseID) (market.RoundCase, market.Round, error) {
	if f.fault != nil {
		return market.RoundCase{}, market.Round{}, f.fault
	}
	return market.RoundCase{Federation: id, Round: 1, Kind: f.kind, Device: device}, market.Round{}, nil
}

func (f *fake) MediatorAt(_ context.Context, index uint8) (key.Address, error) {
	return key.Address{0xee, index}, nil
}

func (f *fake) Recipient(_ context.Context, a key.Address) (string, error) {
	if a[1] == 200 {
		return "", nil // has registered none
	}
	return fmt.Sprintf("age1%d", a[1]), nil
}

func (f *fake) Relay(_ context.Context, w market.Withdrawal) error {
	f.relayed = append(f.relayed, w)
	return f.fault
}

func (f *fake) Statuses() []settle.Status {
	return []settle.Status{{Federation: "points", ID: id, Rounds: []settle.RoundStatus{{Round: 1, State: "settled", Slashed: big.NewInt(3)}}}}
}

func (f *fake) Updates(name string, round uint32) ([]blob.Hash, error) {
	if name != "a/b" || round != 7 {
		return nil, fmt.Errorf("federation %s: %w", name, aggregator.ErrUnknown)
	}
	return []blob.Hash{id}, nil
}

func (f *fake) Unsigned(a key.Address) []settle.Pending {
	if a != owner {
		return nil
	}
	p := settle.Pending{Federation: "points"}
	p.Membership.Device, p.Membership.Owner = device, owner
	return []settle.Pending{p}
}

func (f *fake) Sign(name string, d key.Address, s key.Signature) error {
	if s == (key.Signature{}) {
		return errors.New("the signature is not the owner's")
	}
	f.signed = append(f.signed, exchange.Signed{Federation: name, Device: d, Signature: s})
	return nil
}

func (f *fake) Earnings(_ context.Context, a key.Address) ([]settle.Earned, error) {
	if a != owner {
		return nil, nil
	}
	return []settle.Earned{earned}, nil
}

func (f *fake) Claim(_ context.Context, a key.Address) error {
	f.claimed = append(f.claimed, a)
	return nil
}

// serve runs a server over a fake, and gives a client of it.
func serve(t *testing.T, f *fake) (client *exchange.Client, url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := exchange.New(exchange.Config{Listener: listener, Addresses: market.Addresses{Chain: 7, Rounds: key.Address{9}}, Node: "http://node", Source: f, Market: f, Settler: f})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if client, err = exchange.NewClient(s.URL() + "/"); err != nil {
		t.Fatal(err)
	}
	return client, s.URL()
}

func TestPartiesGetWhatTheyAskFor(t *testing.T) {
	f := &fake{}
	c, _ := serve(t, f)
	ctx := t.Context()
	if a, err := c.About(ctx); err != nil || a.Node != "http://node" || a.Addresses.Chain != 7 || a.Addresses.Rounds != (key.Address{9}) {
		t.Errorf("about %+v, %v", a, err)
	}
	if got, err := c.Earnings(ctx, owner); err != nil || !reflect.DeepEqual(got, []settle.Earned{earned}) {
		t.Errorf("earnings %+v, %v; want %+v", got, err, earned)
	}
	if got, err := c.Earnings(ctx, device); err != nil || len(got) != 0 {
		t.Errorf("earnings of somebody without: %+v, %v", got, err)
	}
	if got, err := c.Memberships(ctx, owner); err != nil || len(got) != 1 || got[0].Membership.Device != device {
		t.Errorf("memberships %+v, %v", got, err)
	}
	if got, err := c.Status(ctx); err != nil || len(got) != 1 || got[0].ID != id || got[0].Rounds[0].Slashed.Int64() != 3 {
		t.Errorf("status %+v, %v", got, err)
	}
	if got, err := c.Updates(ctx, "a/b", 7); err != nil || len(got) != 1 || got[0] != id {
		t.Errorf("updates %v, %v", got, err)
	}
	if err := c.Claim(ctx, owner); err != nil || len(f.claimed) != 1 || f.claimed[0] != owner {
		t.Errorf("claimed for %v, %v", f.claimed, err)
	}
	signed := exchange.Signed{Federation: "points", Device: device, Signature: key.Signature{7}}
	if err := c.Sign(ctx, signed); err != nil || len(f.signed) != 1 || f.signed[0] != signed {
		t.Errorf("signed %+v, %v", f.signed, err)
	}
	if err := c.Sign(ctx, exchange.Signed{Federation: "points", Device: device}); err == nil || !strings.Contains(err.Error(), "not the owner's") {
		t.Errorf("a wrong signature: %v", err)
	}
}

// Blobs are named by their hashes; a server that lies about one is found out.
func TestBlobsAreWhatTheirNamesSay(t *testing.T) {
	f := &fake{content: []byte("content")}
	c, _ := serve(t, f)
	if got, err := c.Get(t.Context(), blob.Sum(f.content)); err != nil || !bytes.Equal(got, f.content) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := c.Get(t.Context(), blob.Sum([]byte("another"))); !errors.Is(err, blob.ErrMismatch) {
		t.Errorf("another content was taken: %v", err)
	}
	if _, err := c.Get(t.Context(), blob.Sum([]byte("nothing"))); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a missing blob: %v", err)
	}
}

// A device is asked for its data only where the chain has a case about its update,
// and only for the mediators drawn.
func TestDataAreDisclosedToTheDrawnMediatorsOfALeafsCase(t *testing.T) {
	f := &fake{drawn: new(big.Int)}
	for _, index := range []int{3, 200, 255} {
		f.drawn.SetBit(f.drawn, index, 1)
	}
	c, _ := serve(t, f)
	ask := func() ([]byte, error) { return c.Data(t.Context(), market.CaseID{1}) }
	for _, kind := range []market.CaseKind{market.FoldCase, market.ClaimsCase} {
		f.kind = kind
		if _, err := ask(); err == nil || !strings.Contains(err.Error(), "not about a device's update") {
			t.Errorf("kind %d: %v", kind, err)
		}
	}
	f.fault = market.ErrNotYet
	if _, err := ask(); err == nil || !strings.Contains(err.Error(), "425") {
		t.Errorf("a case that is not on the chain: %v", err)
	}
	if len(f.disclosed) != 0 {
		t.Fatalf("asked the device: %+v", f.disclosed)
	}
	f.fault, f.kind = nil, market.LeafCase
	if got, err := ask(); err != nil || string(got) != "sealed" {
		t.Fatalf("%q, %v", got, err)
	}
	want := wire.Disclose{Case: blob.Hash{1}, Federation: "points", Dataset: "points", Recipients: []string{"age13", "age1255"}}
	if !reflect.DeepEqual(f.disclosed, []wire.Disclose{want}) {
		t.Errorf("asked for %+v, want %+v", f.disclosed, want)
	}
	f.drawn = new(big.Int).SetBit(new(big.Int), 200, 1)
	if _, err := ask(); err == nil || !strings.Contains(err.Error(), "no mediators with an age recipient") {
		t.Errorf("nobody to encrypt to: %v", err)
	}
}

func TestWithdrawalsAreCheckedBeforeTheyCostGas(t *testing.T) {
	f := &fake{}
	c, _ := serve(t, f)
	for _, w := range []market.Withdrawal{{}, {Amount: big.NewInt(5)}, {Amount: new(big.Int), Fee: new(big.Int)}, {Amount: big.NewInt(-5), Fee: new(big.Int)}, {Amount: big.NewInt(5), Fee: big.NewInt(-1)},
		{Amount: big.NewInt(5), Fee: big.NewInt(6)}, {Amount: new(big.Int).Lsh(big.NewInt(1), 256), Fee: new(big.Int)}} {
		if err := c.Withdraw(t.Context(), w); err == nil {
			t.Errorf("relayed %+v", w)
		}
	}
	if len(f.relayed) != 0 {
		t.Errorf("relayed %+v", f.relayed)
	}
	good := market.Withdrawal{Account: owner, To: device, Amount: big.NewInt(5), Fee: big.NewInt(1), Nonce: 3, Expiry: 4, Signature: key.Signature{8}}
	if err := c.Withdraw(t.Context(), good); err != nil || !reflect.DeepEqual(f.relayed, []market.Withdrawal{good}) {
		t.Errorf("relayed %+v, %v", f.relayed, err)
	}
	f.fault = fmt.Errorf("withdraw: %w: InvalidSignature", market.ErrRefused)
	if err := c.Withdraw(t.Context(), good); err == nil || !strings.Contains(err.Error(), "InvalidSignature") {
		t.Errorf("the contract's refusal: %v", err)
	}
}

func TestNonsenseIsRefusedInWords(t *testing.T) {
	f := &fake{}
	_, url := serve(t, f)
	ask := func(method, path, body string, want int) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var said struct{ Error string }
		if err := json.NewDecoder(response.Body).Decode(&said); err != nil || response.StatusCode != want || said.Error == "" {
			t.Errorf("%s %s: %s, %q, %v; want %d and words", method, path, response.Status, said.Error, err, want)
		}
	}
	ask("GET", "/v1/blobs/abc", "", 400)
	ask("GET", "/v1/rounds/points/x/updates", "", 400)
	ask("GET", "/v1/rounds/points/4294967296/updates", "", 400)
	ask("GET", "/v1/rounds/points/1/updates", "", 404)
	ask("POST", "/v1/cases/12/data", "", 400)
	ask("GET", "/v1/owners/0x12/memberships", "", 400)
	ask("GET", "/v1/owners/me/earnings", "", 400)
	ask("POST", "/v1/owners/me/claims", "", 400)
	ask("POST", "/v1/memberships", "{", 400)
	ask("POST", "/v1/memberships", `{"signature": "0x12"}`, 400)
	ask("POST", "/v1/withdrawals", `{"amount": "five"}`, 400)
	ask("POST", "/v1/withdrawals", `{"account": "`+strings.Repeat("0", 1<<20)+`"}`, 400)
	if len(f.signed)+len(f.claimed)+len(f.relayed) != 0 {
		t.Error("nonsense was passed on")
	}
}

func TestClientDoubtsItsServer(t *testing.T) {
	for _, base := range []string{"", "127.0.0.1:8885", "ftp://host", "http://", "http://%zz"} {
		if _, err := exchange.NewClient(base); err == nil {
			t.Errorf("took %q", base)
		}
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }))
	defer s.Close()
	c, err := exchange.NewClient(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.About(t.Context()); err == nil || !strings.Contains(err.Error(), "read the answer") {
		t.Errorf("a page was taken for an answer: %v", err)
	}
}
