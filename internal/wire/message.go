package wire

import (
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// Hello is what a device says of itself at every connect. The aggregator answers
// with Welcome and, again, with whatever the device still owes.
type Hello struct {
	Version  string    `cbor:"1,keyasint"`
	Arch     string    `cbor:"2,keyasint"` // GOOS/GOARCH
	Engine   string    `cbor:"3,keyasint"` // "compiler" or "interpreter"
	Cores    uint32    `cbor:"4,keyasint"`
	Memory   uint64    `cbor:"5,keyasint"` // bytes that a job may use at most
	Datasets []Dataset `cbor:"6,keyasint"` // of several with one name the first is the newest
	// Providers are the age recipients who may run tasks that the device is too small
	// for.
	Providers []string `cbor:"7,keyasint,omitempty"`
	// Waiting says why the device must not work now, as for a battery that is low; "" =
	// it may. It says hello again when that changes.
	Waiting string `cbor:"8,keyasint,omitempty"`
}

// Dataset is a device's offer of data, by name: never the data themselves.
type Dataset struct {
	Name       string    `cbor:"1,keyasint"`
	Records    uint64    `cbor:"2,keyasint"`
	Commitment blob.Hash `cbor:"3,keyasint"` // of the data file
}

// Welcome answers a Hello. Its time lets a device without a clock have one.
type Welcome struct {
	Time    int64 `cbor:"1,keyasint"`           // Unix milliseconds
	Unknown bool  `cbor:"2,keyasint,omitempty"` // the aggregator has just started: say hello again
}

// Task asks a device to run a module over one of its datasets. It is the whole
// of what the device needs to know, and its hash is the task's name.
type Task struct {
	Federation string        `cbor:"1,keyasint"`
	Round      uint32        `cbor:"2,keyasint"`
	Device     key.Address   `cbor:"3,keyasint"`
	Model      blob.Manifest `cbor:"4,keyasint"`
	Module     blob.Manifest `cbor:"5,keyasint"`
	Training   []byte        `cbor:"6,keyasint"` // plan.Training in CBOR
	Dataset    string        `cbor:"7,keyasint"`
	Timeout    uint64        `cbor:"8,keyasint"`            // milliseconds that the job may run
	MaxUpdate  uint64        `cbor:"9,keyasint"`            // bytes
	Memory     uint64        `cbor:"10,keyasint"`           // bytes the job needs at most
	Market     Market        `cbor:"11,keyasint"`           // zero = nothing is paid
	Heavy      string        `cbor:"12,keyasint,omitempty"` // HeavyAuto or HeavyAlways; "" = the device or nobody
	Provider   string        `cbor:"13,keyasint,omitempty"` // age recipient of who runs heavy tasks, or ProviderMarket
}

// Who runs a task.
const (
	HeavyAuto   = "auto"   // the device if it fits, else the provider
	HeavyAlways = "always" // the provider
)

// ProviderMarket stands for whoever of the market's providers the data's owner
// trusts. It is no age recipient, so that devices which know nothing of it refuse.
const ProviderMarket = "market"

// HandOver asks the aggregator to have a task run by its provider, over the
// device's dataset, which is encrypted to the provider and pulled chunk by chunk.
// Where the task is bought in the market it also says to whom the data are
// encrypted, at most MaxRecipients, and what is needed to plan the job unseen.
type HandOver struct {
	Task      blob.Hash     `cbor:"1,keyasint"`
	Data      blob.Manifest `cbor:"2,keyasint"`
	Providers []string      `cbor:"3,keyasint,omitempty"` // age recipients who may run the task
	Mediators []string      `cbor:"4,keyasint,omitempty"` // others who may run it again, for a check
	Head      []byte        `cbor:"5,keyasint,omitempty"` // of the data file: its safetensors header, at most MaxHead bytes
	Size      uint64        `cbor:"6,keyasint,omitempty"` // of the data file in bytes
	Contents  []byte        `cbor:"7,keyasint,omitempty"` // the commitment to the data (package commitment)
}

// MaxHead bounds the header in a HandOver, in bytes.
const MaxHead = 16 << 10

// HandBack offers what the provider's run of a task gave, or says why there is
// nothing. The device goes on as if it had run the task itself.
type HandBack struct {
	Task    blob.Hash     `cbor:"1,keyasint"`
	Update  blob.Manifest `cbor:"2,keyasint"`
	Metrics []byte        `cbor:"3,keyasint"` // metrics.bin
	Fuel    uint64        `cbor:"4,keyasint"`
	Millis  uint64        `cbor:"5,keyasint"` // that it took
	Reason  string        `cbor:"6,keyasint,omitempty"`
}

// Market is the contract that holds a federation's rounds; leaves are bound to it.
type Market struct {
	Chain    uint64      `cbor:"1,keyasint"` // EIP-155 chain id
	Contract key.Address `cbor:"2,keyasint"`
}

// ID names the task by its content.
func (t Task) ID() (blob.Hash, error) {
	b, err := Marshal(t)
	if err != nil {
		return blob.Hash{}, err
	}
	return blob.Sum(b), nil
}

// Offer announces a finished update; the aggregator pulls it chunk by chunk.
type Offer struct {
	Task      blob.Hash     `cbor:"1,keyasint"`
	Update    blob.Manifest `cbor:"2,keyasint"`
	Leaf      []byte        `cbor:"3,keyasint"` // merkle.Leaf, encoded
	Signature []byte        `cbor:"4,keyasint"` // of the leaf's hash, by the device
	Metrics   Metrics       `cbor:"5,keyasint"`
}

// Metrics is what a job measured: sums over the samples as it saw them.
type Metrics struct {
	Samples uint64  `cbor:"1,keyasint"`
	Steps   uint64  `cbor:"2,keyasint"`
	Correct uint64  `cbor:"3,keyasint"`
	Loss    float64 `cbor:"4,keyasint"`
	Millis  uint64  `cbor:"5,keyasint"` // the job's run time; for display only
}

// Refuse says that a device will not do a task, and why.
type Refuse struct {
	Task   blob.Hash `cbor:"1,keyasint"`
	Reason string    `cbor:"2,keyasint"`
}

// Cancel ends a task whose result is no longer wanted.
type Cancel struct {
	Task   blob.Hash `cbor:"1,keyasint"`
	Reason string    `cbor:"2,keyasint"`
}

// Receipt is the aggregator's signature over an accepted update's leaf. With it
// a device can prove later that it was left out.
type Receipt struct {
	Task      blob.Hash `cbor:"1,keyasint"`
	Leaf      blob.Hash `cbor:"2,keyasint"`
	Signature []byte    `cbor:"3,keyasint"`
}

// Reject says that an update was not accepted, and why. The device forgets it.
type Reject struct {
	Task   blob.Hash `cbor:"1,keyasint"`
	Reason string    `cbor:"2,keyasint"`
}

// Want asks for chunks of a blob that the other side has named before.
type Want struct {
	Blob   blob.Hash `cbor:"1,keyasint"`
	Chunks []uint32  `cbor:"2,keyasint"` // at most MaxWant
}

// MaxWant bounds the chunks that one side may have in flight from the other:
// 256 KiB a transfer at the default chunk size.
const MaxWant = 4

// Renew asks for a new TLS certificate.
type Renew struct {
	Request []byte `cbor:"1,keyasint"` // PKCS #10, DER
}

// Certificate answers a Renew.
type Certificate struct {
	Chain []byte `cbor:"1,keyasint"` // PEM
}

// Error answers a message that could not be understood.
type Error struct {
	Kind Kind   `cbor:"1,keyasint"`
	Text string `cbor:"2,keyasint"`
}

// Join asks a device to sign its membership of a federation that pays, for the
// market's contract (typed data, see package member).
type Join struct {
	Federation string    `cbor:"1,keyasint"`
	ID         blob.Hash `cbor:"2,keyasint"` // the federation's on the chain
	Market     Market    `cbor:"3,keyasint"`
	Dataset    string    `cbor:"4,keyasint"`
	Module     blob.Hash `cbor:"5,keyasint"`
	Collateral uint64    `cbor:"6,keyasint"` // gwei that the device's owner stakes
	Expiry     uint64    `cbor:"7,keyasint"` // Unix seconds
	Nonce      uint32    `cbor:"8,keyasint"` // how often the device joined before
	Checks     []string  `cbor:"9,keyasint"` // ways in which updates may be checked (package testimony)
}

// Joined is a device's signature for a Join, or its reason why not.
type Joined struct {
	Federation string      `cbor:"1,keyasint"`
	Owner      key.Address `cbor:"2,keyasint"`
	Data       blob.Hash   `cbor:"3,keyasint"` // commitment to the dataset, fixed from here on
	Signature  []byte      `cbor:"4,keyasint"`
	Reason     string      `cbor:"5,keyasint,omitempty"` // of a refusal
}

// Disclose asks for the dataset of a drawn update, encrypted to the mediators drawn,
// or for a testimony in its place, as the owner's policy says (package testimony).
type Disclose struct {
	Case       blob.Hash `cbor:"1,keyasint"`
	Federation string    `cbor:"2,keyasint"`
	Dataset    string    `cbor:"3,keyasint"`
	Module     blob.Hash `cbor:"4,keyasint"`           // that the update was trained by
	Recipients []string  `cbor:"5,keyasint"`           // age recipients, at most MaxRecipients
	Task       Task      `cbor:"6,keyasint"`           // that the update was made for
	Claimed    blob.Hash `cbor:"7,keyasint"`           // answer that the update's leaf commits to; zero when a second device is asked
	Vouch      []byte    `cbor:"8,keyasint,omitempty"` // of the task's device for the one that is asked, its owner's second
}

// MaxRecipients bounds a Disclose, and all to whom a HandOver is encrypted.
const MaxRecipients = 64

// Disclosed offers the encrypted dataset or testimony, to be pulled chunk by chunk,
// or names the owner's second device, or says why the owner's policy allows neither.
type Disclosed struct {
	Case   blob.Hash     `cbor:"1,keyasint"`
	Data   blob.Manifest `cbor:"2,keyasint"`
	Reason string        `cbor:"3,keyasint,omitempty"`
	Second key.Address   `cbor:"4,keyasint"`           // to be asked in place of this one; zero = none
	Vouch  []byte        `cbor:"5,keyasint,omitempty"` // this device's signature that the second holds its data
}
