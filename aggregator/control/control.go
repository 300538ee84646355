// Package control is how the command line talks to a running aggregator: JSON
// over HTTP on a Unix socket that only the aggregator's user can open.
//
// Server answers for an Aggregator and a Fleet; Client asks from another
// process. Nothing of it is for the network.
package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/consensus"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/aggregator/federation"
	"github.com/tadpole-edge/tadpole/aggregator/twin"
	"github.com/tadpole-edge/tadpole/contracts/market"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Socket is the socket's name within the aggregator's directory.
const Socket = "control.sock"

// Fleet is what may be done with devices.
type Fleet interface {
	Add(ctx context.Context, o devices.AddOptions) (token string, err error)
	List(ctx context.Context) ([]devices.Device, error)
	Remove(ctx context.Context, device key.Address) error
}

// Bank is the server's account on the market.
type Bank interface {
	// Deposit puts coins of the account into the ledger; id names the deposit for
	// good.
	Deposit(ctx context.Context, id string, amount config.Amount) (market.Balance, error)
}

// Server answers on the socket.
type Server struct {
	listener   net.Listener
	aggregator *aggregator.Aggregator
	fleet      Fleet
	twins      Twins
	bank       Bank
	sensors    Sensors // nil = nobody compares them
}

// Listen opens the socket. One left by a process that was killed is replaced;
// the database's lock says whether that process is really gone.
func Listen(path string, a *aggregator.Aggregator, f Fleet, t Twins, b Bank, sensors Sensors) (*Server, error) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("open control socket: %w", err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("open control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("open control socket: %w", err), listener.Close())
	}
	return &Server{listener, a, f, t, b, sensors}, nil
}

// Close closes the socket of a server that will not Run.
func (s *Server) Close() error {
	if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// maxBody is the largest request in bytes: a deployment, with its module in base64.
const maxBody = 48 << 20

// Run serves until the context ends.
func (s *Server) Run(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /federations", answer(func(r *http.Request) (any, error) { return s.aggregator.List(r.Context()) }))
	mux.HandleFunc("POST /federations", answer(s.submit))
	mux.HandleFunc("GET /federations/{name}", answer(func(r *http.Request) (any, error) {
		return s.aggregator.Status(r.Context(), r.PathValue("name"))
	}))
	mux.HandleFunc("GET /federations/{name}/history", answer(s.history))
	mux.HandleFunc("POST /federations/{name}/{verb}", answer(s.steer))
	mux.HandleFunc("GET /federations/{name}/model", s.model)
	mux.HandleFunc("GET /devices", answer(func(r *http.Request) (any, error) { return s.fleet.List(r.Context()) }))
	mux.HandleFunc("GET /presence", answer(func(r *http.Request) (any, error) { return s.aggregator.Presence(r.Context()) }))
	mux.HandleFunc("POST /devices", answer(s.addDevice))
	mux.HandleFunc("DELETE /devices/{address}", answer(s.removeDevice))
	s.handleSensors(mux)
	s.twinRoutes(mux)
	mux.HandleFunc("POST /deposits", answer(s.deposit))
	server := &http.Server{Handler: http.MaxBytesHandler(mux, maxBody), ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("control socket: %w", err)
	}
	return nil
}

// fault is an error's form on the socket.
type fault struct {
	Error string `json:"error"`
	Kind  string `json:"kind,omitempty"`
}

// kinds are the errors that keep their meaning across the socket.
var kinds = map[string]error{"unknown": aggregator.ErrUnknown, "exists": aggregator.ErrExists, "not found": devices.ErrNotFound, "no verdict": consensus.ErrUnknown,
	"no device": twin.ErrNoDevice, "no deployment": twin.ErrNoDeployment, "mistake": config.ErrMistake}

func answer(handle func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value, err := handle(r)
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			f := fault{Error: err.Error()}
			for kind, sentinel := range kinds {
				if errors.Is(err, sentinel) {
					f.Kind = kind
				}
			}
			w.WriteHeader(http.StatusBadRequest)
			value = f
		}
		json.NewEncoder(w).Encode(value) // the client has gone if it fails
	}
}

func (s *Server) submit(r *http.Request) (any, error) {
	var f federation.Federation
	if err := json.NewDecoder(r.Body).Decode(&f); err != nil {
		return nil, fmt.Errorf("submit: %w", err)
	}
	return nil, s.aggregator.Submit(r.Context(), f)
}

// Deposit is an amount to be put into the ledger.
type Deposit struct {
	ID     string        `json:"id"`
	Amount config.Amount `json:"amount"`
}

func (s *Server) deposit(r *http.Request) (any, error) {
	var d Deposit
	if err := json.NewDecoder(r.Body).Decode(&d); err != nil {
		return nil, fmt.Errorf("deposit: %w", err)
	}
	return s.bank.Deposit(r.Context(), d.ID, d.Amount)
}

func (s *Server) history(r *http.Request) (any, error) {
	after, err := strconv.ParseUint(r.URL.Query().Get("after"), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("history after %q: %w", r.URL.Query().Get("after"), err)
	}
	return s.aggregator.History(r.PathValue("name"), uint32(after), 100)
}

func (s *Server) steer(r *http.Request) (any, error) {
	name := r.PathValue("name")
	switch verb := r.PathValue("verb"); verb {
	case "pause":
		return nil, s.aggregator.Pause(r.Context(), name)
	case "resume":
		return nil, s.aggregator.Resume(r.Context(), name)
	case "stop":
		return nil, s.aggregator.Stop(r.Context(), name)
	default:
		return nil, fmt.Errorf("unknown verb %q", verb)
	}
}

func (s *Server) model(w http.ResponseWriter, r *http.Request) {
	model, err := s.aggregator.Model(r.PathValue("name"), r.URL.Query().Get("best") == "true")
	if err != nil {
		answer(func(*http.Request) (any, error) { return nil, err })(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(model)
}

func (s *Server) addDevice(r *http.Request) (any, error) {
	var o devices.AddOptions
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		return nil, fmt.Errorf("add device: %w", err)
	}
	return s.fleet.Add(r.Context(), o)
}

func (s *Server) removeDevice(r *http.Request) (any, error) {
	address, err := key.ParseAddress(r.PathValue("address"))
	if err != nil {
		return nil, err
	}
	return nil, s.fleet.Remove(r.Context(), address)
}
