package market

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/contracts/sender"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Parameters of a market, fixed at its deployment.
type Parameters struct {
	UnstakeDelay time.Duration // longer than any window of a case; 0 = 30 days
	ExposureCap  uint16        // basis points of a stake that open deals, rounds and cases may expose; 0 = 10 000
	LeastStake   config.Amount // of a mediator; 0 = 1 coin
	ReuseDelay   time.Duration // until an index of the mediators' registry is given again; 0 = 30 days
	ProtocolFee  uint16        // basis points
	Treasury     key.Address   // that the protocol fee goes to; zero = the deployer
	Lister       key.Address   // who keeps the public-goods list; zero = the deployer
	WindowFloor  time.Duration // no window is shorter; 0 = 1 minute
}

func (p *Parameters) fill(deployer key.Address) {
	month := 30 * 24 * time.Hour
	if p.UnstakeDelay == 0 {
		p.UnstakeDelay = month
	}
	if p.ExposureCap == 0 {
		p.ExposureCap = 10_000
	}
	if p.LeastStake == 0 {
		p.LeastStake = 1_000_000_000
	}
	if p.ReuseDelay == 0 {
		p.ReuseDelay = month
	}
	if p.Treasury.IsZero() {
		p.Treasury = deployer
	}
	if p.Lister.IsZero() {
		p.Lister = deployer
	}
	if p.WindowFloor == 0 {
		p.WindowFloor = time.Minute
	}
}

// Deploy puts a market's contracts on the chain and writes their addresses to a
// market.json, unless it is there already. Each contract knows the others from
// its construction on: their addresses follow from the sender's nonces, so the
// sender must do nothing else meanwhile. Cut short, it goes on from its journal.
func Deploy(ctx context.Context, node *Node, s *sender.Sender, path string, p Parameters) (Addresses, error) {
	a, err := LoadAddresses(path)
	if err == nil {
		return a, check(ctx, node, a)
	}
	if !errors.Is(err, os.ErrNotExist) {
		return a, err
	}
	p.fill(s.Address())
	plan, err := loadPlan(ctx, node, s, path+".plan")
	if err != nil {
		return a, err
	}
	a = plan.addresses(s.Address())
	for _, step := range plan.steps(a, p, s.Address()) {
		r, err := s.Send(ctx, sender.Intent{ID: "deploy/" + step.name, Data: step.code})
		if err != nil {
			return a, fmt.Errorf("deploy %s: %w", step.name, err)
		}
		if r.Contract != step.at {
			return a, fmt.Errorf("deploy %s: it is at %s, want %s: the account %s did something else meanwhile; deploy from another", step.name, r.Contract, step.at, s.Address())
		}
		a.Block = r.Block
	}
	if err := a.Save(path); err != nil {
		return a, err
	}
	return a, os.Remove(path + ".plan")
}

type step struct {
	name string
	at   key.Address
	code []byte
}

