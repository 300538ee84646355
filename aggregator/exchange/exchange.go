// Package exchange is what a server shows to the market's other parties over
// HTTP: mediators fetch evidence and blobs, owners sign memberships and ask for
// what they earned.
//
// Requests flow in, answers flow out. Nothing here is secret and nothing is
// believed: blobs are named by their hashes, disclosed data are encrypted to the
// mediators drawn, and what an owner says is signed. Server and Client are the two
// ends.
package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/settle"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/contracts/peer"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/wire"
)

// Source is what a Server asks of the aggregator.
type Source interface {
	Config(name string) (federation.Federation, error)
	Blob(ctx context.Context, h blob.Hash) ([]byte, error)
	Disclose(ctx context.Context, device key.Address, round uint32, m wire.Disclose) ([]byte, error)
}

// Market is what a Server asks of the contracts; *market.Market is one.
type Market interface {
	Case(ctx context.Context, id market.CaseID) (market.Case, error)
	RoundCase(ctx context.Context, id market.CaseID) (market.RoundCase, market.Round, error)
	MediatorAt(ctx context.Context, index uint8) (key.Address, error)
	Recipient(ctx context.Context, account key.Address) (string, error)
	Relay(ctx context.Context, w market.Withdrawal) error
}

// Settler is what a Server asks of the settlement; *settle.Settler is one.
type Settler interface {
	Statuses() []settle.Status
	Updates(name string, round uint32) ([]blob.Hash, error)
	Unsigned(owner key.Address) []settle.Pending
	Sign(name string, device key.Address, signature key.Signature) error
	Earnings(ctx context.Context, owner key.Address) ([]settle.Earned, error)
	Claim(ctx context.Context, owner key.Address) error
}

var _ Settler = (*settle.Settler)(nil)

// Config of a Server.
type Config struct {
	Listener  net.Listener
	Addresses market.Addresses
	Node      string // URL of the chain's node, for parties that name none
	Source    Source
	Market    Market
	Settler   Settler
	Logger    *slog.Logger // nil = none
}

// Server serves.
type Server struct {
	config Config
	http   *http.Server
}

// discloseTimeout is how long a device may take to disclose its data.
const discloseTimeout = 5 * time.Minute

// New makes a Server; Run serves.
func New(c Config) *Server {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{config: c}
	mux := http.NewServeMux()
	peer.Route(mux, code, peer.About{Addresses: c.Addresses, Node: c.Node}, c.Source.Blob)
	mux.HandleFunc("GET /v1/rounds/{federation}/{round}/updates", s.updates)
	mux.HandleFunc("POST /v1/cases/{case}/data", s.data)
	mux.HandleFunc("GET /v1/owners/{owner}/memberships", s.memberships)
	mux.HandleFunc("POST /v1/memberships", s.sign)
	mux.HandleFunc("GET /v1/owners/{owner}/earnings", s.earnings)
	mux.HandleFunc("POST /v1/owners/{owner}/claims", s.claim)
	mux.HandleFunc("POST /v1/withdrawals", s.withdraw)
	mux.HandleFunc("GET /v1/status", s.status)
	s.http = &http.Server{Handler: http.MaxBytesHandler(mux, 1<<20), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	return s
}

// URL is where it serves.
func (s *Server) URL() string { return "http://" + s.config.Listener.Addr().String() }

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	return peer.Serve(ctx, s.http, s.config.Listener)
}

// Close frees the port of a Server that was never run.
func (s *Server) Close() error { return s.http.Close() }

func (s *Server) updates(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.ParseUint(r.PathValue("round"), 10, 32)
	var updates []blob.Hash
	if err == nil {
		updates, err = s.config.Settler.Updates(r.PathValue("federation"), uint32(n))
	}
	answer(w, updates, err)
}

// data has the device of a leaf's case disclose its dataset to the mediators that
// the chain has drawn, whoever asks.
func (s *Server) data(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), discloseTimeout)
	defer cancel()
	content, err := s.disclose(ctx, r.PathValue("case"))
	send(w, content, err)
}

