package market

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"github.com/tadpole-edge/tadpole/contracts/bindings"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// ErrOffer marks an offer that no contract would take.
var ErrOffer = errors.New("invalid offer")

// JobOffer is what a job's creator offers and signs (IDeals.sol). Amounts are in
// wei and windows in seconds, exactly as they are hashed.
type JobOffer struct {
	Creator         key.Address `json:"creator"`
	Module          blob.Hash   `json:"module"`
	Inputs          blob.Hash   `json:"inputs"`          // of the manifest of its inputs
	Spec            blob.Hash   `json:"spec"`            // of its description
	Price           *big.Int    `json:"price"`           // the most that is paid for the result
	Rate            *big.Int    `json:"rate"`            // the most per million units of fuel; 0 = a fixed price
	MatchFee        *big.Int    `json:"matchFee"`        // to the solver
	MediatorFee     *big.Int    `json:"mediatorFee"`     // to each mediator
	MediatorDeposit *big.Int    `json:"mediatorDeposit"` // of each mediator's stake; see LeastDeposit
	CheckRate       uint16      `json:"checkRate"`       // basis points of results that are executed again
	Multiple        uint16      `json:"multiple"`        // least collateral, in multiples of the price
	Mediation       uint8       `json:"n"`               // mediators at the first level
	SubmitWindow    uint32      `json:"submitWindow"`    // from the match
	JudgeWindow     uint32      `json:"judgeWindow"`     // from the result
	CommitWindow    uint32      `json:"commitWindow"`    // in which mediators run the job
	RevealWindow    uint32      `json:"revealWindow"`
	Mediators       *big.Int    `json:"mediators"` // bit i: trusts the mediator with index i
	Project         blob.Hash   `json:"project"`   // zero = none
	Callback        key.Address `json:"callback"`  // zero = none
	Nonce           *big.Int    `json:"nonce"`
	Expiry          uint64      `json:"expiry"` // last Unix second in which to match
}

// ResourceOffer is what a provider offers and signs.
type ResourceOffer struct {
	Provider     key.Address `json:"provider"`
	Capabilities blob.Hash   `json:"capabilities"` // of the description of the machine
	Price        *big.Int    `json:"price"`        // for a job of fixed price
	Rate         *big.Int    `json:"rate"`         // per million units of fuel; 0 = takes no metered job
	MatchFee     *big.Int    `json:"matchFee"`     // to the solver
	Multiple     uint16      `json:"multiple"`     // collateral, in multiples of the price
	Mediators    *big.Int    `json:"mediators"`
	Nonce        *big.Int    `json:"nonce"`
	Expiry       uint64      `json:"expiry"`
}

// Result is what a provider submits.
type Result struct {
	Digest blob.Hash `json:"digest"` // of the manifest of the outputs
	Fuel   uint64    `json:"fuel"`
}

// Answer is what mediators vote with who find this result.
func (r Result) Answer() [32]byte {
	return typed.Keccak(r.Digest[:], word(r.Fuel))
}

// DealID names a deal: the hash of both its offers.
type DealID [32]byte

func (d DealID) String() string { return hex.EncodeToString(d[:]) }

// MarshalText and UnmarshalText make ids readable in JSON.
func (d DealID) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (d *DealID) UnmarshalText(text []byte) error {
	h, err := blob.ParseHash(string(text))
	*d = DealID(h)
	return err
}

// Deal is the two offers that were joined; the contract keeps only their hash,
// so every call hands them in again.
type Deal struct {
	Job      JobOffer      `json:"job"`
	Resource ResourceOffer `json:"resource"`
}

// ID is the deal's on one market.
func (d Deal) ID(a Addresses) DealID {
	job, resource := d.Job.Digest(a), d.Resource.Digest(a)
	return typed.Keccak(job[:], resource[:])
}

// Ceiling is the most that the provider can be paid, in wei.
func (d Deal) Ceiling() *big.Int {
	if d.Job.Rate.Sign() == 0 {
		return d.Resource.Price
	}
	return d.Job.Price
}

// Collateral is what the provider puts at risk, in wei.
func (d Deal) Collateral() *big.Int {
	return new(big.Int).Mul(d.Ceiling(), big.NewInt(int64(d.Resource.Multiple)))
}

// CheckFund is what pays the first level of mediators, in wei.
func (j JobOffer) CheckFund() *big.Int {
	return new(big.Int).Mul(j.MediatorFee, big.NewInt(int64(j.Mediation)))
}

// Most is what the offer can cost its creator, in wei.
func (j JobOffer) Most() *big.Int {
	sum := new(big.Int).Add(j.Price, j.MatchFee)
	return sum.Add(sum, j.CheckFund())
}