// steps are the deployments in the order of their nonces.
func (plan deployment) steps(a Addresses, p Parameters, deployer key.Address) []step {
	seconds := func(d time.Duration) *big.Int { return big.NewInt(int64(d / time.Second)) }
	at := func(k key.Address) common.Address { return common.Address(k) }
	code := func(bin string, arguments []byte) []byte { return append(common.FromHex(bin), arguments...) }
	list := []step{
		{"ledger", a.Ledger, code(bindings.LedgerMetaData.Bin, bindings.NewLedger().PackConstructor(at(a.Deals), at(a.Mediation), at(a.Rounds), seconds(p.UnstakeDelay), new(big.Int).SetUint64(uint64(p.ExposureCap))))},
		{"directory", a.Directory, code(bindings.DirectoryMetaData.Bin, bindings.NewDirectory().PackConstructor(at(a.Ledger), at(a.Deals), at(a.Rounds), p.LeastStake.Wei(), seconds(p.ReuseDelay), p.ProtocolFee, at(p.Treasury), at(p.Lister)))},
		{"mediation", a.Mediation, code(bindings.MediationMetaData.Bin, bindings.NewMediation().PackConstructor(at(a.Ledger), at(a.Directory), at(a.Deals), at(a.Rounds), seconds(p.WindowFloor)))},
		{"deals", a.Deals, code(bindings.DealsMetaData.Bin, bindings.NewDeals().PackConstructor(at(a.Ledger), at(a.Directory), at(a.Mediation), at(a.Requests), seconds(p.WindowFloor)))},
		{"requests", a.Requests, code(bindings.RequestsMetaData.Bin, bindings.NewRequests().PackConstructor(at(a.Ledger), at(a.Deals)))},
		{"federations", plan.at(5, deployer), code(bindings.FederationsMetaData.Bin, bindings.NewFederations().PackConstructor(at(a.Ledger), at(a.Directory), at(a.Mediation), seconds(p.WindowFloor)))},
		{"challenges", plan.at(6, deployer), code(bindings.ChallengesMetaData.Bin, bindings.NewChallenges().PackConstructor(at(plan.at(5, deployer))))},
		{"rounds", a.Rounds, code(bindings.RoundsMetaData.Bin, bindings.NewRounds().PackConstructor(at(plan.at(6, deployer))))},
		{"readings", a.Readings, code(bindings.ReadingsMetaData.Bin, nil)},
	}
	return list
}

// deployment is where a deployment begins; it is written before it does.
type deployment struct{ nonce, chain uint64 }

func loadPlan(ctx context.Context, node *Node, s *sender.Sender, path string) (deployment, error) {
	var d deployment
	text, err := os.ReadFile(path)
	if err == nil {
		if _, err := fmt.Sscan(string(text), &d.chain, &d.nonce); err != nil {
			return d, fmt.Errorf("read %s: %w", path, err)
		}
		return d, nil
	}
	chain, err := node.ChainID(ctx)
	if err != nil {
		return d, fmt.Errorf("ask the node for its chain id: %w", err)
	}
	d.chain = chain.Uint64()
	if d.nonce, err = node.PendingNonceAt(ctx, common.Address(s.Address())); err != nil {
		return d, fmt.Errorf("ask the deployer's nonce: %w", err)
	}
	err = os.WriteFile(path+".new", fmt.Appendln(nil, d.chain, d.nonce), 0o600)
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return d, fmt.Errorf("write the deployment's plan: %w", err)
	}
	return d, nil
}

func (d deployment) addresses(deployer key.Address) Addresses {
	return Addresses{Chain: d.chain, Ledger: d.at(0, deployer), Directory: d.at(1, deployer), Mediation: d.at(2, deployer),
		Deals: d.at(3, deployer), Requests: d.at(4, deployer), Rounds: d.at(7, deployer), Readings: d.at(8, deployer)}
}

// at is the address of the i-th contract (Ethereum yellow paper, section 7).
func (d deployment) at(i uint64, deployer key.Address) key.Address {
	return key.Address(crypto.CreateAddress(common.Address(deployer), d.nonce+i))
}

// check makes sure that the contracts are on this chain.
func check(ctx context.Context, node *Node, a Addresses) error {
	chain, err := node.ChainID(ctx)
	if err != nil {
		return fmt.Errorf("ask the node for its chain id: %w", err)
	}
	if chain.Uint64() != a.Chain {
		return fmt.Errorf("the market is on chain %d, the node on chain %d: name a node of that chain", a.Chain, chain)
	}
	code, err := node.CodeAt(ctx, common.Address(a.Ledger), nil)
	if err != nil {
		return fmt.Errorf("ask for the ledger's code: %w", err)
	}
	if len(code) == 0 {
		return fmt.Errorf("there is no market at %s on the node's chain: remove the market.json to deploy one", a.Ledger)
	}
	return nil
}