func (s *Server) disclose(ctx context.Context, text string) ([]byte, error) {
	id, err := blob.ParseHash(text)
	if err != nil {
		return nil, err
	}
	about, _, err := s.config.Market.RoundCase(ctx, market.CaseID(id))
	if err != nil {
		return nil, err
	}
	if about.Kind != market.LeafCase {
		return nil, fmt.Errorf("case %s is not about a device's update", id.Short())
	}
	f, err := s.federation(about.Federation)
	if err != nil {
		return nil, err
	}
	c, err := s.config.Market.Case(ctx, market.CaseID(id))
	if err != nil {
		return nil, err
	}
	ask := wire.Disclose{Case: id, Federation: f.Name, Dataset: f.Data.Dataset}
	for i := range 256 {
		if c.Drawn.Bit(i) == 0 {
			continue
		}
		mediator, err := s.config.Market.MediatorAt(ctx, uint8(i))
		if err != nil {
			return nil, err
		}
		recipient, err := s.config.Market.Recipient(ctx, mediator)
		if err != nil {
			return nil, err
		}
		if recipient != "" && len(ask.Recipients) < wire.MaxRecipients {
			ask.Recipients = append(ask.Recipients, recipient)
		}
	}
	if len(ask.Recipients) == 0 {
		return nil, fmt.Errorf("case %s has no mediators with an age recipient", id.Short())
	}
	return s.config.Source.Disclose(ctx, about.Device, about.Round, ask)
}

// federation finds one by its id on the chain.
func (s *Server) federation(id blob.Hash) (federation.Federation, error) {
	for _, st := range s.config.Settler.Statuses() {
		if st.ID == id {
			return s.config.Source.Config(st.Federation)
		}
	}
	return federation.Federation{}, fmt.Errorf("federation %s: %w", id.Short(), aggregator.ErrUnknown)
}

func (s *Server) memberships(w http.ResponseWriter, r *http.Request) {
	owner, err := key.ParseAddress(r.PathValue("owner"))
	answer(w, s.config.Settler.Unsigned(owner), err)
}

// Signed is an owner's signature for a membership.
type Signed struct {
	Federation string        `json:"federation"`
	Device     key.Address   `json:"device"`
	Signature  key.Signature `json:"signature"`
}

func (s *Server) sign(w http.ResponseWriter, r *http.Request) {
	var m Signed
	err := json.NewDecoder(r.Body).Decode(&m)
	if err == nil {
		err = s.config.Settler.Sign(m.Federation, m.Device, m.Signature)
	}
	answer(w, struct{}{}, err)
}

func (s *Server) earnings(w http.ResponseWriter, r *http.Request) {
	owner, err := key.ParseAddress(r.PathValue("owner"))
	var earned []settle.Earned
	if err == nil {
		earned, err = s.config.Settler.Earnings(r.Context(), owner)
	}
	answer(w, earned, err)
}

// claim brings what an owner earned into its ledger, at the server's gas.
func (s *Server) claim(w http.ResponseWriter, r *http.Request) {
	owner, err := key.ParseAddress(r.PathValue("owner"))
	if err == nil {
		err = s.config.Settler.Claim(r.Context(), owner)
	}
	answer(w, struct{}{}, err)
}

func (s *Server) withdraw(w http.ResponseWriter, r *http.Request) {
	var m market.Withdrawal
	err := json.NewDecoder(r.Body).Decode(&m)
	switch {
	case err != nil:
	case m.Amount == nil || m.Fee == nil || m.Amount.Sign() <= 0 || m.Fee.Sign() < 0:
		err = errors.New("amount and fee are missing or negative")
	case m.Amount.BitLen() > 128 || m.Fee.Cmp(m.Amount) > 0:
		err = errors.New("the amount is more than there is, or its fee more than the amount")
	default:
		err = s.config.Market.Relay(r.Context(), m)
	}
	answer(w, struct{}{}, err)
}

func (s *Server) status(w http.ResponseWriter, _ *http.Request) {
	answer(w, s.config.Settler.Statuses(), nil)
}

func answer(w http.ResponseWriter, body any, err error) { peer.JSON(w, code, body, err) }

func send(w http.ResponseWriter, content []byte, err error) { peer.Bytes(w, code, content, err) }

func code(err error) int {
	switch {
	case errors.Is(err, blob.ErrMissing), errors.Is(err, aggregator.ErrUnknown):
		return http.StatusNotFound
	case errors.Is(err, market.ErrNotYet):
		return http.StatusTooEarly
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	}
	return http.StatusBadRequest
}