const (
	jobType = "JobOffer(address creator,bytes32 module,bytes32 inputs,bytes32 spec,uint96 price,uint96 rate," +
		"uint96 matchFee,uint96 mediatorFee,uint96 mediatorDeposit,uint16 checkRate,uint16 multiple,uint8 n," +
		"uint32 submitWindow,uint32 judgeWindow,uint32 commitWindow,uint32 revealWindow,uint256 mediators," +
		"bytes32 project,address callback,uint256 nonce,uint64 expiry)"
	resourceType = "ResourceOffer(address provider,bytes32 capabilities,uint96 price,uint96 rate,uint96 matchFee," +
		"uint16 multiple,uint256 mediators,uint256 nonce,uint64 expiry)"
)

func (a Addresses) dealsDomain() typed.Domain {
	return typed.Domain{Name: "Tadpole Deals", Version: "1", Chain: a.Chain, Contract: a.Deals}
}

// Digest is what the creator signs; the offer must be Valid.
func (j JobOffer) Digest(a Addresses) [32]byte {
	return a.dealsDomain().Digest(jobType, typed.Address(j.Creator), j.Module, j.Inputs, j.Spec, number(j.Price), number(j.Rate),
		number(j.MatchFee), number(j.MediatorFee), number(j.MediatorDeposit), typed.Uint(uint64(j.CheckRate)), typed.Uint(uint64(j.Multiple)), typed.Uint(uint64(j.Mediation)),
		typed.Uint(uint64(j.SubmitWindow)), typed.Uint(uint64(j.JudgeWindow)), typed.Uint(uint64(j.CommitWindow)), typed.Uint(uint64(j.RevealWindow)), number(j.Mediators),
		j.Project, typed.Address(j.Callback), number(j.Nonce), typed.Uint(j.Expiry))
}

// Digest is what the provider signs; the offer must be Valid.
func (r ResourceOffer) Digest(a Addresses) [32]byte {
	return a.dealsDomain().Digest(resourceType, typed.Address(r.Provider), r.Capabilities, number(r.Price), number(r.Rate), number(r.MatchFee),
		typed.Uint(uint64(r.Multiple)), number(r.Mediators), number(r.Nonce), typed.Uint(r.Expiry))
}

// Valid tells whether every number fits its field: whatever came from outside
// must be asked before anything else.
func (j JobOffer) Valid() error {
	return errors.Join(fits(96, j.Price, j.Rate, j.MatchFee, j.MediatorFee, j.MediatorDeposit), fits(256, j.Mediators, j.Nonce))
}

// Valid tells whether every number fits its field.
func (r ResourceOffer) Valid() error {
	return errors.Join(fits(96, r.Price, r.Rate, r.MatchFee), fits(256, r.Mediators, r.Nonce))
}

func fits(bits int, list ...*big.Int) error {
	for _, v := range list {
		if v == nil || v.Sign() < 0 || v.BitLen() > bits {
			return fmt.Errorf("%w: %v is no number of at most %d bits", ErrOffer, v, bits)
		}
	}
	return nil
}

func number(v *big.Int) (w [32]byte) {
	v.FillBytes(w[:])
	return w
}

func (j JobOffer) bound() bindings.JobOffer {
	return bindings.JobOffer{Creator: common.Address(j.Creator), Module: j.Module, Inputs: j.Inputs, Spec: j.Spec, Price: j.Price, Rate: j.Rate,
		MatchFee: j.MatchFee, MediatorFee: j.MediatorFee, MediatorDeposit: j.MediatorDeposit, CheckRate: j.CheckRate, Multiple: j.Multiple, N: j.Mediation,
		SubmitWindow: j.SubmitWindow, JudgeWindow: j.JudgeWindow, CommitWindow: j.CommitWindow, RevealWindow: j.RevealWindow, Mediators: j.Mediators,
		Project: j.Project, Callback: common.Address(j.Callback), Nonce: j.Nonce, Expiry: j.Expiry}
}

func jobOf(b bindings.JobOffer) JobOffer {
	return JobOffer{Creator: key.Address(b.Creator), Module: b.Module, Inputs: b.Inputs, Spec: b.Spec, Price: b.Price, Rate: b.Rate,
		MatchFee: b.MatchFee, MediatorFee: b.MediatorFee, MediatorDeposit: b.MediatorDeposit, CheckRate: b.CheckRate, Multiple: b.Multiple, Mediation: b.N,
		SubmitWindow: b.SubmitWindow, JudgeWindow: b.JudgeWindow, CommitWindow: b.CommitWindow, RevealWindow: b.RevealWindow, Mediators: b.Mediators,
		Project: b.Project, Callback: key.Address(b.Callback), Nonce: b.Nonce, Expiry: b.Expiry}
}

func (r ResourceOffer) bound() bindings.ResourceOffer {
	return bindings.ResourceOffer{Provider: common.Address(r.Provider), Capabilities: r.Capabilities, Price: r.Price, Rate: r.Rate, MatchFee: r.MatchFee,
		Multiple: r.Multiple, Mediators: r.Mediators, Nonce: r.Nonce, Expiry: r.Expiry}
}

func resourceOf(b bindings.ResourceOffer) ResourceOffer {
	return ResourceOffer{Provider: key.Address(b.Provider), Capabilities: b.Capabilities, Price: b.Price, Rate: b.Rate, MatchFee: b.MatchFee,
		Multiple: b.Multiple, Mediators: b.Mediators, Nonce: b.Nonce, Expiry: b.Expiry}
}

func (r Result) bound() bindings.Result { return bindings.Result{Digest: r.Digest, Fuel: r.Fuel} }

// SignedJob is a job offer as it travels.
type SignedJob struct {
	Offer     JobOffer      `json:"offer"`
	Signature key.Signature `json:"signature"`
}

// SignedResource is a resource offer as it travels.
type SignedResource struct {
	Offer     ResourceOffer `json:"offer"`
	Signature key.Signature `json:"signature"`
}

// Sign puts the creator's signature on an offer.
func (j JobOffer) Sign(k *key.Key, a Addresses) SignedJob {
	return SignedJob{j, k.Sign(j.Digest(a))}
}

// Sign puts the provider's signature on an offer.
func (r ResourceOffer) Sign(k *key.Key, a Addresses) SignedResource {
	return SignedResource{r, k.Sign(r.Digest(a))}
}

// Verify tells whether the offer is valid and signed by its creator.
func (s SignedJob) Verify(a Addresses) error {
	if err := s.Offer.Valid(); err != nil {
		return err
	}
	return signedBy(s.Signature, s.Offer.Digest(a), s.Offer.Creator)
}

// Verify tells whether the offer is valid and signed by its provider.
func (s SignedResource) Verify(a Addresses) error {
	if err := s.Offer.Valid(); err != nil {
		return err
	}
	return signedBy(s.Signature, s.Offer.Digest(a), s.Offer.Provider)
}

func signedBy(s key.Signature, digest [32]byte, want key.Address) error {
	got, err := s.Recover(digest)
	if err != nil {
		return fmt.Errorf("%w: signature: %w", ErrOffer, err)
	}
	if got != want {
		return fmt.Errorf("%w: it is signed by %s, not by %s, or for another market", ErrOffer, got, want)
	}
	return nil
}

// LeastDeposit is the least that each of n mediators of a pool of a size must
// risk for a fee, in wei (MediationRules.sol).
func (m *Market) LeastDeposit(ctx context.Context, n uint8, size uint16, fee *big.Int) (*big.Int, error) {
	return view(ctx, m, m.Addresses.Mediation, m.mediation.PackLeastDeposit(n, size, fee), m.mediation.UnpackLeastDeposit)
}

// NonceUsed tells whether an offer with this nonce was matched or cancelled.
func (m *Market) NonceUsed(ctx context.Context, account key.Address, nonce *big.Int) (bool, error) {
	word := new(big.Int).Rsh(nonce, 8)
	bits, err := view(ctx, m, m.Addresses.Deals, m.deals.PackUsedNonces(common.Address(account), word), m.deals.UnpackUsedNonces)
	if err != nil {
		return false, err
	}
	return bits.Bit(int(new(big.Int).And(nonce, big.NewInt(255)).Uint64())) == 1, nil
}

// FreeNonces lists the lowest nonces of an account that no matched or cancelled
// offer has used. Whoever offers them again after a restart has no more offers
// out than before.
func (m *Market) FreeNonces(ctx context.Context, account key.Address, count int) (free []*big.Int, err error) {
	for at := int64(0); len(free) < count; at++ {
		bits, err := view(ctx, m, m.Addresses.Deals, m.deals.PackUsedNonces(common.Address(account), big.NewInt(at)), m.deals.UnpackUsedNonces)
		if err != nil {
			return nil, err
		}
		for i := 0; i < 256 && len(free) < count; i++ {
			if bits.Bit(i) == 0 {
				free = append(free, big.NewInt(at<<8+int64(i)))
			}
		}
	}
	return free, nil
}
