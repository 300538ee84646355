// Code generated via abigen V2 - DO NOT EDIT.
// This file is a generated binding and any manual changes will be lost.

package bindings

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Reference imports to suppress errors if they are not otherwise used.
var (
	_ = bytes.Equal
	_ = errors.New
	_ = big.NewInt
	_ = common.Big1
	_ = types.BloomLookup
	_ = abi.ConvertType
)

// DealsDeal is an auto generated low-level Go binding around an user-defined struct.
type DealsDeal struct {
	Status    uint8
	FeeBps    uint8
	Time      uint32
	SeedBlock uint32
	Party     *big.Int
}

// JobOffer is an auto generated low-level Go binding around an user-defined struct.
type JobOffer struct {
	Creator         common.Address
	Module          [32]byte
	Inputs          [32]byte
	Spec            [32]byte
	Price           *big.Int
	Rate            *big.Int
	MatchFee        *big.Int
	MediatorFee     *big.Int
	MediatorDeposit *big.Int
	CheckRate       uint16
	Multiple        uint16
	N               uint8
	SubmitWindow    uint32
	JudgeWindow     uint32
	CommitWindow    uint32
	RevealWindow    uint32
	Mediators       *big.Int
	Project         [32]byte
	Callback        common.Address
	Nonce           *big.Int
	Expiry          uint64
}

// MediationCase is an auto generated low-level Go binding around an user-defined struct.
type MediationCase struct {
	Source         common.Address
	State          uint8
	Level          uint8
	N              uint8
	DrawnCount     uint16
	CommittedCount uint16
	RevealedCount  uint16
	Payer          common.Address
	Fee            *big.Int
	Deposit        *big.Int
	CommitWindow   uint32
	RevealWindow   uint32
	CommitBy       *big.Int
	RevealBy       *big.Int
	SeedBlock      *big.Int
	Subject        [32]byte
	Claim          [32]byte
	Pool           *big.Int
	Used           *big.Int
	Drawn          *big.Int
}

// MediationReport is an auto generated low-level Go binding around an user-defined struct.
type MediationReport struct {
	Reporter common.Address
	Step     uint8
	Value    [32]byte
}

// MediationTerms is an auto generated low-level Go binding around an user-defined struct.
type MediationTerms struct {
	Pool         *big.Int
	N            uint8
	CommitWindow uint32
	RevealWindow uint32
	Fee          *big.Int
	Deposit      *big.Int
}

// MediationVote is an auto generated low-level Go binding around an user-defined struct.
type MediationVote struct {
	Mediator common.Address
	Level    uint8
	Step     uint8
	Value    [32]byte
}

// RequestsRequest is an auto generated low-level Go binding around an user-defined struct.
type RequestsRequest struct {
	Creator     common.Address
	CallbackGas uint32
	Delivered   bool
	Called      bool
	Status      uint8
	JobHash     [32]byte
	Digest      [32]byte
	Uri         string
}

// ResourceOffer is an auto generated low-level Go binding around an user-defined struct.
type ResourceOffer struct {
	Provider     common.Address
	Capabilities [32]byte
	Price        *big.Int
	Rate         *big.Int
	MatchFee     *big.Int
	Multiple     uint16
	Mediators    *big.Int
	Nonce        *big.Int
	Expiry       uint64
}

// Result is an auto generated low-level Go binding around an user-defined struct.
type Result struct {
	Digest [32]byte
	Fuel   uint64
}

// ConsumerMetaData contains all meta data concerning the Consumer contract.
var ConsumerMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractRequests\",\"name\":\"requests_\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotOwner\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotRequests\",\"type\":\"error\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"}],\"name\":\"ask\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"collect\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"name\":\"digestOf\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"},{\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"name\":\"onResult\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"owner\",\"outputs\":[{\"internalType\":\"addresspayable\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"requests\",\"outputs\":[{\"internalType\":\"contractRequests\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"name\":\"statusOf\",\"outputs\":[{\"internalType\":\"enumStatus\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "ff41626ea64ac26b172a3b35446220e3e2",
	Bin: "0x60c060405234801561000f575f5ffd5b50604051610a59380380610a5983398101604081905261002e91610043565b6001600160a01b03166080523360a052610070565b5f60208284031215610053575f5ffd5b81516001600160a01b0381168114610069575f5ffd5b9392505050565b60805160a0516109a66100b35f395f818160f50152818161035a015261050f01525f8181610188015281816101c10152818161027d01526103b601526109a65ff3fe60806040526004361061006e575f3560e01c80638da5cb5b1161004c5780638da5cb5b146100e4578063ad35efd41461013c578063b74cb2db14610177578063e5225381146101aa575f5ffd5b806318c896391461007257806356a63c491461009857806368e59bce146100c3575b5f5ffd5b61008561008036600461057d565b6101be565b6040519081526020015b60405180910390f35b3480156100a3575f5ffd5b506100856100b2366004610597565b5f6020819052908152604090205481565b3480156100ce575f5ffd5b506100e26100dd3660046105ae565b610265565b005b3480156100ef575f5ffd5b506101177f000000000000000000000000000000000000000000000000000000000000000081565b60405173ffffffffffffffffffffffffffffffffffffffff909116815260200161008f565b348015610147575f5ffd5b5061016a610156366004610597565b60016020525f908152604090205460ff1681565b60405161008f919061066e565b348015610182575f5ffd5b506101177f000000000000000000000000000000000000000000000000000000000000000081565b3480156101b5575f5ffd5b506100e2610342565b5f7f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff16630daedcdc3484620186a06040518463ffffffff1660e01b815260040161021e929190610747565b60206040518083038185885af115801561023a573d5f5f3e3d5ffd5b50505050506040513d601f19601f8201168201806040525081019061025f9190610952565b92915050565b3373ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016146102db576040517fb3285fc50000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b5f858152600160208190526040909120805486927fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff009091169083600981111561032657610326610641565b021790555050505f928352602083905260409092209190915550565b3373ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016146103b3576040517f245aecd30000000000000000000000000000000000000000000000000000000081523360048201526024016102d2565b5f7f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff166356397c356040518163ffffffff1660e01b8152600401602060405180830381865afa15801561041d573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906104419190610969565b6040517f70a082310000000000000000000000000000000000000000000000000000000081523060048201529091505f9073ffffffffffffffffffffffffffffffffffffffff8316906370a08231906024016040805180830381865afa1580156104ad573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906104d19190610984565b506040517ff3fef3a300000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000081166004830152602482018390529192509083169063f3fef3a3906044015f604051808303815f87803b158015610563575f5ffd5b505af1158015610575573d5f5f3e3d5ffd5b505050505050565b5f6102a082840312801561058f575f5ffd5b509092915050565b5f602082840312156105a7575f5ffd5b5035919050565b5f5f5f5f5f608086880312156105c2575f5ffd5b853594506020860135600a81106105d7575f5ffd5b935060408601359250606086013567ffffffffffffffff8111156105f9575f5ffd5b8601601f81018813610609575f5ffd5b803567ffffffffffffffff81111561061f575f5ffd5b886020828401011115610630575f5ffd5b959894975092955050506020019190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b60208101600a83106106a7577f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b91905290565b73ffffffffffffffffffffffffffffffffffffffff811681146106ce575f5ffd5b50565b80356106dc816106ad565b919050565b80356bffffffffffffffffffffffff811681146106dc575f5ffd5b803561ffff811681146106dc575f5ffd5b803560ff811681146106dc575f5ffd5b803563ffffffff811681146106dc575f5ffd5b803567ffffffffffffffff811681146106dc575f5ffd5b6102c0810161077382610759866106d1565b73ffffffffffffffffffffffffffffffffffffffff169052565b60208481013590830152604080850135908301526060808501359083015261079d608085016106e1565b6bffffffffffffffffffffffff1660808301526107bc60a085016106e1565b6bffffffffffffffffffffffff1660a08301526107db60c085016106e1565b6bffffffffffffffffffffffff1660c08301526107fa60e085016106e1565b6bffffffffffffffffffffffff1660e083015261081a61010085016106e1565b6bffffffffffffffffffffffff1661010083015261083b61012085016106fc565b61ffff1661012083015261085261014085016106fc565b61ffff16610140830152610869610160850161070d565b60ff1661016083015261087f610180850161071d565b63ffffffff166101808301526108986101a0850161071d565b63ffffffff166101a08301526108b16101c0850161071d565b63ffffffff166101c08301526108ca6101e0850161071d565b63ffffffff166101e0830152610200848101359083015261022080850135908301526108f961024085016106d1565b73ffffffffffffffffffffffffffffffffffffffff16610240830152610260848101359083015261092d6102808501610730565b67ffffffffffffffff1661028083015263ffffffff83166102a08301525b9392505050565b5f60208284031215610962575f5ffd5b5051919050565b5f60208284031215610979575f5ffd5b815161094b816106ad565b5f5f60408385031215610995575f5ffd5b50508051602090910151909290915056",
}

// Consumer is an auto generated Go binding around an Ethereum contract.
type Consumer struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Consumer) GetABI() abi.ABI {
	return c.abi
}

// NewConsumer creates a new instance of Consumer.
func NewConsumer() *Consumer {
	parsed, err := ConsumerMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Consumer{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Consumer) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address requests_) returns()
func (consumer *Consumer) PackConstructor(requests_ common.Address) []byte {
	enc, err := consumer.abi.Pack("", requests_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackAsk is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x18c89639.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ask((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) payable returns(uint256 id)
func (consumer *Consumer) PackAsk(job JobOffer) []byte {
	enc, err := consumer.abi.Pack("ask", job)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAsk is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x18c89639.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ask((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) payable returns(uint256 id)
func (consumer *Consumer) TryPackAsk(job JobOffer) ([]byte, error) {
	return consumer.abi.Pack("ask", job)
}

// UnpackAsk is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x18c89639.
//
// Solidity: function ask((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) payable returns(uint256 id)
func (consumer *Consumer) UnpackAsk(data []byte) (*big.Int, error) {
	out, err := consumer.abi.Unpack("ask", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackCollect is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe5225381.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function collect() returns()
func (consumer *Consumer) PackCollect() []byte {
	enc, err := consumer.abi.Pack("collect")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCollect is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe5225381.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function collect() returns()
func (consumer *Consumer) TryPackCollect() ([]byte, error) {
	return consumer.abi.Pack("collect")
}

// PackDigestOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56a63c49.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function digestOf(uint256 id) view returns(bytes32)
func (consumer *Consumer) PackDigestOf(id *big.Int) []byte {
	enc, err := consumer.abi.Pack("digestOf", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDigestOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56a63c49.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function digestOf(uint256 id) view returns(bytes32)
func (consumer *Consumer) TryPackDigestOf(id *big.Int) ([]byte, error) {
	return consumer.abi.Pack("digestOf", id)
}

// UnpackDigestOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x56a63c49.
//
// Solidity: function digestOf(uint256 id) view returns(bytes32)
func (consumer *Consumer) UnpackDigestOf(data []byte) ([32]byte, error) {
	out, err := consumer.abi.Unpack("digestOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOnResult is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68e59bce.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function onResult(uint256 id, uint8 status, bytes32 digest, string ) returns()
func (consumer *Consumer) PackOnResult(id *big.Int, status uint8, digest [32]byte, arg3 string) []byte {
	enc, err := consumer.abi.Pack("onResult", id, status, digest, arg3)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOnResult is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68e59bce.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function onResult(uint256 id, uint8 status, bytes32 digest, string ) returns()
func (consumer *Consumer) TryPackOnResult(id *big.Int, status uint8, digest [32]byte, arg3 string) ([]byte, error) {
	return consumer.abi.Pack("onResult", id, status, digest, arg3)
}

// PackOwner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8da5cb5b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function owner() view returns(address)
func (consumer *Consumer) PackOwner() []byte {
	enc, err := consumer.abi.Pack("owner")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOwner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8da5cb5b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function owner() view returns(address)
func (consumer *Consumer) TryPackOwner() ([]byte, error) {
	return consumer.abi.Pack("owner")
}

// UnpackOwner is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8da5cb5b.
//
// Solidity: function owner() view returns(address)
func (consumer *Consumer) UnpackOwner(data []byte) (common.Address, error) {
	out, err := consumer.abi.Unpack("owner", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRequests is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb74cb2db.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requests() view returns(address)
func (consumer *Consumer) PackRequests() []byte {
	enc, err := consumer.abi.Pack("requests")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequests is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb74cb2db.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requests() view returns(address)
func (consumer *Consumer) TryPackRequests() ([]byte, error) {
	return consumer.abi.Pack("requests")
}

// UnpackRequests is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb74cb2db.
//
// Solidity: function requests() view returns(address)
func (consumer *Consumer) UnpackRequests(data []byte) (common.Address, error) {
	out, err := consumer.abi.Unpack("requests", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackStatusOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xad35efd4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function statusOf(uint256 id) view returns(uint8)
func (consumer *Consumer) PackStatusOf(id *big.Int) []byte {
	enc, err := consumer.abi.Pack("statusOf", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStatusOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xad35efd4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function statusOf(uint256 id) view returns(uint8)
func (consumer *Consumer) TryPackStatusOf(id *big.Int) ([]byte, error) {
	return consumer.abi.Pack("statusOf", id)
}

// UnpackStatusOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xad35efd4.
//
// Solidity: function statusOf(uint256 id) view returns(uint8)
func (consumer *Consumer) UnpackStatusOf(data []byte) (uint8, error) {
	out, err := consumer.abi.Unpack("statusOf", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (consumer *Consumer) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], consumer.abi.Errors["NotOwner"].ID.Bytes()[:4]) {
		return consumer.UnpackNotOwnerError(raw[4:])
	}
	if bytes.Equal(raw[:4], consumer.abi.Errors["NotRequests"].ID.Bytes()[:4]) {
		return consumer.UnpackNotRequestsError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// ConsumerNotOwner represents a NotOwner error raised by the Consumer contract.
type ConsumerNotOwner struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotOwner(address caller)
func ConsumerNotOwnerErrorID() common.Hash {
	return common.HexToHash("0x245aecd3fabbd17d6c3c92dc7f0ab916ea8cbf6fc1862c8b56893090ac3fff4c")
}

// UnpackNotOwnerError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotOwner(address caller)
func (consumer *Consumer) UnpackNotOwnerError(raw []byte) (*ConsumerNotOwner, error) {
	out := new(ConsumerNotOwner)
	if err := consumer.abi.UnpackIntoInterface(out, "NotOwner", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// ConsumerNotRequests represents a NotRequests error raised by the Consumer contract.
type ConsumerNotRequests struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotRequests(address caller)
func ConsumerNotRequestsErrorID() common.Hash {
	return common.HexToHash("0xb3285fc5a94797c13c89d0f5fe09e252ff6bde223af5a426f17b4b47e345d088")
}

// UnpackNotRequestsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotRequests(address caller)
func (consumer *Consumer) UnpackNotRequestsError(raw []byte) (*ConsumerNotRequests, error) {
	out := new(ConsumerNotRequests)
	if err := consumer.abi.UnpackIntoInterface(out, "NotRequests", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsMetaData contains all meta data concerning the Deals contract.
var DealsMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractILedger\",\"name\":\"ledger_\",\"type\":\"address\"},{\"internalType\":\"contractIDirectory\",\"name\":\"directory_\",\"type\":\"address\"},{\"internalType\":\"contractIMediation\",\"name\":\"mediation_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"requests_\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"windowFloor_\",\"type\":\"uint256\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"string\",\"name\":\"what\",\"type\":\"string\"}],\"name\":\"BadOffer\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"window\",\"type\":\"uint256\"}],\"name\":\"BadWindow\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"number\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"current\",\"type\":\"uint256\"}],\"name\":\"BlockNotYet\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"number\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"current\",\"type\":\"uint256\"}],\"name\":\"BlockhashGone\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"multiple\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"checkRate\",\"type\":\"uint256\"}],\"name\":\"CollateralTooSmall\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"deposit\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needs\",\"type\":\"uint256\"}],\"name\":\"DepositTooSmall\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"}],\"name\":\"DrawDone\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"InvalidShortString\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"InvalidSignature\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"MalformedHeader\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"string\",\"name\":\"what\",\"type\":\"string\"}],\"name\":\"Mismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"}],\"name\":\"NonceUsed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotAllowed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"jobHash\",\"type\":\"bytes32\"}],\"name\":\"NotEscrowed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"}],\"name\":\"OfferExpired\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"has\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needs\",\"type\":\"uint256\"}],\"name\":\"PoolTooSmall\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"seedBlock\",\"type\":\"uint256\"}],\"name\":\"SeedAtHand\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"string\",\"name\":\"str\",\"type\":\"string\"}],\"name\":\"StringTooLong\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"deadline\",\"type\":\"uint256\"}],\"name\":\"TooEarly\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"deadline\",\"type\":\"uint256\"}],\"name\":\"TooLate\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"number\",\"type\":\"uint256\"}],\"name\":\"WrongHeader\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"}],\"name\":\"WrongResult\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"}],\"name\":\"WrongStatus\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"challenger\",\"type\":\"address\"}],\"name\":\"Checked\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"}],\"name\":\"DrawMissed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[],\"name\":\"EIP712DomainChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"jobHash\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Escrowed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"solver\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"submitBy\",\"type\":\"uint256\"}],\"name\":\"Matched\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"}],\"name\":\"ModuleMarked\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"}],\"name\":\"NonceCancelled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"seedBlock\",\"type\":\"uint256\"}],\"name\":\"Rearmed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"jobHash\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Reclaimed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"paid\",\"type\":\"uint256\"}],\"name\":\"Settled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"seedBlock\",\"type\":\"uint256\"}],\"name\":\"Submitted\",\"type\":\"event\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"}],\"internalType\":\"structResult\",\"name\":\"result\",\"type\":\"tuple\"}],\"name\":\"accept\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"}],\"name\":\"cancel\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"}],\"internalType\":\"structResult\",\"name\":\"result\",\"type\":\"tuple\"}],\"name\":\"checkResult\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"}],\"name\":\"dealAt\",\"outputs\":[{\"components\":[{\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"feeBps\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"time\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"seedBlock\",\"type\":\"uint32\"},{\"internalType\":\"uint176\",\"name\":\"party\",\"type\":\"uint176\"}],\"internalType\":\"structDeals.Deal\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"jobHash\",\"type\":\"bytes32\"}],\"name\":\"dealOf\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"directory\",\"outputs\":[{\"internalType\":\"contractIDirectory\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"}],\"internalType\":\"structResult\",\"name\":\"result\",\"type\":\"tuple\"},{\"internalType\":\"bytes\",\"name\":\"header\",\"type\":\"bytes\"}],\"name\":\"draw\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"}],\"name\":\"escrow\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"jobHash\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"jobHash\",\"type\":\"bytes32\"}],\"name\":\"escrowed\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"}],\"name\":\"expire\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"}],\"internalType\":\"structResult\",\"name\":\"result\",\"type\":\"tuple\"},{\"internalType\":\"bytes\",\"name\":\"header\",\"type\":\"bytes\"}],\"name\":\"finalize\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"}],\"name\":\"hashJob\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"}],\"name\":\"hashResource\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"}],\"name\":\"idOf\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"}],\"internalType\":\"structResult\",\"name\":\"result\",\"type\":\"tuple\"}],\"name\":\"isResult\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"ledger\",\"outputs\":[{\"internalType\":\"contractILedger\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"}],\"name\":\"marks\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"internalType\":\"bytes\",\"name\":\"jobSignature\",\"type\":\"bytes\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"},{\"internalType\":\"bytes\",\"name\":\"resourceSignature\",\"type\":\"bytes\"}],\"name\":\"matchOffers\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"mediation\",\"outputs\":[{\"internalType\":\"contractIMediation\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"internalType\":\"enumVerdict\",\"name\":\"verdict\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"spent\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"compensation\",\"type\":\"uint256\"}],\"name\":\"onVerdict\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"}],\"internalType\":\"structResult\",\"name\":\"result\",\"type\":\"tuple\"}],\"name\":\"probeDeterminism\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"}],\"name\":\"rearm\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"}],\"name\":\"reclaim\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"requests\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"}],\"name\":\"statusOf\",\"outputs\":[{\"internalType\":\"enumStatus\",\"name\":\"\",\"type\":\"uint8\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"dealId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"}],\"name\":\"submit\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"word\",\"type\":\"uint256\"}],\"name\":\"usedNonces\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"bits\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"windowFloor\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "71f17a52f86dc676db52c5a883f350571c",
	Bin: "0x610240604052348015610010575f5ffd5b50604051615a06380380615a0683398101604081905261002f91610224565b6040518060400160405280600d81526020016c546164706f6c65204465616c7360981b815250604051806040016040528060018152602001603160f81b81525061007e826101c760201b60201c565b6101205261008b816101c7565b61014052815160208084019190912060e052815190820120610100524660a05261011760e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c0526001600160a01b03858116610160528481166101808190528482166101a0529083166101c0526101e0829052604080516358710f4560e11b815281515f939263b0e21e8a92600480820193918290030181865afa158015610183573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906101a7919061028b565b6001600160a01b03166102205260ff166102005250610324945050505050565b5f5f829050601f815111156101fa578260405163305a27a960e01b81526004016101f191906102c9565b60405180910390fd5b8051610205826102fe565b179392505050565b6001600160a01b0381168114610221575f5ffd5b50565b5f5f5f5f5f60a08688031215610238575f5ffd5b85516102438161020d565b60208701519095506102548161020d565b60408701519094506102658161020d565b60608701519093506102768161020d565b80925050608086015190509295509295909350565b5f5f6040838503121561029c575f5ffd5b825161ffff811681146102ad575f5ffd5b60208401519092506102be8161020d565b809150509250929050565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b8051602080830151919081101561031e575f198160200360031b1b821691505b50919050565b60805160a05160c05160e05161010051610120516101405161016051610180516101a0516101c0516101e051610200516102205161559c61046a5f395f6130ce01525f81816139bb015281816139e501528181613a110152613b2501525f818161031e0152611ca401525f8181610443015261184901525f81816102c40152818161100b015261278a01525f818161049c01528181613a5b01526142c501525f818161028501528181610b9f01528181610c8b01528181610d40015281816114410152818161152401528181611714015281816119660152818161230001528181612cb601528181612e9d01528181612ff30152818161310e01528181613bb801528181613ca701528181613dd20152613e9b01525f61328801525f61325801525f61442601525f6143fe01525f61435901525f61438301525f6143ad015261559c5ff3fe608060405234801561000f575f5ffd5b50600436106101c6575f3560e01c8063718c3667116100fe578063ae54f94e1161009e578063bb7347571161006e578063bb73475714610478578063c41c2f2414610497578063c7df14e2146104be578063dd346e01146104ed575f5ffd5b8063ae54f94e1461040a578063af4e7c261461041d578063b74cb2db1461043e578063b84136c514610465575f5ffd5b80638454dbf6116100d95780638454dbf6146103b657806384b0196e146103c95780638abaaf1d146103e4578063aabead8f146103f7575f5ffd5b8063718c36671461037d57806379741aa3146103905780637eaa2333146103a3575f5ffd5b806356397c35116101695780636534afba116101445780636534afba1461030657806368ceca31146103195780636a8a6894146103405780637020d9ab1461036a575f5ffd5b806356397c35146102805780635ba6284f146102bf578063643d438d146102e6575f5ffd5b80632cca808f116101a45780632cca808f1461021a578063310ef0661461022d57806340e58ee51461025a57806352fbf05e1461026d575f5ffd5b80630e58f1b5146101ca5780632484bc2f146101df57806328151c4714610207575b5f5ffd5b6101dd6101d8366004614d53565b610500565b005b6101f26101ed366004614d9b565b6108b5565b60405190151581526020015b60405180910390f35b6101dd610215366004614e2d565b6109e4565b6101dd610228366004614ea5565b610ae3565b61024c61023b366004614ed1565b60066020525f908152604090205481565b6040519081526020016101fe565b6101dd610268366004614ed1565b610e4a565b61024c61027b366004614ea5565b610e8c565b6102a77f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160a01b0390911681526020016101fe565b6102a77f000000000000000000000000000000000000000000000000000000000000000081565b6102f96102f4366004614ed1565b610ecf565b6040516101fe9190614f4e565b6101dd610314366004614fb5565b610fa0565b61024c7f000000000000000000000000000000000000000000000000000000000000000081565b61024c61034e366004615008565b600460209081525f928352604080842090915290825290205481565b6101dd610378366004615030565b611000565b61024c61038b366004615082565b611814565b61024c61039e366004615082565b611a62565b6101dd6103b1366004614e2d565b611a74565b6101dd6103c4366004614fb5565b611b7b565b6103d1611bd4565b6040516101fe97969594939291906150e9565b61024c6103f236600461519b565b611c32565b61024c610405366004615232565b611f63565b6101dd610418366004614fb5565b611f70565b6101f261042b366004614ed1565b5f90815260056020526040902054151590565b6102a77f000000000000000000000000000000000000000000000000000000000000000081565b6101dd610473366004614ed1565b611fe7565b61024c610486366004614ed1565b60076020525f908152604090205481565b6102a77f000000000000000000000000000000000000000000000000000000000000000081565b6104e06104cc366004614ed1565b5f9081526002602052604090205460ff1690565b6040516101fe919061524d565b6101dd6104fb366004615082565b612213565b5f83815260026020526040808220815160a081019092528054829060ff16600981111561052f5761052f614ee8565b600981111561054057610540614ee8565b8152905460ff610100820416602083015263ffffffff620100008204811660408401526601000000000000820416606083015275ffffffffffffffffffffffffffffffffffffffffffff6a01000000000000000000009091041660809091015290506001815160098111156105b7576105b7614ee8565b146105fb5780516040517f9d8197440000000000000000000000000000000000000000000000000000000081526105f291869160040161525b565b60405180910390fd5b806080015175ffffffffffffffffffffffffffffffffffffffffffff16336001600160a01b03161461065b576040517ffa5cd00f0000000000000000000000000000000000000000000000000000000081523360048201526024016105f2565b806040015163ffffffff164211156106ad5760408082015190517f691e568200000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024016105f2565b60028082524263ffffffff1660408301526106c8904361529c565b63ffffffff1660608201526040516106f9908490849060200191825267ffffffffffffffff16602082015260400190565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0818403018152918152815160209283012075ffffffffffffffffffffffffffffffffffffffffffff1660808401525f868152600290925290208151815483929190829060ff1916600183600981111561077957610779614ee8565b02179055506020820151815460408085015160608087015160809097015175ffffffffffffffffffffffffffffffffffffffffffff166a01000000000000000000000269ffffffffffffffffffff63ffffffff9889166601000000000000021665ffffffffffff9890931662010000027fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000ffff60ff90971661010002969096167fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000ff9095169490941794909417959095169490941717909155820151905185917f69856f990bbe8cad6f1f590d67dc99012f13bd4857805f41521d46167a32f9d7916108a791879187919092835267ffffffffffffffff91909116602083015263ffffffff16604082015260600190565b60405180910390a250505050565b5f82815260026020526040808220815160a08101909252805483929190829060ff1660098111156108e8576108e8614ee8565b60098111156108f9576108f9614ee8565b8152905460ff610100820416602083015263ffffffff620100008204811660408401526601000000000000820416606083015275ffffffffffffffffffffffffffffffffffffffffffff6a010000000000000000000090910416608090910152905060028151600981111561097057610970614ee8565b10158015610991575060058151600981111561098e5761098e614ee8565b14155b80156109da57506109a1836123fb565b5f1c75ffffffffffffffffffffffffffffffffffffffffffff16816080015175ffffffffffffffffffffffffffffffffffffffffffff16145b9150505b92915050565b5f5f6109f187878761244f565b90925090505f610a096101c089016101a08a016152af565b63ffffffff16826040015163ffffffff16610a24919061529c565b9050804211610a62576040517f2a35a324000000000000000000000000000000000000000000000000000000008152600481018290526024016105f2565b606082015163ffffffff1615801590610aa457506060820151610aa490849063ffffffff16610a996101408c016101208d016152d2565b61ffff16888861250b565b15610acb57610ac383898989610abd60208401846152f3565b5f61256a565b505050610adc565b610ad883838a8a8a612867565b5050505b5050505050565b5f5f610af184846001612939565b91509150806040015163ffffffff164211610b465760408082015190517f2a35a32400000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024016105f2565b5f828152600260205260408120805460ff19166005179055610b688585612a74565b90505f610b758686612ad2565b90505f818310610b855781610b87565b825b90505f610b9382612b02565b90506001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663e76fede6610bd160208a018a6152f3565b84610bdc858261530c565b610be960208e018e6152f3565b60405160e086901b7fffffffff000000000000000000000000000000000000000000000000000000001681526001600160a01b0394851660048201526024810193909352604483019190915290911660648201526084016020604051808303815f875af1158015610c5c573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610c80919061531f565b506001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016630957d629610cbd60208a018a6152f3565b610cc7858761530c565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b1681526001600160a01b03909216600483015260248201526044015f604051808303815f87803b158015610d22575f5ffd5b505af1158015610d34573d5f5f3e3d5ffd5b50506001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000169150637eee288d9050610d7660208b018b6152f3565b83610d808c612b26565b610d8a908961529c565b610d94919061529c565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b1681526001600160a01b03909216600483015260248201526044015f604051808303815f87803b158015610def575f5ffd5b505af1158015610e01573d5f5f3e3d5ffd5b50505050857f38e5423e861e19556d0b69713e050c486f43b067a200882ba4ec2d0990983ad060055f604051610e38929190615336565b60405180910390a25050505050505050565b610e543382612b65565b60405181815233907f26ccf9904b9b2fb069d347553978928fd2fc65efb2638dcbeb8d142e974479f09060200160405180910390a250565b5f610e9683611a62565b610e9f83611f63565b60408051602081019390935282015260600160405160208183030381529060405280519060200120905092915050565b6040805160a0810182525f808252602082018190529181018290526060810182905260808101919091525f8281526002602052604090819020815160a081019092528054829060ff166009811115610f2957610f29614ee8565b6009811115610f3a57610f3a614ee8565b8152905460ff610100820416602083015263ffffffff620100008204811660408401526601000000000000820416606083015275ffffffffffffffffffffffffffffffffffffffffffff6a01000000000000000000009091041660809091015292915050565b610fad60208301836152f3565b6001600160a01b03163303610ff0576040517ffa5cd00f0000000000000000000000000000000000000000000000000000000081523360048201526024016105f2565b610ffb838383612c10565b505050565b336001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614611064576040517ffa5cd00f0000000000000000000000000000000000000000000000000000000081523360048201526024016105f2565b5f85815260026020526040808220815160a081019092528054829060ff16600981111561109357611093614ee8565b60098111156110a4576110a4614ee8565b8152905460ff610100820416602083015263ffffffff620100008204811660408401526601000000000000820416606083015275ffffffffffffffffffffffffffffffffffffffffffff6a010000000000000000000090910416608090910152905060038151600981111561111b5761111b614ee8565b146111565780516040517f9d8197440000000000000000000000000000000000000000000000000000000081526105f291889160040161525b565b5f60035f8881526020019081526020015f20604051806101200160405290815f82015f9054906101000a90046001600160a01b03166001600160a01b03166001600160a01b031681526020015f820160149054906101000a90046bffffffffffffffffffffffff166bffffffffffffffffffffffff166bffffffffffffffffffffffff168152602001600182015f9054906101000a90046001600160a01b03166001600160a01b03166001600160a01b031681526020016001820160149054906101000a90046bffffffffffffffffffffffff166bffffffffffffffffffffffff166bffffffffffffffffffffffff168152602001600282015f9054906101000a90046001600160a01b03166001600160a01b03166001600160a01b031681526020016002820160149054906101000a90046bffffffffffffffffffffffff166bffffffffffffffffffffffff166bffffffffffffffffffffffff168152602001600382015f9054906101000a90046001600160a01b03166001600160a01b03166001600160a01b0316815260200160048201548152602001600582015481525050905060035f8881526020019081526020015f205f5f82015f6101000a8154906001600160a01b0302191690555f820160146101000a8154906bffffffffffffffffffffffff0219169055600182015f6101000a8154906001600160a01b0302191690556001820160146101000a8154906bffffffffffffffffffffffff0219169055600282015f6101000a8154906001600160a01b0302191690556002820160146101000a8154906bffffffffffffffffffffffff0219169055600382015f6101000a8154906001600160a01b030219169055600482015f9055600582015f905550505f81606001516bffffffffffffffffffffffff168260a001516bffffffffffffffffffffffff1661140c919061529c565b9050815f01516001600160a01b031682604001516001600160a01b03160361143f57611438858261530c565b9050611503565b7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316637eee288d83604001518785606001516bffffffffffffffffffffffff16611491919061530c565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b1681526001600160a01b03909216600483015260248201526044015f604051808303815f87803b1580156114ec575f5ffd5b505af11580156114fe573d5f5f3e3d5ffd5b505050505b5f80600289600481111561151957611519614ee8565b036115df57600791507f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316637eee288d855f015161155f878b612d75565b611569908761529c565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b1681526001600160a01b03909216600483015260248201526044015f604051808303815f87803b1580156115c4575f5ffd5b505af11580156115d6573d5f5f3e3d5ffd5b5050505061179e565b5f60018a60048111156115f4576115f4614ee8565b0361161657506020840151600692506bffffffffffffffffffffffff1661176e565b60038a600481111561162a5761162a614ee8565b036116c05760089250612710611f4086602001516bffffffffffffffffffffffff166116569190615351565b6116609190615395565b5f602080890182905260e088015182526007905260408120805492935091611687906153a8565b9091555060e08501516040518c91907fcb9253586566941c59da679fe4ac2e5b0317c1f55f2723ac988f8aa024c41d83905f90a361176e565b60099250861561176e5760c08501516040517fb3d761880000000000000000000000000000000000000000000000000000000081523060048201526001600160a01b039182166024820152604481018990527f00000000000000000000000000000000000000000000000000000000000000009091169063b3d76188906064015f604051808303815f87803b158015611757575f5ffd5b505af1158015611769573d5f5f3e3d5ffd5b505050505b61179a855f01518660c0015183896020015160ff16858961178f919061530c565b8a6101000151613062565b9150505b5f8a8152600260205260409020805483919060ff191660018360098111156117c8576117c8614ee8565b0217905550897f38e5423e861e19556d0b69713e050c486f43b067a200882ba4ec2d0990983ad083836040516117ff929190615336565b60405180910390a25050505050505050505050565b5f61182260208301836152f3565b6001600160a01b0316336001600160a01b03161415801561186c5750336001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614155b156118a5576040517ffa5cd00f0000000000000000000000000000000000000000000000000000000081523360048201526024016105f2565b6118b76102a0830161028084016153df565b67ffffffffffffffff16421115611919576118da6102a0830161028084016153df565b6040517f48e57f5f00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90911660048201526024016105f2565b61193461192960208401846152f3565b836102600135612b65565b61193d82611a62565b5f8181526005602052604081206001905590915061195a83613172565b90506001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663282d3fdf61199860208601866152f3565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b1681526001600160a01b039091166004820152602481018490526044015f604051808303815f87803b1580156119f5575f5ffd5b505af1158015611a07573d5f5f3e3d5ffd5b50611a199250505060208401846152f3565b6001600160a01b0316827f8ea204c677b3ac0ecb135cdc340cd5e0cb74dbbfb426559fde6d450911ab61a283604051611a5491815260200190565b60405180910390a350919050565b5f6109de611a6f836131cc565b61320a565b5f5f611a8187878761244f565b91509150806060015163ffffffff165f03611acb576040517fa74d1170000000000000000000000000000000000000000000000000000000008152600481018390526024016105f2565b6060810151611af990839063ffffffff16611aee6101408b016101208c016152d2565b61ffff16878761250b565b15611b1757611b1282888888610abd60208401846152f3565b611b72565b5f8281526002602052604080822080547fffffffffffffffffffffffffffffffffffffffffffff00000000ffffffffffff1690555183917f4a08b75e87e4f13c615d6b53f468c1206baedac9c39f9777b3508e69014feb0791a25b50505050505050565b611b8860208301836152f3565b6001600160a01b0316336001600160a01b031614610ff0576040517ffa5cd00f0000000000000000000000000000000000000000000000000000000081523360048201526024016105f2565b5f6060805f5f5f6060611be5613251565b611bed613281565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b5f611c456102a0880161028089016153df565b67ffffffffffffffff16421115611c68576118da6102a0880161028089016153df565b611c7a610120850161010086016153df565b67ffffffffffffffff16421115611c9d576118da610120850161010086016153df565b611cc887857f00000000000000000000000000000000000000000000000000000000000000006132ac565b5f611cd288611a62565b90505f611cde86611f63565b6040805160208101859052908101829052909150606001604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081840301815291905280516020918201209350611d4590611d3d908801886152f3565b8287876138ea565b611d5f611d5560208801886152f3565b8760e00135612b65565b5f611d726101a08b016101808c016152af565b611d829063ffffffff164261529c565b6040805160a081019091529091508060018152602001611da28c8a6139a9565b60ff1681526020018263ffffffff1681526020015f63ffffffff168152602001885f016020810190611dd491906152f3565b6001600160a01b031690525f85815260026020526040902081518154829060ff19166001836009811115611e0a57611e0a614ee8565b0217905550602082015181546040840151606085015160809095015175ffffffffffffffffffffffffffffffffffffffffffff166a01000000000000000000000269ffffffffffffffffffff63ffffffff9687166601000000000000021665ffffffffffff9690921662010000027fffffffffffffffffffffffffffffffffffffffffffffffffffff00000000ffff60ff90951661010002949094167fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000ff90931692909217929092179390931617919091179055611eeb8a848b8b8b89613b52565b611ef860208801886152f3565b6001600160a01b0316611f0e60208c018c6152f3565b60408051338152602081018590526001600160a01b03929092169187917f404a8d4154fe322d683817558c05c6a1d0d545cf382de5f68dae9d2adffd5a4d910160405180910390a45050509695505050505050565b5f6109de611a6f83613f73565b611f7d60208401846152f3565b6001600160a01b0316336001600160a01b031614611fc9576040517ffa5cd00f0000000000000000000000000000000000000000000000000000000081523360048201526024016105f2565b5f5f611fd685858561244f565b91509150610adc8282878787612867565b5f81815260026020526040808220815160a081019092528054829060ff16600981111561201657612016614ee8565b600981111561202757612027614ee8565b8152905460ff610100820416602083015263ffffffff620100008204811660408401526601000000000000820416606083015275ffffffffffffffffffffffffffffffffffffffffffff6a010000000000000000000090910416608090910152905060028151600981111561209e5761209e614ee8565b146120d95780516040517f9d8197440000000000000000000000000000000000000000000000000000000081526105f291849160040161525b565b806060015163ffffffff165f0361211f576040517fa74d1170000000000000000000000000000000000000000000000000000000008152600481018390526024016105f2565b612132816060015163ffffffff16613fb1565b6121765760608101516040517fc87fd39c00000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024016105f2565b61218160024361529c565b5f838152600260208190526040909120805463ffffffff939093166601000000000000027fffffffffffffffffffffffffffffffffffffffffffff00000000ffffffffffff9093169290921790915582907f6523d7e9112abd61a765209844e13a2e104849d815fdecd734d141830e958ab7906121fe904361529c565b60405190815260200160405180910390a25050565b5f61221d82611a62565b5f8181526005602052604081205491925003612268576040517ff30a7c9e000000000000000000000000000000000000000000000000000000008152600481018290526024016105f2565b61227a6102a0830161028084016153df565b67ffffffffffffffff1642116122db5761229c6102a0830161028084016153df565b6040517f2a35a32400000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90911660048201526024016105f2565b5f8181526005602052604081208190556122f483613172565b90506001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016637eee288d61233260208601866152f3565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b1681526001600160a01b039091166004820152602481018490526044015f604051808303815f87803b15801561238f575f5ffd5b505af11580156123a1573d5f5f3e3d5ffd5b506123b39250505060208401846152f3565b6001600160a01b0316827f15d3ff426f736ded7ea73283575f6dc42d6d4247faaa84108c3526511ddebbb7836040516123ee91815260200190565b60405180910390a3505050565b5f813561240e60408401602085016153df565b60405160200161243292919091825267ffffffffffffffff16602082015260400190565b604051602081830303815290604052805190602001209050919050565b6040805160a0810182525f80825260208201819052918101829052606081018290526080810182905261248485856002612939565b9092509050612492836123fb565b5f1c75ffffffffffffffffffffffffffffffffffffffffffff16816080015175ffffffffffffffffffffffffffffffffffffffffffff1614612503576040517fd5ca853e000000000000000000000000000000000000000000000000000000008152600481018390526024016105f2565b935093915050565b5f5f612518868585613fcc565b905084612710828960405160200161253a929190918252602082015260400190565b604051602081830303815290604052805190602001205f1c61255c91906153f8565b109150505b95945050505050565b5f86815260026020908152604091829020805460ff1916600317905581516101208101909252819061259e908801886152f3565b6001600160a01b031681526020016125cb868660200160208101906125c391906153df565b8991906140bb565b6bffffffffffffffffffffffff168152602001836001600160a01b031681526020016125f687612b26565b6bffffffffffffffffffffffff1681526001600160a01b03831660208201526040016126228787612a74565b6bffffffffffffffffffffffff168152602090810190612644908701876152f3565b6001600160a01b03168152602087810135908201526040016126668787612ad2565b90525f8781526003602081815260408084208551928601516001600160a01b03938416740100000000000000000000000000000000000000006bffffffffffffffffffffffff92831681029190911783559287015160608801519085169082168402176001830155608087015160a0880151908516911690920291909117600282015560c085015192810180547fffffffffffffffffffffffff0000000000000000000000000000000000000000169390921692909217905560e08301516004820155610100909201516005909201919091556127438686614197565b905061274e83614287565b61276361275e60208801886152f3565b614287565b61277361275e60208a018a6152f3565b8351911791909117191681525f6001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016636bc51bbd896127b9886123fb565b85886040518563ffffffff1660e01b81526004016127da949392919061540b565b6020604051808303815f875af11580156127f6573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061281a919061531f565b6040516001600160a01b0385168152909150819089907f6ffe6c356041d595408164c76b017f459a203d3d7ad39dbe21a38524b652118d9060200160405180910390a35050505050505050565b5f858152600260209081526040808320805460ff1916600417905561289f918591612897919086019086016153df565b8691906140bb565b90505f816128ac86612b26565b6128b68787612a74565b6128c0919061529c565b6128ca919061530c565b90505f6129046128dd60208801886152f3565b6128ea60208801886152f3565b60208a0151869060ff16866128ff8c8c612ad2565b613062565b9050877f38e5423e861e19556d0b69713e050c486f43b067a200882ba4ec2d0990983ad0600483604051610e38929190615336565b6040805160a0810182525f80825260208201819052918101829052606081018290526080810182905261296c8585610e8c565b5f8181526002602052604090819020815160a0810190925280549294509091829060ff1660098111156129a1576129a1614ee8565b60098111156129b2576129b2614ee8565b8152905460ff610100820416602083015263ffffffff620100008204811660408401526601000000000000820416606083015275ffffffffffffffffffffffffffffffffffffffffffff6a0100000000000000000000909104166080909101529050826009811115612a2657612a26614ee8565b81516009811115612a3957612a39614ee8565b146125035780516040517f9d8197440000000000000000000000000000000000000000000000000000000081526105f291849160040161525b565b5f612a8560c0840160a08501615496565b6bffffffffffffffffffffffff1615612aad57612aa860a0840160808501615496565b612abd565b612abd6060830160408401615496565b6bffffffffffffffffffffffff169392505050565b5f612ae360c0830160a084016152d2565b61ffff16612af18484612a74565b612afb9190615351565b9392505050565b5f612710612b126107d08261530c565b612b1c9084615351565b6109de9190615395565b5f612b38610100830160e08401615496565b6bffffffffffffffffffffffff16612b58610180840161016085016154d2565b60ff166109de9190615351565b6001600160a01b0382165f908152600460209081526040808320600885901c8452909152902054600160ff83161b9080821615612be0576040517f2af71f100000000000000000000000000000000000000000000000000000000081526001600160a01b0385166004820152602481018490526044016105f2565b6001600160a01b039093165f90815260046020908152604080832060089590951c83529390529190912091179055565b5f5f612c1d85858561244f565b90925090505f612c356101c087016101a088016152af565b63ffffffff16826040015163ffffffff16612c50919061529c565b905080421115612c8f576040517f691e5682000000000000000000000000000000000000000000000000000000008152600481018290526024016105f2565b612c9c60208701876152f3565b6001600160a01b0316336001600160a01b031614612d5f577f00000000000000000000000000000000000000000000000000000000000000006001600160a01b031663282d3fdf33612ced89612b26565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b1681526001600160a01b03909216600483015260248201526044015f604051808303815f87803b158015612d48575f5ffd5b505af1158015612d5a573d5f5f3e3d5ffd5b505050505b612d6d83878787333361256a565b505050505050565b5f612710610fa0846101000151612d8c9190615351565b612d969190615395565b90505f6127106107d0856101000151612daf9190615351565b612db99190615395565b905080831015612dc65750815b8360c001516001600160a01b031684604001516001600160a01b031603612dea57505f5b60808401515f906001600160a01b031615801590612e2257508460c001516001600160a01b031685608001516001600160a01b031614155b8015612e475750845f01516001600160a01b031685608001516001600160a01b031614155b15612e6f576127106107d0866101000151612e629190615351565b612e6c9190615395565b90505b5f81612e7b848661529c565b612e85919061529c565b60c08701516101008801519192506001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000169163e76fede69190612ecf858261530c565b8a5160405160e086901b7fffffffff000000000000000000000000000000000000000000000000000000001681526001600160a01b039485166004820152602481019390935260448301919091529190911660648201526084016020604051808303815f875af1158015612f45573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190612f69919061531f565b505f865f01516001600160a01b031687604001516001600160a01b031614612f915783612f93565b5f5b612f9d908461529c565b9050801561304d57865160408089015190517fb3d761880000000000000000000000000000000000000000000000000000000081526001600160a01b0392831660048201529082166024820152604481018390527f00000000000000000000000000000000000000000000000000000000000000009091169063b3d76188906064015f604051808303815f87803b158015613036575f5ffd5b505af1158015613048573d5f5f3e3d5ffd5b505050505b613057818361530c565b979650505050505050565b5f806127106130718688615351565b61307b9190615395565b9050613087818761530c565b6040517fe2910c590000000000000000000000000000000000000000000000000000000081526001600160a01b038a811660048301528981166024830152604482018390527f0000000000000000000000000000000000000000000000000000000000000000811660648301526084820184905260a4820187905260c482018690529193507f00000000000000000000000000000000000000000000000000000000000000009091169063e2910c599060e4015f604051808303815f87803b158015613151575f5ffd5b505af1158015613163573d5f5f3e3d5ffd5b50505050509695505050505050565b5f61317c82612b26565b61318c60e0840160c08501615496565b6bffffffffffffffffffffffff166131aa60a0850160808601615496565b6bffffffffffffffffffffffff166131c2919061529c565b6109de919061529c565b6040517fe5aca6ffc4c7d9cff401fbe99bee3616f6772f48b833f0fe0130894da31c731b8082525f916102a08460208301376102c090209392505050565b5f6109de61321661434d565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b606061327c7f0000000000000000000000000000000000000000000000000000000000000000614476565b905090565b606061327c7f0000000000000000000000000000000000000000000000000000000000000000614476565b6132b960208301836152f3565b6001600160a01b03166132cf60208501856152f3565b6001600160a01b031603613365576040517f46f542bf00000000000000000000000000000000000000000000000000000000815260206004820152602360248201527f612063726561746f722063616e6e6f742070726f7669646520666f722069747360448201527f656c66000000000000000000000000000000000000000000000000000000000060648201526084016105f2565b806133786101a0850161018086016152af565b63ffffffff1610806133a3575062093a8061339b6101a0850161018086016152af565b63ffffffff16115b1561340a576040517f71b80f8000000000000000000000000000000000000000000000000000000000815260206004820152600c60248201527f7375626d697457696e646f77000000000000000000000000000000000000000060448201526064016105f2565b8061341d6101c085016101a086016152af565b63ffffffff161080613448575062093a806134406101c085016101a086016152af565b63ffffffff16115b156134af576040517f71b80f8000000000000000000000000000000000000000000000000000000000815260206004820152600b60248201527f6a7564676557696e646f7700000000000000000000000000000000000000000060448201526064016105f2565b60646134c3610140850161012086016152d2565b61ffff1610806134e957506127106134e3610140850161012086016152d2565b61ffff16115b15613550576040517f71b80f8000000000000000000000000000000000000000000000000000000000815260206004820152600960248201527f636865636b52617465000000000000000000000000000000000000000000000060448201526064016105f2565b61356060c0840160a08501615496565b6bffffffffffffffffffffffff16156135b55761358360c0840160a08501615496565b6bffffffffffffffffffffffff166135a16080840160608501615496565b6bffffffffffffffffffffffff16116135f3565b6135c560a0840160808501615496565b6bffffffffffffffffffffffff166135e36060840160408501615496565b6bffffffffffffffffffffffff16115b1561365a576040517f46f542bf00000000000000000000000000000000000000000000000000000000815260206004820152600560248201527f707269636500000000000000000000000000000000000000000000000000000060448201526064016105f2565b61366a60c0840160a08501615496565b6bffffffffffffffffffffffff16158015906136a157506136916080830160608401615496565b6bffffffffffffffffffffffff16155b15613708576040517f46f542bf00000000000000000000000000000000000000000000000000000000815260206004820152601b60248201527f7468652070726f766964657220646f6573206e6f74206d65746572000000000060448201526064016105f2565b61371a610160840161014085016152d2565b61ffff1661372e60c0840160a085016152d2565b61ffff16101561379a576040517f46f542bf00000000000000000000000000000000000000000000000000000000815260206004820152600860248201527f6d756c7469706c6500000000000000000000000000000000000000000000000060448201526064016105f2565b6127106137af610140850161012086016152d2565b61ffff166137c5610140860161012087016152d2565b61ffff166137d960c0860160a087016152d2565b61ffff166137e79190615351565b6137f1919061529c565b10156138595761380760c0830160a084016152d2565b613819610140850161012086016152d2565b6040517f4436949f00000000000000000000000000000000000000000000000000000000815261ffff9283166004820152911660248201526044016105f2565b6bffffffffffffffffffffffff61386f84612b26565b11156138d7576040517f71b80f8000000000000000000000000000000000000000000000000000000000815260206004820152600b60248201527f6d65646961746f7246656500000000000000000000000000000000000000000060448201526064016105f2565b610ffb6138e48484614197565b826144b3565b5f5f6138f7858585614688565b5090925090505f81600381111561391057613910614ee8565b14801561392e5750856001600160a01b0316826001600160a01b0316145b1561393a5750506139a3565b6001600160a01b0386163b1580159061395a575061395a868686866146cf565b156139665750506139a3565b6040517fd855c4f40000000000000000000000000000000000000000000000000000000081526001600160a01b03871660048201526024016105f2565b50505050565b5f61022083013515806139dd575060ff7f000000000000000000000000000000000000000000000000000000000000000016155b15613a0957507f00000000000000000000000000000000000000000000000000000000000000006109de565b5f61271060ff7f000000000000000000000000000000000000000000000000000000000000000016613a3b8686612a74565b613a459190615351565b613a4f9190615395565b90506001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663b071c330610220860135613a9360208801886152f3565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b16815260048101929092526001600160a01b03166024820152604481018490526064016020604051808303815f875af1158015613afb573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190613b1f91906154fc565b613b49577f00000000000000000000000000000000000000000000000000000000000000006109da565b505f9392505050565b5f613b5c87612b26565b613b668885612a74565b613b70919061529c565b905083158015613b8c57505f8681526005602052604090205415155b15613c6a575f868152600560209081526040808320839055600682529091208390556001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001690637eee288d90613beb908a018a6152f3565b613bf48a613172565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b1681526001600160a01b03909216600483015260248201526044015f604051808303815f87803b158015613c4f575f5ffd5b505af1158015613c61573d5f5f3e3d5ffd5b50505050613c9d565b613c82613c7a60208901896152f3565b8787876138ea565b613c9d613c9260208901896152f3565b886102600135612b65565b6001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016636e826859613cd960208a018a6152f3565b8333613ceb60e08d0160c08e01615496565b613cf860208a018a6152f3565b613d028e8b612ad2565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e089901b1681526001600160a01b039687166004820152602481019590955292851660448501526bffffffffffffffffffffffff909116606484015292909216608482015260a481019190915260c4015f604051808303815f87803b158015613d8e575f5ffd5b505af1158015613da0573d5f5f3e3d5ffd5b50613db59250505060a0840160808501615496565b6bffffffffffffffffffffffff1615611b72576001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663282d3fdf613e0460208601866152f3565b613e1460a0870160808801615496565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b1681526001600160a01b0390921660048301526bffffffffffffffffffffffff1660248201526044015f604051808303815f87803b158015613e7d575f5ffd5b505af1158015613e8f573d5f5f3e3d5ffd5b50506001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016915063b3d761889050613ed160208601866152f3565b33613ee260a0880160808901615496565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e086901b1681526001600160a01b0393841660048201529290911660248301526bffffffffffffffffffffffff1660448201526064015f604051808303815f87803b158015613f54575f5ffd5b505af1158015613f66573d5f5f3e3d5ffd5b5050505050505050505050565b6040517fb4a387646af6f9d709aa0a00e99cb1382b567a0b3a956238fc5dfd2ecc6b96cf8082525f9161012084602083013761014090209392505050565b5f43821080156109de5750613fc582614752565b1592915050565b5f43841061400f576040517f61350569000000000000000000000000000000000000000000000000000000008152600481018590524360248201526044016105f2565b5f61401985614752565b90505f81900361405e576040517f74ca3c07000000000000000000000000000000000000000000000000000000008152600481018690524360248201526044016105f2565b80848460405161406f929190615515565b6040518091039020146140b1576040517f826fd990000000000000000000000000000000000000000000000000000000008152600481018690526024016105f2565b612561848461485e565b5f6140cc60c0850160a08601615496565b6bffffffffffffffffffffffff165f03614105576140f06060840160408501615496565b6bffffffffffffffffffffffff169050612afb565b5f620f424061411a6080860160608701615496565b61413c906bffffffffffffffffffffffff1667ffffffffffffffff8616615351565b6141469190615395565b905061415860a0860160808701615496565b6bffffffffffffffffffffffff16811061418f5761417c60a0860160808701615496565b6bffffffffffffffffffffffff16612561565b949350505050565b6040805160c0810182525f80825260208201819052918101829052606081018290526080810182905260a08101919091526040518060c001604052808360c00135856102000135168152602001846101600160208101906141f891906154d2565b60ff1681526020016142126101e086016101c087016152af565b63ffffffff16815260200161422f61020086016101e087016152af565b63ffffffff16815260200161424b610100860160e08701615496565b6bffffffffffffffffffffffff16815260200161427061012086016101008701615496565b6bffffffffffffffffffffffff1690529392505050565b6040517ffd6aad250000000000000000000000000000000000000000000000000000000081526001600160a01b0382811660048301525f91829182917f00000000000000000000000000000000000000000000000000000000000000009091169063fd6aad25906024016040805180830381865afa15801561430b573d5f5f3e3d5ffd5b505050506040513d601f19601f8201168201806040525081019061432f9190615524565b915091508161433e575f61418f565b600160ff82161b949350505050565b5f306001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000161480156143a557507f000000000000000000000000000000000000000000000000000000000000000046145b156143cf57507f000000000000000000000000000000000000000000000000000000000000000090565b61327c604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60605f61448283614a7c565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f6144c0835f0151614abc565b9050826020015160ff165f14806144dd5750826020015160ff1681105b156145265760208301516040517feb8e6ac30000000000000000000000000000000000000000000000000000000081526004810183905260ff90911660248201526044016105f2565b81836040015163ffffffff16108061454a575062093a80836040015163ffffffff16115b1561458f5760408084015190517f8cefbf0000000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024016105f2565b81836060015163ffffffff1610806145b3575062093a80836060015163ffffffff16115b156145f85760608301516040517f8cefbf0000000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024016105f2565b5f61461d846020015160ff168386608001516bffffffffffffffffffffffff16614b93565b9050808460a001516bffffffffffffffffffffffff1610156139a35760a08401516040517f4a77f2fa0000000000000000000000000000000000000000000000000000000081526bffffffffffffffffffffffff9091166004820152602481018290526044016105f2565b5f808060418490036146bc578435602086013560408701355f1a6146ae89828585614be3565b9550955095505050506146c6565b505f915060029050825b93509350939050565b604080517f1626ba7e00000000000000000000000000000000000000000000000000000000808252600482018690526024820192909252604481018390525f91908390818660648301375f82606483010152601f820160051c60051b915060205f60648401838b5afa9050825f5114601f3d111681169350505050949350505050565b80408015801561476157504382105b801561477f575071f90827f1c53a10cb7a02335b1753200029353b15155b15614859575f5f71f90827f1c53a10cb7a02335b1753200029356001600160a01b0316846040516020016147b591815260200190565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0818403018152908290526147ed91615559565b5f60405180830381855afa9150503d805f8114614825576040519150601f19603f3d011682016040523d82523d5f602084013e61482a565b606091505b509150915081801561483d575080516020145b15614856578080602001905181019061418f919061531f565b50505b919050565b5f6003821080614889575082825f81811061487b5761487b61556f565b9091013560f81c60f9141590505b156148c0576040517f34ea3f6e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b8180848160028181106148d5576148d561556f565b919091013560f81c90506008868660018181106148f4576148f461556f565b61490b9492013560f81c90921b179050600361529c565b14614942576040517f34ea3f6e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60035f5b600d811015614a15578582013560f881901c608081101561496c57600184019350614a0b565b60b88110156149a0579283017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff810192614a0b565b8060b8036149bc5760f082901c60ff1660020184019350614a0b565b8060b9036149d95760e882901c61ffff1660030184019350614a0b565b6040517f34ea3f6e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5050600101614946565b5080850160018101359350355f1a82614a2f83602161529c565b1180614a3c57508060a014155b15614a73576040517f34ea3f6e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b5f60ff8216601f8111156109de576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203614aed5750610100919050565b50600181901c7f5555555555555555555555555555555555555555555555555555555555555555169003600281901c7f3333333333333333333333333333333333333333333333333333333333333333908116911601600481901c017f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f167f01010101010101010101010101010101010101010101010101010101010101010260f81c90565b5f614ba26107d061271061530c565b612710614baf8686614cc9565b614bba90600161529c565b614bc49085615351565b614bce9190615351565b614bd89190615395565b61418f90600161529c565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0841115614c1c57505f91506003905082614cbf565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa158015614c6d573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b038116614cb657505f925060019150829050614cbf565b92505f91508190505b9450945094915050565b5f8281818411614cd9575f614ce3565b614ce3858561530c565b90505b8015614d3457614cf7826002615351565b614d0290600161529c565b91505f818310614d125781614d14565b825b905083811115614d22578093505b614d2c818361530c565b915050614ce6565b505092915050565b803567ffffffffffffffff81168114614859575f5ffd5b5f5f5f60608486031215614d65575f5ffd5b8335925060208401359150614d7c60408501614d3c565b90509250925092565b5f60408284031215614d95575f5ffd5b50919050565b5f5f60608385031215614dac575f5ffd5b82359150614dbd8460208501614d85565b90509250929050565b5f6102a08284031215614d95575f5ffd5b5f6101208284031215614d95575f5ffd5b5f5f83601f840112614df8575f5ffd5b50813567ffffffffffffffff811115614e0f575f5ffd5b602083019150836020828501011115614e26575f5ffd5b9250929050565b5f5f5f5f5f6104208688031215614e42575f5ffd5b614e4c8787614dc6565b9450614e5c876102a08801614dd7565b9350614e6c876103c08801614d85565b925061040086013567ffffffffffffffff811115614e88575f5ffd5b614e9488828901614de8565b969995985093965092949392505050565b5f5f6103c08385031215614eb7575f5ffd5b614ec18484614dc6565b9150614dbd846102a08501614dd7565b5f60208284031215614ee1575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b600a8110614f4a577f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b9052565b5f60a082019050614f60828451614f15565b60ff602084015116602083015263ffffffff604084015116604083015263ffffffff606084015116606083015275ffffffffffffffffffffffffffffffffffffffffffff608084015116608083015292915050565b5f5f5f6104008486031215614fc8575f5ffd5b614fd28585614dc6565b9250614fe2856102a08601614dd7565b9150614d7c856103c08601614d85565b80356001600160a01b0381168114614859575f5ffd5b5f5f60408385031215615019575f5ffd5b61502283614ff2565b946020939093013593505050565b5f5f5f5f5f5f60c08789031215615045575f5ffd5b8635955060208701359450604087013560058110615061575f5ffd5b959894975094956060810135955060808101359460a0909101359350915050565b5f6102a08284031215615093575f5ffd5b612afb8383614dc6565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f61512360e083018961509d565b8281036040840152615135818961509d565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b8181101561518a57835183526020938401939092019160010161516c565b50909b9a5050505050505050505050565b5f5f5f5f5f5f61040087890312156151b1575f5ffd5b6151bb8888614dc6565b95506102a087013567ffffffffffffffff8111156151d7575f5ffd5b6151e389828a01614de8565b90965094506151f89050886102c08901614dd7565b92506103e087013567ffffffffffffffff811115615214575f5ffd5b61522089828a01614de8565b979a9699509497509295939492505050565b5f6101208284031215615243575f5ffd5b612afb8383614dd7565b602081016109de8284614f15565b82815260408101612afb6020830184614f15565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b808201808211156109de576109de61526f565b5f602082840312156152bf575f5ffd5b813563ffffffff81168114612afb575f5ffd5b5f602082840312156152e2575f5ffd5b813561ffff81168114612afb575f5ffd5b5f60208284031215615303575f5ffd5b612afb82614ff2565b818103818111156109de576109de61526f565b5f6020828403121561532f575f5ffd5b5051919050565b604081016153448285614f15565b8260208301529392505050565b80820281158282048414176109de576109de61526f565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f826153a3576153a3615368565b500490565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff82036153d8576153d861526f565b5060010190565b5f602082840312156153ef575f5ffd5b612afb82614d3c565b5f8261540657615406615368565b500690565b5f610120820190508582528460208301528351604083015260ff602085015116606083015263ffffffff604085015116608083015263ffffffff60608501511660a08301526bffffffffffffffffffffffff60808501511660c08301526bffffffffffffffffffffffff60a08501511660e08301526125616101008301846001600160a01b03169052565b5f602082840312156154a6575f5ffd5b81356bffffffffffffffffffffffff81168114612afb575f5ffd5b60ff811681146154cf575f5ffd5b50565b5f602082840312156154e2575f5ffd5b8135612afb816154c1565b80518015158114614859575f5ffd5b5f6020828403121561550c575f5ffd5b612afb826154ed565b818382375f9101908152919050565b5f5f60408385031215615535575f5ffd5b61553e836154ed565b9150602083015161554e816154c1565b809150509250929050565b5f82518060208501845e5f920191825250919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd",
}

// Deals is an auto generated Go binding around an Ethereum contract.
type Deals struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Deals) GetABI() abi.ABI {
	return c.abi
}

// NewDeals creates a new instance of Deals.
func NewDeals() *Deals {
	parsed, err := DealsMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Deals{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Deals) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address ledger_, address directory_, address mediation_, address requests_, uint256 windowFloor_) returns()
func (deals *Deals) PackConstructor(ledger_ common.Address, directory_ common.Address, mediation_ common.Address, requests_ common.Address, windowFloor_ *big.Int) []byte {
	enc, err := deals.abi.Pack("", ledger_, directory_, mediation_, requests_, windowFloor_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackAccept is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xae54f94e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function accept((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result) returns()
func (deals *Deals) PackAccept(job JobOffer, resource ResourceOffer, result Result) []byte {
	enc, err := deals.abi.Pack("accept", job, resource, result)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAccept is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xae54f94e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function accept((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result) returns()
func (deals *Deals) TryPackAccept(job JobOffer, resource ResourceOffer, result Result) ([]byte, error) {
	return deals.abi.Pack("accept", job, resource, result)
}

// PackCancel is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x40e58ee5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cancel(uint256 nonce) returns()
func (deals *Deals) PackCancel(nonce *big.Int) []byte {
	enc, err := deals.abi.Pack("cancel", nonce)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCancel is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x40e58ee5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cancel(uint256 nonce) returns()
func (deals *Deals) TryPackCancel(nonce *big.Int) ([]byte, error) {
	return deals.abi.Pack("cancel", nonce)
}

// PackCheckResult is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6534afba.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function checkResult((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result) returns()
func (deals *Deals) PackCheckResult(job JobOffer, resource ResourceOffer, result Result) []byte {
	enc, err := deals.abi.Pack("checkResult", job, resource, result)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCheckResult is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6534afba.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function checkResult((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result) returns()
func (deals *Deals) TryPackCheckResult(job JobOffer, resource ResourceOffer, result Result) ([]byte, error) {
	return deals.abi.Pack("checkResult", job, resource, result)
}

// PackDealAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x643d438d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function dealAt(bytes32 dealId) view returns((uint8,uint8,uint32,uint32,uint176))
func (deals *Deals) PackDealAt(dealId [32]byte) []byte {
	enc, err := deals.abi.Pack("dealAt", dealId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDealAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x643d438d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function dealAt(bytes32 dealId) view returns((uint8,uint8,uint32,uint32,uint176))
func (deals *Deals) TryPackDealAt(dealId [32]byte) ([]byte, error) {
	return deals.abi.Pack("dealAt", dealId)
}

// UnpackDealAt is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x643d438d.
//
// Solidity: function dealAt(bytes32 dealId) view returns((uint8,uint8,uint32,uint32,uint176))
func (deals *Deals) UnpackDealAt(data []byte) (DealsDeal, error) {
	out, err := deals.abi.Unpack("dealAt", data)
	if err != nil {
		return *new(DealsDeal), err
	}
	out0 := *abi.ConvertType(out[0], new(DealsDeal)).(*DealsDeal)
	return out0, nil
}

// PackDealOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x310ef066.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function dealOf(bytes32 jobHash) view returns(bytes32)
func (deals *Deals) PackDealOf(jobHash [32]byte) []byte {
	enc, err := deals.abi.Pack("dealOf", jobHash)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDealOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x310ef066.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function dealOf(bytes32 jobHash) view returns(bytes32)
func (deals *Deals) TryPackDealOf(jobHash [32]byte) ([]byte, error) {
	return deals.abi.Pack("dealOf", jobHash)
}

// UnpackDealOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x310ef066.
//
// Solidity: function dealOf(bytes32 jobHash) view returns(bytes32)
func (deals *Deals) UnpackDealOf(data []byte) ([32]byte, error) {
	out, err := deals.abi.Unpack("dealOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackDirectory is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc41c2f24.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function directory() view returns(address)
func (deals *Deals) PackDirectory() []byte {
	enc, err := deals.abi.Pack("directory")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDirectory is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc41c2f24.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function directory() view returns(address)
func (deals *Deals) TryPackDirectory() ([]byte, error) {
	return deals.abi.Pack("directory")
}

// UnpackDirectory is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc41c2f24.
//
// Solidity: function directory() view returns(address)
func (deals *Deals) UnpackDirectory(data []byte) (common.Address, error) {
	out, err := deals.abi.Unpack("directory", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackDraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7eaa2333.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function draw((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result, bytes header) returns()
func (deals *Deals) PackDraw(job JobOffer, resource ResourceOffer, result Result, header []byte) []byte {
	enc, err := deals.abi.Pack("draw", job, resource, result, header)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7eaa2333.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function draw((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result, bytes header) returns()
func (deals *Deals) TryPackDraw(job JobOffer, resource ResourceOffer, result Result, header []byte) ([]byte, error) {
	return deals.abi.Pack("draw", job, resource, result, header)
}

// PackEscrow is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x718c3667.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function escrow((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) returns(bytes32 jobHash)
func (deals *Deals) PackEscrow(job JobOffer) []byte {
	enc, err := deals.abi.Pack("escrow", job)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEscrow is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x718c3667.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function escrow((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) returns(bytes32 jobHash)
func (deals *Deals) TryPackEscrow(job JobOffer) ([]byte, error) {
	return deals.abi.Pack("escrow", job)
}

// UnpackEscrow is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x718c3667.
//
// Solidity: function escrow((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) returns(bytes32 jobHash)
func (deals *Deals) UnpackEscrow(data []byte) ([32]byte, error) {
	out, err := deals.abi.Unpack("escrow", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackEscrowed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaf4e7c26.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function escrowed(bytes32 jobHash) view returns(bool)
func (deals *Deals) PackEscrowed(jobHash [32]byte) []byte {
	enc, err := deals.abi.Pack("escrowed", jobHash)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEscrowed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaf4e7c26.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function escrowed(bytes32 jobHash) view returns(bool)
func (deals *Deals) TryPackEscrowed(jobHash [32]byte) ([]byte, error) {
	return deals.abi.Pack("escrowed", jobHash)
}

// UnpackEscrowed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xaf4e7c26.
//
// Solidity: function escrowed(bytes32 jobHash) view returns(bool)
func (deals *Deals) UnpackEscrowed(data []byte) (bool, error) {
	out, err := deals.abi.Unpack("escrowed", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackExpire is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2cca808f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function expire((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource) returns()
func (deals *Deals) PackExpire(job JobOffer, resource ResourceOffer) []byte {
	enc, err := deals.abi.Pack("expire", job, resource)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExpire is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2cca808f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function expire((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource) returns()
func (deals *Deals) TryPackExpire(job JobOffer, resource ResourceOffer) ([]byte, error) {
	return deals.abi.Pack("expire", job, resource)
}

// PackFinalize is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x28151c47.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function finalize((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result, bytes header) returns()
func (deals *Deals) PackFinalize(job JobOffer, resource ResourceOffer, result Result, header []byte) []byte {
	enc, err := deals.abi.Pack("finalize", job, resource, result, header)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFinalize is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x28151c47.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function finalize((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result, bytes header) returns()
func (deals *Deals) TryPackFinalize(job JobOffer, resource ResourceOffer, result Result, header []byte) ([]byte, error) {
	return deals.abi.Pack("finalize", job, resource, result, header)
}

// PackHashJob is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x79741aa3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function hashJob((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) view returns(bytes32)
func (deals *Deals) PackHashJob(job JobOffer) []byte {
	enc, err := deals.abi.Pack("hashJob", job)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHashJob is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x79741aa3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function hashJob((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) view returns(bytes32)
func (deals *Deals) TryPackHashJob(job JobOffer) ([]byte, error) {
	return deals.abi.Pack("hashJob", job)
}

// UnpackHashJob is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x79741aa3.
//
// Solidity: function hashJob((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) view returns(bytes32)
func (deals *Deals) UnpackHashJob(data []byte) ([32]byte, error) {
	out, err := deals.abi.Unpack("hashJob", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackHashResource is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaabead8f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function hashResource((address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource) view returns(bytes32)
func (deals *Deals) PackHashResource(resource ResourceOffer) []byte {
	enc, err := deals.abi.Pack("hashResource", resource)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHashResource is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaabead8f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function hashResource((address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource) view returns(bytes32)
func (deals *Deals) TryPackHashResource(resource ResourceOffer) ([]byte, error) {
	return deals.abi.Pack("hashResource", resource)
}

// UnpackHashResource is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xaabead8f.
//
// Solidity: function hashResource((address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource) view returns(bytes32)
func (deals *Deals) UnpackHashResource(data []byte) ([32]byte, error) {
	out, err := deals.abi.Unpack("hashResource", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackIdOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x52fbf05e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function idOf((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource) view returns(bytes32)
func (deals *Deals) PackIdOf(job JobOffer, resource ResourceOffer) []byte {
	enc, err := deals.abi.Pack("idOf", job, resource)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIdOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x52fbf05e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function idOf((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource) view returns(bytes32)
func (deals *Deals) TryPackIdOf(job JobOffer, resource ResourceOffer) ([]byte, error) {
	return deals.abi.Pack("idOf", job, resource)
}

// UnpackIdOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x52fbf05e.
//
// Solidity: function idOf((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource) view returns(bytes32)
func (deals *Deals) UnpackIdOf(data []byte) ([32]byte, error) {
	out, err := deals.abi.Unpack("idOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackIsResult is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2484bc2f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isResult(bytes32 dealId, (bytes32,uint64) result) view returns(bool)
func (deals *Deals) PackIsResult(dealId [32]byte, result Result) []byte {
	enc, err := deals.abi.Pack("isResult", dealId, result)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsResult is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2484bc2f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isResult(bytes32 dealId, (bytes32,uint64) result) view returns(bool)
func (deals *Deals) TryPackIsResult(dealId [32]byte, result Result) ([]byte, error) {
	return deals.abi.Pack("isResult", dealId, result)
}

// UnpackIsResult is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2484bc2f.
//
// Solidity: function isResult(bytes32 dealId, (bytes32,uint64) result) view returns(bool)
func (deals *Deals) UnpackIsResult(data []byte) (bool, error) {
	out, err := deals.abi.Unpack("isResult", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackLedger is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56397c35.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ledger() view returns(address)
func (deals *Deals) PackLedger() []byte {
	enc, err := deals.abi.Pack("ledger")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLedger is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56397c35.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ledger() view returns(address)
func (deals *Deals) TryPackLedger() ([]byte, error) {
	return deals.abi.Pack("ledger")
}

// UnpackLedger is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x56397c35.
//
// Solidity: function ledger() view returns(address)
func (deals *Deals) UnpackLedger(data []byte) (common.Address, error) {
	out, err := deals.abi.Unpack("ledger", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackMarks is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbb734757.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function marks(bytes32 module) view returns(uint256)
func (deals *Deals) PackMarks(module [32]byte) []byte {
	enc, err := deals.abi.Pack("marks", module)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMarks is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xbb734757.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function marks(bytes32 module) view returns(uint256)
func (deals *Deals) TryPackMarks(module [32]byte) ([]byte, error) {
	return deals.abi.Pack("marks", module)
}

// UnpackMarks is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xbb734757.
//
// Solidity: function marks(bytes32 module) view returns(uint256)
func (deals *Deals) UnpackMarks(data []byte) (*big.Int, error) {
	out, err := deals.abi.Unpack("marks", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackMatchOffers is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8abaaf1d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function matchOffers((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, bytes jobSignature, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, bytes resourceSignature) returns(bytes32 dealId)
func (deals *Deals) PackMatchOffers(job JobOffer, jobSignature []byte, resource ResourceOffer, resourceSignature []byte) []byte {
	enc, err := deals.abi.Pack("matchOffers", job, jobSignature, resource, resourceSignature)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMatchOffers is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8abaaf1d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function matchOffers((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, bytes jobSignature, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, bytes resourceSignature) returns(bytes32 dealId)
func (deals *Deals) TryPackMatchOffers(job JobOffer, jobSignature []byte, resource ResourceOffer, resourceSignature []byte) ([]byte, error) {
	return deals.abi.Pack("matchOffers", job, jobSignature, resource, resourceSignature)
}

// UnpackMatchOffers is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8abaaf1d.
//
// Solidity: function matchOffers((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, bytes jobSignature, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, bytes resourceSignature) returns(bytes32 dealId)
func (deals *Deals) UnpackMatchOffers(data []byte) ([32]byte, error) {
	out, err := deals.abi.Unpack("matchOffers", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackMediation is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5ba6284f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mediation() view returns(address)
func (deals *Deals) PackMediation() []byte {
	enc, err := deals.abi.Pack("mediation")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMediation is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5ba6284f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mediation() view returns(address)
func (deals *Deals) TryPackMediation() ([]byte, error) {
	return deals.abi.Pack("mediation")
}

// UnpackMediation is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5ba6284f.
//
// Solidity: function mediation() view returns(address)
func (deals *Deals) UnpackMediation(data []byte) (common.Address, error) {
	out, err := deals.abi.Unpack("mediation", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackOnVerdict is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7020d9ab.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function onVerdict(bytes32 , bytes32 dealId, uint8 verdict, bytes32 , uint256 spent, uint256 compensation) returns()
func (deals *Deals) PackOnVerdict(arg0 [32]byte, dealId [32]byte, verdict uint8, arg3 [32]byte, spent *big.Int, compensation *big.Int) []byte {
	enc, err := deals.abi.Pack("onVerdict", arg0, dealId, verdict, arg3, spent, compensation)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOnVerdict is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7020d9ab.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function onVerdict(bytes32 , bytes32 dealId, uint8 verdict, bytes32 , uint256 spent, uint256 compensation) returns()
func (deals *Deals) TryPackOnVerdict(arg0 [32]byte, dealId [32]byte, verdict uint8, arg3 [32]byte, spent *big.Int, compensation *big.Int) ([]byte, error) {
	return deals.abi.Pack("onVerdict", arg0, dealId, verdict, arg3, spent, compensation)
}

// PackProbeDeterminism is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8454dbf6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function probeDeterminism((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result) returns()
func (deals *Deals) PackProbeDeterminism(job JobOffer, resource ResourceOffer, result Result) []byte {
	enc, err := deals.abi.Pack("probeDeterminism", job, resource, result)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackProbeDeterminism is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8454dbf6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function probeDeterminism((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, (bytes32,uint64) result) returns()
func (deals *Deals) TryPackProbeDeterminism(job JobOffer, resource ResourceOffer, result Result) ([]byte, error) {
	return deals.abi.Pack("probeDeterminism", job, resource, result)
}

// PackRearm is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb84136c5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function rearm(bytes32 dealId) returns()
func (deals *Deals) PackRearm(dealId [32]byte) []byte {
	enc, err := deals.abi.Pack("rearm", dealId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRearm is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb84136c5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function rearm(bytes32 dealId) returns()
func (deals *Deals) TryPackRearm(dealId [32]byte) ([]byte, error) {
	return deals.abi.Pack("rearm", dealId)
}

// PackReclaim is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd346e01.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function reclaim((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) returns()
func (deals *Deals) PackReclaim(job JobOffer) []byte {
	enc, err := deals.abi.Pack("reclaim", job)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReclaim is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdd346e01.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function reclaim((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) returns()
func (deals *Deals) TryPackReclaim(job JobOffer) ([]byte, error) {
	return deals.abi.Pack("reclaim", job)
}

// PackRequests is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb74cb2db.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requests() view returns(address)
func (deals *Deals) PackRequests() []byte {
	enc, err := deals.abi.Pack("requests")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequests is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb74cb2db.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requests() view returns(address)
func (deals *Deals) TryPackRequests() ([]byte, error) {
	return deals.abi.Pack("requests")
}

// UnpackRequests is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb74cb2db.
//
// Solidity: function requests() view returns(address)
func (deals *Deals) UnpackRequests(data []byte) (common.Address, error) {
	out, err := deals.abi.Unpack("requests", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackStatusOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc7df14e2.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function statusOf(bytes32 dealId) view returns(uint8)
func (deals *Deals) PackStatusOf(dealId [32]byte) []byte {
	enc, err := deals.abi.Pack("statusOf", dealId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStatusOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc7df14e2.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function statusOf(bytes32 dealId) view returns(uint8)
func (deals *Deals) TryPackStatusOf(dealId [32]byte) ([]byte, error) {
	return deals.abi.Pack("statusOf", dealId)
}

// UnpackStatusOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc7df14e2.
//
// Solidity: function statusOf(bytes32 dealId) view returns(uint8)
func (deals *Deals) UnpackStatusOf(data []byte) (uint8, error) {
	out, err := deals.abi.Unpack("statusOf", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackSubmit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0e58f1b5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function submit(bytes32 dealId, bytes32 digest, uint64 fuel) returns()
func (deals *Deals) PackSubmit(dealId [32]byte, digest [32]byte, fuel uint64) []byte {
	enc, err := deals.abi.Pack("submit", dealId, digest, fuel)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSubmit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0e58f1b5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function submit(bytes32 dealId, bytes32 digest, uint64 fuel) returns()
func (deals *Deals) TryPackSubmit(dealId [32]byte, digest [32]byte, fuel uint64) ([]byte, error) {
	return deals.abi.Pack("submit", dealId, digest, fuel)
}

// PackUsedNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6a8a6894.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function usedNonces(address account, uint256 word) view returns(uint256 bits)
func (deals *Deals) PackUsedNonces(account common.Address, word *big.Int) []byte {
	enc, err := deals.abi.Pack("usedNonces", account, word)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackUsedNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6a8a6894.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function usedNonces(address account, uint256 word) view returns(uint256 bits)
func (deals *Deals) TryPackUsedNonces(account common.Address, word *big.Int) ([]byte, error) {
	return deals.abi.Pack("usedNonces", account, word)
}

// UnpackUsedNonces is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6a8a6894.
//
// Solidity: function usedNonces(address account, uint256 word) view returns(uint256 bits)
func (deals *Deals) UnpackUsedNonces(data []byte) (*big.Int, error) {
	out, err := deals.abi.Unpack("usedNonces", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackWindowFloor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68ceca31.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function windowFloor() view returns(uint256)
func (deals *Deals) PackWindowFloor() []byte {
	enc, err := deals.abi.Pack("windowFloor")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWindowFloor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68ceca31.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function windowFloor() view returns(uint256)
func (deals *Deals) TryPackWindowFloor() ([]byte, error) {
	return deals.abi.Pack("windowFloor")
}

// UnpackWindowFloor is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x68ceca31.
//
// Solidity: function windowFloor() view returns(uint256)
func (deals *Deals) UnpackWindowFloor(data []byte) (*big.Int, error) {
	out, err := deals.abi.Unpack("windowFloor", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// DealsChecked represents a Checked event raised by the Deals contract.
type DealsChecked struct {
	DealId     [32]byte
	CaseId     [32]byte
	Challenger common.Address
	Raw        *types.Log // Blockchain specific contextual infos
}

const DealsCheckedEventName = "Checked"

// ContractEventName returns the user-defined event name.
func (DealsChecked) ContractEventName() string {
	return DealsCheckedEventName
}

// UnpackCheckedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Checked(bytes32 indexed dealId, bytes32 indexed caseId, address challenger)
func (deals *Deals) UnpackCheckedEvent(log *types.Log) (*DealsChecked, error) {
	event := "Checked"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsChecked)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsDrawMissed represents a DrawMissed event raised by the Deals contract.
type DealsDrawMissed struct {
	DealId [32]byte
	Raw    *types.Log // Blockchain specific contextual infos
}

const DealsDrawMissedEventName = "DrawMissed"

// ContractEventName returns the user-defined event name.
func (DealsDrawMissed) ContractEventName() string {
	return DealsDrawMissedEventName
}

// UnpackDrawMissedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event DrawMissed(bytes32 indexed dealId)
func (deals *Deals) UnpackDrawMissedEvent(log *types.Log) (*DealsDrawMissed, error) {
	event := "DrawMissed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsDrawMissed)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsEIP712DomainChanged represents a EIP712DomainChanged event raised by the Deals contract.
type DealsEIP712DomainChanged struct {
	Raw *types.Log // Blockchain specific contextual infos
}

const DealsEIP712DomainChangedEventName = "EIP712DomainChanged"

// ContractEventName returns the user-defined event name.
func (DealsEIP712DomainChanged) ContractEventName() string {
	return DealsEIP712DomainChangedEventName
}

// UnpackEIP712DomainChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event EIP712DomainChanged()
func (deals *Deals) UnpackEIP712DomainChangedEvent(log *types.Log) (*DealsEIP712DomainChanged, error) {
	event := "EIP712DomainChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsEIP712DomainChanged)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsEscrowed represents a Escrowed event raised by the Deals contract.
type DealsEscrowed struct {
	JobHash [32]byte
	Creator common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const DealsEscrowedEventName = "Escrowed"

// ContractEventName returns the user-defined event name.
func (DealsEscrowed) ContractEventName() string {
	return DealsEscrowedEventName
}

// UnpackEscrowedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Escrowed(bytes32 indexed jobHash, address indexed creator, uint256 amount)
func (deals *Deals) UnpackEscrowedEvent(log *types.Log) (*DealsEscrowed, error) {
	event := "Escrowed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsEscrowed)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsMatched represents a Matched event raised by the Deals contract.
type DealsMatched struct {
	DealId   [32]byte
	Creator  common.Address
	Provider common.Address
	Solver   common.Address
	SubmitBy *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const DealsMatchedEventName = "Matched"

// ContractEventName returns the user-defined event name.
func (DealsMatched) ContractEventName() string {
	return DealsMatchedEventName
}

// UnpackMatchedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Matched(bytes32 indexed dealId, address indexed creator, address indexed provider, address solver, uint256 submitBy)
func (deals *Deals) UnpackMatchedEvent(log *types.Log) (*DealsMatched, error) {
	event := "Matched"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsMatched)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsModuleMarked represents a ModuleMarked event raised by the Deals contract.
type DealsModuleMarked struct {
	Module [32]byte
	DealId [32]byte
	Raw    *types.Log // Blockchain specific contextual infos
}

const DealsModuleMarkedEventName = "ModuleMarked"

// ContractEventName returns the user-defined event name.
func (DealsModuleMarked) ContractEventName() string {
	return DealsModuleMarkedEventName
}

// UnpackModuleMarkedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ModuleMarked(bytes32 indexed module, bytes32 indexed dealId)
func (deals *Deals) UnpackModuleMarkedEvent(log *types.Log) (*DealsModuleMarked, error) {
	event := "ModuleMarked"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsModuleMarked)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsNonceCancelled represents a NonceCancelled event raised by the Deals contract.
type DealsNonceCancelled struct {
	Account common.Address
	Nonce   *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const DealsNonceCancelledEventName = "NonceCancelled"

// ContractEventName returns the user-defined event name.
func (DealsNonceCancelled) ContractEventName() string {
	return DealsNonceCancelledEventName
}

// UnpackNonceCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event NonceCancelled(address indexed account, uint256 nonce)
func (deals *Deals) UnpackNonceCancelledEvent(log *types.Log) (*DealsNonceCancelled, error) {
	event := "NonceCancelled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsNonceCancelled)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsRearmed represents a Rearmed event raised by the Deals contract.
type DealsRearmed struct {
	DealId    [32]byte
	SeedBlock *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const DealsRearmedEventName = "Rearmed"

// ContractEventName returns the user-defined event name.
func (DealsRearmed) ContractEventName() string {
	return DealsRearmedEventName
}

// UnpackRearmedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Rearmed(bytes32 indexed dealId, uint256 seedBlock)
func (deals *Deals) UnpackRearmedEvent(log *types.Log) (*DealsRearmed, error) {
	event := "Rearmed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsRearmed)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsReclaimed represents a Reclaimed event raised by the Deals contract.
type DealsReclaimed struct {
	JobHash [32]byte
	Creator common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const DealsReclaimedEventName = "Reclaimed"

// ContractEventName returns the user-defined event name.
func (DealsReclaimed) ContractEventName() string {
	return DealsReclaimedEventName
}

// UnpackReclaimedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Reclaimed(bytes32 indexed jobHash, address indexed creator, uint256 amount)
func (deals *Deals) UnpackReclaimedEvent(log *types.Log) (*DealsReclaimed, error) {
	event := "Reclaimed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsReclaimed)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsSettled represents a Settled event raised by the Deals contract.
type DealsSettled struct {
	DealId [32]byte
	Status uint8
	Paid   *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const DealsSettledEventName = "Settled"

// ContractEventName returns the user-defined event name.
func (DealsSettled) ContractEventName() string {
	return DealsSettledEventName
}

// UnpackSettledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Settled(bytes32 indexed dealId, uint8 status, uint256 paid)
func (deals *Deals) UnpackSettledEvent(log *types.Log) (*DealsSettled, error) {
	event := "Settled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsSettled)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DealsSubmitted represents a Submitted event raised by the Deals contract.
type DealsSubmitted struct {
	DealId    [32]byte
	Digest    [32]byte
	Fuel      uint64
	SeedBlock *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const DealsSubmittedEventName = "Submitted"

// ContractEventName returns the user-defined event name.
func (DealsSubmitted) ContractEventName() string {
	return DealsSubmittedEventName
}

// UnpackSubmittedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Submitted(bytes32 indexed dealId, bytes32 digest, uint64 fuel, uint256 seedBlock)
func (deals *Deals) UnpackSubmittedEvent(log *types.Log) (*DealsSubmitted, error) {
	event := "Submitted"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != deals.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DealsSubmitted)
	if len(log.Data) > 0 {
		if err := deals.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range deals.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (deals *Deals) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], deals.abi.Errors["BadOffer"].ID.Bytes()[:4]) {
		return deals.UnpackBadOfferError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["BadWindow"].ID.Bytes()[:4]) {
		return deals.UnpackBadWindowError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["BlockNotYet"].ID.Bytes()[:4]) {
		return deals.UnpackBlockNotYetError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["BlockhashGone"].ID.Bytes()[:4]) {
		return deals.UnpackBlockhashGoneError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["CollateralTooSmall"].ID.Bytes()[:4]) {
		return deals.UnpackCollateralTooSmallError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["DepositTooSmall"].ID.Bytes()[:4]) {
		return deals.UnpackDepositTooSmallError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["DrawDone"].ID.Bytes()[:4]) {
		return deals.UnpackDrawDoneError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["InvalidShortString"].ID.Bytes()[:4]) {
		return deals.UnpackInvalidShortStringError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["InvalidSignature"].ID.Bytes()[:4]) {
		return deals.UnpackInvalidSignatureError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["MalformedHeader"].ID.Bytes()[:4]) {
		return deals.UnpackMalformedHeaderError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["Mismatch"].ID.Bytes()[:4]) {
		return deals.UnpackMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["NonceUsed"].ID.Bytes()[:4]) {
		return deals.UnpackNonceUsedError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["NotAllowed"].ID.Bytes()[:4]) {
		return deals.UnpackNotAllowedError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["NotEscrowed"].ID.Bytes()[:4]) {
		return deals.UnpackNotEscrowedError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["OfferExpired"].ID.Bytes()[:4]) {
		return deals.UnpackOfferExpiredError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["PoolTooSmall"].ID.Bytes()[:4]) {
		return deals.UnpackPoolTooSmallError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["SeedAtHand"].ID.Bytes()[:4]) {
		return deals.UnpackSeedAtHandError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["StringTooLong"].ID.Bytes()[:4]) {
		return deals.UnpackStringTooLongError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["TooEarly"].ID.Bytes()[:4]) {
		return deals.UnpackTooEarlyError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["TooLate"].ID.Bytes()[:4]) {
		return deals.UnpackTooLateError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["WrongHeader"].ID.Bytes()[:4]) {
		return deals.UnpackWrongHeaderError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["WrongResult"].ID.Bytes()[:4]) {
		return deals.UnpackWrongResultError(raw[4:])
	}
	if bytes.Equal(raw[:4], deals.abi.Errors["WrongStatus"].ID.Bytes()[:4]) {
		return deals.UnpackWrongStatusError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// DealsBadOffer represents a BadOffer error raised by the Deals contract.
type DealsBadOffer struct {
	What string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BadOffer(string what)
func DealsBadOfferErrorID() common.Hash {
	return common.HexToHash("0x71b80f807dee6c9edb0860bf5d83d246c23b634876c4cd0b9ead23dc520727b3")
}

// UnpackBadOfferError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BadOffer(string what)
func (deals *Deals) UnpackBadOfferError(raw []byte) (*DealsBadOffer, error) {
	out := new(DealsBadOffer)
	if err := deals.abi.UnpackIntoInterface(out, "BadOffer", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsBadWindow represents a BadWindow error raised by the Deals contract.
type DealsBadWindow struct {
	Window *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BadWindow(uint256 window)
func DealsBadWindowErrorID() common.Hash {
	return common.HexToHash("0x8cefbf00cc9045b4ae40e849390f091b0f13370412bc670e46887caca4aa9ded")
}

// UnpackBadWindowError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BadWindow(uint256 window)
func (deals *Deals) UnpackBadWindowError(raw []byte) (*DealsBadWindow, error) {
	out := new(DealsBadWindow)
	if err := deals.abi.UnpackIntoInterface(out, "BadWindow", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsBlockNotYet represents a BlockNotYet error raised by the Deals contract.
type DealsBlockNotYet struct {
	Number  *big.Int
	Current *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BlockNotYet(uint256 number, uint256 current)
func DealsBlockNotYetErrorID() common.Hash {
	return common.HexToHash("0x613505699a425b5e4b13810c0e680d0cced69b2cfcbf60409fa2057f3f7c8928")
}

// UnpackBlockNotYetError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BlockNotYet(uint256 number, uint256 current)
func (deals *Deals) UnpackBlockNotYetError(raw []byte) (*DealsBlockNotYet, error) {
	out := new(DealsBlockNotYet)
	if err := deals.abi.UnpackIntoInterface(out, "BlockNotYet", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsBlockhashGone represents a BlockhashGone error raised by the Deals contract.
type DealsBlockhashGone struct {
	Number  *big.Int
	Current *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BlockhashGone(uint256 number, uint256 current)
func DealsBlockhashGoneErrorID() common.Hash {
	return common.HexToHash("0x74ca3c07ecc402a0b0c93bcd03f743ea90d94bd3073a1026fc1ecabd78992c70")
}

// UnpackBlockhashGoneError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BlockhashGone(uint256 number, uint256 current)
func (deals *Deals) UnpackBlockhashGoneError(raw []byte) (*DealsBlockhashGone, error) {
	out := new(DealsBlockhashGone)
	if err := deals.abi.UnpackIntoInterface(out, "BlockhashGone", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsCollateralTooSmall represents a CollateralTooSmall error raised by the Deals contract.
type DealsCollateralTooSmall struct {
	Multiple  *big.Int
	CheckRate *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error CollateralTooSmall(uint256 multiple, uint256 checkRate)
func DealsCollateralTooSmallErrorID() common.Hash {
	return common.HexToHash("0x4436949f83845f811cc3a8b8e2403c518b32c42d6ba4583b5db78b998f808652")
}

// UnpackCollateralTooSmallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error CollateralTooSmall(uint256 multiple, uint256 checkRate)
func (deals *Deals) UnpackCollateralTooSmallError(raw []byte) (*DealsCollateralTooSmall, error) {
	out := new(DealsCollateralTooSmall)
	if err := deals.abi.UnpackIntoInterface(out, "CollateralTooSmall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsDepositTooSmall represents a DepositTooSmall error raised by the Deals contract.
type DealsDepositTooSmall struct {
	Deposit *big.Int
	Needs   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error DepositTooSmall(uint256 deposit, uint256 needs)
func DealsDepositTooSmallErrorID() common.Hash {
	return common.HexToHash("0x4a77f2fa62296c5cc216025004b03ed11b511d575baed7939c8b78bbe939738d")
}

// UnpackDepositTooSmallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error DepositTooSmall(uint256 deposit, uint256 needs)
func (deals *Deals) UnpackDepositTooSmallError(raw []byte) (*DealsDepositTooSmall, error) {
	out := new(DealsDepositTooSmall)
	if err := deals.abi.UnpackIntoInterface(out, "DepositTooSmall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsDrawDone represents a DrawDone error raised by the Deals contract.
type DealsDrawDone struct {
	DealId [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error DrawDone(bytes32 dealId)
func DealsDrawDoneErrorID() common.Hash {
	return common.HexToHash("0xa74d1170afed1894f388c54ff14647c43b20a5e2c5f5caa526d2d8338bf7525e")
}

// UnpackDrawDoneError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error DrawDone(bytes32 dealId)
func (deals *Deals) UnpackDrawDoneError(raw []byte) (*DealsDrawDone, error) {
	out := new(DealsDrawDone)
	if err := deals.abi.UnpackIntoInterface(out, "DrawDone", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsInvalidShortString represents a InvalidShortString error raised by the Deals contract.
type DealsInvalidShortString struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidShortString()
func DealsInvalidShortStringErrorID() common.Hash {
	return common.HexToHash("0xb3512b0c6163e5f0bafab72bb631b9d58cd7a731b082f910338aa21c83d5c274")
}

// UnpackInvalidShortStringError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidShortString()
func (deals *Deals) UnpackInvalidShortStringError(raw []byte) (*DealsInvalidShortString, error) {
	out := new(DealsInvalidShortString)
	if err := deals.abi.UnpackIntoInterface(out, "InvalidShortString", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsInvalidSignature represents a InvalidSignature error raised by the Deals contract.
type DealsInvalidSignature struct {
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidSignature(address account)
func DealsInvalidSignatureErrorID() common.Hash {
	return common.HexToHash("0xd855c4f4d7a9aef9d1b6f49c25339cf5cd471e30830c8071f7b5024985e5abcd")
}

// UnpackInvalidSignatureError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidSignature(address account)
func (deals *Deals) UnpackInvalidSignatureError(raw []byte) (*DealsInvalidSignature, error) {
	out := new(DealsInvalidSignature)
	if err := deals.abi.UnpackIntoInterface(out, "InvalidSignature", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsMalformedHeader represents a MalformedHeader error raised by the Deals contract.
type DealsMalformedHeader struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error MalformedHeader()
func DealsMalformedHeaderErrorID() common.Hash {
	return common.HexToHash("0x34ea3f6ee72990850ba14992e1ca7072114ad0ff043c3976a3ed651411aa9d8c")
}

// UnpackMalformedHeaderError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error MalformedHeader()
func (deals *Deals) UnpackMalformedHeaderError(raw []byte) (*DealsMalformedHeader, error) {
	out := new(DealsMalformedHeader)
	if err := deals.abi.UnpackIntoInterface(out, "MalformedHeader", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsMismatch represents a Mismatch error raised by the Deals contract.
type DealsMismatch struct {
	What string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error Mismatch(string what)
func DealsMismatchErrorID() common.Hash {
	return common.HexToHash("0x46f542bf19e28c40198bf5729bcc590d9e2d1282378ecec3f9e8c2dd74029d9c")
}

// UnpackMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error Mismatch(string what)
func (deals *Deals) UnpackMismatchError(raw []byte) (*DealsMismatch, error) {
	out := new(DealsMismatch)
	if err := deals.abi.UnpackIntoInterface(out, "Mismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsNonceUsed represents a NonceUsed error raised by the Deals contract.
type DealsNonceUsed struct {
	Account common.Address
	Nonce   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NonceUsed(address account, uint256 nonce)
func DealsNonceUsedErrorID() common.Hash {
	return common.HexToHash("0x2af71f10069c28afc67c3752e87e0e4616a97948d33c8f404a856c0c334b3e01")
}

// UnpackNonceUsedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NonceUsed(address account, uint256 nonce)
func (deals *Deals) UnpackNonceUsedError(raw []byte) (*DealsNonceUsed, error) {
	out := new(DealsNonceUsed)
	if err := deals.abi.UnpackIntoInterface(out, "NonceUsed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsNotAllowed represents a NotAllowed error raised by the Deals contract.
type DealsNotAllowed struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotAllowed(address caller)
func DealsNotAllowedErrorID() common.Hash {
	return common.HexToHash("0xfa5cd00ff5c4577b9857716999b0b260131d9f5bcbb69f0fa80d6ba972753c88")
}

// UnpackNotAllowedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotAllowed(address caller)
func (deals *Deals) UnpackNotAllowedError(raw []byte) (*DealsNotAllowed, error) {
	out := new(DealsNotAllowed)
	if err := deals.abi.UnpackIntoInterface(out, "NotAllowed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsNotEscrowed represents a NotEscrowed error raised by the Deals contract.
type DealsNotEscrowed struct {
	JobHash [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotEscrowed(bytes32 jobHash)
func DealsNotEscrowedErrorID() common.Hash {
	return common.HexToHash("0xf30a7c9ef5084b95e16b8d12bfc2a4ed6c1d6b29396da137abd5d3856f5a8c06")
}

// UnpackNotEscrowedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotEscrowed(bytes32 jobHash)
func (deals *Deals) UnpackNotEscrowedError(raw []byte) (*DealsNotEscrowed, error) {
	out := new(DealsNotEscrowed)
	if err := deals.abi.UnpackIntoInterface(out, "NotEscrowed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsOfferExpired represents a OfferExpired error raised by the Deals contract.
type DealsOfferExpired struct {
	Expiry *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error OfferExpired(uint256 expiry)
func DealsOfferExpiredErrorID() common.Hash {
	return common.HexToHash("0x48e57f5f7de6743b5c1c749447ff980262d36d0ad5142c942523d48dc821a171")
}

// UnpackOfferExpiredError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error OfferExpired(uint256 expiry)
func (deals *Deals) UnpackOfferExpiredError(raw []byte) (*DealsOfferExpired, error) {
	out := new(DealsOfferExpired)
	if err := deals.abi.UnpackIntoInterface(out, "OfferExpired", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsPoolTooSmall represents a PoolTooSmall error raised by the Deals contract.
type DealsPoolTooSmall struct {
	Has   *big.Int
	Needs *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error PoolTooSmall(uint256 has, uint256 needs)
func DealsPoolTooSmallErrorID() common.Hash {
	return common.HexToHash("0xeb8e6ac32eff1b67c2ae329fb3d1a6690406bb0d5b2a59bc4b4b1533553e9c86")
}

// UnpackPoolTooSmallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error PoolTooSmall(uint256 has, uint256 needs)
func (deals *Deals) UnpackPoolTooSmallError(raw []byte) (*DealsPoolTooSmall, error) {
	out := new(DealsPoolTooSmall)
	if err := deals.abi.UnpackIntoInterface(out, "PoolTooSmall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsSeedAtHand represents a SeedAtHand error raised by the Deals contract.
type DealsSeedAtHand struct {
	SeedBlock *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SeedAtHand(uint256 seedBlock)
func DealsSeedAtHandErrorID() common.Hash {
	return common.HexToHash("0xc87fd39c110821762b6339ff521dfefcaf0081a882a0698fcc48dd8ceedef4a9")
}

// UnpackSeedAtHandError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SeedAtHand(uint256 seedBlock)
func (deals *Deals) UnpackSeedAtHandError(raw []byte) (*DealsSeedAtHand, error) {
	out := new(DealsSeedAtHand)
	if err := deals.abi.UnpackIntoInterface(out, "SeedAtHand", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsStringTooLong represents a StringTooLong error raised by the Deals contract.
type DealsStringTooLong struct {
	Str string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error StringTooLong(string str)
func DealsStringTooLongErrorID() common.Hash {
	return common.HexToHash("0x305a27a93f8e33b7392df0a0f91d6fc63847395853c45991eec52dbf24d72381")
}

// UnpackStringTooLongError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error StringTooLong(string str)
func (deals *Deals) UnpackStringTooLongError(raw []byte) (*DealsStringTooLong, error) {
	out := new(DealsStringTooLong)
	if err := deals.abi.UnpackIntoInterface(out, "StringTooLong", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsTooEarly represents a TooEarly error raised by the Deals contract.
type DealsTooEarly struct {
	Deadline *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TooEarly(uint256 deadline)
func DealsTooEarlyErrorID() common.Hash {
	return common.HexToHash("0x2a35a3246d5070e2b118858c24c2c4d23eaebe645b92ab746b92dd600c35a9d7")
}

// UnpackTooEarlyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TooEarly(uint256 deadline)
func (deals *Deals) UnpackTooEarlyError(raw []byte) (*DealsTooEarly, error) {
	out := new(DealsTooEarly)
	if err := deals.abi.UnpackIntoInterface(out, "TooEarly", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsTooLate represents a TooLate error raised by the Deals contract.
type DealsTooLate struct {
	Deadline *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TooLate(uint256 deadline)
func DealsTooLateErrorID() common.Hash {
	return common.HexToHash("0x691e5682c05af91a82d806fceac093f8891d2c453dfc42c67196c1ccdb7b8be1")
}

// UnpackTooLateError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TooLate(uint256 deadline)
func (deals *Deals) UnpackTooLateError(raw []byte) (*DealsTooLate, error) {
	out := new(DealsTooLate)
	if err := deals.abi.UnpackIntoInterface(out, "TooLate", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsWrongHeader represents a WrongHeader error raised by the Deals contract.
type DealsWrongHeader struct {
	Number *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongHeader(uint256 number)
func DealsWrongHeaderErrorID() common.Hash {
	return common.HexToHash("0x826fd9905f24b48f5b4f1958774359e607b3b901720fa475023a8e5e1eb45d5c")
}

// UnpackWrongHeaderError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongHeader(uint256 number)
func (deals *Deals) UnpackWrongHeaderError(raw []byte) (*DealsWrongHeader, error) {
	out := new(DealsWrongHeader)
	if err := deals.abi.UnpackIntoInterface(out, "WrongHeader", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsWrongResult represents a WrongResult error raised by the Deals contract.
type DealsWrongResult struct {
	DealId [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongResult(bytes32 dealId)
func DealsWrongResultErrorID() common.Hash {
	return common.HexToHash("0xd5ca853e36bcf4c094983ae285d797fd73895e8c66d847b71034d0e3d2986d26")
}

// UnpackWrongResultError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongResult(bytes32 dealId)
func (deals *Deals) UnpackWrongResultError(raw []byte) (*DealsWrongResult, error) {
	out := new(DealsWrongResult)
	if err := deals.abi.UnpackIntoInterface(out, "WrongResult", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DealsWrongStatus represents a WrongStatus error raised by the Deals contract.
type DealsWrongStatus struct {
	DealId [32]byte
	Status uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongStatus(bytes32 dealId, uint8 status)
func DealsWrongStatusErrorID() common.Hash {
	return common.HexToHash("0x9d81974470eb5e30f285b1055c396a387d885a43a0fb39f84dcb3764cbc907a1")
}

// UnpackWrongStatusError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongStatus(bytes32 dealId, uint8 status)
func (deals *Deals) UnpackWrongStatusError(raw []byte) (*DealsWrongStatus, error) {
	out := new(DealsWrongStatus)
	if err := deals.abi.UnpackIntoInterface(out, "WrongStatus", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryMetaData contains all meta data concerning the Directory contract.
var DirectoryMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractILedger\",\"name\":\"ledger_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"deals_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"rounds_\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"leastStake_\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"reuseDelay_\",\"type\":\"uint256\"},{\"internalType\":\"uint16\",\"name\":\"feeBps_\",\"type\":\"uint16\"},{\"internalType\":\"address\",\"name\":\"treasury_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"lister_\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"AlreadyMediator\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"BadParameter\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotAllowed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"NotMediator\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"},{\"internalType\":\"uint256\",\"name\":\"until\",\"type\":\"uint256\"}],\"name\":\"NotReleasable\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"length\",\"type\":\"uint256\"}],\"name\":\"RecipientTooLong\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"RegistryFull\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"bits\",\"type\":\"uint8\"},{\"internalType\":\"uint256\",\"name\":\"value\",\"type\":\"uint256\"}],\"name\":\"SafeCastOverflowedUintDowncast\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"has\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needs\",\"type\":\"uint256\"}],\"name\":\"StakeTooSmall\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"name\":\"StillStaked\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"}],\"name\":\"FeeWaived\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"lister\",\"type\":\"address\"}],\"name\":\"ListerChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"lister\",\"type\":\"address\"}],\"name\":\"ListerOffered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"mediator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"name\":\"MediatorJoined\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"mediator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"name\":\"MediatorLeft\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"name\":\"MediatorReleased\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"cap\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"}],\"name\":\"ProjectListed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"roles\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"recipient\",\"type\":\"string\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"endpoint\",\"type\":\"bytes32\"}],\"name\":\"Registered\",\"type\":\"event\"},{\"inputs\":[],\"name\":\"FEE_CAP\",\"outputs\":[{\"internalType\":\"uint16\",\"name\":\"\",\"type\":\"uint16\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"acceptLister\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"activeMediators\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"deals\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"name\":\"evict\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"indexOf\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"is_\",\"type\":\"bool\"},{\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"joinMediators\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"leastStake\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"leaveMediators\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"ledger\",\"outputs\":[{\"internalType\":\"contractILedger\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"cap\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"}],\"name\":\"listProject\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"lister\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"name\":\"mediatorAt\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"mediator\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"nextLister\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"next\",\"type\":\"address\"}],\"name\":\"offerLister\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"profileOf\",\"outputs\":[{\"internalType\":\"uint8\",\"name\":\"roles\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"endpoint\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"protocolFee\",\"outputs\":[{\"internalType\":\"uint16\",\"name\":\"bps\",\"type\":\"uint16\"},{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"recipientOf\",\"outputs\":[{\"internalType\":\"string\",\"name\":\"\",\"type\":\"string\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"roles\",\"type\":\"uint8\"},{\"internalType\":\"string\",\"name\":\"recipient\",\"type\":\"string\"},{\"internalType\":\"bytes32\",\"name\":\"endpoint\",\"type\":\"bytes32\"}],\"name\":\"register\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"name\":\"release\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"reuseDelay\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"rounds\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"}],\"name\":\"waive\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"waived\",\"type\":\"bool\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"waivers\",\"outputs\":[{\"internalType\":\"uint128\",\"name\":\"left\",\"type\":\"uint128\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "30f79ce0cc153d64ce1e6f0f5c3cd1f872",
	Bin: "0x610160604052348015610010575f5ffd5b50604051611b93380380611b9383398101604081905261002f916100db565b60c861ffff8416118061004957506001600160a01b038216155b8061005b57506001600160a01b038816155b1561007957604051634762470b60e11b815260040160405180910390fd5b6001600160a01b0397881660805295871660a05293861660c05260e0929092526101005261ffff16610120528216610140525f80546001600160a01b03191691909216179055610179565b6001600160a01b03811681146100d8575f5ffd5b50565b5f5f5f5f5f5f5f5f610100898b0312156100f3575f5ffd5b88516100fe816100c4565b60208a015190985061010f816100c4565b60408a0151909750610120816100c4565b60608a015160808b015160a08c0151929850909650945061ffff81168114610146575f5ffd5b60c08a0151909350610157816100c4565b60e08a0151909250610168816100c4565b809150509295985092959890939650565b60805160a05160c05160e0516101005161012051610140516119986101fb5f395f6104c401525f61048b01525f81816104f4015261133401525f818161036e01528181610a6c01528181610eee0152610f4301525f81816103b00152610bc001525f81816101980152610b7f01525f8181610327015261128601526119985ff3fe608060405234801561000f575f5ffd5b506004361061018f575f3560e01c80637deb3d1a116100dd578063b0e21e8a11610088578063d4c1524e11610063578063d4c1524e14610529578063fa4433a314610531578063fd6aad251461054b575f5ffd5b8063b0e21e8a14610482578063c5c6c5bd146104ef578063d2acdbfa14610516575f5ffd5b8063a2e800ad116100b8578063a2e800ad146103ab578063ab676be9146103d2578063b071c3301461045f575f5ffd5b80637deb3d1a14610369578063865bbf92146103905780639faedce9146103a3575f5ffd5b80632cdc1c741161013d5780634671a6e7116101185780634671a6e7146102ea57806356397c3514610322578063695b7f2314610349575f5ffd5b80632cdc1c74146102515780632cfd3090146102705780632f8eb9cb14610290575f5ffd5b806315445dc41161016d57806315445dc4146102145780631e850246146102275780632c85f2c71461023e575f5ffd5b80630f752fe814610193578063148836a2146101e457806314e048ba146101f9575b5f5ffd5b6101ba7f000000000000000000000000000000000000000000000000000000000000000081565b60405173ffffffffffffffffffffffffffffffffffffffff90911681526020015b60405180910390f35b6101f76101f23660046114e7565b610577565b005b61020160c881565b60405161ffff90911681526020016101db565b6101f7610222366004611523565b610708565b61023060025481565b6040519081526020016101db565b6101f761024c36600461155b565b61086e565b5f546101ba9073ffffffffffffffffffffffffffffffffffffffff1681565b6001546101ba9073ffffffffffffffffffffffffffffffffffffffff1681565b6102d161029e36600461155b565b73ffffffffffffffffffffffffffffffffffffffff165f908152600560205260409020805460019091015460ff90911691565b6040805160ff90931683526020830191909152016101db565b6101ba6102f83660046114e7565b60ff165f9081526004602052604090205473ffffffffffffffffffffffffffffffffffffffff1690565b6101ba7f000000000000000000000000000000000000000000000000000000000000000081565b61035c61035736600461155b565b61092e565b6040516101db9190611574565b6102307f000000000000000000000000000000000000000000000000000000000000000081565b6101f761039e3660046114e7565b6109e7565b6101f7610add565b6101ba7f000000000000000000000000000000000000000000000000000000000000000081565b61042e6103e03660046115c7565b600660209081525f92835260408084209091529082529020546fffffffffffffffffffffffffffffffff811690700100000000000000000000000000000000900467ffffffffffffffff1682565b604080516fffffffffffffffffffffffffffffffff909316835267ffffffffffffffff9091166020830152016101db565b61047261046d3660046115f1565b610b66565b60405190151581526020016101db565b6040805161ffff7f000000000000000000000000000000000000000000000000000000000000000016815273ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000166020820152016101db565b6102307f000000000000000000000000000000000000000000000000000000000000000081565b6101f7610524366004611624565b610d57565b6101f7610e2c565b610539610edf565b60405160ff90911681526020016101db565b61055e61055936600461155b565b61113f565b60408051921515835260ff9091166020830152016101db565b60ff81165f9081526004602090815260409182902082518084019093525473ffffffffffffffffffffffffffffffffffffffff8116835274010000000000000000000000000000000000000000900467ffffffffffffffff1690820181905215806105ef5750806020015167ffffffffffffffff1642105b156106465760208101516040517fa0e8240a00000000000000000000000000000000000000000000000000000000815260ff8416600482015267ffffffffffffffff90911660248201526044015b60405180910390fd5b60ff82165f81815260046020908152604080832080547fffffffff00000000000000000000000000000000000000000000000000000000169055845173ffffffffffffffffffffffffffffffffffffffff168352600582529182902080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000ff169055600380546001851b1916905590519182527f0d19dc25c7b1bdf53339aae9b9612512524a4604cd9c2d996e83f905369b4ec3910160405180910390a15050565b5f5473ffffffffffffffffffffffffffffffffffffffff16331461075a576040517ffa5cd00f00000000000000000000000000000000000000000000000000000000815233600482015260240161063d565b604051806040016040528061076e84611193565b6fffffffffffffffffffffffffffffffff16815260200161078e836111ec565b67ffffffffffffffff9081169091525f86815260066020908152604080832073ffffffffffffffffffffffffffffffffffffffff8916808552908352928190208551815496840151909516700100000000000000000000000000000000027fffffffffffffffff0000000000000000000000000000000000000000000000009096166fffffffffffffffffffffffffffffffff909516949094179490941790925582518581529182018490529186917f2d98f062196d055894930074025efdf35b708568a2735d16757eae495a6c23d5910160405180910390a350505050565b5f5473ffffffffffffffffffffffffffffffffffffffff1633146108c0576040517ffa5cd00f00000000000000000000000000000000000000000000000000000000815233600482015260240161063d565b600180547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff83169081179091556040517f285a018e5951adfefa0f37dcb0f8c30d5290e4336c96e3b6a89b8883eecdf1a6905f90a250565b73ffffffffffffffffffffffffffffffffffffffff81165f908152600560205260409020600201805460609190610964906116a9565b80601f0160208091040260200160405190810160405280929190818152602001828054610990906116a9565b80156109db5780601f106109b2576101008083540402835291602001916109db565b820191905f5260205f20905b8154815290600101906020018083116109be57829003601f168201915b50505050509050919050565b60ff81165f8181526004602052604081205460025473ffffffffffffffffffffffffffffffffffffffff909116926001901b169003610a6a576040517f8c1f2c9200000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff8216600482015260240161063d565b7f0000000000000000000000000000000000000000000000000000000000000000610a948261123b565b10610ad0576040517f9ded6c9a00000000000000000000000000000000000000000000000000000000815260ff8316600482015260240161063d565b610ad98261130b565b5050565b335f90815260056020526040902054610100900461ffff16801580610b175750610b08600182611727565b61ffff166001901b600254165f145b15610b50576040517f8c1f2c9200000000000000000000000000000000000000000000000000000000815233600482015260240161063d565b610b63610b5e600183611727565b61130b565b50565b5f3373ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001614801590610be357503373ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001614155b15610c1c576040517ffa5cd00f00000000000000000000000000000000000000000000000000000000815233600482015260240161063d565b5f84815260066020908152604080832073ffffffffffffffffffffffffffffffffffffffff8716845290915290208054700100000000000000000000000000000000900467ffffffffffffffff16421180610c89575080546fffffffffffffffffffffffffffffffff1683115b15610c97575f915050610d50565b610ca083611193565b815482905f90610cc39084906fffffffffffffffffffffffffffffffff16611741565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff1602179055508373ffffffffffffffffffffffffffffffffffffffff16857fd7165752ccca4c53464564f192b75b26b4b64b66327ff15539052c92b43c69fa85604051610d4291815260200190565b60405180910390a360019150505b9392505050565b6080821115610d95576040517f0f8323d30000000000000000000000000000000000000000000000000000000081526004810183905260240161063d565b335f90815260056020526040902080547fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff001660ff861617815560028101610ddd8486836117ed565b506001810182905560405133907fb9037e719b5a9dd552de6d1b7ab3ffaf5dd3ae468e0a786d35f1447384caf42c90610e1d9088908890889088906118c6565b60405180910390a25050505050565b60015473ffffffffffffffffffffffffffffffffffffffff163314610e7f576040517ffa5cd00f00000000000000000000000000000000000000000000000000000000815233600482015260240161063d565b5f8054337fffffffffffffffffffffffff0000000000000000000000000000000000000000918216811783556001805490921690915560405190917fcb983c4ee98ea9864e614961001e7216b53f768928e572b2ed3ac3884217819a91a2565b5f5f610eea3361123b565b90507f0000000000000000000000000000000000000000000000000000000000000000811015610f6f576040517ff74c0f33000000000000000000000000000000000000000000000000000000008152600481018290527f0000000000000000000000000000000000000000000000000000000000000000602482015260440161063d565b335f90815260056020526040902054610100900461ffff1615610fc0576040517fad8cb1dd00000000000000000000000000000000000000000000000000000000815233600482015260240161063d565b5f1960035403610ffc576040517fd107156700000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b61100860035419611403565b60038054600160ff841681811b92831790935560028054831790556040805180820182523381525f6020808301828152878352600490915292902090518154925167ffffffffffffffff1674010000000000000000000000000000000000000000027fffffffff0000000000000000000000000000000000000000000000000000000090931673ffffffffffffffffffffffffffffffffffffffff9190911617919091179055929450916110bc9190611925565b335f81815260056020908152604091829020805461ffff95909516610100027fffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000ff909516949094179093555160ff8616815290917fa8ba72fba532ccf1a0168c31cda991e080db80caa25b6a4d52f34dd62359c6b3910160405180910390a2505090565b73ffffffffffffffffffffffffffffffffffffffff81165f908152600560205260408120548190610100900461ffff1680156111865760016111818183611727565b611189565b5f5f5b9250925050915091565b5f6fffffffffffffffffffffffffffffffff8211156111e8576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152608060048201526024810183905260440161063d565b5090565b5f67ffffffffffffffff8211156111e857604080517f6dfcc65000000000000000000000000000000000000000000000000000000000815260048101919091526024810183905260440161063d565b6040517f4262336000000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff82811660048301525f91829182917f000000000000000000000000000000000000000000000000000000000000000090911690634262336090602401608060405180830381865afa1580156112cd573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906112f1919061193f565b50925050915080826113039190611972565b949350505050565b60028054600160ff841690811b199091169091555f90815260046020526040902061135e6113597f000000000000000000000000000000000000000000000000000000000000000042611985565b6111ec565b815467ffffffffffffffff9190911674010000000000000000000000000000000000000000027fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff82168117835560405160ff8516815273ffffffffffffffffffffffffffffffffffffffff9182169190921617907fef909ee73b311d423fce62cd230730378aabf4db8049ecc1aaec77b9e0aefe419060200160405180910390a25050565b5f6114146001835f0384160361141a565b92915050565b5f5f19820361142c5750610100919050565b50600181901c7f5555555555555555555555555555555555555555555555555555555555555555169003600281901c7f3333333333333333333333333333333333333333333333333333333333333333908116911601600481901c017f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f167f01010101010101010101010101010101010101010101010101010101010101010260f81c90565b803560ff811681146114e2575f5ffd5b919050565b5f602082840312156114f7575f5ffd5b610d50826114d2565b803573ffffffffffffffffffffffffffffffffffffffff811681146114e2575f5ffd5b5f5f5f5f60808587031215611536575f5ffd5b8435935061154660208601611500565b93969395505050506040820135916060013590565b5f6020828403121561156b575f5ffd5b610d5082611500565b602081525f82518060208401528060208501604085015e5f6040828501015260407fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011684010191505092915050565b5f5f604083850312156115d8575f5ffd5b823591506115e860208401611500565b90509250929050565b5f5f5f60608486031215611603575f5ffd5b8335925061161360208501611500565b929592945050506040919091013590565b5f5f5f5f60608587031215611637575f5ffd5b611640856114d2565b9350602085013567ffffffffffffffff81111561165b575f5ffd5b8501601f8101871361166b575f5ffd5b803567ffffffffffffffff811115611681575f5ffd5b876020828401011115611692575f5ffd5b949760209190910196509394604001359392505050565b600181811c908216806116bd57607f821691505b6020821081036116f4577f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b50919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b61ffff8281168282160390811115611414576114146116fa565b6fffffffffffffffffffffffffffffffff8281168282160390811115611414576114146116fa565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b601f8211156117e857828211156117e857805f5260205f20601f840160051c60208510156117c157505f5b90810190601f840160051c035f5b818110156117e4575f838201556001016117cf565b5050505b505050565b67ffffffffffffffff83111561180557611805611769565b6118198361181383546116a9565b83611796565b5f601f84116001811461184a575f85156118335750838201355b5f19600387901b1c1916600186901b1783556118bf565b5f838152602081207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08716915b828110156118975786850135825560209485019460019092019101611877565b50868210156118b3575f1960f88860031b161c19848701351681555b505060018560011b0183555b5050505050565b60ff8516815260606020820152826060820152828460808301375f608084830101525f60807fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f860116830101905082604083015295945050505050565b61ffff8181168382160190811115611414576114146116fa565b5f5f5f5f60808587031215611952575f5ffd5b505082516020840151604085015160609095015191969095509092509050565b81810381811115611414576114146116fa565b80820180821115611414576114146116fa56",
}

// Directory is an auto generated Go binding around an Ethereum contract.
type Directory struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Directory) GetABI() abi.ABI {
	return c.abi
}

// NewDirectory creates a new instance of Directory.
func NewDirectory() *Directory {
	parsed, err := DirectoryMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Directory{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Directory) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address ledger_, address deals_, address rounds_, uint256 leastStake_, uint256 reuseDelay_, uint16 feeBps_, address treasury_, address lister_) returns()
func (directory *Directory) PackConstructor(ledger_ common.Address, deals_ common.Address, rounds_ common.Address, leastStake_ *big.Int, reuseDelay_ *big.Int, feeBps_ uint16, treasury_ common.Address, lister_ common.Address) []byte {
	enc, err := directory.abi.Pack("", ledger_, deals_, rounds_, leastStake_, reuseDelay_, feeBps_, treasury_, lister_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackFEECAP is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x14e048ba.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function FEE_CAP() view returns(uint16)
func (directory *Directory) PackFEECAP() []byte {
	enc, err := directory.abi.Pack("FEE_CAP")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFEECAP is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x14e048ba.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function FEE_CAP() view returns(uint16)
func (directory *Directory) TryPackFEECAP() ([]byte, error) {
	return directory.abi.Pack("FEE_CAP")
}

// UnpackFEECAP is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x14e048ba.
//
// Solidity: function FEE_CAP() view returns(uint16)
func (directory *Directory) UnpackFEECAP(data []byte) (uint16, error) {
	out, err := directory.abi.Unpack("FEE_CAP", data)
	if err != nil {
		return *new(uint16), err
	}
	out0 := *abi.ConvertType(out[0], new(uint16)).(*uint16)
	return out0, nil
}

// PackAcceptLister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd4c1524e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function acceptLister() returns()
func (directory *Directory) PackAcceptLister() []byte {
	enc, err := directory.abi.Pack("acceptLister")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAcceptLister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd4c1524e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function acceptLister() returns()
func (directory *Directory) TryPackAcceptLister() ([]byte, error) {
	return directory.abi.Pack("acceptLister")
}

// PackActiveMediators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1e850246.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function activeMediators() view returns(uint256)
func (directory *Directory) PackActiveMediators() []byte {
	enc, err := directory.abi.Pack("activeMediators")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackActiveMediators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1e850246.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function activeMediators() view returns(uint256)
func (directory *Directory) TryPackActiveMediators() ([]byte, error) {
	return directory.abi.Pack("activeMediators")
}

// UnpackActiveMediators is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x1e850246.
//
// Solidity: function activeMediators() view returns(uint256)
func (directory *Directory) UnpackActiveMediators(data []byte) (*big.Int, error) {
	out, err := directory.abi.Unpack("activeMediators", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackDeals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0f752fe8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deals() view returns(address)
func (directory *Directory) PackDeals() []byte {
	enc, err := directory.abi.Pack("deals")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0f752fe8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deals() view returns(address)
func (directory *Directory) TryPackDeals() ([]byte, error) {
	return directory.abi.Pack("deals")
}

// UnpackDeals is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0f752fe8.
//
// Solidity: function deals() view returns(address)
func (directory *Directory) UnpackDeals(data []byte) (common.Address, error) {
	out, err := directory.abi.Unpack("deals", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackEvict is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x865bbf92.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function evict(uint8 index) returns()
func (directory *Directory) PackEvict(index uint8) []byte {
	enc, err := directory.abi.Pack("evict", index)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEvict is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x865bbf92.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function evict(uint8 index) returns()
func (directory *Directory) TryPackEvict(index uint8) ([]byte, error) {
	return directory.abi.Pack("evict", index)
}

// PackIndexOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfd6aad25.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function indexOf(address account) view returns(bool is_, uint8 index)
func (directory *Directory) PackIndexOf(account common.Address) []byte {
	enc, err := directory.abi.Pack("indexOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIndexOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfd6aad25.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function indexOf(address account) view returns(bool is_, uint8 index)
func (directory *Directory) TryPackIndexOf(account common.Address) ([]byte, error) {
	return directory.abi.Pack("indexOf", account)
}

// IndexOfOutput serves as a container for the return parameters of contract
// method IndexOf.
type IndexOfOutput struct {
	Is    bool
	Index uint8
}

// UnpackIndexOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfd6aad25.
//
// Solidity: function indexOf(address account) view returns(bool is_, uint8 index)
func (directory *Directory) UnpackIndexOf(data []byte) (IndexOfOutput, error) {
	out, err := directory.abi.Unpack("indexOf", data)
	outstruct := new(IndexOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Is = *abi.ConvertType(out[0], new(bool)).(*bool)
	outstruct.Index = *abi.ConvertType(out[1], new(uint8)).(*uint8)
	return *outstruct, nil
}

// PackJoinMediators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfa4433a3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function joinMediators() returns(uint8 index)
func (directory *Directory) PackJoinMediators() []byte {
	enc, err := directory.abi.Pack("joinMediators")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackJoinMediators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfa4433a3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function joinMediators() returns(uint8 index)
func (directory *Directory) TryPackJoinMediators() ([]byte, error) {
	return directory.abi.Pack("joinMediators")
}

// UnpackJoinMediators is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfa4433a3.
//
// Solidity: function joinMediators() returns(uint8 index)
func (directory *Directory) UnpackJoinMediators(data []byte) (uint8, error) {
	out, err := directory.abi.Unpack("joinMediators", data)
	if err != nil {
		return *new(uint8), err
	}
	out0 := *abi.ConvertType(out[0], new(uint8)).(*uint8)
	return out0, nil
}

// PackLeastStake is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7deb3d1a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function leastStake() view returns(uint256)
func (directory *Directory) PackLeastStake() []byte {
	enc, err := directory.abi.Pack("leastStake")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLeastStake is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7deb3d1a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function leastStake() view returns(uint256)
func (directory *Directory) TryPackLeastStake() ([]byte, error) {
	return directory.abi.Pack("leastStake")
}

// UnpackLeastStake is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7deb3d1a.
//
// Solidity: function leastStake() view returns(uint256)
func (directory *Directory) UnpackLeastStake(data []byte) (*big.Int, error) {
	out, err := directory.abi.Unpack("leastStake", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackLeaveMediators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9faedce9.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function leaveMediators() returns()
func (directory *Directory) PackLeaveMediators() []byte {
	enc, err := directory.abi.Pack("leaveMediators")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLeaveMediators is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9faedce9.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function leaveMediators() returns()
func (directory *Directory) TryPackLeaveMediators() ([]byte, error) {
	return directory.abi.Pack("leaveMediators")
}

// PackLedger is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56397c35.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ledger() view returns(address)
func (directory *Directory) PackLedger() []byte {
	enc, err := directory.abi.Pack("ledger")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLedger is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56397c35.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ledger() view returns(address)
func (directory *Directory) TryPackLedger() ([]byte, error) {
	return directory.abi.Pack("ledger")
}

// UnpackLedger is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x56397c35.
//
// Solidity: function ledger() view returns(address)
func (directory *Directory) UnpackLedger(data []byte) (common.Address, error) {
	out, err := directory.abi.Unpack("ledger", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackListProject is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x15445dc4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function listProject(bytes32 project, address account, uint256 cap, uint256 expiry) returns()
func (directory *Directory) PackListProject(project [32]byte, account common.Address, cap *big.Int, expiry *big.Int) []byte {
	enc, err := directory.abi.Pack("listProject", project, account, cap, expiry)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackListProject is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x15445dc4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function listProject(bytes32 project, address account, uint256 cap, uint256 expiry) returns()
func (directory *Directory) TryPackListProject(project [32]byte, account common.Address, cap *big.Int, expiry *big.Int) ([]byte, error) {
	return directory.abi.Pack("listProject", project, account, cap, expiry)
}

// PackLister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2cdc1c74.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lister() view returns(address)
func (directory *Directory) PackLister() []byte {
	enc, err := directory.abi.Pack("lister")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2cdc1c74.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lister() view returns(address)
func (directory *Directory) TryPackLister() ([]byte, error) {
	return directory.abi.Pack("lister")
}

// UnpackLister is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2cdc1c74.
//
// Solidity: function lister() view returns(address)
func (directory *Directory) UnpackLister(data []byte) (common.Address, error) {
	out, err := directory.abi.Unpack("lister", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackMediatorAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4671a6e7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mediatorAt(uint8 index) view returns(address mediator)
func (directory *Directory) PackMediatorAt(index uint8) []byte {
	enc, err := directory.abi.Pack("mediatorAt", index)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMediatorAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4671a6e7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mediatorAt(uint8 index) view returns(address mediator)
func (directory *Directory) TryPackMediatorAt(index uint8) ([]byte, error) {
	return directory.abi.Pack("mediatorAt", index)
}

// UnpackMediatorAt is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x4671a6e7.
//
// Solidity: function mediatorAt(uint8 index) view returns(address mediator)
func (directory *Directory) UnpackMediatorAt(data []byte) (common.Address, error) {
	out, err := directory.abi.Unpack("mediatorAt", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackNextLister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2cfd3090.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function nextLister() view returns(address)
func (directory *Directory) PackNextLister() []byte {
	enc, err := directory.abi.Pack("nextLister")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackNextLister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2cfd3090.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function nextLister() view returns(address)
func (directory *Directory) TryPackNextLister() ([]byte, error) {
	return directory.abi.Pack("nextLister")
}

// UnpackNextLister is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2cfd3090.
//
// Solidity: function nextLister() view returns(address)
func (directory *Directory) UnpackNextLister(data []byte) (common.Address, error) {
	out, err := directory.abi.Unpack("nextLister", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackOfferLister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2c85f2c7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function offerLister(address next) returns()
func (directory *Directory) PackOfferLister(next common.Address) []byte {
	enc, err := directory.abi.Pack("offerLister", next)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOfferLister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2c85f2c7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function offerLister(address next) returns()
func (directory *Directory) TryPackOfferLister(next common.Address) ([]byte, error) {
	return directory.abi.Pack("offerLister", next)
}

// PackProfileOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2f8eb9cb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function profileOf(address account) view returns(uint8 roles, bytes32 endpoint)
func (directory *Directory) PackProfileOf(account common.Address) []byte {
	enc, err := directory.abi.Pack("profileOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackProfileOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2f8eb9cb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function profileOf(address account) view returns(uint8 roles, bytes32 endpoint)
func (directory *Directory) TryPackProfileOf(account common.Address) ([]byte, error) {
	return directory.abi.Pack("profileOf", account)
}

// ProfileOfOutput serves as a container for the return parameters of contract
// method ProfileOf.
type ProfileOfOutput struct {
	Roles    uint8
	Endpoint [32]byte
}

// UnpackProfileOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2f8eb9cb.
//
// Solidity: function profileOf(address account) view returns(uint8 roles, bytes32 endpoint)
func (directory *Directory) UnpackProfileOf(data []byte) (ProfileOfOutput, error) {
	out, err := directory.abi.Unpack("profileOf", data)
	outstruct := new(ProfileOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Roles = *abi.ConvertType(out[0], new(uint8)).(*uint8)
	outstruct.Endpoint = *abi.ConvertType(out[1], new([32]byte)).(*[32]byte)
	return *outstruct, nil
}

// PackProtocolFee is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb0e21e8a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function protocolFee() view returns(uint16 bps, address to)
func (directory *Directory) PackProtocolFee() []byte {
	enc, err := directory.abi.Pack("protocolFee")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackProtocolFee is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb0e21e8a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function protocolFee() view returns(uint16 bps, address to)
func (directory *Directory) TryPackProtocolFee() ([]byte, error) {
	return directory.abi.Pack("protocolFee")
}

// ProtocolFeeOutput serves as a container for the return parameters of contract
// method ProtocolFee.
type ProtocolFeeOutput struct {
	Bps uint16
	To  common.Address
}

// UnpackProtocolFee is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb0e21e8a.
//
// Solidity: function protocolFee() view returns(uint16 bps, address to)
func (directory *Directory) UnpackProtocolFee(data []byte) (ProtocolFeeOutput, error) {
	out, err := directory.abi.Unpack("protocolFee", data)
	outstruct := new(ProtocolFeeOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Bps = *abi.ConvertType(out[0], new(uint16)).(*uint16)
	outstruct.To = *abi.ConvertType(out[1], new(common.Address)).(*common.Address)
	return *outstruct, nil
}

// PackRecipientOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x695b7f23.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function recipientOf(address account) view returns(string)
func (directory *Directory) PackRecipientOf(account common.Address) []byte {
	enc, err := directory.abi.Pack("recipientOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRecipientOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x695b7f23.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function recipientOf(address account) view returns(string)
func (directory *Directory) TryPackRecipientOf(account common.Address) ([]byte, error) {
	return directory.abi.Pack("recipientOf", account)
}

// UnpackRecipientOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x695b7f23.
//
// Solidity: function recipientOf(address account) view returns(string)
func (directory *Directory) UnpackRecipientOf(data []byte) (string, error) {
	out, err := directory.abi.Unpack("recipientOf", data)
	if err != nil {
		return *new(string), err
	}
	out0 := *abi.ConvertType(out[0], new(string)).(*string)
	return out0, nil
}

// PackRegister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd2acdbfa.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function register(uint8 roles, string recipient, bytes32 endpoint) returns()
func (directory *Directory) PackRegister(roles uint8, recipient string, endpoint [32]byte) []byte {
	enc, err := directory.abi.Pack("register", roles, recipient, endpoint)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRegister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd2acdbfa.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function register(uint8 roles, string recipient, bytes32 endpoint) returns()
func (directory *Directory) TryPackRegister(roles uint8, recipient string, endpoint [32]byte) ([]byte, error) {
	return directory.abi.Pack("register", roles, recipient, endpoint)
}

// PackRelease is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x148836a2.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function release(uint8 index) returns()
func (directory *Directory) PackRelease(index uint8) []byte {
	enc, err := directory.abi.Pack("release", index)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRelease is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x148836a2.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function release(uint8 index) returns()
func (directory *Directory) TryPackRelease(index uint8) ([]byte, error) {
	return directory.abi.Pack("release", index)
}

// PackReuseDelay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc5c6c5bd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function reuseDelay() view returns(uint256)
func (directory *Directory) PackReuseDelay() []byte {
	enc, err := directory.abi.Pack("reuseDelay")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReuseDelay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc5c6c5bd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function reuseDelay() view returns(uint256)
func (directory *Directory) TryPackReuseDelay() ([]byte, error) {
	return directory.abi.Pack("reuseDelay")
}

// UnpackReuseDelay is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc5c6c5bd.
//
// Solidity: function reuseDelay() view returns(uint256)
func (directory *Directory) UnpackReuseDelay(data []byte) (*big.Int, error) {
	out, err := directory.abi.Unpack("reuseDelay", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackRounds is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa2e800ad.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function rounds() view returns(address)
func (directory *Directory) PackRounds() []byte {
	enc, err := directory.abi.Pack("rounds")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRounds is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa2e800ad.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function rounds() view returns(address)
func (directory *Directory) TryPackRounds() ([]byte, error) {
	return directory.abi.Pack("rounds")
}

// UnpackRounds is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa2e800ad.
//
// Solidity: function rounds() view returns(address)
func (directory *Directory) UnpackRounds(data []byte) (common.Address, error) {
	out, err := directory.abi.Unpack("rounds", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackWaive is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb071c330.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function waive(bytes32 project, address account, uint256 fee) returns(bool waived)
func (directory *Directory) PackWaive(project [32]byte, account common.Address, fee *big.Int) []byte {
	enc, err := directory.abi.Pack("waive", project, account, fee)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWaive is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb071c330.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function waive(bytes32 project, address account, uint256 fee) returns(bool waived)
func (directory *Directory) TryPackWaive(project [32]byte, account common.Address, fee *big.Int) ([]byte, error) {
	return directory.abi.Pack("waive", project, account, fee)
}

// UnpackWaive is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb071c330.
//
// Solidity: function waive(bytes32 project, address account, uint256 fee) returns(bool waived)
func (directory *Directory) UnpackWaive(data []byte) (bool, error) {
	out, err := directory.abi.Unpack("waive", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackWaivers is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xab676be9.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function waivers(bytes32 project, address account) view returns(uint128 left, uint64 expiry)
func (directory *Directory) PackWaivers(project [32]byte, account common.Address) []byte {
	enc, err := directory.abi.Pack("waivers", project, account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWaivers is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xab676be9.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function waivers(bytes32 project, address account) view returns(uint128 left, uint64 expiry)
func (directory *Directory) TryPackWaivers(project [32]byte, account common.Address) ([]byte, error) {
	return directory.abi.Pack("waivers", project, account)
}

// WaiversOutput serves as a container for the return parameters of contract
// method Waivers.
type WaiversOutput struct {
	Left   *big.Int
	Expiry uint64
}

// UnpackWaivers is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xab676be9.
//
// Solidity: function waivers(bytes32 project, address account) view returns(uint128 left, uint64 expiry)
func (directory *Directory) UnpackWaivers(data []byte) (WaiversOutput, error) {
	out, err := directory.abi.Unpack("waivers", data)
	outstruct := new(WaiversOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Left = abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	outstruct.Expiry = *abi.ConvertType(out[1], new(uint64)).(*uint64)
	return *outstruct, nil
}

// DirectoryFeeWaived represents a FeeWaived event raised by the Directory contract.
type DirectoryFeeWaived struct {
	Project [32]byte
	Account common.Address
	Fee     *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const DirectoryFeeWaivedEventName = "FeeWaived"

// ContractEventName returns the user-defined event name.
func (DirectoryFeeWaived) ContractEventName() string {
	return DirectoryFeeWaivedEventName
}

// UnpackFeeWaivedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event FeeWaived(bytes32 indexed project, address indexed account, uint256 fee)
func (directory *Directory) UnpackFeeWaivedEvent(log *types.Log) (*DirectoryFeeWaived, error) {
	event := "FeeWaived"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != directory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DirectoryFeeWaived)
	if len(log.Data) > 0 {
		if err := directory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range directory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DirectoryListerChanged represents a ListerChanged event raised by the Directory contract.
type DirectoryListerChanged struct {
	Lister common.Address
	Raw    *types.Log // Blockchain specific contextual infos
}

const DirectoryListerChangedEventName = "ListerChanged"

// ContractEventName returns the user-defined event name.
func (DirectoryListerChanged) ContractEventName() string {
	return DirectoryListerChangedEventName
}

// UnpackListerChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ListerChanged(address indexed lister)
func (directory *Directory) UnpackListerChangedEvent(log *types.Log) (*DirectoryListerChanged, error) {
	event := "ListerChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != directory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DirectoryListerChanged)
	if len(log.Data) > 0 {
		if err := directory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range directory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DirectoryListerOffered represents a ListerOffered event raised by the Directory contract.
type DirectoryListerOffered struct {
	Lister common.Address
	Raw    *types.Log // Blockchain specific contextual infos
}

const DirectoryListerOfferedEventName = "ListerOffered"

// ContractEventName returns the user-defined event name.
func (DirectoryListerOffered) ContractEventName() string {
	return DirectoryListerOfferedEventName
}

// UnpackListerOfferedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ListerOffered(address indexed lister)
func (directory *Directory) UnpackListerOfferedEvent(log *types.Log) (*DirectoryListerOffered, error) {
	event := "ListerOffered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != directory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DirectoryListerOffered)
	if len(log.Data) > 0 {
		if err := directory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range directory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DirectoryMediatorJoined represents a MediatorJoined event raised by the Directory contract.
type DirectoryMediatorJoined struct {
	Mediator common.Address
	Index    uint8
	Raw      *types.Log // Blockchain specific contextual infos
}

const DirectoryMediatorJoinedEventName = "MediatorJoined"

// ContractEventName returns the user-defined event name.
func (DirectoryMediatorJoined) ContractEventName() string {
	return DirectoryMediatorJoinedEventName
}

// UnpackMediatorJoinedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MediatorJoined(address indexed mediator, uint8 index)
func (directory *Directory) UnpackMediatorJoinedEvent(log *types.Log) (*DirectoryMediatorJoined, error) {
	event := "MediatorJoined"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != directory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DirectoryMediatorJoined)
	if len(log.Data) > 0 {
		if err := directory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range directory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DirectoryMediatorLeft represents a MediatorLeft event raised by the Directory contract.
type DirectoryMediatorLeft struct {
	Mediator common.Address
	Index    uint8
	Raw      *types.Log // Blockchain specific contextual infos
}

const DirectoryMediatorLeftEventName = "MediatorLeft"

// ContractEventName returns the user-defined event name.
func (DirectoryMediatorLeft) ContractEventName() string {
	return DirectoryMediatorLeftEventName
}

// UnpackMediatorLeftEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MediatorLeft(address indexed mediator, uint8 index)
func (directory *Directory) UnpackMediatorLeftEvent(log *types.Log) (*DirectoryMediatorLeft, error) {
	event := "MediatorLeft"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != directory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DirectoryMediatorLeft)
	if len(log.Data) > 0 {
		if err := directory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range directory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DirectoryMediatorReleased represents a MediatorReleased event raised by the Directory contract.
type DirectoryMediatorReleased struct {
	Index uint8
	Raw   *types.Log // Blockchain specific contextual infos
}

const DirectoryMediatorReleasedEventName = "MediatorReleased"

// ContractEventName returns the user-defined event name.
func (DirectoryMediatorReleased) ContractEventName() string {
	return DirectoryMediatorReleasedEventName
}

// UnpackMediatorReleasedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MediatorReleased(uint8 index)
func (directory *Directory) UnpackMediatorReleasedEvent(log *types.Log) (*DirectoryMediatorReleased, error) {
	event := "MediatorReleased"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != directory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DirectoryMediatorReleased)
	if len(log.Data) > 0 {
		if err := directory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range directory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DirectoryProjectListed represents a ProjectListed event raised by the Directory contract.
type DirectoryProjectListed struct {
	Project [32]byte
	Account common.Address
	Cap     *big.Int
	Expiry  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const DirectoryProjectListedEventName = "ProjectListed"

// ContractEventName returns the user-defined event name.
func (DirectoryProjectListed) ContractEventName() string {
	return DirectoryProjectListedEventName
}

// UnpackProjectListedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ProjectListed(bytes32 indexed project, address indexed account, uint256 cap, uint256 expiry)
func (directory *Directory) UnpackProjectListedEvent(log *types.Log) (*DirectoryProjectListed, error) {
	event := "ProjectListed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != directory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DirectoryProjectListed)
	if len(log.Data) > 0 {
		if err := directory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range directory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// DirectoryRegistered represents a Registered event raised by the Directory contract.
type DirectoryRegistered struct {
	Account   common.Address
	Roles     uint8
	Recipient string
	Endpoint  [32]byte
	Raw       *types.Log // Blockchain specific contextual infos
}

const DirectoryRegisteredEventName = "Registered"

// ContractEventName returns the user-defined event name.
func (DirectoryRegistered) ContractEventName() string {
	return DirectoryRegisteredEventName
}

// UnpackRegisteredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Registered(address indexed account, uint8 roles, string recipient, bytes32 endpoint)
func (directory *Directory) UnpackRegisteredEvent(log *types.Log) (*DirectoryRegistered, error) {
	event := "Registered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != directory.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(DirectoryRegistered)
	if len(log.Data) > 0 {
		if err := directory.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range directory.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (directory *Directory) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], directory.abi.Errors["AlreadyMediator"].ID.Bytes()[:4]) {
		return directory.UnpackAlreadyMediatorError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["BadParameter"].ID.Bytes()[:4]) {
		return directory.UnpackBadParameterError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["NotAllowed"].ID.Bytes()[:4]) {
		return directory.UnpackNotAllowedError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["NotMediator"].ID.Bytes()[:4]) {
		return directory.UnpackNotMediatorError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["NotReleasable"].ID.Bytes()[:4]) {
		return directory.UnpackNotReleasableError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["RecipientTooLong"].ID.Bytes()[:4]) {
		return directory.UnpackRecipientTooLongError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["RegistryFull"].ID.Bytes()[:4]) {
		return directory.UnpackRegistryFullError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["SafeCastOverflowedUintDowncast"].ID.Bytes()[:4]) {
		return directory.UnpackSafeCastOverflowedUintDowncastError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["StakeTooSmall"].ID.Bytes()[:4]) {
		return directory.UnpackStakeTooSmallError(raw[4:])
	}
	if bytes.Equal(raw[:4], directory.abi.Errors["StillStaked"].ID.Bytes()[:4]) {
		return directory.UnpackStillStakedError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// DirectoryAlreadyMediator represents a AlreadyMediator error raised by the Directory contract.
type DirectoryAlreadyMediator struct {
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyMediator(address account)
func DirectoryAlreadyMediatorErrorID() common.Hash {
	return common.HexToHash("0xad8cb1dd7485086cee0eef73c3da2c0e3dd10371a573655709adf68052476696")
}

// UnpackAlreadyMediatorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyMediator(address account)
func (directory *Directory) UnpackAlreadyMediatorError(raw []byte) (*DirectoryAlreadyMediator, error) {
	out := new(DirectoryAlreadyMediator)
	if err := directory.abi.UnpackIntoInterface(out, "AlreadyMediator", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryBadParameter represents a BadParameter error raised by the Directory contract.
type DirectoryBadParameter struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BadParameter()
func DirectoryBadParameterErrorID() common.Hash {
	return common.HexToHash("0x8ec48e16047a0178c89bdefa13cab01a03913d2353214edd02ae0575f1cd52a7")
}

// UnpackBadParameterError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BadParameter()
func (directory *Directory) UnpackBadParameterError(raw []byte) (*DirectoryBadParameter, error) {
	out := new(DirectoryBadParameter)
	if err := directory.abi.UnpackIntoInterface(out, "BadParameter", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryNotAllowed represents a NotAllowed error raised by the Directory contract.
type DirectoryNotAllowed struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotAllowed(address caller)
func DirectoryNotAllowedErrorID() common.Hash {
	return common.HexToHash("0xfa5cd00ff5c4577b9857716999b0b260131d9f5bcbb69f0fa80d6ba972753c88")
}

// UnpackNotAllowedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotAllowed(address caller)
func (directory *Directory) UnpackNotAllowedError(raw []byte) (*DirectoryNotAllowed, error) {
	out := new(DirectoryNotAllowed)
	if err := directory.abi.UnpackIntoInterface(out, "NotAllowed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryNotMediator represents a NotMediator error raised by the Directory contract.
type DirectoryNotMediator struct {
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotMediator(address account)
func DirectoryNotMediatorErrorID() common.Hash {
	return common.HexToHash("0x8c1f2c925aa3e46d52156f6cb48848039bd11198091170c89865ebecc30fef56")
}

// UnpackNotMediatorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotMediator(address account)
func (directory *Directory) UnpackNotMediatorError(raw []byte) (*DirectoryNotMediator, error) {
	out := new(DirectoryNotMediator)
	if err := directory.abi.UnpackIntoInterface(out, "NotMediator", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryNotReleasable represents a NotReleasable error raised by the Directory contract.
type DirectoryNotReleasable struct {
	Index uint8
	Until *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotReleasable(uint8 index, uint256 until)
func DirectoryNotReleasableErrorID() common.Hash {
	return common.HexToHash("0xa0e8240a70cf8366a39b9479717b6235d651f12bea685fe7b5b8e19466d9dadb")
}

// UnpackNotReleasableError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotReleasable(uint8 index, uint256 until)
func (directory *Directory) UnpackNotReleasableError(raw []byte) (*DirectoryNotReleasable, error) {
	out := new(DirectoryNotReleasable)
	if err := directory.abi.UnpackIntoInterface(out, "NotReleasable", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryRecipientTooLong represents a RecipientTooLong error raised by the Directory contract.
type DirectoryRecipientTooLong struct {
	Length *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error RecipientTooLong(uint256 length)
func DirectoryRecipientTooLongErrorID() common.Hash {
	return common.HexToHash("0x0f8323d31325f17f48d8d7eb58560f554bd79ba8bb402e227a6d5484d5fdc422")
}

// UnpackRecipientTooLongError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error RecipientTooLong(uint256 length)
func (directory *Directory) UnpackRecipientTooLongError(raw []byte) (*DirectoryRecipientTooLong, error) {
	out := new(DirectoryRecipientTooLong)
	if err := directory.abi.UnpackIntoInterface(out, "RecipientTooLong", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryRegistryFull represents a RegistryFull error raised by the Directory contract.
type DirectoryRegistryFull struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error RegistryFull()
func DirectoryRegistryFullErrorID() common.Hash {
	return common.HexToHash("0xd107156700a0f6f9761f308084bbe909a6aca7a20a04e6df10b4bf3465baceb1")
}

// UnpackRegistryFullError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error RegistryFull()
func (directory *Directory) UnpackRegistryFullError(raw []byte) (*DirectoryRegistryFull, error) {
	out := new(DirectoryRegistryFull)
	if err := directory.abi.UnpackIntoInterface(out, "RegistryFull", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectorySafeCastOverflowedUintDowncast represents a SafeCastOverflowedUintDowncast error raised by the Directory contract.
type DirectorySafeCastOverflowedUintDowncast struct {
	Bits  uint8
	Value *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)
func DirectorySafeCastOverflowedUintDowncastErrorID() common.Hash {
	return common.HexToHash("0x6dfcc6503a32754ce7a89698e18201fc5294fd4aad43edefee786f88423b1a12")
}

// UnpackSafeCastOverflowedUintDowncastError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)
func (directory *Directory) UnpackSafeCastOverflowedUintDowncastError(raw []byte) (*DirectorySafeCastOverflowedUintDowncast, error) {
	out := new(DirectorySafeCastOverflowedUintDowncast)
	if err := directory.abi.UnpackIntoInterface(out, "SafeCastOverflowedUintDowncast", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryStakeTooSmall represents a StakeTooSmall error raised by the Directory contract.
type DirectoryStakeTooSmall struct {
	Has   *big.Int
	Needs *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error StakeTooSmall(uint256 has, uint256 needs)
func DirectoryStakeTooSmallErrorID() common.Hash {
	return common.HexToHash("0xf74c0f33f6fbd057c68c4aaca34973e86b8d93a764a34fa3629645983202b760")
}

// UnpackStakeTooSmallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error StakeTooSmall(uint256 has, uint256 needs)
func (directory *Directory) UnpackStakeTooSmallError(raw []byte) (*DirectoryStakeTooSmall, error) {
	out := new(DirectoryStakeTooSmall)
	if err := directory.abi.UnpackIntoInterface(out, "StakeTooSmall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// DirectoryStillStaked represents a StillStaked error raised by the Directory contract.
type DirectoryStillStaked struct {
	Index uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error StillStaked(uint8 index)
func DirectoryStillStakedErrorID() common.Hash {
	return common.HexToHash("0x9ded6c9a4ac83e599949a7e4b9eb1a6a047c57718309e831fbc9af12e922cea8")
}

// UnpackStillStakedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error StillStaked(uint8 index)
func (directory *Directory) UnpackStillStakedError(raw []byte) (*DirectoryStillStaked, error) {
	out := new(DirectoryStillStaked)
	if err := directory.abi.UnpackIntoInterface(out, "StillStaked", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerMetaData contains all meta data concerning the Ledger contract.
var LedgerMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"address\",\"name\":\"deals_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"mediation_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"rounds_\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"unstakeDelay_\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"exposureCap_\",\"type\":\"uint256\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[],\"name\":\"BadParameter\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"FeeAboveAmount\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"has\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needs\",\"type\":\"uint256\"}],\"name\":\"InsufficientFree\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"has\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needs\",\"type\":\"uint256\"}],\"name\":\"InsufficientLocked\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"has\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needs\",\"type\":\"uint256\"}],\"name\":\"InsufficientStake\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"InvalidShortString\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"InvalidSignature\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"}],\"name\":\"NonceUsed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotModule\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ReentrancyGuardReentrantCall\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"bits\",\"type\":\"uint8\"},{\"internalType\":\"uint256\",\"name\":\"value\",\"type\":\"uint256\"}],\"name\":\"SafeCastOverflowedUintDowncast\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"}],\"name\":\"SignatureExpired\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"string\",\"name\":\"str\",\"type\":\"string\"}],\"name\":\"StringTooLong\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"TransferFailed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"until\",\"type\":\"uint256\"}],\"name\":\"WithdrawalDelay\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ZeroAddress\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Deposited\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[],\"name\":\"EIP712DomainChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"}],\"name\":\"NonceCancelled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Paid\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"burnt\",\"type\":\"uint256\"}],\"name\":\"Slashed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Staked\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"from\",\"type\":\"uint256\"}],\"name\":\"UnstakeRequested\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Unstaked\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Withdrawn\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"balanceOf\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"free\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"locked\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"burnt\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"}],\"name\":\"cancelNonce\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"cover\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"deals\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"deposit\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"feeTo\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"staker\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"exposure\",\"type\":\"uint256\"}],\"name\":\"engage\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"exposable\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"expose\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"exposureCap\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"lock\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"mediation\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"pay\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"requestUnstake\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"rounds\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"from\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"feeTo\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"rest\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"exposure\",\"type\":\"uint256\"}],\"name\":\"settle\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"burn\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"}],\"name\":\"slash\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"taken\",\"type\":\"uint256\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"stake\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"stakeFor\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"stakeOf\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"staked\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"exposed\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"leaving\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"leavingAt\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"unlock\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"unstake\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"unstakeDelay\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"word\",\"type\":\"uint256\"}],\"name\":\"usedNonces\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"bits\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"addresspayable\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"withdraw\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"addresspayable\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"},{\"internalType\":\"bytes\",\"name\":\"signature\",\"type\":\"bytes\"}],\"name\":\"withdrawBySig\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"to\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"expiry\",\"type\":\"uint256\"}],\"name\":\"withdrawalHash\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "928156a0e6c5cfa5de46519b470c27dad6",
	Bin: "0x610200604052348015610010575f5ffd5b50604051612bdc380380612bdc83398101604081905261002f91610235565b6040518060400160405280600e81526020016d2a30b23837b632902632b233b2b960911b815250604051806040016040528060018152602001603160f81b81525061007f826101d460201b60201c565b6101205261008c816101d4565b61014052815160208084019190912060e052815190820120610100524660a05261011860e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c0526001600160a01b038516158061013e57506001600160a01b038416155b8061015057506001600160a01b038316155b1561016e57604051634762470b60e11b815260040160405180910390fd5b80158061017c575061271081115b8061018a57506301e1338082115b156101a857604051634762470b60e11b815260040160405180910390fd5b6001600160a01b03948516610160529284166101805292166101a0526101c0919091526101e0526102e2565b5f5f829050601f81511115610207578260405163305a27a960e01b81526004016101fe9190610287565b60405180910390fd5b8051610212826102bc565b179392505050565b80516001600160a01b0381168114610230575f5ffd5b919050565b5f5f5f5f5f60a08688031215610249575f5ffd5b6102528661021a565b94506102606020870161021a565b935061026e6040870161021a565b6060870151608090970151959894975095949392505050565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b805160208083015191908110156102dc575f198160200360031b1b821691505b50919050565b60805160a05160c05160e05161010051610120516101405161016051610180516101a0516101c0516101e0516128546103885f395f818161056001526113be01525f81816102a6015261082901525f81816104da015261127901525f8181610345015261124401525f81816101e5015261121001525f611fbc01525f611f8c01525f6121e001525f6121b801525f61211301525f61213d01525f61216701526128545ff3fe6080604052600436106101af575f3560e01c806370a08231116100e7578063b51d20c711610087578063e5d2cef511610062578063e5d2cef5146105c0578063e76fede6146105df578063f340fa01146105fe578063f3fef3a314610611575f5ffd5b8063b51d20c71461054f578063cfdd7aea14610582578063e2910c59146105a1575f5ffd5b8063a2e800ad116100c2578063a2e800ad146104c9578063a694fc3a146104fc578063b192da2d1461051b578063b3d7618814610530575f5ffd5b806370a08231146103fa5780637eee288d1461048357806384b0196e146104a2575f5ffd5b806342623360116101525780635e91dca61161012d5780635e91dca614610367578063608b156c146103865780636a8a6894146103a55780636e826859146103db575f5ffd5b806342623360146102d65780635195f871146103155780635ba6284f14610334575f5ffd5b8063282d3fdf1161018d578063282d3fdf146102435780632def6620146102625780632ee40908146102765780633222012f14610295575f5ffd5b80630957d629146101b35780630f752fe8146101d45780632309572114610224575b5f5ffd5b3480156101be575f5ffd5b506101d26101cd3660046123a7565b610630565b005b3480156101df575f5ffd5b506102077f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160a01b0390911681526020015b60405180910390f35b34801561022f575f5ffd5b506101d261023e3660046123d1565b610646565b34801561024e575f5ffd5b506101d261025d3660046123a7565b6108e5565b34801561026d575f5ffd5b506101d26108f8565b348015610281575f5ffd5b506101d26102903660046123a7565b610a60565b3480156102a0575f5ffd5b506102c87f000000000000000000000000000000000000000000000000000000000000000081565b60405190815260200161021b565b3480156102e1575f5ffd5b506102f56102f03660046123e8565b610aab565b60408051948552602085019390935291830152606082015260800161021b565b348015610320575f5ffd5b506101d261032f366004612403565b610b7e565b34801561033f575f5ffd5b506102077f000000000000000000000000000000000000000000000000000000000000000081565b348015610372575f5ffd5b506102c86103813660046123e8565b610cc2565b348015610391575f5ffd5b506102c86103a03660046124b9565b610d27565b3480156103b0575f5ffd5b506102c86103bf3660046123a7565b600660209081525f928352604080842090915290825290205481565b3480156103e6575f5ffd5b506101d26103f536600461250e565b610db7565b348015610405575f5ffd5b5061046e6104143660046123e8565b6001600160a01b03165f908152600360209081526040918290208251808401909352546fffffffffffffffffffffffffffffffff808216808552700100000000000000000000000000000000909204169290910182905291565b6040805192835260208301919091520161021b565b34801561048e575f5ffd5b506101d261049d3660046123a7565b610ded565b3480156104ad575f5ffd5b506104b6610e00565b60405161021b97969594939291906125bd565b3480156104d4575f5ffd5b506102077f000000000000000000000000000000000000000000000000000000000000000081565b348015610507575f5ffd5b506101d26105163660046123d1565b610e5e565b348015610526575f5ffd5b506102c860025481565b34801561053b575f5ffd5b506101d261054a36600461266f565b610e6c565b34801561055a575f5ffd5b506102c87f000000000000000000000000000000000000000000000000000000000000000081565b34801561058d575f5ffd5b506101d261059c3660046123d1565b610e8f565b3480156105ac575f5ffd5b506101d26105bb3660046126ad565b610ecb565b3480156105cb575f5ffd5b506101d26105da3660046123a7565b610f16565b3480156105ea575f5ffd5b506102c86105f9366004612716565b610f28565b6101d261060c3660046123e8565b6110e1565b34801561061c575f5ffd5b506101d261062b3660046123a7565b6111e9565b610638611205565b61064282826112d7565b5050565b335f908152600460209081526040808320600590925282208054825492939192610685916fffffffffffffffffffffffffffffffff908116911661278a565b9050808411156106d6576040517f936d426d00000000000000000000000000000000000000000000000000000000815233600482015260248101829052604481018590526064015b60405180910390fd5b5f6106e1858361279d565b90506106ec816113b5565b845470010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1611156107975733610724826113b5565b85546040517f936d426d0000000000000000000000000000000000000000000000000000000081526001600160a01b039093166004840152602483019190915270010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1660448201526064016106cd565b6107a0816113ed565b84547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff919091161784556107e5856113ed565b83547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff9190911617835561085361084e7f00000000000000000000000000000000000000000000000000000000000000004261278a565b611446565b83547fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff1670010000000000000000000000000000000067ffffffffffffffff9283168102919091178086556040805189815292909104909216602082015233917f57e41df54512c76148b5ba9b643d149752b0d35e493b969bd017d0a3fe5228cf910160405180910390a25050505050565b6108ed611205565b61064282825f611495565b335f908152600560209081526040918290208251808401909352546fffffffffffffffffffffffffffffffff81168352700100000000000000000000000000000000900467ffffffffffffffff169082018190524210156109975760208101516040517f0345361e00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90911660048201526024016106cd565b335f90815260056020908152604080832080547fffffffffffffffff0000000000000000000000000000000000000000000000001690558351600390925282208054919290916109fa9084906fffffffffffffffffffffffffffffffff166127b0565b82546101009290920a6fffffffffffffffffffffffffffffffff8181021990931691831602179091558251604051911681523391507f0f5bb82176feb1b5e747e28471aa92156a04d9f3ab9f45f28e2d704232b93f75906020015b60405180910390a250565b6001600160a01b038216610aa0576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6106423383836115e3565b6001600160a01b0381165f8181526004602090815260408083208151808301835290546fffffffffffffffffffffffffffffffff8082168352700100000000000000000000000000000000918290048116838601529585526005845282852083518085019094525480871680855291900467ffffffffffffffff16938301939093528051939485948594859492610b42921661278a565b6020928301518251929093015190986fffffffffffffffffffffffffffffffff938416985092909116955067ffffffffffffffff169350915050565b610b86611789565b82421115610bc3576040517fcd21db4f000000000000000000000000000000000000000000000000000000008152600481018490526024016106cd565b85851115610c07576040517f56ac6bad00000000000000000000000000000000000000000000000000000000815260048101869052602481018790526044016106cd565b5f610c16898989898989610d27565b9050610c58898285858080601f0160208091040260200160405190810160405280939291908181526020018383808284375f920191909152506117be92505050565b610c99576040517fd855c4f40000000000000000000000000000000000000000000000000000000081526001600160a01b038a1660048201526024016106cd565b610ca38986611831565b610caf898989896118dc565b50610cb8611bb3565b5050505050505050565b6001600160a01b0381165f9081526004602090815260408083208151808301909252546fffffffffffffffffffffffffffffffff80821683527001000000000000000000000000000000009091041691810191909152610d2190611bdd565b92915050565b604080517f2dec2e7e53ff5c49e452765ccbd9c063ca46044257d7de1785d0cc837c3d768060208201526001600160a01b038089169282019290925290861660608201526080810185905260a0810184905260c0810183905260e081018290525f90610dac906101000160405160208183030381529060405280519060200120611c43565b979650505050505050565b610dbf611205565b610dca868685611495565b8215610ddb57610ddb868585611c8a565b610de58282611d26565b505050505050565b610df5611205565b61064282825f611e31565b5f6060805f5f5f6060610e11611f85565b610e19611fb5565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b610e693333836115e3565b50565b610e74611205565b610e7f835f83611e31565b610e8a838383611c8a565b505050565b610e993382611831565b60405181815233907f26ccf9904b9b2fb069d347553978928fd2fc65efb2638dcbeb8d142e974479f090602001610a55565b610ed3611205565b610ee78783610ee2868961278a565b611e31565b610ef2878787611c8a565b8215610f0357610f03878585611c8a565b610f0d86826112d7565b50505050505050565b610f1e611205565b6106428282611d26565b5f610f31611205565b6001600160a01b0385165f908152600460209081526040918290208251808401909352546fffffffffffffffffffffffffffffffff808216845270010000000000000000000000000000000090910416908201819052851115610ff05760208101516040517f936d426d0000000000000000000000000000000000000000000000000000000081526001600160a01b03881660048201526fffffffffffffffffffffffffffffffff9091166024820152604481018690526064016106cd565b84841115610ffc578493505b60408051808201825282516fffffffffffffffffffffffffffffffff90811688900381168252602080850151821689900382168184019081526001600160a01b038b81165f8181526004855287812096519351861670010000000000000000000000000000000090810294871694909417909655600280548c01905590891685526003835293859020805482810485168b8d030185169092029190931617909155825188815290810187905287945090917f45a371af55b0726877a30f464edc14db5879ab096590bacce682cf6c18223596910160405180910390a250949350505050565b6001600160a01b038116611121576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b61112a346113ed565b6001600160a01b0382165f90815260036020526040812080549091906111639084906fffffffffffffffffffffffffffffffff166127b0565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff160217905550336001600160a01b0316816001600160a01b03167f8752a472e571a816aea92eec8dae9baf628e840f4929fbcc2d155e6233ff68a7346040516111de91815260200190565b60405180910390a350565b6111f1611789565b6111fd3383835f6118dc565b610642611bb3565b336001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016148015906112675750336001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614155b801561129c5750336001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614155b156112d5576040517fcb1185510000000000000000000000000000000000000000000000000000000081523360048201526024016106cd565b565b6001600160a01b0382165f9081526004602052604090205470010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1681811015611368576040517f936d426d0000000000000000000000000000000000000000000000000000000081526001600160a01b038416600482015260248101829052604481018390526064016106cd565b6001600160a01b039092165f90815260046020526040902080546fffffffffffffffffffffffffffffffff9290930382167001000000000000000000000000000000000291909216179055565b5f6127106113e37f0000000000000000000000000000000000000000000000000000000000000000846127d8565b610d2191906127ef565b5f6fffffffffffffffffffffffffffffffff821115611442576040517f6dfcc65000000000000000000000000000000000000000000000000000000000815260806004820152602481018390526044016106cd565b5090565b5f67ffffffffffffffff82111561144257604080517f6dfcc6500000000000000000000000000000000000000000000000000000000081526004810191909152602481018390526044016106cd565b6001600160a01b0383165f9081526003602090815260408083208151808301909252546fffffffffffffffffffffffffffffffff80821683527001000000000000000000000000000000009091041691810191909152906114f6838561278a565b905080825f01516fffffffffffffffffffffffffffffffff1610156115745781516040517f9e1e4e780000000000000000000000000000000000000000000000000000000081526001600160a01b03871660048201526fffffffffffffffffffffffffffffffff9091166024820152604481018290526064016106cd565b60408051808201825283516fffffffffffffffffffffffffffffffff9390038316815260209384015190950182168386019081526001600160a01b039096165f908152600390935290912092519351811670010000000000000000000000000000000002931692909217905550565b6001600160a01b0383165f908152600360205260409020546fffffffffffffffffffffffffffffffff1681811015611660576040517f9e1e4e780000000000000000000000000000000000000000000000000000000081526001600160a01b038516600482015260248101829052604481018390526064016106cd565b61167261166d838361279d565b6113ed565b6001600160a01b0385165f90815260036020526040902080547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff929092169190911790556116d1826113ed565b6001600160a01b0384165f908152600460205260408120805490919061170a9084906fffffffffffffffffffffffffffffffff166127b0565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff160217905550826001600160a01b03167f9e71bc8eea02a63969f509818f2dafb9254532904319f9dbda79b67bd34a5f3d8360405161177b91815260200190565b60405180910390a250505050565b611791611fe0565b6112d560017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b90612039565b5f836001600160a01b03163b5f0361181c575f5f6117dc8585612040565b5090925090505f8160038111156117f5576117f5612827565b1480156118135750856001600160a01b0316826001600160a01b0316145b9250505061182a565b611827848484612089565b90505b9392505050565b6001600160a01b0382165f908152600660209081526040808320600885901c8452909152902054600160ff83161b90808216156118ac576040517f2af71f100000000000000000000000000000000000000000000000000000000081526001600160a01b0385166004820152602481018490526044016106cd565b6001600160a01b039093165f90815260066020908152604080832060089590951c83529390529190912091179055565b6001600160a01b03831661191c576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b0384165f908152600360205260409020546fffffffffffffffffffffffffffffffff1682811015611999576040517f9e1e4e780000000000000000000000000000000000000000000000000000000081526001600160a01b038616600482015260248101829052604481018490526064016106cd565b6119a661166d848361279d565b6001600160a01b0386165f90815260036020526040902080547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff929092169190911790558115611abf57611a0b826113ed565b335f9081526003602052604081208054909190611a3b9084906fffffffffffffffffffffffffffffffff166127b0565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff160217905550336001600160a01b0316856001600160a01b03167f9def4e2802183d68ce90a6a226a2962b59298616c27165f12c4fbc5c84cdd77884604051611ab691815260200190565b60405180910390a35b6001600160a01b038085169086167fd1c19fbcd4551a5edfb66d43d2e337c04837afda3482b42bdf569a8fccdae5fb611af8858761279d565b60405190815260200160405180910390a35f6001600160a01b038516611b1e848661279d565b6040515f81818185875af1925050503d805f8114611b57576040519150601f19603f3d011682016040523d82523d5f602084013e611b5c565b606091505b5050905080610de55784611b70848661279d565b6040517f1c43b9760000000000000000000000000000000000000000000000000000000081526001600160a01b03909216600483015260248201526044016106cd565b6112d55f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006117b8565b5f5f611bfd835f01516fffffffffffffffffffffffffffffffff166113b5565b905082602001516fffffffffffffffffffffffffffffffff168111611c22575f61182a565b602083015161182a906fffffffffffffffffffffffffffffffff168261279d565b5f610d21611c4f612107565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b6001600160a01b038083165f818152600360205260409081902080546fffffffffffffffffffffffffffffffff8082168701167fffffffffffffffffffffffffffffffff000000000000000000000000000000009091161790555190918516907f9def4e2802183d68ce90a6a226a2962b59298616c27165f12c4fbc5c84cdd77890611d199085815260200190565b60405180910390a3505050565b6001600160a01b0382165f9081526004602090815260408083208151808301909252546fffffffffffffffffffffffffffffffff8082168352700100000000000000000000000000000000909104169181019190915290611d8682611bdd565b905080831115611ddb576040517f936d426d0000000000000000000000000000000000000000000000000000000081526001600160a01b038516600482015260248101829052604481018490526064016106cd565b506020908101516001600160a01b039093165f90815260049091526040902080546fffffffffffffffffffffffffffffffff93841690920183167001000000000000000000000000000000000291909216179055565b6001600160a01b0383165f9081526003602090815260408083208151808301909252546fffffffffffffffffffffffffffffffff8082168352700100000000000000000000000000000000909104169181019190915290611e92838561278a565b90508082602001516fffffffffffffffffffffffffffffffff161015611f145760208201516040517f7db8b08b0000000000000000000000000000000000000000000000000000000081526001600160a01b03871660048201526fffffffffffffffffffffffffffffffff9091166024820152604481018290526064016106cd565b60408051808201825283516fffffffffffffffffffffffffffffffff9601861681526020938401519290920385168383019081526001600160a01b039096165f9081526003909352909120905193518316700100000000000000000000000000000000029390921692909217905550565b6060611fb07f0000000000000000000000000000000000000000000000000000000000000000612230565b905090565b6060611fb07f0000000000000000000000000000000000000000000000000000000000000000612230565b7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c156112d5576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b5f5f5f8351604103612077576020840151604085015160608601515f1a6120698882858561226d565b955095509550505050612082565b505081515f91506002905b9250925092565b8051604080517f1626ba7e000000000000000000000000000000000000000000000000000000008082526004820186905260248201929092525f92906020820185604483015e5f82606483010152601f820160051c60051b915060205f60648401838a5afa9050825f5114601f3d1116811693505050509392505050565b5f306001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614801561215f57507f000000000000000000000000000000000000000000000000000000000000000046145b1561218957507f000000000000000000000000000000000000000000000000000000000000000090565b611fb0604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60605f61223c83612353565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a08411156122a657505f91506003905082612349565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa1580156122f7573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b03811661234057505f925060019150829050612349565b92505f91508190505b9450945094915050565b5f60ff8216601f811115610d21576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6001600160a01b0381168114610e69575f5ffd5b5f5f604083850312156123b8575f5ffd5b82356123c381612393565b946020939093013593505050565b5f602082840312156123e1575f5ffd5b5035919050565b5f602082840312156123f8575f5ffd5b813561182a81612393565b5f5f5f5f5f5f5f5f60e0898b03121561241a575f5ffd5b883561242581612393565b9750602089013561243581612393565b965060408901359550606089013594506080890135935060a0890135925060c089013567ffffffffffffffff81111561246c575f5ffd5b8901601f81018b1361247c575f5ffd5b803567ffffffffffffffff811115612492575f5ffd5b8b60208284010111156124a3575f5ffd5b989b979a50959850939692959194602001935050565b5f5f5f5f5f5f60c087890312156124ce575f5ffd5b86356124d981612393565b955060208701356124e981612393565b95989597505050506040840135936060810135936080820135935060a0909101359150565b5f5f5f5f5f5f60c08789031215612523575f5ffd5b863561252e81612393565b955060208701359450604087013561254581612393565b935060608701359250608087013561255c81612393565b9598949750929591949360a090920135925050565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f6125f760e0830189612571565b82810360408401526126098189612571565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b8181101561265e578351835260209384019390920191600101612640565b50909b9a5050505050505050505050565b5f5f5f60608486031215612681575f5ffd5b833561268c81612393565b9250602084013561269c81612393565b929592945050506040919091013590565b5f5f5f5f5f5f5f60e0888a0312156126c3575f5ffd5b87356126ce81612393565b965060208801356126de81612393565b95506040880135945060608801356126f581612393565b9699959850939660808101359560a0820135955060c0909101359350915050565b5f5f5f5f60808587031215612729575f5ffd5b843561273481612393565b93506020850135925060408501359150606085013561275281612393565b939692955090935050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b80820180821115610d2157610d2161275d565b81810381811115610d2157610d2161275d565b6fffffffffffffffffffffffffffffffff8181168382160190811115610d2157610d2161275d565b8082028115828204841417610d2157610d2161275d565b5f82612822577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b500490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd",
}

// Ledger is an auto generated Go binding around an Ethereum contract.
type Ledger struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Ledger) GetABI() abi.ABI {
	return c.abi
}

// NewLedger creates a new instance of Ledger.
func NewLedger() *Ledger {
	parsed, err := LedgerMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Ledger{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Ledger) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address deals_, address mediation_, address rounds_, uint256 unstakeDelay_, uint256 exposureCap_) returns()
func (ledger *Ledger) PackConstructor(deals_ common.Address, mediation_ common.Address, rounds_ common.Address, unstakeDelay_ *big.Int, exposureCap_ *big.Int) []byte {
	enc, err := ledger.abi.Pack("", deals_, mediation_, rounds_, unstakeDelay_, exposureCap_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function balanceOf(address account) view returns(uint256 free, uint256 locked)
func (ledger *Ledger) PackBalanceOf(account common.Address) []byte {
	enc, err := ledger.abi.Pack("balanceOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBalanceOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x70a08231.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function balanceOf(address account) view returns(uint256 free, uint256 locked)
func (ledger *Ledger) TryPackBalanceOf(account common.Address) ([]byte, error) {
	return ledger.abi.Pack("balanceOf", account)
}

// BalanceOfOutput serves as a container for the return parameters of contract
// method BalanceOf.
type BalanceOfOutput struct {
	Free   *big.Int
	Locked *big.Int
}

// UnpackBalanceOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x70a08231.
//
// Solidity: function balanceOf(address account) view returns(uint256 free, uint256 locked)
func (ledger *Ledger) UnpackBalanceOf(data []byte) (BalanceOfOutput, error) {
	out, err := ledger.abi.Unpack("balanceOf", data)
	outstruct := new(BalanceOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Free = abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	outstruct.Locked = abi.ConvertType(out[1], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackBurnt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb192da2d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function burnt() view returns(uint256)
func (ledger *Ledger) PackBurnt() []byte {
	enc, err := ledger.abi.Pack("burnt")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBurnt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb192da2d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function burnt() view returns(uint256)
func (ledger *Ledger) TryPackBurnt() ([]byte, error) {
	return ledger.abi.Pack("burnt")
}

// UnpackBurnt is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb192da2d.
//
// Solidity: function burnt() view returns(uint256)
func (ledger *Ledger) UnpackBurnt(data []byte) (*big.Int, error) {
	out, err := ledger.abi.Unpack("burnt", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackCancelNonce is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xcfdd7aea.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cancelNonce(uint256 nonce) returns()
func (ledger *Ledger) PackCancelNonce(nonce *big.Int) []byte {
	enc, err := ledger.abi.Pack("cancelNonce", nonce)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCancelNonce is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xcfdd7aea.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cancelNonce(uint256 nonce) returns()
func (ledger *Ledger) TryPackCancelNonce(nonce *big.Int) ([]byte, error) {
	return ledger.abi.Pack("cancelNonce", nonce)
}

// PackCover is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0957d629.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cover(address account, uint256 amount) returns()
func (ledger *Ledger) PackCover(account common.Address, amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("cover", account, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCover is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0957d629.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cover(address account, uint256 amount) returns()
func (ledger *Ledger) TryPackCover(account common.Address, amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("cover", account, amount)
}

// PackDeals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0f752fe8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deals() view returns(address)
func (ledger *Ledger) PackDeals() []byte {
	enc, err := ledger.abi.Pack("deals")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0f752fe8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deals() view returns(address)
func (ledger *Ledger) TryPackDeals() ([]byte, error) {
	return ledger.abi.Pack("deals")
}

// UnpackDeals is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0f752fe8.
//
// Solidity: function deals() view returns(address)
func (ledger *Ledger) UnpackDeals(data []byte) (common.Address, error) {
	out, err := ledger.abi.Unpack("deals", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackDeposit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf340fa01.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deposit(address account) payable returns()
func (ledger *Ledger) PackDeposit(account common.Address) []byte {
	enc, err := ledger.abi.Pack("deposit", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeposit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf340fa01.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deposit(address account) payable returns()
func (ledger *Ledger) TryPackDeposit(account common.Address) ([]byte, error) {
	return ledger.abi.Pack("deposit", account)
}

// PackEngage is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6e826859.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function engage(address from, uint256 amount, address feeTo, uint256 fee, address staker, uint256 exposure) returns()
func (ledger *Ledger) PackEngage(from common.Address, amount *big.Int, feeTo common.Address, fee *big.Int, staker common.Address, exposure *big.Int) []byte {
	enc, err := ledger.abi.Pack("engage", from, amount, feeTo, fee, staker, exposure)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEngage is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6e826859.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function engage(address from, uint256 amount, address feeTo, uint256 fee, address staker, uint256 exposure) returns()
func (ledger *Ledger) TryPackEngage(from common.Address, amount *big.Int, feeTo common.Address, fee *big.Int, staker common.Address, exposure *big.Int) ([]byte, error) {
	return ledger.abi.Pack("engage", from, amount, feeTo, fee, staker, exposure)
}

// PackExposable is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5e91dca6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function exposable(address account) view returns(uint256)
func (ledger *Ledger) PackExposable(account common.Address) []byte {
	enc, err := ledger.abi.Pack("exposable", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExposable is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5e91dca6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function exposable(address account) view returns(uint256)
func (ledger *Ledger) TryPackExposable(account common.Address) ([]byte, error) {
	return ledger.abi.Pack("exposable", account)
}

// UnpackExposable is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5e91dca6.
//
// Solidity: function exposable(address account) view returns(uint256)
func (ledger *Ledger) UnpackExposable(data []byte) (*big.Int, error) {
	out, err := ledger.abi.Unpack("exposable", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackExpose is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe5d2cef5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function expose(address account, uint256 amount) returns()
func (ledger *Ledger) PackExpose(account common.Address, amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("expose", account, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExpose is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe5d2cef5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function expose(address account, uint256 amount) returns()
func (ledger *Ledger) TryPackExpose(account common.Address, amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("expose", account, amount)
}

// PackExposureCap is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb51d20c7.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function exposureCap() view returns(uint256)
func (ledger *Ledger) PackExposureCap() []byte {
	enc, err := ledger.abi.Pack("exposureCap")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExposureCap is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb51d20c7.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function exposureCap() view returns(uint256)
func (ledger *Ledger) TryPackExposureCap() ([]byte, error) {
	return ledger.abi.Pack("exposureCap")
}

// UnpackExposureCap is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb51d20c7.
//
// Solidity: function exposureCap() view returns(uint256)
func (ledger *Ledger) UnpackExposureCap(data []byte) (*big.Int, error) {
	out, err := ledger.abi.Unpack("exposureCap", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackLock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x282d3fdf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function lock(address account, uint256 amount) returns()
func (ledger *Ledger) PackLock(account common.Address, amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("lock", account, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x282d3fdf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function lock(address account, uint256 amount) returns()
func (ledger *Ledger) TryPackLock(account common.Address, amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("lock", account, amount)
}

// PackMediation is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5ba6284f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function mediation() view returns(address)
func (ledger *Ledger) PackMediation() []byte {
	enc, err := ledger.abi.Pack("mediation")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMediation is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5ba6284f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function mediation() view returns(address)
func (ledger *Ledger) TryPackMediation() ([]byte, error) {
	return ledger.abi.Pack("mediation")
}

// UnpackMediation is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5ba6284f.
//
// Solidity: function mediation() view returns(address)
func (ledger *Ledger) UnpackMediation(data []byte) (common.Address, error) {
	out, err := ledger.abi.Unpack("mediation", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackPay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb3d76188.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pay(address from, address to, uint256 amount) returns()
func (ledger *Ledger) PackPay(from common.Address, to common.Address, amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("pay", from, to, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb3d76188.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pay(address from, address to, uint256 amount) returns()
func (ledger *Ledger) TryPackPay(from common.Address, to common.Address, amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("pay", from, to, amount)
}

// PackRequestUnstake is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x23095721.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requestUnstake(uint256 amount) returns()
func (ledger *Ledger) PackRequestUnstake(amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("requestUnstake", amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequestUnstake is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x23095721.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requestUnstake(uint256 amount) returns()
func (ledger *Ledger) TryPackRequestUnstake(amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("requestUnstake", amount)
}

// PackRounds is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa2e800ad.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function rounds() view returns(address)
func (ledger *Ledger) PackRounds() []byte {
	enc, err := ledger.abi.Pack("rounds")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRounds is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa2e800ad.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function rounds() view returns(address)
func (ledger *Ledger) TryPackRounds() ([]byte, error) {
	return ledger.abi.Pack("rounds")
}

// UnpackRounds is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa2e800ad.
//
// Solidity: function rounds() view returns(address)
func (ledger *Ledger) UnpackRounds(data []byte) (common.Address, error) {
	out, err := ledger.abi.Unpack("rounds", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackSettle is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe2910c59.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function settle(address from, address to, uint256 amount, address feeTo, uint256 fee, uint256 rest, uint256 exposure) returns()
func (ledger *Ledger) PackSettle(from common.Address, to common.Address, amount *big.Int, feeTo common.Address, fee *big.Int, rest *big.Int, exposure *big.Int) []byte {
	enc, err := ledger.abi.Pack("settle", from, to, amount, feeTo, fee, rest, exposure)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSettle is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe2910c59.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function settle(address from, address to, uint256 amount, address feeTo, uint256 fee, uint256 rest, uint256 exposure) returns()
func (ledger *Ledger) TryPackSettle(from common.Address, to common.Address, amount *big.Int, feeTo common.Address, fee *big.Int, rest *big.Int, exposure *big.Int) ([]byte, error) {
	return ledger.abi.Pack("settle", from, to, amount, feeTo, fee, rest, exposure)
}

// PackSlash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe76fede6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function slash(address account, uint256 amount, uint256 burn, address to) returns(uint256 taken)
func (ledger *Ledger) PackSlash(account common.Address, amount *big.Int, burn *big.Int, to common.Address) []byte {
	enc, err := ledger.abi.Pack("slash", account, amount, burn, to)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSlash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe76fede6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function slash(address account, uint256 amount, uint256 burn, address to) returns(uint256 taken)
func (ledger *Ledger) TryPackSlash(account common.Address, amount *big.Int, burn *big.Int, to common.Address) ([]byte, error) {
	return ledger.abi.Pack("slash", account, amount, burn, to)
}

// UnpackSlash is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe76fede6.
//
// Solidity: function slash(address account, uint256 amount, uint256 burn, address to) returns(uint256 taken)
func (ledger *Ledger) UnpackSlash(data []byte) (*big.Int, error) {
	out, err := ledger.abi.Unpack("slash", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackStake is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa694fc3a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function stake(uint256 amount) returns()
func (ledger *Ledger) PackStake(amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("stake", amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStake is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa694fc3a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function stake(uint256 amount) returns()
func (ledger *Ledger) TryPackStake(amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("stake", amount)
}

// PackStakeFor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2ee40908.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function stakeFor(address account, uint256 amount) returns()
func (ledger *Ledger) PackStakeFor(account common.Address, amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("stakeFor", account, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStakeFor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2ee40908.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function stakeFor(address account, uint256 amount) returns()
func (ledger *Ledger) TryPackStakeFor(account common.Address, amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("stakeFor", account, amount)
}

// PackStakeOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x42623360.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function stakeOf(address account) view returns(uint256 staked, uint256 exposed, uint256 leaving, uint256 leavingAt)
func (ledger *Ledger) PackStakeOf(account common.Address) []byte {
	enc, err := ledger.abi.Pack("stakeOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStakeOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x42623360.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function stakeOf(address account) view returns(uint256 staked, uint256 exposed, uint256 leaving, uint256 leavingAt)
func (ledger *Ledger) TryPackStakeOf(account common.Address) ([]byte, error) {
	return ledger.abi.Pack("stakeOf", account)
}

// StakeOfOutput serves as a container for the return parameters of contract
// method StakeOf.
type StakeOfOutput struct {
	Staked    *big.Int
	Exposed   *big.Int
	Leaving   *big.Int
	LeavingAt *big.Int
}

// UnpackStakeOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x42623360.
//
// Solidity: function stakeOf(address account) view returns(uint256 staked, uint256 exposed, uint256 leaving, uint256 leavingAt)
func (ledger *Ledger) UnpackStakeOf(data []byte) (StakeOfOutput, error) {
	out, err := ledger.abi.Unpack("stakeOf", data)
	outstruct := new(StakeOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Staked = abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	outstruct.Exposed = abi.ConvertType(out[1], new(big.Int)).(*big.Int)
	outstruct.Leaving = abi.ConvertType(out[2], new(big.Int)).(*big.Int)
	outstruct.LeavingAt = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackUnlock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7eee288d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function unlock(address account, uint256 amount) returns()
func (ledger *Ledger) PackUnlock(account common.Address, amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("unlock", account, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackUnlock is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7eee288d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function unlock(address account, uint256 amount) returns()
func (ledger *Ledger) TryPackUnlock(account common.Address, amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("unlock", account, amount)
}

// PackUnstake is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2def6620.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function unstake() returns()
func (ledger *Ledger) PackUnstake() []byte {
	enc, err := ledger.abi.Pack("unstake")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackUnstake is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2def6620.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function unstake() returns()
func (ledger *Ledger) TryPackUnstake() ([]byte, error) {
	return ledger.abi.Pack("unstake")
}

// PackUnstakeDelay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3222012f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function unstakeDelay() view returns(uint256)
func (ledger *Ledger) PackUnstakeDelay() []byte {
	enc, err := ledger.abi.Pack("unstakeDelay")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackUnstakeDelay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3222012f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function unstakeDelay() view returns(uint256)
func (ledger *Ledger) TryPackUnstakeDelay() ([]byte, error) {
	return ledger.abi.Pack("unstakeDelay")
}

// UnpackUnstakeDelay is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3222012f.
//
// Solidity: function unstakeDelay() view returns(uint256)
func (ledger *Ledger) UnpackUnstakeDelay(data []byte) (*big.Int, error) {
	out, err := ledger.abi.Unpack("unstakeDelay", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackUsedNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6a8a6894.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function usedNonces(address account, uint256 word) view returns(uint256 bits)
func (ledger *Ledger) PackUsedNonces(account common.Address, word *big.Int) []byte {
	enc, err := ledger.abi.Pack("usedNonces", account, word)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackUsedNonces is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6a8a6894.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function usedNonces(address account, uint256 word) view returns(uint256 bits)
func (ledger *Ledger) TryPackUsedNonces(account common.Address, word *big.Int) ([]byte, error) {
	return ledger.abi.Pack("usedNonces", account, word)
}

// UnpackUsedNonces is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6a8a6894.
//
// Solidity: function usedNonces(address account, uint256 word) view returns(uint256 bits)
func (ledger *Ledger) UnpackUsedNonces(data []byte) (*big.Int, error) {
	out, err := ledger.abi.Unpack("usedNonces", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf3fef3a3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdraw(address to, uint256 amount) returns()
func (ledger *Ledger) PackWithdraw(to common.Address, amount *big.Int) []byte {
	enc, err := ledger.abi.Pack("withdraw", to, amount)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf3fef3a3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdraw(address to, uint256 amount) returns()
func (ledger *Ledger) TryPackWithdraw(to common.Address, amount *big.Int) ([]byte, error) {
	return ledger.abi.Pack("withdraw", to, amount)
}

// PackWithdrawBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5195f871.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdrawBySig(address account, address to, uint256 amount, uint256 fee, uint256 nonce, uint256 expiry, bytes signature) returns()
func (ledger *Ledger) PackWithdrawBySig(account common.Address, to common.Address, amount *big.Int, fee *big.Int, nonce *big.Int, expiry *big.Int, signature []byte) []byte {
	enc, err := ledger.abi.Pack("withdrawBySig", account, to, amount, fee, nonce, expiry, signature)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdrawBySig is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5195f871.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdrawBySig(address account, address to, uint256 amount, uint256 fee, uint256 nonce, uint256 expiry, bytes signature) returns()
func (ledger *Ledger) TryPackWithdrawBySig(account common.Address, to common.Address, amount *big.Int, fee *big.Int, nonce *big.Int, expiry *big.Int, signature []byte) ([]byte, error) {
	return ledger.abi.Pack("withdrawBySig", account, to, amount, fee, nonce, expiry, signature)
}

// PackWithdrawalHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x608b156c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdrawalHash(address account, address to, uint256 amount, uint256 fee, uint256 nonce, uint256 expiry) view returns(bytes32)
func (ledger *Ledger) PackWithdrawalHash(account common.Address, to common.Address, amount *big.Int, fee *big.Int, nonce *big.Int, expiry *big.Int) []byte {
	enc, err := ledger.abi.Pack("withdrawalHash", account, to, amount, fee, nonce, expiry)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdrawalHash is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x608b156c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdrawalHash(address account, address to, uint256 amount, uint256 fee, uint256 nonce, uint256 expiry) view returns(bytes32)
func (ledger *Ledger) TryPackWithdrawalHash(account common.Address, to common.Address, amount *big.Int, fee *big.Int, nonce *big.Int, expiry *big.Int) ([]byte, error) {
	return ledger.abi.Pack("withdrawalHash", account, to, amount, fee, nonce, expiry)
}

// UnpackWithdrawalHash is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x608b156c.
//
// Solidity: function withdrawalHash(address account, address to, uint256 amount, uint256 fee, uint256 nonce, uint256 expiry) view returns(bytes32)
func (ledger *Ledger) UnpackWithdrawalHash(data []byte) ([32]byte, error) {
	out, err := ledger.abi.Unpack("withdrawalHash", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// LedgerDeposited represents a Deposited event raised by the Ledger contract.
type LedgerDeposited struct {
	Account common.Address
	From    common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const LedgerDepositedEventName = "Deposited"

// ContractEventName returns the user-defined event name.
func (LedgerDeposited) ContractEventName() string {
	return LedgerDepositedEventName
}

// UnpackDepositedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Deposited(address indexed account, address indexed from, uint256 amount)
func (ledger *Ledger) UnpackDepositedEvent(log *types.Log) (*LedgerDeposited, error) {
	event := "Deposited"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerDeposited)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LedgerEIP712DomainChanged represents a EIP712DomainChanged event raised by the Ledger contract.
type LedgerEIP712DomainChanged struct {
	Raw *types.Log // Blockchain specific contextual infos
}

const LedgerEIP712DomainChangedEventName = "EIP712DomainChanged"

// ContractEventName returns the user-defined event name.
func (LedgerEIP712DomainChanged) ContractEventName() string {
	return LedgerEIP712DomainChangedEventName
}

// UnpackEIP712DomainChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event EIP712DomainChanged()
func (ledger *Ledger) UnpackEIP712DomainChangedEvent(log *types.Log) (*LedgerEIP712DomainChanged, error) {
	event := "EIP712DomainChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerEIP712DomainChanged)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LedgerNonceCancelled represents a NonceCancelled event raised by the Ledger contract.
type LedgerNonceCancelled struct {
	Account common.Address
	Nonce   *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const LedgerNonceCancelledEventName = "NonceCancelled"

// ContractEventName returns the user-defined event name.
func (LedgerNonceCancelled) ContractEventName() string {
	return LedgerNonceCancelledEventName
}

// UnpackNonceCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event NonceCancelled(address indexed account, uint256 nonce)
func (ledger *Ledger) UnpackNonceCancelledEvent(log *types.Log) (*LedgerNonceCancelled, error) {
	event := "NonceCancelled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerNonceCancelled)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LedgerPaid represents a Paid event raised by the Ledger contract.
type LedgerPaid struct {
	From   common.Address
	To     common.Address
	Amount *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const LedgerPaidEventName = "Paid"

// ContractEventName returns the user-defined event name.
func (LedgerPaid) ContractEventName() string {
	return LedgerPaidEventName
}

// UnpackPaidEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Paid(address indexed from, address indexed to, uint256 amount)
func (ledger *Ledger) UnpackPaidEvent(log *types.Log) (*LedgerPaid, error) {
	event := "Paid"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerPaid)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LedgerSlashed represents a Slashed event raised by the Ledger contract.
type LedgerSlashed struct {
	Account common.Address
	Amount  *big.Int
	Burnt   *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const LedgerSlashedEventName = "Slashed"

// ContractEventName returns the user-defined event name.
func (LedgerSlashed) ContractEventName() string {
	return LedgerSlashedEventName
}

// UnpackSlashedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Slashed(address indexed account, uint256 amount, uint256 burnt)
func (ledger *Ledger) UnpackSlashedEvent(log *types.Log) (*LedgerSlashed, error) {
	event := "Slashed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerSlashed)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LedgerStaked represents a Staked event raised by the Ledger contract.
type LedgerStaked struct {
	Account common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const LedgerStakedEventName = "Staked"

// ContractEventName returns the user-defined event name.
func (LedgerStaked) ContractEventName() string {
	return LedgerStakedEventName
}

// UnpackStakedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Staked(address indexed account, uint256 amount)
func (ledger *Ledger) UnpackStakedEvent(log *types.Log) (*LedgerStaked, error) {
	event := "Staked"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerStaked)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LedgerUnstakeRequested represents a UnstakeRequested event raised by the Ledger contract.
type LedgerUnstakeRequested struct {
	Account common.Address
	Amount  *big.Int
	From    *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const LedgerUnstakeRequestedEventName = "UnstakeRequested"

// ContractEventName returns the user-defined event name.
func (LedgerUnstakeRequested) ContractEventName() string {
	return LedgerUnstakeRequestedEventName
}

// UnpackUnstakeRequestedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event UnstakeRequested(address indexed account, uint256 amount, uint256 from)
func (ledger *Ledger) UnpackUnstakeRequestedEvent(log *types.Log) (*LedgerUnstakeRequested, error) {
	event := "UnstakeRequested"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerUnstakeRequested)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LedgerUnstaked represents a Unstaked event raised by the Ledger contract.
type LedgerUnstaked struct {
	Account common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const LedgerUnstakedEventName = "Unstaked"

// ContractEventName returns the user-defined event name.
func (LedgerUnstaked) ContractEventName() string {
	return LedgerUnstakedEventName
}

// UnpackUnstakedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Unstaked(address indexed account, uint256 amount)
func (ledger *Ledger) UnpackUnstakedEvent(log *types.Log) (*LedgerUnstaked, error) {
	event := "Unstaked"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerUnstaked)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// LedgerWithdrawn represents a Withdrawn event raised by the Ledger contract.
type LedgerWithdrawn struct {
	Account common.Address
	To      common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const LedgerWithdrawnEventName = "Withdrawn"

// ContractEventName returns the user-defined event name.
func (LedgerWithdrawn) ContractEventName() string {
	return LedgerWithdrawnEventName
}

// UnpackWithdrawnEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Withdrawn(address indexed account, address indexed to, uint256 amount)
func (ledger *Ledger) UnpackWithdrawnEvent(log *types.Log) (*LedgerWithdrawn, error) {
	event := "Withdrawn"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != ledger.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(LedgerWithdrawn)
	if len(log.Data) > 0 {
		if err := ledger.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range ledger.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (ledger *Ledger) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], ledger.abi.Errors["BadParameter"].ID.Bytes()[:4]) {
		return ledger.UnpackBadParameterError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["FeeAboveAmount"].ID.Bytes()[:4]) {
		return ledger.UnpackFeeAboveAmountError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["InsufficientFree"].ID.Bytes()[:4]) {
		return ledger.UnpackInsufficientFreeError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["InsufficientLocked"].ID.Bytes()[:4]) {
		return ledger.UnpackInsufficientLockedError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["InsufficientStake"].ID.Bytes()[:4]) {
		return ledger.UnpackInsufficientStakeError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["InvalidShortString"].ID.Bytes()[:4]) {
		return ledger.UnpackInvalidShortStringError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["InvalidSignature"].ID.Bytes()[:4]) {
		return ledger.UnpackInvalidSignatureError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["NonceUsed"].ID.Bytes()[:4]) {
		return ledger.UnpackNonceUsedError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["NotModule"].ID.Bytes()[:4]) {
		return ledger.UnpackNotModuleError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["ReentrancyGuardReentrantCall"].ID.Bytes()[:4]) {
		return ledger.UnpackReentrancyGuardReentrantCallError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["SafeCastOverflowedUintDowncast"].ID.Bytes()[:4]) {
		return ledger.UnpackSafeCastOverflowedUintDowncastError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["SignatureExpired"].ID.Bytes()[:4]) {
		return ledger.UnpackSignatureExpiredError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["StringTooLong"].ID.Bytes()[:4]) {
		return ledger.UnpackStringTooLongError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["TransferFailed"].ID.Bytes()[:4]) {
		return ledger.UnpackTransferFailedError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["WithdrawalDelay"].ID.Bytes()[:4]) {
		return ledger.UnpackWithdrawalDelayError(raw[4:])
	}
	if bytes.Equal(raw[:4], ledger.abi.Errors["ZeroAddress"].ID.Bytes()[:4]) {
		return ledger.UnpackZeroAddressError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// LedgerBadParameter represents a BadParameter error raised by the Ledger contract.
type LedgerBadParameter struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BadParameter()
func LedgerBadParameterErrorID() common.Hash {
	return common.HexToHash("0x8ec48e16047a0178c89bdefa13cab01a03913d2353214edd02ae0575f1cd52a7")
}

// UnpackBadParameterError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BadParameter()
func (ledger *Ledger) UnpackBadParameterError(raw []byte) (*LedgerBadParameter, error) {
	out := new(LedgerBadParameter)
	if err := ledger.abi.UnpackIntoInterface(out, "BadParameter", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerFeeAboveAmount represents a FeeAboveAmount error raised by the Ledger contract.
type LedgerFeeAboveAmount struct {
	Fee    *big.Int
	Amount *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error FeeAboveAmount(uint256 fee, uint256 amount)
func LedgerFeeAboveAmountErrorID() common.Hash {
	return common.HexToHash("0x56ac6bad5b77ad0aff1c9264a0296387ddc48fb41f1d6c55ab8324b014968b97")
}

// UnpackFeeAboveAmountError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error FeeAboveAmount(uint256 fee, uint256 amount)
func (ledger *Ledger) UnpackFeeAboveAmountError(raw []byte) (*LedgerFeeAboveAmount, error) {
	out := new(LedgerFeeAboveAmount)
	if err := ledger.abi.UnpackIntoInterface(out, "FeeAboveAmount", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerInsufficientFree represents a InsufficientFree error raised by the Ledger contract.
type LedgerInsufficientFree struct {
	Account common.Address
	Has     *big.Int
	Needs   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InsufficientFree(address account, uint256 has, uint256 needs)
func LedgerInsufficientFreeErrorID() common.Hash {
	return common.HexToHash("0x9e1e4e784bbddcbbadde53a03920ea175e18f95bcb5879336ac4cace822636ef")
}

// UnpackInsufficientFreeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InsufficientFree(address account, uint256 has, uint256 needs)
func (ledger *Ledger) UnpackInsufficientFreeError(raw []byte) (*LedgerInsufficientFree, error) {
	out := new(LedgerInsufficientFree)
	if err := ledger.abi.UnpackIntoInterface(out, "InsufficientFree", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerInsufficientLocked represents a InsufficientLocked error raised by the Ledger contract.
type LedgerInsufficientLocked struct {
	Account common.Address
	Has     *big.Int
	Needs   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InsufficientLocked(address account, uint256 has, uint256 needs)
func LedgerInsufficientLockedErrorID() common.Hash {
	return common.HexToHash("0x7db8b08b7d7d87d96d571d6cb342fc32cc53479c8ebda540fe831669e4ddfca6")
}

// UnpackInsufficientLockedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InsufficientLocked(address account, uint256 has, uint256 needs)
func (ledger *Ledger) UnpackInsufficientLockedError(raw []byte) (*LedgerInsufficientLocked, error) {
	out := new(LedgerInsufficientLocked)
	if err := ledger.abi.UnpackIntoInterface(out, "InsufficientLocked", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerInsufficientStake represents a InsufficientStake error raised by the Ledger contract.
type LedgerInsufficientStake struct {
	Account common.Address
	Has     *big.Int
	Needs   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InsufficientStake(address account, uint256 has, uint256 needs)
func LedgerInsufficientStakeErrorID() common.Hash {
	return common.HexToHash("0x936d426dd74f230ad5a4425fb8e2282c39c20abb35ad8a2da02a9b2239d6c390")
}

// UnpackInsufficientStakeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InsufficientStake(address account, uint256 has, uint256 needs)
func (ledger *Ledger) UnpackInsufficientStakeError(raw []byte) (*LedgerInsufficientStake, error) {
	out := new(LedgerInsufficientStake)
	if err := ledger.abi.UnpackIntoInterface(out, "InsufficientStake", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerInvalidShortString represents a InvalidShortString error raised by the Ledger contract.
type LedgerInvalidShortString struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidShortString()
func LedgerInvalidShortStringErrorID() common.Hash {
	return common.HexToHash("0xb3512b0c6163e5f0bafab72bb631b9d58cd7a731b082f910338aa21c83d5c274")
}

// UnpackInvalidShortStringError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidShortString()
func (ledger *Ledger) UnpackInvalidShortStringError(raw []byte) (*LedgerInvalidShortString, error) {
	out := new(LedgerInvalidShortString)
	if err := ledger.abi.UnpackIntoInterface(out, "InvalidShortString", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerInvalidSignature represents a InvalidSignature error raised by the Ledger contract.
type LedgerInvalidSignature struct {
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error InvalidSignature(address account)
func LedgerInvalidSignatureErrorID() common.Hash {
	return common.HexToHash("0xd855c4f4d7a9aef9d1b6f49c25339cf5cd471e30830c8071f7b5024985e5abcd")
}

// UnpackInvalidSignatureError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error InvalidSignature(address account)
func (ledger *Ledger) UnpackInvalidSignatureError(raw []byte) (*LedgerInvalidSignature, error) {
	out := new(LedgerInvalidSignature)
	if err := ledger.abi.UnpackIntoInterface(out, "InvalidSignature", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerNonceUsed represents a NonceUsed error raised by the Ledger contract.
type LedgerNonceUsed struct {
	Account common.Address
	Nonce   *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NonceUsed(address account, uint256 nonce)
func LedgerNonceUsedErrorID() common.Hash {
	return common.HexToHash("0x2af71f10069c28afc67c3752e87e0e4616a97948d33c8f404a856c0c334b3e01")
}

// UnpackNonceUsedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NonceUsed(address account, uint256 nonce)
func (ledger *Ledger) UnpackNonceUsedError(raw []byte) (*LedgerNonceUsed, error) {
	out := new(LedgerNonceUsed)
	if err := ledger.abi.UnpackIntoInterface(out, "NonceUsed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerNotModule represents a NotModule error raised by the Ledger contract.
type LedgerNotModule struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotModule(address caller)
func LedgerNotModuleErrorID() common.Hash {
	return common.HexToHash("0xcb118551cda8cc5ce9225b5eaaa04836734c2037bdb0839e9ce64fd239b402d4")
}

// UnpackNotModuleError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotModule(address caller)
func (ledger *Ledger) UnpackNotModuleError(raw []byte) (*LedgerNotModule, error) {
	out := new(LedgerNotModule)
	if err := ledger.abi.UnpackIntoInterface(out, "NotModule", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerReentrancyGuardReentrantCall represents a ReentrancyGuardReentrantCall error raised by the Ledger contract.
type LedgerReentrancyGuardReentrantCall struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ReentrancyGuardReentrantCall()
func LedgerReentrancyGuardReentrantCallErrorID() common.Hash {
	return common.HexToHash("0x3ee5aeb571de7fc460830b4d0017439a1ca56fb0bc39062227ade4fe4a24c1ca")
}

// UnpackReentrancyGuardReentrantCallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ReentrancyGuardReentrantCall()
func (ledger *Ledger) UnpackReentrancyGuardReentrantCallError(raw []byte) (*LedgerReentrancyGuardReentrantCall, error) {
	out := new(LedgerReentrancyGuardReentrantCall)
	if err := ledger.abi.UnpackIntoInterface(out, "ReentrancyGuardReentrantCall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerSafeCastOverflowedUintDowncast represents a SafeCastOverflowedUintDowncast error raised by the Ledger contract.
type LedgerSafeCastOverflowedUintDowncast struct {
	Bits  uint8
	Value *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)
func LedgerSafeCastOverflowedUintDowncastErrorID() common.Hash {
	return common.HexToHash("0x6dfcc6503a32754ce7a89698e18201fc5294fd4aad43edefee786f88423b1a12")
}

// UnpackSafeCastOverflowedUintDowncastError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SafeCastOverflowedUintDowncast(uint8 bits, uint256 value)
func (ledger *Ledger) UnpackSafeCastOverflowedUintDowncastError(raw []byte) (*LedgerSafeCastOverflowedUintDowncast, error) {
	out := new(LedgerSafeCastOverflowedUintDowncast)
	if err := ledger.abi.UnpackIntoInterface(out, "SafeCastOverflowedUintDowncast", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerSignatureExpired represents a SignatureExpired error raised by the Ledger contract.
type LedgerSignatureExpired struct {
	Expiry *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SignatureExpired(uint256 expiry)
func LedgerSignatureExpiredErrorID() common.Hash {
	return common.HexToHash("0xcd21db4f5222c209a625f44a7faa4c7077b21128ed96c96bd5c3a0f7bcc95d38")
}

// UnpackSignatureExpiredError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SignatureExpired(uint256 expiry)
func (ledger *Ledger) UnpackSignatureExpiredError(raw []byte) (*LedgerSignatureExpired, error) {
	out := new(LedgerSignatureExpired)
	if err := ledger.abi.UnpackIntoInterface(out, "SignatureExpired", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerStringTooLong represents a StringTooLong error raised by the Ledger contract.
type LedgerStringTooLong struct {
	Str string
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error StringTooLong(string str)
func LedgerStringTooLongErrorID() common.Hash {
	return common.HexToHash("0x305a27a93f8e33b7392df0a0f91d6fc63847395853c45991eec52dbf24d72381")
}

// UnpackStringTooLongError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error StringTooLong(string str)
func (ledger *Ledger) UnpackStringTooLongError(raw []byte) (*LedgerStringTooLong, error) {
	out := new(LedgerStringTooLong)
	if err := ledger.abi.UnpackIntoInterface(out, "StringTooLong", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerTransferFailed represents a TransferFailed error raised by the Ledger contract.
type LedgerTransferFailed struct {
	To     common.Address
	Amount *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TransferFailed(address to, uint256 amount)
func LedgerTransferFailedErrorID() common.Hash {
	return common.HexToHash("0x1c43b9761b3fba5321ca8212bfc231945f668ccc0c446f333999eea9ce8fda81")
}

// UnpackTransferFailedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TransferFailed(address to, uint256 amount)
func (ledger *Ledger) UnpackTransferFailedError(raw []byte) (*LedgerTransferFailed, error) {
	out := new(LedgerTransferFailed)
	if err := ledger.abi.UnpackIntoInterface(out, "TransferFailed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerWithdrawalDelay represents a WithdrawalDelay error raised by the Ledger contract.
type LedgerWithdrawalDelay struct {
	Until *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WithdrawalDelay(uint256 until)
func LedgerWithdrawalDelayErrorID() common.Hash {
	return common.HexToHash("0x0345361e930f9f6c9eec641e71d0eb5e7dd467dff7da7572b5446134bb0656b2")
}

// UnpackWithdrawalDelayError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WithdrawalDelay(uint256 until)
func (ledger *Ledger) UnpackWithdrawalDelayError(raw []byte) (*LedgerWithdrawalDelay, error) {
	out := new(LedgerWithdrawalDelay)
	if err := ledger.abi.UnpackIntoInterface(out, "WithdrawalDelay", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// LedgerZeroAddress represents a ZeroAddress error raised by the Ledger contract.
type LedgerZeroAddress struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ZeroAddress()
func LedgerZeroAddressErrorID() common.Hash {
	return common.HexToHash("0xd92e233df2717d4a40030e20904abd27b68fcbeede117eaaccbbdac9618c8c73")
}

// UnpackZeroAddressError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ZeroAddress()
func (ledger *Ledger) UnpackZeroAddressError(raw []byte) (*LedgerZeroAddress, error) {
	out := new(LedgerZeroAddress)
	if err := ledger.abi.UnpackIntoInterface(out, "ZeroAddress", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationMetaData contains all meta data concerning the Mediation contract.
var MediationMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractILedger\",\"name\":\"ledger_\",\"type\":\"address\"},{\"internalType\":\"contractIDirectory\",\"name\":\"directory_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"deals_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"rounds_\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"windowFloor_\",\"type\":\"uint256\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"reporter\",\"type\":\"address\"}],\"name\":\"AlreadyReported\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"number\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"current\",\"type\":\"uint256\"}],\"name\":\"BlockNotYet\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"number\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"current\",\"type\":\"uint256\"}],\"name\":\"BlockhashGone\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"MalformedHeader\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotDrawn\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"NotSource\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"seedBlock\",\"type\":\"uint256\"}],\"name\":\"SeedAtHand\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"until\",\"type\":\"uint256\"}],\"name\":\"TooEarly\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"until\",\"type\":\"uint256\"}],\"name\":\"TooLate\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"number\",\"type\":\"uint256\"}],\"name\":\"WrongHeader\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"WrongReveal\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"enumMediation.State\",\"name\":\"state\",\"type\":\"uint8\"}],\"name\":\"WrongState\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"enumVerdict\",\"name\":\"verdict\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"found\",\"type\":\"bytes32\"}],\"name\":\"CaseClosed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"source\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"subject\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"claim\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"seedBlock\",\"type\":\"uint256\"}],\"name\":\"CaseOpened\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"mediator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"}],\"name\":\"Committed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"}],\"name\":\"Escalated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"drawn\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"commitBy\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"revealBy\",\"type\":\"uint256\"}],\"name\":\"MediatorsDrawn\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"seedBlock\",\"type\":\"uint256\"}],\"name\":\"Rearmed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"reporter\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"evidenceHash\",\"type\":\"bytes32\"}],\"name\":\"ReportOpened\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"reporter\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"reward\",\"type\":\"uint256\"}],\"name\":\"ReportRewarded\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"reporter\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"}],\"name\":\"Reported\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"mediator\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"}],\"name\":\"Revealed\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"}],\"name\":\"caseOf\",\"outputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"source\",\"type\":\"address\"},{\"internalType\":\"enumMediation.State\",\"name\":\"state\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint16\",\"name\":\"drawnCount\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"committedCount\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"revealedCount\",\"type\":\"uint16\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"},{\"internalType\":\"uint96\",\"name\":\"fee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"deposit\",\"type\":\"uint96\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint48\",\"name\":\"commitBy\",\"type\":\"uint48\"},{\"internalType\":\"uint48\",\"name\":\"revealBy\",\"type\":\"uint48\"},{\"internalType\":\"uint256\",\"name\":\"seedBlock\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"subject\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"claim\",\"type\":\"bytes32\"},{\"internalType\":\"uint256\",\"name\":\"pool\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"used\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"drawn\",\"type\":\"uint256\"}],\"internalType\":\"structMediation.Case\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"commitment\",\"type\":\"bytes32\"}],\"name\":\"commit\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"deals\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"directory\",\"outputs\":[{\"internalType\":\"contractIDirectory\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"header\",\"type\":\"bytes\"}],\"name\":\"draw\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint16\",\"name\":\"size\",\"type\":\"uint16\"},{\"internalType\":\"uint96\",\"name\":\"fee\",\"type\":\"uint96\"}],\"name\":\"leastDeposit\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"pure\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"ledger\",\"outputs\":[{\"internalType\":\"contractILedger\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"subject\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"claim\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"uint256\",\"name\":\"pool\",\"type\":\"uint256\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint96\",\"name\":\"fee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"deposit\",\"type\":\"uint96\"}],\"internalType\":\"structMediationTerms\",\"name\":\"terms\",\"type\":\"tuple\"},{\"internalType\":\"address\",\"name\":\"payer\",\"type\":\"address\"}],\"name\":\"open\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"evidenceHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"}],\"name\":\"openReport\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"}],\"name\":\"rearm\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"commitment\",\"type\":\"bytes32\"}],\"name\":\"report\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"}],\"name\":\"reportOf\",\"outputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"reporter\",\"type\":\"address\"},{\"internalType\":\"enumMediation.Step\",\"name\":\"step\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"value\",\"type\":\"bytes32\"}],\"internalType\":\"structMediation.Report\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"}],\"name\":\"reveal\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"rounds\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"}],\"name\":\"tally\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"caseId\",\"type\":\"bytes32\"},{\"internalType\":\"uint8\",\"name\":\"index\",\"type\":\"uint8\"}],\"name\":\"voteOf\",\"outputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"mediator\",\"type\":\"address\"},{\"internalType\":\"uint8\",\"name\":\"level\",\"type\":\"uint8\"},{\"internalType\":\"enumMediation.Step\",\"name\":\"step\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"value\",\"type\":\"bytes32\"}],\"internalType\":\"structMediation.Vote\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"windowFloor\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "4650be3097d8dcb2a472ba28ea921291a6",
	Bin: "0x610120604052348015610010575f5ffd5b506040516146e43803806146e483398101604081905261002f9161006f565b6001600160a01b0394851660805292841660a05290831660c05290911660e052610100526100d6565b6001600160a01b038116811461006c575f5ffd5b50565b5f5f5f5f5f60a08688031215610083575f5ffd5b855161008e81610058565b602087015190955061009f81610058565b60408701519094506100b081610058565b60608701519093506100c181610058565b80925050608086015190509295509295909350565b60805160a05160c05160e0516101005161455a61018a5f395f6101aa01525f8181610219015261040401525f818161011e01526103d001525f81816102660152818161077e015281816108b201528181611e140152818161243e01526127ba01525f818161018301528181610e6201528181611ed001528181611f8a015281816132e9015281816133d40152818161355b0152818161371301528181613780015281816138e90152613c44015261455a5ff3fe608060405234801561000f575f5ffd5b5060043610610115575f3560e01c8063b84136c5116100ad578063d49224e91161007d578063e3ce094d11610063578063e3ce094d146102db578063f569fbd1146102ee578063f6e22eb514610301575f5ffd5b8063d49224e91461029b578063e35915d2146102bb575f5ffd5b8063b84136c51461023b578063c3cd7d451461024e578063c41c2f2414610261578063c6a0ff1314610288575f5ffd5b80636990e8fb116100e85780636990e8fb146101cc5780636bc51bbd146101ec578063a0f78c76146101ff578063a2e800ad14610214575f5ffd5b80630f752fe81461011957806332412e531461015d57806356397c351461017e57806368ceca31146101a5575b5f5ffd5b6101407f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160a01b0390911681526020015b60405180910390f35b61017061016b366004613e19565b610314565b604051908152602001610154565b6101407f000000000000000000000000000000000000000000000000000000000000000081565b6101707f000000000000000000000000000000000000000000000000000000000000000081565b6101df6101da366004613e63565b61033f565b6040516101549190613ece565b6101706101fa366004613f19565b6103c4565b61021261020d366004613f89565b610845565b005b6101407f000000000000000000000000000000000000000000000000000000000000000081565b610212610249366004614000565b610c20565b61021261025c366004614017565b610cc4565b6101407f000000000000000000000000000000000000000000000000000000000000000081565b610212610296366004614037565b610fd3565b6102ae6102a9366004614000565b61117c565b6040516101549190614073565b6102ce6102c9366004613e63565b61140f565b604051610154919061421d565b6102126102e9366004614017565b61147b565b6102126102fc366004614261565b6115d1565b61021261030f366004614000565b61176c565b5f6103358460ff168461ffff16846bffffffffffffffffffffffff16611aae565b90505b9392505050565b610347613d12565b5f83815260026020908152604080832060ff80871685529083529281902081516060810190925280546001600160a01b038116835291939092840191600160a01b900416600381111561039c5761039c613e91565b60038111156103ad576103ad613e91565b815260200160018201548152505090505b92915050565b5f336001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016148015906104275750336001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614155b15610465576040517fae1b844c0000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b335f90815260036020908152604080832088845290915281208054829061048b906142b7565b91829055506040805146602082015230918101919091523360608201526080810188905260a0810187905260c0810182905290915060e001604080518083037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001815291815281516020928301205f8181528084528290208054600160a81b7fffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffff600160a01b7fffffffffffffffffffffff0000000000000000000000000000000000000000009093167fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff3316179290921791909116178155909450916105959187019087016142ee565b81547fffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffff1676010000000000000000000000000000000000000000000060ff92909216919091021781556001810180547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b03861617905561062360a0860160808701614309565b6001820180546bffffffffffffffffffffffff92909216600160a01b026001600160a01b0390921691909117905561066160c0860160a08701614309565b6002820180547fffffffffffffffffffffffffffffffffffffffff000000000000000000000000166bffffffffffffffffffffffff929092169190911790556106b06060860160408701614322565b60028201805463ffffffff929092166c01000000000000000000000000027fffffffffffffffffffffffffffffffff00000000ffffffffffffffffffffffff9092169190911790556107086080860160608701614322565b8160020160106101000a81548163ffffffff021916908363ffffffff1602179055506002436107379190614345565b6003820155600480820188905560058201879055604080517f1e85024600000000000000000000000000000000000000000000000000000000815290516001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001692631e850246928082019260209290918290030181865afa1580156107c5573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906107e99190614358565b853516600682015560038101546040518891339186917f2edd83143bbdb13ee79dbecd89c52d89118fc1c9a568d5975770f5b824c5f77f91610833918c8252602082015260400190565b60405180910390a45050949350505050565b5f610851846001611afe565b90505f61086382600301548585611b81565b82546040805160208101939093528201879052600160a81b900460ff1660608201526080016040516020818303038152906040528051906020012090505f82600701541983600601541690505f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316631e8502466040518163ffffffff1660e01b8152600401602060405180830381865afa15801561090c573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906109309190614358565b84549091505f906109679060ff7601000000000000000000000000000000000000000000008204811691600160a81b900416611c79565b90505f80805b851580159061097b57508382105b15610a2a575f61098a87611c9c565b60408051602081018b9052908101849052606001604051602081830303815290604052805190602001205f1c6109c0919061439c565b90505f6109cd8883611d73565b600160ff82161b80199990991698909150871615806109f457506109f28d8b83611dd7565b155b15610a00575050610a1a565b600160ff82161b9490941793610a15846142b7565b935050505b610a23816142b7565b905061096d565b50805f03610a4857610a3c8a886120db565b50505050505050505050565b86546007880180548417905560088801839055740200000000000000000000000000000000000000007fffffffffffffff0000ffff00ffffffffffffffffffffffffffffffffffffffff9091167701000000000000000000000000000000000000000000000061ffff841602171787556002870154610add906c01000000000000000000000000900463ffffffff1642614345565b60028801805465ffffffffffff92909216600160a01b027fffffffffffff000000000000ffffffffffffffffffffffffffffffffffffffff909216919091179081905563ffffffff7001000000000000000000000000000000008204811691610b58916c010000000000000000000000009091041642614345565b610b629190614345565b60028801805479ffffffffffffffffffffffffffffffffffffffffffffffffffff167a01000000000000000000000000000000000000000000000000000065ffffffffffff93841681029190911791829055895460408051600160a81b90920460ff16825260208201879052600160a01b8404851690820152910490911660608201528a907f0cd47ebcd68415e183966e16d5a9e3cdc2128ba1851bb26eb2424ec1784b84df9060800160405180910390a250505050505050505050565b5f610c2c826001611afe565b9050610c3b81600301546122a5565b610c795780600301546040517fc87fd39c00000000000000000000000000000000000000000000000000000000815260040161045c91815260200190565b610c84600243614345565b6003820181905560405190815282907f6523d7e9112abd61a765209844e13a2e104849d815fdecd734d141830e958ab79060200160405180910390a25050565b5f610cd0836002611afe565b6002810154909150600160a01b900465ffffffffffff16421115610d365760028101546040517f691e5682000000000000000000000000000000000000000000000000000000008152600160a01b90910465ffffffffffff16600482015260240161045c565b80547b01000000000000000000000000000000000000000000000000000000900461ffff1615610d94576040517f691e568200000000000000000000000000000000000000000000000000000000815242600482015260240161045c565b5f8381526002602090815260408083208454600160a81b900460ff1684529091528120908154600160a01b900460ff166003811115610dd557610dd5613e91565b14610e1a5780546040517f98dbce570000000000000000000000000000000000000000000000000000000081526001600160a01b03909116600482015260240161045c565b60028201546040517fe5d2cef50000000000000000000000000000000000000000000000000000000081523360048201526bffffffffffffffffffffffff90911660248201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b03169063e5d2cef5906044015f604051808303815f87803b158015610eab575f5ffd5b505af1158015610ebd573d5f5f3e3d5ffd5b50506040805160608101909152338152915050602081016002815260209081018590525f868152600282526040808220865460ff600160a81b90910416835283529020825181546001600160a01b039091167fffffffffffffffffffffffff000000000000000000000000000000000000000082168117835592840151919283917fffffffffffffffffffffff0000000000000000000000000000000000000000001617600160a01b836003811115610f7857610f78613e91565b02179055506040918201516001919091015582549051600160a81b90910460ff168152339085907f80b8a3186e243c011108ac286c6bde65c3ff42dbf55f3f4e345677323c41fc58906020015b60405180910390a350505050565b5f610fdf856002611afe565b9050610fea816122c0565b5f8581526002602081815260408084208554600160a81b900460ff168552909152909120908154600160a01b900460ff16600381111561102c5761102c613e91565b141580611043575080546001600160a01b03163314155b806110a1575081546040805160208101899052600160a81b90920460ff16908201523360608201526080810186905260a0810185905260c0810184905260e00160405160208183030381529060405280519060200120816001015414155b156110e1576040517fbe27be680000000000000000000000000000000000000000000000000000000081526004810187905233602482015260440161045c565b80547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff167403000000000000000000000000000000000000000017815560018101859055815460408051600160a81b90920460ff1682526020820187905281810186905251339188917f89b9287f7b36d7100b9b49e34ba438eb50330d9fe3d21cc594f76e35cd2aa2bc9181900360600190a3505050505050565b60408051610280810182525f80825260208201819052918101829052606081018290526080810182905260a0810182905260c0810182905260e08101829052610100810182905261012081018290526101408101829052610160810182905261018081018290526101a081018290526101c081018290526101e081018290526102008101829052610220810182905261024081018290526102608101919091525f82815260208181526040918290208251610280810190935280546001600160a01b03811684529091830190600160a01b900460ff16600381111561126357611263613e91565b600381111561127457611274613e91565b8152815460ff600160a81b820481166020840152760100000000000000000000000000000000000000000000820416604083015261ffff770100000000000000000000000000000000000000000000008204811660608401527901000000000000000000000000000000000000000000000000008204811660808401527b010000000000000000000000000000000000000000000000000000009091041660a082015260018201546001600160a01b03811660c08301526bffffffffffffffffffffffff600160a01b91829004811660e0840152600284015490811661010084015263ffffffff6c010000000000000000000000008204811661012085015270010000000000000000000000000000000082041661014084015265ffffffffffff91810482166101608401527a01000000000000000000000000000000000000000000000000000090041661018082015260038201546101a082015260048201546101c082015260058201546101e0820152600682015461020082015260078201546102208201526008909101546102409091015292915050565b611417613d33565b5f83815260016020908152604080832060ff808716855290835292819020815160808101835281546001600160a01b0381168252600160a01b810486169482019490945293909291840191600160a81b900416600381111561039c5761039c613e91565b5f611487836002611afe565b6002810154909150600160a01b900465ffffffffffff164211156114ed5760028101546040517f691e5682000000000000000000000000000000000000000000000000000000008152600160a01b90910465ffffffffffff16600482015260240161045c565b5f6114fa84836001612404565b80547fffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffff167502000000000000000000000000000000000000000000178155600181018490558254909150829060199061157390790100000000000000000000000000000000000000000000000000900461ffff166143af565b82546101009290920a61ffff8181021990931691909216919091021790558154604051600160a81b90910460ff168152339085907f092233e3fd02851e958fa57b7e6cf20068b21d9f5033ceb86df406419345302790602001610fc5565b5f6115dd846002611afe565b90506115e8816122c0565b5f6115f585836002612404565b82546040805160208101899052600160a81b90920460ff16908201523360608201526080810186905260a0810185905290915060c00160405160208183030381529060405280519060200120816001015414611686576040517fbe27be680000000000000000000000000000000000000000000000000000000081526004810186905233602482015260440161045c565b80547fffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffff1675030000000000000000000000000000000000000000001781556001810184905581548290601b906116fe907b01000000000000000000000000000000000000000000000000000000900461ffff166143af565b82546101009290920a61ffff818102199093169190921691909102179055815460408051600160a81b90920460ff16825260208201869052339187917f80822914d635066a66dacac94ddf4e60993eb0516ccc511bf26dc9fb157d5b16910160405180910390a35050505050565b5f611778826002611afe565b5f838152600260209081526040808320845460ff600160a81b8204168552925282209293507b01000000000000000000000000000000000000000000000000000000810461ffff9081167701000000000000000000000000000000000000000000000090920416148015611809575060028254600160a01b900460ff16600381111561180657611806613e91565b14155b905080158015611843575060028301547a010000000000000000000000000000000000000000000000000000900465ffffffffffff164211155b156118a75760028301546040517f2a35a3240000000000000000000000000000000000000000000000000000000081527a01000000000000000000000000000000000000000000000000000090910465ffffffffffff16600482015260240161045c565b5f5f6118b7868660080154612571565b909250905060038454600160a01b900460ff1660038111156118db576118db613e91565b1480156118ec575080846001015414155b156118f5575f91505b8180156119655750845461192f9060ff7601000000000000000000000000000000000000000000008204811691600160a81b900416611c79565b855461195f907b01000000000000000000000000000000000000000000000000000000900461ffff1660026143cf565b61ffff16115b156119925761198a868687600501548414611981576002611984565b60015b84612616565b505050505050565b845460ff600160a81b90910416600914806119b357506119b1856127b1565b155b156119c25761198a86866120db565b84547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff16600160a01b178086556001908690601590611a0c908490600160a81b900460ff166143f3565b825460ff9182166101009390930a9283029190920219909116179055505f600886015584547fffffff000000000000ffffffffffffffffffffffffffffffffffffffffffffff168555611a60600243614345565b60038601558454604051600160a81b90910460ff16815286907f1948325d2037b61058b6c7e19c9251734427e85879058af0be2cf062c6dad55a9060200160405180910390a2505050505050565b5f611abd6107d061271061440c565b612710611aca8686612846565b611ad5906001614345565b611adf908561441f565b611ae9919061441f565b611af39190614436565b610335906001614345565b5f828152602081905260409020816003811115611b1d57611b1d613e91565b8154600160a01b900460ff166003811115611b3a57611b3a613e91565b146103be5780546040517f2b3263b300000000000000000000000000000000000000000000000000000000815261045c918591600160a01b90910460ff1690600401614449565b5f438410611bc4576040517f613505690000000000000000000000000000000000000000000000000000000081526004810185905243602482015260440161045c565b5f611bce856128b9565b90505f819003611c13576040517f74ca3c070000000000000000000000000000000000000000000000000000000081526004810186905243602482015260440161045c565b808484604051611c24929190614466565b604051809103902014611c66576040517f826fd9900000000000000000000000000000000000000000000000000000000081526004810186905260240161045c565b611c7084846129c8565b95945050505050565b5f6001611c86818461440c565b611c91856001614345565b61033892911b61440c565b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203611ccd5750610100919050565b50600181901c7f5555555555555555555555555555555555555555555555555555555555555555169003600281901c7f3333333333333333333333333333333333333333333333333333333333333333908116911601600481901c017f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f167f01010101010101010101010101010101010101010101010101010101010101010260f81c90565b5f8060805b8015611dcf575f611daf7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff6001841b018716611c9c565b9050808510611dc65794811c949384900393918101915b5060011c611d78565b509392505050565b6040517f4671a6e700000000000000000000000000000000000000000000000000000000815260ff821660048201525f9081906001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001690634671a6e790602401602060405180830381865afa158015611e59573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190611e7d9190614475565b60028501546040517f5e91dca60000000000000000000000000000000000000000000000000000000081526001600160a01b0380841660048301529293506bffffffffffffffffffffffff9091169182917f000000000000000000000000000000000000000000000000000000000000000090911690635e91dca690602401602060405180830381865afa158015611f17573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190611f3b9190614358565b1015611f4b575f92505050610338565b6040517fe5d2cef50000000000000000000000000000000000000000000000000000000081526001600160a01b038381166004830152602482018390527f0000000000000000000000000000000000000000000000000000000000000000169063e5d2cef5906044015f604051808303815f87803b158015611fcb575f5ffd5b505af1158015611fdd573d5f5f3e3d5ffd5b5050604080516080810182526001600160a01b03861681528854600160a81b900460ff166020820152925082019050600181525f602091820181905288815260018252604080822060ff808a168452908452918190208451815494860151909316600160a01b027fffffffffffffffffffffff0000000000000000000000000000000000000000009094166001600160a01b03909316929092179290921780825591830151909182907fffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffff16600160a81b8360038111156120bf576120bf613e91565b0217905550606091909101516001918201559695505050505050565b60078101545f90819081905b8015612197575f8681526001602052604081208161210484612be6565b60ff16815260208101919091526040015f20905060038154600160a81b900460ff16600381111561213757612137613e91565b146121425750612186565b61214b856142b7565b9450835f0361215c57806001015492505b828160010154146121775761217260018561440c565b612182565b612182846001614345565b9350505b61219160018261440c565b166120e7565b508354760100000000000000000000000000000000000000000000900460ff166121c284600261441f565b116121db576121d4858560045f612616565b5050505050565b60078401545f905b8015612266575f8781526001602052604081208161220084612be6565b60ff16815260208101919091526040015f20905060038154600160a81b900460ff16600381111561223357612233613e91565b1480156122435750838160010154145b1561225457612251836142b7565b92505b5061226060018261440c565b166121e3565b508361227382600261441f565b116122855761198a868660035f612616565b61198a86868760050154851461229c57600261229f565b60015b85612616565b5f43821080156103be57506122b9826128b9565b1592915050565b60028101547a010000000000000000000000000000000000000000000000000000900465ffffffffffff164211156123515760028101546040517f691e56820000000000000000000000000000000000000000000000000000000081527a01000000000000000000000000000000000000000000000000000090910465ffffffffffff16600482015260240161045c565b6002810154600160a01b900465ffffffffffff1642118015906123b457508054790100000000000000000000000000000000000000000000000000810461ffff908116770100000000000000000000000000000000000000000000009092041614155b156124015760028101546040517f2a35a324000000000000000000000000000000000000000000000000000000008152600160a01b90910465ffffffffffff16600482015260240161045c565b50565b6040517ffd6aad250000000000000000000000000000000000000000000000000000000081523360048201525f9081906001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000169063fd6aad25906024016040805180830381865afa158015612482573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906124a69190614490565b5f87815260016020908152604080832060ff85168452909152902080549094509092506001600160a01b03163314159050806124f9575083548254600160a01b900460ff908116600160a81b9092041614155b80612531575082600381111561251157612511613e91565b8254600160a81b900460ff16600381111561252e5761252e613e91565b14155b15611dcf576040517f3309ad260000000000000000000000000000000000000000000000000000000081526004810186905233602482015260440161045c565b5f80825b801561260d575f8581526001602052604081208161259284612be6565b60ff16815260208101919091526040015f20905060038154600160a81b900460ff1660038111156125c5576125c5613e91565b146125d057506125fc565b8380156125e1575082816001015414155b156125f0575f9350505061260f565b60019081015490935091505b61260760018261440c565b16612575565b505b9250929050565b82547fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff167403000000000000000000000000000000000000000017835560405184907f913bd41e09c8009de8d925b53bc17766be5edd02fc589f9526bec179352369849061268790859085906144d1565b60405180910390a2612697613d52565b808360048111156126aa576126aa613e91565b908160048111156126bd576126bd613e91565b9052506020810182905260018360048111156126db576126db613e91565b14806126f8575060028360048111156126f6576126f6613e91565b145b1515604082015261270a858583612bf7565b612715858583612ee7565b5f6127218686846131fb565b905061272e8686846135d3565b845460048087015460e08501516040517f7020d9ab0000000000000000000000000000000000000000000000000000000081526001600160a01b0390941693637020d9ab93612788938c9390928b928b92918a91016144df565b5f604051808303815f87803b15801561279f575f5ffd5b505af1158015610a3c573d5f5f3e3d5ffd5b5f8160070154197f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316631e8502466040518163ffffffff1660e01b8152600401602060405180830381865afa158015612814573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906128389190614358565b836006015416169050919050565b5f8281818411612856575f612860565b612860858561440c565b90505b80156128b15761287482600261441f565b61287f906001614345565b91505f81831061288f5781612891565b825b90508381111561289f578093505b6128a9818361440c565b915050612863565b505092915050565b8040801580156128c857504382105b80156128e6575071f90827f1c53a10cb7a02335b1753200029353b15155b156129c3575f5f71f90827f1c53a10cb7a02335b1753200029356001600160a01b03168460405160200161291c91815260200190565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08184030181529082905261295491614517565b5f60405180830381855afa9150503d805f811461298c576040519150601f19603f3d011682016040523d82523d5f602084013e612991565b606091505b50915091508180156129a4575080516020145b156129c057808060200190518101906129bd9190614358565b92505b50505b919050565b5f60038210806129f3575082825f8181106129e5576129e561452d565b9091013560f81c60f9141590505b15612a2a576040517f34ea3f6e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b818084816002818110612a3f57612a3f61452d565b919091013560f81c9050600886866001818110612a5e57612a5e61452d565b612a759492013560f81c90921b1790506003614345565b14612aac576040517f34ea3f6e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60035f5b600d811015612b7f578582013560f881901c6080811015612ad657600184019350612b75565b60b8811015612b0a579283017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff810192612b75565b8060b803612b265760f082901c60ff1660020184019350612b75565b8060b903612b435760e882901c61ffff1660030184019350612b75565b6040517f34ea3f6e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5050600101612ab0565b5080850160018101359350355f1a82612b99836021614345565b1180612ba657508060a014155b15612bdd576040517f34ea3f6e00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b50505092915050565b5f6103be6001835f03841603611c9c565b60078201545f9081905b8015612d30575f86815260016020526040812081612c1e84612be6565b60ff908116825260208201929092526040015f208054909250600160a01b90041660038254600160a81b900460ff166003811115612c5e57612c5e613e91565b14612c7357612c6c856142b7565b9450612d1c565b85604001511580612c8b575085602001518260010154145b15612cbd5785610140015181600a8110612ca757612ca761452d565b602002018051612cb6906142b7565b9052612d1c565b8154612cd7908990839089906001600160a01b031661399c565b15612cf35785610180015181600a8110612ca757612ca761452d565b85610160015181600a8110612d0a57612d0a61452d565b602002018051612d19906142b7565b90525b50612d2a905060018261440c565b16612c01565b5060015b8454600160a81b900460ff168111612e6e575f84610140015182600a8110612d5e57612d5e61452d565b6020020151905084610160015182600a8110612d7c57612d7c61452d565b602002015115612db35784610180015182600a8110612d9d57612d9d61452d565b6020020151612dac9082614345565b9050612ddc565b84610180015182600a8110612dca57612dca61452d565b6020020151612dd99084614345565b92505b8085606001818151612dee9190614345565b90525061016085015182600a8110612e0857612e0861452d565b6020020151612e179084614345565b925081600103612e2957608085018190525b5f8781526002602090815260408083208584529091529020612e4c908387613a09565b15612e5d57612e5a836142b7565b92505b50612e67816142b7565b9050612d34565b50600483516004811115612e8457612e84613e91565b03612e8d575f91505b612e9e612e9985613a7a565b613aaa565b612ea8908361441f565b6002850154612ec4906bffffffffffffffffffffffff16613aaa565b612ece908361441f565b612ed89190614345565b60a09093019290925250505050565b600182015482545f91612f2d91600160a01b9091046bffffffffffffffffffffffff1690760100000000000000000000000000000000000000000000900460ff1661441f565b6001840154600160a01b90046bffffffffffffffffffffffff1660c084015260a0830151909150612f5e9082614345565b8260c001518360600151612f72919061441f565b1115612f9c57606082015160a0830151612f8c9083614345565b612f969190614436565b60c08301525b5f8260c001518360600151612fb1919061441f565b90505f8360c0015184608001518560600151612fcd919061440c565b612fd7919061441f565b90508360a00151811115612fec575060a08301515b82612ff7828461440c565b111561300a57613007838361440c565b90505b613014818361440c565b60e08501526101208401819052604084015161303257505050505050565b5f818560a00151613043919061440c565b90505f60015b8754600160a81b900460ff168111613174575f898152600260209081526040808320848452909152902061307e908289613ac4565b1561312c5760028801546bffffffffffffffffffffffff1683106130b45760028801546bffffffffffffffffffffffff166130b6565b825b876101a0015182600a81106130cd576130cd61452d565b60200201526101a087015181600a81106130e9576130e961452d565b60200201516130f8908461440c565b9250866101a0015181600a81106131115761311161452d565b602002015187610120018181516131289190614345565b9052505b6131368782613b32565b156131645786610140015181600a81106131525761315261452d565b60200201516131619083614345565b91505b61316d816142b7565b9050613049565b50805f03613186575050505050505050565b6131908183614436565b610100870181905260028801546bffffffffffffffffffffffff1610156131cb5760028701546bffffffffffffffffffffffff166101008701525b808661010001516131dc919061441f565b86610120018181516131ee9190614345565b9052505050505050505050565b61012081015160028301545f91906bffffffffffffffffffffffff168261322186613a7a565b90505f60048651600481111561323957613239613e91565b6007890154911491505b801561348b575f8981526001602052604081208161326084612be6565b60ff16815260208101919091526040015f20905060038154600160a81b900460ff16600381111561329357613293613e91565b0361336f576132a38a828a613baa565b156133475780546040517f0957d6290000000000000000000000000000000000000000000000000000000081526001600160a01b039182166004820152602481018790527f000000000000000000000000000000000000000000000000000000000000000090911690630957d629906044015f604051808303815f87803b15801561332c575f5ffd5b505af115801561333e573d5f5f3e3d5ffd5b50505050613479565b805461335e906001600160a01b0316868830613c23565b613368908761440c565b9550613479565b82156133a45780548954613393916001600160a01b03908116918791829116613c23565b61339d9088614345565b96506133c8565b80546133bb906001600160a01b0316858830613c23565b6133c5908761440c565b95505b80546001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000811691630957d6299116613407878961440c565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e085901b1681526001600160a01b03909216600483015260248201526044015f604051808303815f87803b158015613462575f5ffd5b505af1158015613474573d5f5f3e3d5ffd5b505050505b5061348560018261440c565b16613243565b5060015b8754600160a81b900460ff1681116135c7575f8981526002602090815260408083208484529091528120908154600160a01b900460ff1660038111156134d7576134d7613e91565b036134e257506135b7565b6134ed81838a613a09565b1561351a578054613509906001600160a01b0316868830613c23565b613513908761440c565b95506135b5565b80546040517f0957d6290000000000000000000000000000000000000000000000000000000081526001600160a01b039182166004820152602481018790527f000000000000000000000000000000000000000000000000000000000000000090911690630957d629906044015f604051808303815f87803b15801561359e575f5ffd5b505af11580156135b0573d5f5f3e3d5ffd5b505050505b505b6135c0816142b7565b905061348f565b50505050509392505050565b60e081015160078301545b8015613845575f858152600160205260408120816135fb84612be6565b60ff16815260208101919091526040015f20905060038154600160a81b900460ff16600381111561362e5761362e613e91565b1415806136435750613641868286613baa565b155b1561364e5750613834565b60c08401516040850151801561366b575084602001518260010154145b801561368957508154613689908690600160a01b900460ff16613b32565b156136a15761010085015161369e9082614345565b90505b5f8482106136af57846136b1565b815b90506136bd818661440c565b9450801561376d57600187015483546040517fb3d761880000000000000000000000000000000000000000000000000000000081526001600160a01b0392831660048201529082166024820152604481018390527f00000000000000000000000000000000000000000000000000000000000000009091169063b3d76188906064015f604051808303815f87803b158015613756575f5ffd5b505af1158015613768573d5f5f3e3d5ffd5b505050505b8082146138305782546001600160a01b037f000000000000000000000000000000000000000000000000000000000000000081169163b3d76188913091166137b5858761440c565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e086901b1681526001600160a01b03938416600482015292909116602483015260448201526064015f604051808303815f87803b158015613819575f5ffd5b505af115801561382b573d5f5f3e3d5ffd5b505050505b5050505b61383f60018261440c565b166135de565b5060015b8354600160a81b900460ff1681116121d4575f836101a0015182600a81106138735761387361452d565b60200201519050805f03613887575061398c565b5f868152600260209081526040808320858452909152908190205490517fb3d761880000000000000000000000000000000000000000000000000000000081523060048201526001600160a01b039182166024820181905260448201849052917f0000000000000000000000000000000000000000000000000000000000000000169063b3d76188906064015f604051808303815f87803b15801561392a575f5ffd5b505af115801561393c573d5f5f3e3d5ffd5b50506040805160ff87168152602081018690526001600160a01b03851693508a92507fb6c003dd601b35f7037553088a35ba41a88a65410d2618375d5b119dfabfd814910160405180910390a350505b613995816142b7565b9050613849565b5f848152600260209081526040808320868452909152812060038154600160a01b900460ff1660038111156139d3576139d3613e91565b1480156139ec575080546001600160a01b038481169116145b80156139ff575083602001518160010154145b9695505050505050565b5f808454600160a01b900460ff166003811115613a2857613a28613e91565b03613a3457505f610338565b60028454600160a01b900460ff166003811115613a5357613a53613e91565b14806103355750816040015180156103355750613a71848484613ac4565b15949350505050565b60028101545f9061271090613aa0906109c4906bffffffffffffffffffffffff1661441f565b6103be9190614436565b5f612710613aba6107d08261440c565b613aa0908461441f565b5f60038454600160a01b900460ff166003811115613ae457613ae4613e91565b148015613af2575081604001515b8015613b05575081602001518460010154145b8015610335575081610160015183600a8110613b2357613b2361452d565b60200201511515949350505050565b5f5f83610180015183600a8110613b4b57613b4b61452d565b602002015184610160015184600a8110613b6757613b6761452d565b6020020151613b769190614345565b90508015801590613ba2575083610140015183600a8110613b9957613b9961452d565b60200201518110155b949350505050565b5f81604001511580613bc3575081602001518360010154145b15613bd057506001610338565b6101608201518354600160a01b900460ff16600a8110613bf257613bf261452d565b6020020151158015906103355750825461033590859060ff600160a01b8204169085906001600160a01b031661399c565b5f613c2d84613aaa565b905082811115613c3a5750815b6001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663e76fede68686613c75858261440c565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e086901b1681526001600160a01b0393841660048201526024810192909252604482015290851660648201526084016020604051808303815f875af1158015613ce5573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190613d099190614358565b50949350505050565b60408051606081019091525f80825260208201905b81526020015f81525090565b604080516080810182525f808252602082018190529091820190613d27565b604080516101c08101909152805f81526020015f81526020015f151581526020015f81526020015f81526020015f81526020015f81526020015f81526020015f81526020015f8152602001613da5613dd1565b8152602001613db2613dd1565b8152602001613dbf613dd1565b8152602001613dcc613dd1565b905290565b604051806101400160405280600a906020820280368337509192915050565b60ff81168114612401575f5ffd5b80356bffffffffffffffffffffffff811681146129c3575f5ffd5b5f5f5f60608486031215613e2b575f5ffd5b8335613e3681613df0565b9250602084013561ffff81168114613e4c575f5ffd5b9150613e5a60408501613dfe565b90509250925092565b5f5f60408385031215613e74575f5ffd5b823591506020830135613e8681613df0565b809150509250929050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b6004811061240157612401613e91565b81516001600160a01b0316815260208201516060820190613eee81613ebe565b806020840152506040830151604083015292915050565b6001600160a01b0381168114612401575f5ffd5b5f5f5f5f848603610120811215613f2e575f5ffd5b853594506020860135935060c07fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc082011215613f68575f5ffd5b50604085019150610100850135613f7e81613f05565b939692955090935050565b5f5f5f60408486031215613f9b575f5ffd5b83359250602084013567ffffffffffffffff811115613fb8575f5ffd5b8401601f81018613613fc8575f5ffd5b803567ffffffffffffffff811115613fde575f5ffd5b866020828401011115613fef575f5ffd5b939660209190910195509293505050565b5f60208284031215614010575f5ffd5b5035919050565b5f5f60408385031215614028575f5ffd5b50508035926020909101359150565b5f5f5f5f6080858703121561404a575f5ffd5b5050823594602084013594506040840135936060013592509050565b61406f81613ebe565b9052565b81516001600160a01b03168152610280810160208301516140976020840182614066565b5060408301516140ac604084018260ff169052565b5060608301516140c1606084018260ff169052565b5060808301516140d7608084018261ffff169052565b5060a08301516140ed60a084018261ffff169052565b5060c083015161410360c084018261ffff169052565b5060e083015161411e60e08401826001600160a01b03169052565b506101008301516141406101008401826bffffffffffffffffffffffff169052565b506101208301516141626101208401826bffffffffffffffffffffffff169052565b5061014083015161417c61014084018263ffffffff169052565b5061016083015161419661016084018263ffffffff169052565b506101808301516141b261018084018265ffffffffffff169052565b506101a08301516141ce6101a084018265ffffffffffff169052565b506101c08301516101c08301526101e08301516101e083015261020083015161020083015261022083015161022083015261024083015161024083015261026083015161026083015292915050565b81516001600160a01b0316815260208083015160ff16908201526040820151608082019061424a81613ebe565b806040840152506060830151606083015292915050565b5f5f5f60608486031215614273575f5ffd5b505081359360208301359350604090920135919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff82036142e7576142e761428a565b5060010190565b5f602082840312156142fe575f5ffd5b813561033881613df0565b5f60208284031215614319575f5ffd5b61033882613dfe565b5f60208284031215614332575f5ffd5b813563ffffffff81168114610338575f5ffd5b808201808211156103be576103be61428a565b5f60208284031215614368575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f826143aa576143aa61436f565b500690565b5f61ffff821661ffff81036143c6576143c661428a565b60010192915050565b61ffff81811683821602908116908181146143ec576143ec61428a565b5092915050565b60ff81811683821601908111156103be576103be61428a565b818103818111156103be576103be61428a565b80820281158282048414176103be576103be61428a565b5f826144445761444461436f565b500490565b8281526040810161445983613ebe565b8260208301529392505050565b818382375f9101908152919050565b5f60208284031215614485575f5ffd5b815161033881613f05565b5f5f604083850312156144a1575f5ffd5b825180151581146144b0575f5ffd5b6020840151909250613e8681613df0565b6005811061406f5761406f613e91565b6040810161445982856144c1565b8681526020810186905260c081016144fa60408301876144c1565b8460608301528360808301528260a0830152979650505050505050565b5f82518060208501845e5f920191825250919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd",
}

// Mediation is an auto generated Go binding around an Ethereum contract.
type Mediation struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Mediation) GetABI() abi.ABI {
	return c.abi
}

// NewMediation creates a new instance of Mediation.
func NewMediation() *Mediation {
	parsed, err := MediationMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Mediation{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Mediation) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address ledger_, address directory_, address deals_, address rounds_, uint256 windowFloor_) returns()
func (mediation *Mediation) PackConstructor(ledger_ common.Address, directory_ common.Address, deals_ common.Address, rounds_ common.Address, windowFloor_ *big.Int) []byte {
	enc, err := mediation.abi.Pack("", ledger_, directory_, deals_, rounds_, windowFloor_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackCaseOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd49224e9.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function caseOf(bytes32 caseId) view returns((address,uint8,uint8,uint8,uint16,uint16,uint16,address,uint96,uint96,uint32,uint32,uint48,uint48,uint256,bytes32,bytes32,uint256,uint256,uint256))
func (mediation *Mediation) PackCaseOf(caseId [32]byte) []byte {
	enc, err := mediation.abi.Pack("caseOf", caseId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCaseOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd49224e9.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function caseOf(bytes32 caseId) view returns((address,uint8,uint8,uint8,uint16,uint16,uint16,address,uint96,uint96,uint32,uint32,uint48,uint48,uint256,bytes32,bytes32,uint256,uint256,uint256))
func (mediation *Mediation) TryPackCaseOf(caseId [32]byte) ([]byte, error) {
	return mediation.abi.Pack("caseOf", caseId)
}

// UnpackCaseOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd49224e9.
//
// Solidity: function caseOf(bytes32 caseId) view returns((address,uint8,uint8,uint8,uint16,uint16,uint16,address,uint96,uint96,uint32,uint32,uint48,uint48,uint256,bytes32,bytes32,uint256,uint256,uint256))
func (mediation *Mediation) UnpackCaseOf(data []byte) (MediationCase, error) {
	out, err := mediation.abi.Unpack("caseOf", data)
	if err != nil {
		return *new(MediationCase), err
	}
	out0 := *abi.ConvertType(out[0], new(MediationCase)).(*MediationCase)
	return out0, nil
}

// PackCommit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe3ce094d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function commit(bytes32 caseId, bytes32 commitment) returns()
func (mediation *Mediation) PackCommit(caseId [32]byte, commitment [32]byte) []byte {
	enc, err := mediation.abi.Pack("commit", caseId, commitment)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCommit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe3ce094d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function commit(bytes32 caseId, bytes32 commitment) returns()
func (mediation *Mediation) TryPackCommit(caseId [32]byte, commitment [32]byte) ([]byte, error) {
	return mediation.abi.Pack("commit", caseId, commitment)
}

// PackDeals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0f752fe8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deals() view returns(address)
func (mediation *Mediation) PackDeals() []byte {
	enc, err := mediation.abi.Pack("deals")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0f752fe8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deals() view returns(address)
func (mediation *Mediation) TryPackDeals() ([]byte, error) {
	return mediation.abi.Pack("deals")
}

// UnpackDeals is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0f752fe8.
//
// Solidity: function deals() view returns(address)
func (mediation *Mediation) UnpackDeals(data []byte) (common.Address, error) {
	out, err := mediation.abi.Unpack("deals", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackDirectory is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc41c2f24.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function directory() view returns(address)
func (mediation *Mediation) PackDirectory() []byte {
	enc, err := mediation.abi.Pack("directory")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDirectory is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc41c2f24.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function directory() view returns(address)
func (mediation *Mediation) TryPackDirectory() ([]byte, error) {
	return mediation.abi.Pack("directory")
}

// UnpackDirectory is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc41c2f24.
//
// Solidity: function directory() view returns(address)
func (mediation *Mediation) UnpackDirectory(data []byte) (common.Address, error) {
	out, err := mediation.abi.Unpack("directory", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackDraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa0f78c76.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function draw(bytes32 caseId, bytes header) returns()
func (mediation *Mediation) PackDraw(caseId [32]byte, header []byte) []byte {
	enc, err := mediation.abi.Pack("draw", caseId, header)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa0f78c76.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function draw(bytes32 caseId, bytes header) returns()
func (mediation *Mediation) TryPackDraw(caseId [32]byte, header []byte) ([]byte, error) {
	return mediation.abi.Pack("draw", caseId, header)
}

// PackLeastDeposit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x32412e53.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function leastDeposit(uint8 n, uint16 size, uint96 fee) pure returns(uint256)
func (mediation *Mediation) PackLeastDeposit(n uint8, size uint16, fee *big.Int) []byte {
	enc, err := mediation.abi.Pack("leastDeposit", n, size, fee)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLeastDeposit is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x32412e53.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function leastDeposit(uint8 n, uint16 size, uint96 fee) pure returns(uint256)
func (mediation *Mediation) TryPackLeastDeposit(n uint8, size uint16, fee *big.Int) ([]byte, error) {
	return mediation.abi.Pack("leastDeposit", n, size, fee)
}

// UnpackLeastDeposit is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x32412e53.
//
// Solidity: function leastDeposit(uint8 n, uint16 size, uint96 fee) pure returns(uint256)
func (mediation *Mediation) UnpackLeastDeposit(data []byte) (*big.Int, error) {
	out, err := mediation.abi.Unpack("leastDeposit", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackLedger is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56397c35.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ledger() view returns(address)
func (mediation *Mediation) PackLedger() []byte {
	enc, err := mediation.abi.Pack("ledger")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLedger is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56397c35.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ledger() view returns(address)
func (mediation *Mediation) TryPackLedger() ([]byte, error) {
	return mediation.abi.Pack("ledger")
}

// UnpackLedger is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x56397c35.
//
// Solidity: function ledger() view returns(address)
func (mediation *Mediation) UnpackLedger(data []byte) (common.Address, error) {
	out, err := mediation.abi.Unpack("ledger", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackOpen is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6bc51bbd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function open(bytes32 subject, bytes32 claim, (uint256,uint8,uint32,uint32,uint96,uint96) terms, address payer) returns(bytes32 caseId)
func (mediation *Mediation) PackOpen(subject [32]byte, claim [32]byte, terms MediationTerms, payer common.Address) []byte {
	enc, err := mediation.abi.Pack("open", subject, claim, terms, payer)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpen is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6bc51bbd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function open(bytes32 subject, bytes32 claim, (uint256,uint8,uint32,uint32,uint96,uint96) terms, address payer) returns(bytes32 caseId)
func (mediation *Mediation) TryPackOpen(subject [32]byte, claim [32]byte, terms MediationTerms, payer common.Address) ([]byte, error) {
	return mediation.abi.Pack("open", subject, claim, terms, payer)
}

// UnpackOpen is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6bc51bbd.
//
// Solidity: function open(bytes32 subject, bytes32 claim, (uint256,uint8,uint32,uint32,uint96,uint96) terms, address payer) returns(bytes32 caseId)
func (mediation *Mediation) UnpackOpen(data []byte) ([32]byte, error) {
	out, err := mediation.abi.Unpack("open", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackOpenReport is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc6a0ff13.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function openReport(bytes32 caseId, bytes32 digest, bytes32 evidenceHash, bytes32 salt) returns()
func (mediation *Mediation) PackOpenReport(caseId [32]byte, digest [32]byte, evidenceHash [32]byte, salt [32]byte) []byte {
	enc, err := mediation.abi.Pack("openReport", caseId, digest, evidenceHash, salt)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpenReport is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc6a0ff13.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function openReport(bytes32 caseId, bytes32 digest, bytes32 evidenceHash, bytes32 salt) returns()
func (mediation *Mediation) TryPackOpenReport(caseId [32]byte, digest [32]byte, evidenceHash [32]byte, salt [32]byte) ([]byte, error) {
	return mediation.abi.Pack("openReport", caseId, digest, evidenceHash, salt)
}

// PackRearm is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb84136c5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function rearm(bytes32 caseId) returns()
func (mediation *Mediation) PackRearm(caseId [32]byte) []byte {
	enc, err := mediation.abi.Pack("rearm", caseId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRearm is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb84136c5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function rearm(bytes32 caseId) returns()
func (mediation *Mediation) TryPackRearm(caseId [32]byte) ([]byte, error) {
	return mediation.abi.Pack("rearm", caseId)
}

// PackReport is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc3cd7d45.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function report(bytes32 caseId, bytes32 commitment) returns()
func (mediation *Mediation) PackReport(caseId [32]byte, commitment [32]byte) []byte {
	enc, err := mediation.abi.Pack("report", caseId, commitment)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReport is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc3cd7d45.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function report(bytes32 caseId, bytes32 commitment) returns()
func (mediation *Mediation) TryPackReport(caseId [32]byte, commitment [32]byte) ([]byte, error) {
	return mediation.abi.Pack("report", caseId, commitment)
}

// PackReportOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6990e8fb.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function reportOf(bytes32 caseId, uint8 level) view returns((address,uint8,bytes32))
func (mediation *Mediation) PackReportOf(caseId [32]byte, level uint8) []byte {
	enc, err := mediation.abi.Pack("reportOf", caseId, level)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReportOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6990e8fb.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function reportOf(bytes32 caseId, uint8 level) view returns((address,uint8,bytes32))
func (mediation *Mediation) TryPackReportOf(caseId [32]byte, level uint8) ([]byte, error) {
	return mediation.abi.Pack("reportOf", caseId, level)
}

// UnpackReportOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6990e8fb.
//
// Solidity: function reportOf(bytes32 caseId, uint8 level) view returns((address,uint8,bytes32))
func (mediation *Mediation) UnpackReportOf(data []byte) (MediationReport, error) {
	out, err := mediation.abi.Unpack("reportOf", data)
	if err != nil {
		return *new(MediationReport), err
	}
	out0 := *abi.ConvertType(out[0], new(MediationReport)).(*MediationReport)
	return out0, nil
}

// PackReveal is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf569fbd1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function reveal(bytes32 caseId, bytes32 digest, bytes32 salt) returns()
func (mediation *Mediation) PackReveal(caseId [32]byte, digest [32]byte, salt [32]byte) []byte {
	enc, err := mediation.abi.Pack("reveal", caseId, digest, salt)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReveal is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf569fbd1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function reveal(bytes32 caseId, bytes32 digest, bytes32 salt) returns()
func (mediation *Mediation) TryPackReveal(caseId [32]byte, digest [32]byte, salt [32]byte) ([]byte, error) {
	return mediation.abi.Pack("reveal", caseId, digest, salt)
}

// PackRounds is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa2e800ad.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function rounds() view returns(address)
func (mediation *Mediation) PackRounds() []byte {
	enc, err := mediation.abi.Pack("rounds")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRounds is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa2e800ad.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function rounds() view returns(address)
func (mediation *Mediation) TryPackRounds() ([]byte, error) {
	return mediation.abi.Pack("rounds")
}

// UnpackRounds is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa2e800ad.
//
// Solidity: function rounds() view returns(address)
func (mediation *Mediation) UnpackRounds(data []byte) (common.Address, error) {
	out, err := mediation.abi.Unpack("rounds", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackTally is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf6e22eb5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function tally(bytes32 caseId) returns()
func (mediation *Mediation) PackTally(caseId [32]byte) []byte {
	enc, err := mediation.abi.Pack("tally", caseId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTally is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf6e22eb5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function tally(bytes32 caseId) returns()
func (mediation *Mediation) TryPackTally(caseId [32]byte) ([]byte, error) {
	return mediation.abi.Pack("tally", caseId)
}

// PackVoteOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe35915d2.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function voteOf(bytes32 caseId, uint8 index) view returns((address,uint8,uint8,bytes32))
func (mediation *Mediation) PackVoteOf(caseId [32]byte, index uint8) []byte {
	enc, err := mediation.abi.Pack("voteOf", caseId, index)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVoteOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xe35915d2.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function voteOf(bytes32 caseId, uint8 index) view returns((address,uint8,uint8,bytes32))
func (mediation *Mediation) TryPackVoteOf(caseId [32]byte, index uint8) ([]byte, error) {
	return mediation.abi.Pack("voteOf", caseId, index)
}

// UnpackVoteOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xe35915d2.
//
// Solidity: function voteOf(bytes32 caseId, uint8 index) view returns((address,uint8,uint8,bytes32))
func (mediation *Mediation) UnpackVoteOf(data []byte) (MediationVote, error) {
	out, err := mediation.abi.Unpack("voteOf", data)
	if err != nil {
		return *new(MediationVote), err
	}
	out0 := *abi.ConvertType(out[0], new(MediationVote)).(*MediationVote)
	return out0, nil
}

// PackWindowFloor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68ceca31.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function windowFloor() view returns(uint256)
func (mediation *Mediation) PackWindowFloor() []byte {
	enc, err := mediation.abi.Pack("windowFloor")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWindowFloor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x68ceca31.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function windowFloor() view returns(uint256)
func (mediation *Mediation) TryPackWindowFloor() ([]byte, error) {
	return mediation.abi.Pack("windowFloor")
}

// UnpackWindowFloor is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x68ceca31.
//
// Solidity: function windowFloor() view returns(uint256)
func (mediation *Mediation) UnpackWindowFloor(data []byte) (*big.Int, error) {
	out, err := mediation.abi.Unpack("windowFloor", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// MediationCaseClosed represents a CaseClosed event raised by the Mediation contract.
type MediationCaseClosed struct {
	CaseId  [32]byte
	Verdict uint8
	Found   [32]byte
	Raw     *types.Log // Blockchain specific contextual infos
}

const MediationCaseClosedEventName = "CaseClosed"

// ContractEventName returns the user-defined event name.
func (MediationCaseClosed) ContractEventName() string {
	return MediationCaseClosedEventName
}

// UnpackCaseClosedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CaseClosed(bytes32 indexed caseId, uint8 verdict, bytes32 found)
func (mediation *Mediation) UnpackCaseClosedEvent(log *types.Log) (*MediationCaseClosed, error) {
	event := "CaseClosed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationCaseClosed)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationCaseOpened represents a CaseOpened event raised by the Mediation contract.
type MediationCaseOpened struct {
	CaseId    [32]byte
	Source    common.Address
	Subject   [32]byte
	Claim     [32]byte
	SeedBlock *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const MediationCaseOpenedEventName = "CaseOpened"

// ContractEventName returns the user-defined event name.
func (MediationCaseOpened) ContractEventName() string {
	return MediationCaseOpenedEventName
}

// UnpackCaseOpenedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CaseOpened(bytes32 indexed caseId, address indexed source, bytes32 indexed subject, bytes32 claim, uint256 seedBlock)
func (mediation *Mediation) UnpackCaseOpenedEvent(log *types.Log) (*MediationCaseOpened, error) {
	event := "CaseOpened"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationCaseOpened)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationCommitted represents a Committed event raised by the Mediation contract.
type MediationCommitted struct {
	CaseId   [32]byte
	Mediator common.Address
	Level    uint8
	Raw      *types.Log // Blockchain specific contextual infos
}

const MediationCommittedEventName = "Committed"

// ContractEventName returns the user-defined event name.
func (MediationCommitted) ContractEventName() string {
	return MediationCommittedEventName
}

// UnpackCommittedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Committed(bytes32 indexed caseId, address indexed mediator, uint8 level)
func (mediation *Mediation) UnpackCommittedEvent(log *types.Log) (*MediationCommitted, error) {
	event := "Committed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationCommitted)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationEscalated represents a Escalated event raised by the Mediation contract.
type MediationEscalated struct {
	CaseId [32]byte
	Level  uint8
	Raw    *types.Log // Blockchain specific contextual infos
}

const MediationEscalatedEventName = "Escalated"

// ContractEventName returns the user-defined event name.
func (MediationEscalated) ContractEventName() string {
	return MediationEscalatedEventName
}

// UnpackEscalatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Escalated(bytes32 indexed caseId, uint8 level)
func (mediation *Mediation) UnpackEscalatedEvent(log *types.Log) (*MediationEscalated, error) {
	event := "Escalated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationEscalated)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationMediatorsDrawn represents a MediatorsDrawn event raised by the Mediation contract.
type MediationMediatorsDrawn struct {
	CaseId   [32]byte
	Level    uint8
	Drawn    *big.Int
	CommitBy *big.Int
	RevealBy *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const MediationMediatorsDrawnEventName = "MediatorsDrawn"

// ContractEventName returns the user-defined event name.
func (MediationMediatorsDrawn) ContractEventName() string {
	return MediationMediatorsDrawnEventName
}

// UnpackMediatorsDrawnEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event MediatorsDrawn(bytes32 indexed caseId, uint8 level, uint256 drawn, uint256 commitBy, uint256 revealBy)
func (mediation *Mediation) UnpackMediatorsDrawnEvent(log *types.Log) (*MediationMediatorsDrawn, error) {
	event := "MediatorsDrawn"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationMediatorsDrawn)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationRearmed represents a Rearmed event raised by the Mediation contract.
type MediationRearmed struct {
	CaseId    [32]byte
	SeedBlock *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const MediationRearmedEventName = "Rearmed"

// ContractEventName returns the user-defined event name.
func (MediationRearmed) ContractEventName() string {
	return MediationRearmedEventName
}

// UnpackRearmedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Rearmed(bytes32 indexed caseId, uint256 seedBlock)
func (mediation *Mediation) UnpackRearmedEvent(log *types.Log) (*MediationRearmed, error) {
	event := "Rearmed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationRearmed)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationReportOpened represents a ReportOpened event raised by the Mediation contract.
type MediationReportOpened struct {
	CaseId       [32]byte
	Reporter     common.Address
	Level        uint8
	Digest       [32]byte
	EvidenceHash [32]byte
	Raw          *types.Log // Blockchain specific contextual infos
}

const MediationReportOpenedEventName = "ReportOpened"

// ContractEventName returns the user-defined event name.
func (MediationReportOpened) ContractEventName() string {
	return MediationReportOpenedEventName
}

// UnpackReportOpenedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ReportOpened(bytes32 indexed caseId, address indexed reporter, uint8 level, bytes32 digest, bytes32 evidenceHash)
func (mediation *Mediation) UnpackReportOpenedEvent(log *types.Log) (*MediationReportOpened, error) {
	event := "ReportOpened"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationReportOpened)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationReportRewarded represents a ReportRewarded event raised by the Mediation contract.
type MediationReportRewarded struct {
	CaseId   [32]byte
	Reporter common.Address
	Level    uint8
	Reward   *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const MediationReportRewardedEventName = "ReportRewarded"

// ContractEventName returns the user-defined event name.
func (MediationReportRewarded) ContractEventName() string {
	return MediationReportRewardedEventName
}

// UnpackReportRewardedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ReportRewarded(bytes32 indexed caseId, address indexed reporter, uint8 level, uint256 reward)
func (mediation *Mediation) UnpackReportRewardedEvent(log *types.Log) (*MediationReportRewarded, error) {
	event := "ReportRewarded"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationReportRewarded)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationReported represents a Reported event raised by the Mediation contract.
type MediationReported struct {
	CaseId   [32]byte
	Reporter common.Address
	Level    uint8
	Raw      *types.Log // Blockchain specific contextual infos
}

const MediationReportedEventName = "Reported"

// ContractEventName returns the user-defined event name.
func (MediationReported) ContractEventName() string {
	return MediationReportedEventName
}

// UnpackReportedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Reported(bytes32 indexed caseId, address indexed reporter, uint8 level)
func (mediation *Mediation) UnpackReportedEvent(log *types.Log) (*MediationReported, error) {
	event := "Reported"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationReported)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// MediationRevealed represents a Revealed event raised by the Mediation contract.
type MediationRevealed struct {
	CaseId   [32]byte
	Mediator common.Address
	Level    uint8
	Digest   [32]byte
	Raw      *types.Log // Blockchain specific contextual infos
}

const MediationRevealedEventName = "Revealed"

// ContractEventName returns the user-defined event name.
func (MediationRevealed) ContractEventName() string {
	return MediationRevealedEventName
}

// UnpackRevealedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Revealed(bytes32 indexed caseId, address indexed mediator, uint8 level, bytes32 digest)
func (mediation *Mediation) UnpackRevealedEvent(log *types.Log) (*MediationRevealed, error) {
	event := "Revealed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != mediation.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(MediationRevealed)
	if len(log.Data) > 0 {
		if err := mediation.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range mediation.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (mediation *Mediation) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], mediation.abi.Errors["AlreadyReported"].ID.Bytes()[:4]) {
		return mediation.UnpackAlreadyReportedError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["BlockNotYet"].ID.Bytes()[:4]) {
		return mediation.UnpackBlockNotYetError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["BlockhashGone"].ID.Bytes()[:4]) {
		return mediation.UnpackBlockhashGoneError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["MalformedHeader"].ID.Bytes()[:4]) {
		return mediation.UnpackMalformedHeaderError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["NotDrawn"].ID.Bytes()[:4]) {
		return mediation.UnpackNotDrawnError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["NotSource"].ID.Bytes()[:4]) {
		return mediation.UnpackNotSourceError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["SeedAtHand"].ID.Bytes()[:4]) {
		return mediation.UnpackSeedAtHandError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["TooEarly"].ID.Bytes()[:4]) {
		return mediation.UnpackTooEarlyError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["TooLate"].ID.Bytes()[:4]) {
		return mediation.UnpackTooLateError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["WrongHeader"].ID.Bytes()[:4]) {
		return mediation.UnpackWrongHeaderError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["WrongReveal"].ID.Bytes()[:4]) {
		return mediation.UnpackWrongRevealError(raw[4:])
	}
	if bytes.Equal(raw[:4], mediation.abi.Errors["WrongState"].ID.Bytes()[:4]) {
		return mediation.UnpackWrongStateError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// MediationAlreadyReported represents a AlreadyReported error raised by the Mediation contract.
type MediationAlreadyReported struct {
	Reporter common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyReported(address reporter)
func MediationAlreadyReportedErrorID() common.Hash {
	return common.HexToHash("0x98dbce57b2060312c7a51ebe71a98c80abffb11208584acb7f8a7679f758d25e")
}

// UnpackAlreadyReportedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyReported(address reporter)
func (mediation *Mediation) UnpackAlreadyReportedError(raw []byte) (*MediationAlreadyReported, error) {
	out := new(MediationAlreadyReported)
	if err := mediation.abi.UnpackIntoInterface(out, "AlreadyReported", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationBlockNotYet represents a BlockNotYet error raised by the Mediation contract.
type MediationBlockNotYet struct {
	Number  *big.Int
	Current *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BlockNotYet(uint256 number, uint256 current)
func MediationBlockNotYetErrorID() common.Hash {
	return common.HexToHash("0x613505699a425b5e4b13810c0e680d0cced69b2cfcbf60409fa2057f3f7c8928")
}

// UnpackBlockNotYetError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BlockNotYet(uint256 number, uint256 current)
func (mediation *Mediation) UnpackBlockNotYetError(raw []byte) (*MediationBlockNotYet, error) {
	out := new(MediationBlockNotYet)
	if err := mediation.abi.UnpackIntoInterface(out, "BlockNotYet", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationBlockhashGone represents a BlockhashGone error raised by the Mediation contract.
type MediationBlockhashGone struct {
	Number  *big.Int
	Current *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BlockhashGone(uint256 number, uint256 current)
func MediationBlockhashGoneErrorID() common.Hash {
	return common.HexToHash("0x74ca3c07ecc402a0b0c93bcd03f743ea90d94bd3073a1026fc1ecabd78992c70")
}

// UnpackBlockhashGoneError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BlockhashGone(uint256 number, uint256 current)
func (mediation *Mediation) UnpackBlockhashGoneError(raw []byte) (*MediationBlockhashGone, error) {
	out := new(MediationBlockhashGone)
	if err := mediation.abi.UnpackIntoInterface(out, "BlockhashGone", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationMalformedHeader represents a MalformedHeader error raised by the Mediation contract.
type MediationMalformedHeader struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error MalformedHeader()
func MediationMalformedHeaderErrorID() common.Hash {
	return common.HexToHash("0x34ea3f6ee72990850ba14992e1ca7072114ad0ff043c3976a3ed651411aa9d8c")
}

// UnpackMalformedHeaderError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error MalformedHeader()
func (mediation *Mediation) UnpackMalformedHeaderError(raw []byte) (*MediationMalformedHeader, error) {
	out := new(MediationMalformedHeader)
	if err := mediation.abi.UnpackIntoInterface(out, "MalformedHeader", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationNotDrawn represents a NotDrawn error raised by the Mediation contract.
type MediationNotDrawn struct {
	CaseId [32]byte
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotDrawn(bytes32 caseId, address caller)
func MediationNotDrawnErrorID() common.Hash {
	return common.HexToHash("0x3309ad2627f8aedaf431b5544e4460cad090d1d5f4a7dac5d5bcd5df7fb8daa0")
}

// UnpackNotDrawnError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotDrawn(bytes32 caseId, address caller)
func (mediation *Mediation) UnpackNotDrawnError(raw []byte) (*MediationNotDrawn, error) {
	out := new(MediationNotDrawn)
	if err := mediation.abi.UnpackIntoInterface(out, "NotDrawn", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationNotSource represents a NotSource error raised by the Mediation contract.
type MediationNotSource struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotSource(address caller)
func MediationNotSourceErrorID() common.Hash {
	return common.HexToHash("0xae1b844c53e689f1c871faa7ab969358cd803661133d3dfb85ee5664b9099a2c")
}

// UnpackNotSourceError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotSource(address caller)
func (mediation *Mediation) UnpackNotSourceError(raw []byte) (*MediationNotSource, error) {
	out := new(MediationNotSource)
	if err := mediation.abi.UnpackIntoInterface(out, "NotSource", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationSeedAtHand represents a SeedAtHand error raised by the Mediation contract.
type MediationSeedAtHand struct {
	SeedBlock *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error SeedAtHand(uint256 seedBlock)
func MediationSeedAtHandErrorID() common.Hash {
	return common.HexToHash("0xc87fd39c110821762b6339ff521dfefcaf0081a882a0698fcc48dd8ceedef4a9")
}

// UnpackSeedAtHandError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error SeedAtHand(uint256 seedBlock)
func (mediation *Mediation) UnpackSeedAtHandError(raw []byte) (*MediationSeedAtHand, error) {
	out := new(MediationSeedAtHand)
	if err := mediation.abi.UnpackIntoInterface(out, "SeedAtHand", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationTooEarly represents a TooEarly error raised by the Mediation contract.
type MediationTooEarly struct {
	Until *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TooEarly(uint256 until)
func MediationTooEarlyErrorID() common.Hash {
	return common.HexToHash("0x2a35a3246d5070e2b118858c24c2c4d23eaebe645b92ab746b92dd600c35a9d7")
}

// UnpackTooEarlyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TooEarly(uint256 until)
func (mediation *Mediation) UnpackTooEarlyError(raw []byte) (*MediationTooEarly, error) {
	out := new(MediationTooEarly)
	if err := mediation.abi.UnpackIntoInterface(out, "TooEarly", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationTooLate represents a TooLate error raised by the Mediation contract.
type MediationTooLate struct {
	Until *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TooLate(uint256 until)
func MediationTooLateErrorID() common.Hash {
	return common.HexToHash("0x691e5682c05af91a82d806fceac093f8891d2c453dfc42c67196c1ccdb7b8be1")
}

// UnpackTooLateError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TooLate(uint256 until)
func (mediation *Mediation) UnpackTooLateError(raw []byte) (*MediationTooLate, error) {
	out := new(MediationTooLate)
	if err := mediation.abi.UnpackIntoInterface(out, "TooLate", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationWrongHeader represents a WrongHeader error raised by the Mediation contract.
type MediationWrongHeader struct {
	Number *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongHeader(uint256 number)
func MediationWrongHeaderErrorID() common.Hash {
	return common.HexToHash("0x826fd9905f24b48f5b4f1958774359e607b3b901720fa475023a8e5e1eb45d5c")
}

// UnpackWrongHeaderError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongHeader(uint256 number)
func (mediation *Mediation) UnpackWrongHeaderError(raw []byte) (*MediationWrongHeader, error) {
	out := new(MediationWrongHeader)
	if err := mediation.abi.UnpackIntoInterface(out, "WrongHeader", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationWrongReveal represents a WrongReveal error raised by the Mediation contract.
type MediationWrongReveal struct {
	CaseId [32]byte
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongReveal(bytes32 caseId, address caller)
func MediationWrongRevealErrorID() common.Hash {
	return common.HexToHash("0xbe27be6887dd63d36cce882378650e41f14f008ad353429c2d26ad4d12c51475")
}

// UnpackWrongRevealError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongReveal(bytes32 caseId, address caller)
func (mediation *Mediation) UnpackWrongRevealError(raw []byte) (*MediationWrongReveal, error) {
	out := new(MediationWrongReveal)
	if err := mediation.abi.UnpackIntoInterface(out, "WrongReveal", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// MediationWrongState represents a WrongState error raised by the Mediation contract.
type MediationWrongState struct {
	CaseId [32]byte
	State  uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongState(bytes32 caseId, uint8 state)
func MediationWrongStateErrorID() common.Hash {
	return common.HexToHash("0x2b3263b3bc5546a88f5c442a231d009ce5a89c34654ca9a7911b5bb3939a1f60")
}

// UnpackWrongStateError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongState(bytes32 caseId, uint8 state)
func (mediation *Mediation) UnpackWrongStateError(raw []byte) (*MediationWrongState, error) {
	out := new(MediationWrongState)
	if err := mediation.abi.UnpackIntoInterface(out, "WrongState", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RequestsMetaData contains all meta data concerning the Requests contract.
var RequestsMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractILedger\",\"name\":\"ledger_\",\"type\":\"address\"},{\"internalType\":\"contractDeals\",\"name\":\"deals_\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"name\":\"AlreadyDelivered\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"gas\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"most\",\"type\":\"uint256\"}],\"name\":\"CallbackGasTooHigh\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"},{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"CannotPublish\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"has\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needs\",\"type\":\"uint256\"}],\"name\":\"NotEnoughGas\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"name\":\"NotFinal\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"name\":\"WrongOffer\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"name\":\"WrongResult\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"called\",\"type\":\"bool\"}],\"name\":\"Delivered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"string\",\"name\":\"uri\",\"type\":\"string\"}],\"name\":\"Published\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"jobHash\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"indexed\":false,\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"}],\"name\":\"Requested\",\"type\":\"event\"},{\"inputs\":[],\"name\":\"MOST_CALLBACK_GAS\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"count\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"deals\",\"outputs\":[{\"internalType\":\"contractDeals\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"fuel\",\"type\":\"uint64\"}],\"internalType\":\"structResult\",\"name\":\"submitted\",\"type\":\"tuple\"}],\"name\":\"deliver\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"}],\"name\":\"giveUp\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"ledger\",\"outputs\":[{\"internalType\":\"contractILedger\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"provider\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"capabilities\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structResourceOffer\",\"name\":\"resource\",\"type\":\"tuple\"},{\"internalType\":\"string\",\"name\":\"uri\",\"type\":\"string\"}],\"name\":\"publish\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"module\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"inputs\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"spec\",\"type\":\"bytes32\"},{\"internalType\":\"uint96\",\"name\":\"price\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"rate\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"matchFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorFee\",\"type\":\"uint96\"},{\"internalType\":\"uint96\",\"name\":\"mediatorDeposit\",\"type\":\"uint96\"},{\"internalType\":\"uint16\",\"name\":\"checkRate\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"multiple\",\"type\":\"uint16\"},{\"internalType\":\"uint8\",\"name\":\"n\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"submitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"judgeWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"commitWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint32\",\"name\":\"revealWindow\",\"type\":\"uint32\"},{\"internalType\":\"uint256\",\"name\":\"mediators\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"project\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"callback\",\"type\":\"address\"},{\"internalType\":\"uint256\",\"name\":\"nonce\",\"type\":\"uint256\"},{\"internalType\":\"uint64\",\"name\":\"expiry\",\"type\":\"uint64\"}],\"internalType\":\"structJobOffer\",\"name\":\"job\",\"type\":\"tuple\"},{\"internalType\":\"uint32\",\"name\":\"callbackGas\",\"type\":\"uint32\"}],\"name\":\"requestJob\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"id\",\"type\":\"uint256\"}],\"name\":\"result\",\"outputs\":[{\"components\":[{\"internalType\":\"address\",\"name\":\"creator\",\"type\":\"address\"},{\"internalType\":\"uint32\",\"name\":\"callbackGas\",\"type\":\"uint32\"},{\"internalType\":\"bool\",\"name\":\"delivered\",\"type\":\"bool\"},{\"internalType\":\"bool\",\"name\":\"called\",\"type\":\"bool\"},{\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"jobHash\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"digest\",\"type\":\"bytes32\"},{\"internalType\":\"string\",\"name\":\"uri\",\"type\":\"string\"}],\"internalType\":\"structRequests.Request\",\"name\":\"\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "fd715773d8379d9e9ea0a7d4bcdafb383c",
	Bin: "0x60c060405234801561000f575f5ffd5b5060405161221238038061221283398101604081905261002e9161005c565b6001600160a01b039182166080521660a052610094565b6001600160a01b0381168114610059575f5ffd5b50565b5f5f6040838503121561006d575f5ffd5b825161007881610045565b602084015190925061008981610045565b809150509250929050565b60805160a0516121116101015f395f818160e2015281816103fa01528181610502015281816105c90152818161070001528181610a0201528181610ae501528181610bfa01528181610cba01528181610da90152610e5401525f818161019d015261036601526121115ff3fe608060405260043610610093575f3560e01c80632c6e19141161006657806356397c351161004c57806356397c351461018c57806367173f09146101bf578063f19e5e6b146101de575f5ffd5b80632c6e19141461014a5780633c59405914610160575f5ffd5b806306661abd146100975780630daedcdc146100be5780630f752fe8146100d157806325b4157314610129575b5f5ffd5b3480156100a2575f5ffd5b506100ab5f5481565b6040519081526020015b60405180910390f35b6100ab6100cc36600461137e565b6101fd565b3480156100dc575f5ffd5b506101047f000000000000000000000000000000000000000000000000000000000000000081565b60405173ffffffffffffffffffffffffffffffffffffffff90911681526020016100b5565b348015610134575f5ffd5b5061014861014336600461150c565b6104bc565b005b348015610155575f5ffd5b506100ab624c4b4081565b34801561016b575f5ffd5b5061017f61017a36600461155f565b6107c7565b6040516100b59190611628565b348015610197575f5ffd5b506101047f000000000000000000000000000000000000000000000000000000000000000081565b3480156101ca575f5ffd5b506101486101d93660046116dc565b6109ae565b3480156101e9575f5ffd5b506101486101f83660046116ff565b610d2f565b5f624c4b408263ffffffff161115610257576040517f924121a700000000000000000000000000000000000000000000000000000000815263ffffffff83166004820152624c4b4060248201526044015b60405180910390fd5b5f5f8154610264906117ef565b918290555033808552610240850152905061029f817f8000000000000000000000000000000000000000000000000000000000000000611826565b6102608401525f818152600160205260409081902080547fffffffffffffffff00000000000000000000000000000000000000000000000016337fffffffffffffffff00000000ffffffffffffffffffffffffffffffffffffffff8116919091177401000000000000000000000000000000000000000063ffffffff87160217825591517ff340fa0100000000000000000000000000000000000000000000000000000000815260048101929092529073ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000169063f340fa019034906024015f604051808303818588803b1580156103a9575f5ffd5b505af11580156103bb573d5f5f3e3d5ffd5b50506040517f718c366700000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016935063718c366792506104329150879060040161183f565b6020604051808303815f875af115801561044e573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906104729190611a3f565b60018201819055604051339084907f646e4d8ebf3663b6b9bed29c10958b15fc87d074e1635d7ec3aa0a1923c095ed906104ad90899061183f565b60405180910390a45092915050565b5f8281526001602081905260408083209182015490517f310ef06600000000000000000000000000000000000000000000000000000000815260048101919091529091907f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff169063310ef06690602401602060405180830381865afa15801561055c573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906105809190611a3f565b6040517fc7df14e2000000000000000000000000000000000000000000000000000000008152600481018290529091505f9073ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000169063c7df14e290602401602060405180830381865afa15801561060e573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906106329190611a56565b90508115806106525750600481600981111561065057610650611576565b105b1561068c576040517f448019090000000000000000000000000000000000000000000000000000000081526004810186905260240161024e565b5f60048260098111156106a1576106a1611576565b14806106be575060068260098111156106bc576106bc611576565b145b156107b3576040517f2484bc2f00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001690632484bc2f906107379086908990600401611a7b565b602060405180830381865afa158015610752573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906107769190611ab0565b6107af576040517f1bd8355a0000000000000000000000000000000000000000000000000000000081526004810187905260240161024e565b5083355b6107bf86858484610f9f565b505050505050565b61080c60408051610100810182525f808252602082018190529181018290526060810182905290608082019081526020015f81526020015f8152602001606081525090565b5f82815260016020908152604091829020825161010081018452815473ffffffffffffffffffffffffffffffffffffffff8116825263ffffffff740100000000000000000000000000000000000000008204169382019390935260ff780100000000000000000000000000000000000000000000000084048116151594820194909452790100000000000000000000000000000000000000000000000000830484161515606082015292909160808401917a0100000000000000000000000000000000000000000000000000009091041660098111156108ee576108ee611576565b60098111156108ff576108ff611576565b8152602001600182015481526020016002820154815260200160038201805461092790611acf565b80601f016020809104026020016040519081016040528092919081815260200182805461095390611acf565b801561099e5780601f106109755761010080835404028352916020019161099e565b820191905f5260205f20905b81548152906001019060200180831161098157829003601f168201915b5050505050815250509050919050565b5f828152600160208190526040918290209081015491517f79741aa300000000000000000000000000000000000000000000000000000000815290919073ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016906379741aa390610a37908690600401611d11565b602060405180830381865afa158015610a52573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610a769190611a3f565b14610ab0576040517fee88945e0000000000000000000000000000000000000000000000000000000081526004810184905260240161024e565b60018101546040517f310ef06600000000000000000000000000000000000000000000000000000000815260048101919091527f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff169063310ef06690602401602060405180830381865afa158015610b3f573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610b639190611a3f565b151580610b8b5750610b7d6102a083016102808401611d20565b67ffffffffffffffff164211155b15610bc5576040517f448019090000000000000000000000000000000000000000000000000000000081526004810184905260240161024e565b60018101546040517faf4e7c2600000000000000000000000000000000000000000000000000000000815260048101919091527f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff169063af4e7c2690602401602060405180830381865afa158015610c54573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610c789190611ab0565b15610d1d576040517fdd346e0100000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000169063dd346e0190610cef908590600401611d11565b5f604051808303815f87803b158015610d06575f5ffd5b505af1158015610d18573d5f5f3e3d5ffd5b505050505b610d2a838260055f610f9f565b505050565b5f858152600160209081526040822091903390610d4e90870187611d39565b73ffffffffffffffffffffffffffffffffffffffff16148015610ed457506040517f52fbf05e00000000000000000000000000000000000000000000000000000000815273ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016906352fbf05e90610de09089908990600401611d52565b602060405180830381865afa158015610dfb573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610e1f9190611a3f565b60018301546040517f310ef06600000000000000000000000000000000000000000000000000000000815260048101919091527f000000000000000000000000000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff169063310ef06690602401602060405180830381865afa158015610eae573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610ed29190611a3f565b145b9050801580610f00575081547801000000000000000000000000000000000000000000000000900460ff165b80610f0c575061010083115b15610f4c576040517fd87372cd0000000000000000000000000000000000000000000000000000000081526004810188905233602482015260440161024e565b60038201610f5b848683611e91565b50867fb0857134a5c7ceae3161e0175e3191aeaa4b4b05f218a443c5fbdeac8344b06a8585604051610f8e929190611fa8565b60405180910390a250505050505050565b82547801000000000000000000000000000000000000000000000000900460ff1615610ffa576040517f5b7e83010000000000000000000000000000000000000000000000000000000081526004810185905260240161024e565b825478010000000000000000000000000000000000000000000000007fffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffffffff821681178555839185917fffffffffff00ff00ffffffffffffffffffffffffffffffffffffffffffffffff909116177a01000000000000000000000000000000000000000000000000000083600981111561109457611094611576565b02179055506002830181905582545f9074010000000000000000000000000000000000000000900463ffffffff1615611256575f858484876003016040516024016110e29493929190611ff4565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08184030181529190526020810180517bffffffffffffffffffffffffffffffffffffffffffffffffffffffff167f68e59bce00000000000000000000000000000000000000000000000000000000179052855490915063ffffffff740100000000000000000000000000000000000000008204169073ffffffffffffffffffffffffffffffffffffffff165f6175306111a1603f856120b5565b6111ab9085611826565b6111b59190611826565b9050805a10156111fd575a6040517f9fa7298200000000000000000000000000000000000000000000000000000000815260048101919091526024810182905260440161024e565b5f5f8551602087015f8688f188547fffffffffffff00ffffffffffffffffffffffffffffffffffffffffffffffffff16790100000000000000000000000000000000000000000000000000821515021789559450505050505b847f81d2ebbb85b2671ce19b46db56949b5b643cabba0afb1d9a95eb01b65b11f0ec84848460405161128a939291906120ed565b60405180910390a25050505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6040516102a0810167ffffffffffffffff811182821017156112ea576112ea611299565b60405290565b803573ffffffffffffffffffffffffffffffffffffffff81168114611313575f5ffd5b919050565b80356bffffffffffffffffffffffff81168114611313575f5ffd5b803561ffff81168114611313575f5ffd5b803560ff81168114611313575f5ffd5b803563ffffffff81168114611313575f5ffd5b803567ffffffffffffffff81168114611313575f5ffd5b5f5f8284036102c0811215611391575f5ffd5b6102a081121561139f575f5ffd5b506113a86112c6565b6113b1846112f0565b81526020848101359082015260408085013590820152606080850135908201526113dd60808501611318565b60808201526113ee60a08501611318565b60a08201526113ff60c08501611318565b60c082015261141060e08501611318565b60e08201526114226101008501611318565b6101008201526114356101208501611333565b6101208201526114486101408501611333565b61014082015261145b6101608501611344565b61016082015261146e6101808501611354565b6101808201526114816101a08501611354565b6101a08201526114946101c08501611354565b6101c08201526114a76101e08501611354565b6101e0820152610200848101359082015261022080850135908201526114d061024085016112f0565b61024082015261026084810135908201526114ee6102808501611367565b61028082015291506115036102a08401611354565b90509250929050565b5f5f828403606081121561151e575f5ffd5b8335925060407fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe082011215611551575f5ffd5b506020830190509250929050565b5f6020828403121561156f575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b600a81106115d8577f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b9052565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b6020815273ffffffffffffffffffffffffffffffffffffffff825116602082015263ffffffff60208301511660408201525f604083015161166d606084018215159052565b506060830151801515608084015250608083015161168e60a08401826115a3565b5060a083015160c083015260c083015160e083015260e0830151610100808401526116bd6101208401826115dc565b949350505050565b5f6102a082840312156116d6575f5ffd5b50919050565b5f5f6102c083850312156116ee575f5ffd5b8235915061150384602085016116c5565b5f5f5f5f5f858703610400811215611715575f5ffd5b8635955061172688602089016116c5565b94506101207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd4082011215611758575f5ffd5b506102c0860192506103e086013567ffffffffffffffff81111561177a575f5ffd5b8601601f8101881361178a575f5ffd5b803567ffffffffffffffff8111156117a0575f5ffd5b8860208284010111156117b1575f5ffd5b959894975092955050506020019190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b5f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff820361181f5761181f6117c2565b5060010190565b80820180821115611839576118396117c2565b92915050565b815173ffffffffffffffffffffffffffffffffffffffff1681526102a08101602083015160208301526040830151604083015260608301516060830152608083015161189b60808401826bffffffffffffffffffffffff169052565b5060a08301516118bb60a08401826bffffffffffffffffffffffff169052565b5060c08301516118db60c08401826bffffffffffffffffffffffff169052565b5060e08301516118fb60e08401826bffffffffffffffffffffffff169052565b5061010083015161191d6101008401826bffffffffffffffffffffffff169052565b5061012083015161193561012084018261ffff169052565b5061014083015161194d61014084018261ffff169052565b5061016083015161196461016084018260ff169052565b5061018083015161197e61018084018263ffffffff169052565b506101a08301516119986101a084018263ffffffff169052565b506101c08301516119b26101c084018263ffffffff169052565b506101e08301516119cc6101e084018263ffffffff169052565b50610200830151610200830152610220830151610220830152610240830151611a0e61024084018273ffffffffffffffffffffffffffffffffffffffff169052565b50610260830151610260830152610280830151611a3861028084018267ffffffffffffffff169052565b5092915050565b5f60208284031215611a4f575f5ffd5b5051919050565b5f60208284031215611a66575f5ffd5b8151600a8110611a74575f5ffd5b9392505050565b8281528135602080830191909152606082019067ffffffffffffffff90611aa3908501611367565b1660408301529392505050565b5f60208284031215611ac0575f5ffd5b81518015158114611a74575f5ffd5b600181811c90821680611ae357607f821691505b6020821081036116d6577f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b611b4182611b27836112f0565b73ffffffffffffffffffffffffffffffffffffffff169052565b602081810135908301526040808201359083015260608082013590830152611b6b60808201611318565b6bffffffffffffffffffffffff166080830152611b8a60a08201611318565b6bffffffffffffffffffffffff1660a0830152611ba960c08201611318565b6bffffffffffffffffffffffff1660c0830152611bc860e08201611318565b6bffffffffffffffffffffffff1660e0830152611be86101008201611318565b6bffffffffffffffffffffffff16610100830152611c096101208201611333565b61ffff16610120830152611c206101408201611333565b61ffff16610140830152611c376101608201611344565b60ff16610160830152611c4d6101808201611354565b63ffffffff16610180830152611c666101a08201611354565b63ffffffff166101a0830152611c7f6101c08201611354565b63ffffffff166101c0830152611c986101e08201611354565b63ffffffff166101e083015261020081810135908301526102208082013590830152611cc761024082016112f0565b73ffffffffffffffffffffffffffffffffffffffff166102408301526102608181013590830152611cfb6102808201611367565b67ffffffffffffffff8116610280840152505050565b6102a081016118398284611b1a565b5f60208284031215611d30575f5ffd5b611a7482611367565b5f60208284031215611d49575f5ffd5b611a74826112f0565b6103c08101611d618285611b1a565b73ffffffffffffffffffffffffffffffffffffffff611d7f846112f0565b166102a083015260208301356102c08301526bffffffffffffffffffffffff611daa60408501611318565b166102e0830152611dbd60608401611318565b6bffffffffffffffffffffffff16610300830152611ddd60808401611318565b6bffffffffffffffffffffffff16610320830152611dfd60a08401611333565b61ffff1661034083015260c083013561036083015260e0830135610380830152611e2a6101008401611367565b67ffffffffffffffff81166103a0840152509392505050565b601f821115610d2a5782821115610d2a57805f5260205f20601f840160051c6020851015611e6e57505f5b90810190601f840160051c035f5b818110156107bf575f83820155600101611e7c565b67ffffffffffffffff831115611ea957611ea9611299565b611ebd83611eb78354611acf565b83611e43565b5f601f841160018114611f0d575f8515611ed75750838201355b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff600387901b1c1916600186901b178355611fa1565b5f838152602081207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08716915b82811015611f5a5786850135825560209485019460019092019101611f3a565b5086821015611f95577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60f88860031b161c19848701351681555b505060018560011b0183555b5050505050565b60208152816020820152818360408301375f818301604090810191909152601f9092017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0160101919050565b84815261200460208201856115a3565b826040820152608060608201525f5f835461201e81611acf565b806080860152600182165f811461203c5760018114612076576120a7565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00831660a087015260a082151560051b87010193506120a7565b865f5260205f205f5b8381101561209e57815488820160a0015260019091019060200161207f565b870160a0019450505b509198975050505050505050565b5f826120e8577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b500490565b606081016120fb82866115a3565b836020830152821515604083015294935050505056",
}

// Requests is an auto generated Go binding around an Ethereum contract.
type Requests struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *Requests) GetABI() abi.ABI {
	return c.abi
}

// NewRequests creates a new instance of Requests.
func NewRequests() *Requests {
	parsed, err := RequestsMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &Requests{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *Requests) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address ledger_, address deals_) returns()
func (requests *Requests) PackConstructor(ledger_ common.Address, deals_ common.Address) []byte {
	enc, err := requests.abi.Pack("", ledger_, deals_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackMOSTCALLBACKGAS is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2c6e1914.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function MOST_CALLBACK_GAS() view returns(uint256)
func (requests *Requests) PackMOSTCALLBACKGAS() []byte {
	enc, err := requests.abi.Pack("MOST_CALLBACK_GAS")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackMOSTCALLBACKGAS is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2c6e1914.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function MOST_CALLBACK_GAS() view returns(uint256)
func (requests *Requests) TryPackMOSTCALLBACKGAS() ([]byte, error) {
	return requests.abi.Pack("MOST_CALLBACK_GAS")
}

// UnpackMOSTCALLBACKGAS is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x2c6e1914.
//
// Solidity: function MOST_CALLBACK_GAS() view returns(uint256)
func (requests *Requests) UnpackMOSTCALLBACKGAS(data []byte) (*big.Int, error) {
	out, err := requests.abi.Unpack("MOST_CALLBACK_GAS", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x06661abd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function count() view returns(uint256)
func (requests *Requests) PackCount() []byte {
	enc, err := requests.abi.Pack("count")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x06661abd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function count() view returns(uint256)
func (requests *Requests) TryPackCount() ([]byte, error) {
	return requests.abi.Pack("count")
}

// UnpackCount is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x06661abd.
//
// Solidity: function count() view returns(uint256)
func (requests *Requests) UnpackCount(data []byte) (*big.Int, error) {
	out, err := requests.abi.Unpack("count", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackDeals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0f752fe8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deals() view returns(address)
func (requests *Requests) PackDeals() []byte {
	enc, err := requests.abi.Pack("deals")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeals is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0f752fe8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deals() view returns(address)
func (requests *Requests) TryPackDeals() ([]byte, error) {
	return requests.abi.Pack("deals")
}

// UnpackDeals is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0f752fe8.
//
// Solidity: function deals() view returns(address)
func (requests *Requests) UnpackDeals(data []byte) (common.Address, error) {
	out, err := requests.abi.Unpack("deals", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackDeliver is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x25b41573.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function deliver(uint256 id, (bytes32,uint64) submitted) returns()
func (requests *Requests) PackDeliver(id *big.Int, submitted Result) []byte {
	enc, err := requests.abi.Pack("deliver", id, submitted)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDeliver is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x25b41573.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function deliver(uint256 id, (bytes32,uint64) submitted) returns()
func (requests *Requests) TryPackDeliver(id *big.Int, submitted Result) ([]byte, error) {
	return requests.abi.Pack("deliver", id, submitted)
}

// PackGiveUp is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x67173f09.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function giveUp(uint256 id, (address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) returns()
func (requests *Requests) PackGiveUp(id *big.Int, job JobOffer) []byte {
	enc, err := requests.abi.Pack("giveUp", id, job)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGiveUp is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x67173f09.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function giveUp(uint256 id, (address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job) returns()
func (requests *Requests) TryPackGiveUp(id *big.Int, job JobOffer) ([]byte, error) {
	return requests.abi.Pack("giveUp", id, job)
}

// PackLedger is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56397c35.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function ledger() view returns(address)
func (requests *Requests) PackLedger() []byte {
	enc, err := requests.abi.Pack("ledger")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackLedger is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x56397c35.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function ledger() view returns(address)
func (requests *Requests) TryPackLedger() ([]byte, error) {
	return requests.abi.Pack("ledger")
}

// UnpackLedger is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x56397c35.
//
// Solidity: function ledger() view returns(address)
func (requests *Requests) UnpackLedger(data []byte) (common.Address, error) {
	out, err := requests.abi.Unpack("ledger", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackPublish is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf19e5e6b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function publish(uint256 id, (address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, string uri) returns()
func (requests *Requests) PackPublish(id *big.Int, job JobOffer, resource ResourceOffer, uri string) []byte {
	enc, err := requests.abi.Pack("publish", id, job, resource, uri)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPublish is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf19e5e6b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function publish(uint256 id, (address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, (address,bytes32,uint96,uint96,uint96,uint16,uint256,uint256,uint64) resource, string uri) returns()
func (requests *Requests) TryPackPublish(id *big.Int, job JobOffer, resource ResourceOffer, uri string) ([]byte, error) {
	return requests.abi.Pack("publish", id, job, resource, uri)
}

// PackRequestJob is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0daedcdc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requestJob((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, uint32 callbackGas) payable returns(uint256 id)
func (requests *Requests) PackRequestJob(job JobOffer, callbackGas uint32) []byte {
	enc, err := requests.abi.Pack("requestJob", job, callbackGas)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequestJob is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0daedcdc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requestJob((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, uint32 callbackGas) payable returns(uint256 id)
func (requests *Requests) TryPackRequestJob(job JobOffer, callbackGas uint32) ([]byte, error) {
	return requests.abi.Pack("requestJob", job, callbackGas)
}

// UnpackRequestJob is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0daedcdc.
//
// Solidity: function requestJob((address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job, uint32 callbackGas) payable returns(uint256 id)
func (requests *Requests) UnpackRequestJob(data []byte) (*big.Int, error) {
	out, err := requests.abi.Unpack("requestJob", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackResult is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3c594059.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function result(uint256 id) view returns((address,uint32,bool,bool,uint8,bytes32,bytes32,string))
func (requests *Requests) PackResult(id *big.Int) []byte {
	enc, err := requests.abi.Pack("result", id)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackResult is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3c594059.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function result(uint256 id) view returns((address,uint32,bool,bool,uint8,bytes32,bytes32,string))
func (requests *Requests) TryPackResult(id *big.Int) ([]byte, error) {
	return requests.abi.Pack("result", id)
}

// UnpackResult is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3c594059.
//
// Solidity: function result(uint256 id) view returns((address,uint32,bool,bool,uint8,bytes32,bytes32,string))
func (requests *Requests) UnpackResult(data []byte) (RequestsRequest, error) {
	out, err := requests.abi.Unpack("result", data)
	if err != nil {
		return *new(RequestsRequest), err
	}
	out0 := *abi.ConvertType(out[0], new(RequestsRequest)).(*RequestsRequest)
	return out0, nil
}

// RequestsDelivered represents a Delivered event raised by the Requests contract.
type RequestsDelivered struct {
	Id     *big.Int
	Status uint8
	Digest [32]byte
	Called bool
	Raw    *types.Log // Blockchain specific contextual infos
}

const RequestsDeliveredEventName = "Delivered"

// ContractEventName returns the user-defined event name.
func (RequestsDelivered) ContractEventName() string {
	return RequestsDeliveredEventName
}

// UnpackDeliveredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Delivered(uint256 indexed id, uint8 status, bytes32 digest, bool called)
func (requests *Requests) UnpackDeliveredEvent(log *types.Log) (*RequestsDelivered, error) {
	event := "Delivered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != requests.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(RequestsDelivered)
	if len(log.Data) > 0 {
		if err := requests.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range requests.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// RequestsPublished represents a Published event raised by the Requests contract.
type RequestsPublished struct {
	Id  *big.Int
	Uri string
	Raw *types.Log // Blockchain specific contextual infos
}

const RequestsPublishedEventName = "Published"

// ContractEventName returns the user-defined event name.
func (RequestsPublished) ContractEventName() string {
	return RequestsPublishedEventName
}

// UnpackPublishedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Published(uint256 indexed id, string uri)
func (requests *Requests) UnpackPublishedEvent(log *types.Log) (*RequestsPublished, error) {
	event := "Published"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != requests.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(RequestsPublished)
	if len(log.Data) > 0 {
		if err := requests.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range requests.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// RequestsRequested represents a Requested event raised by the Requests contract.
type RequestsRequested struct {
	Id      *big.Int
	Creator common.Address
	JobHash [32]byte
	Job     JobOffer
	Raw     *types.Log // Blockchain specific contextual infos
}

const RequestsRequestedEventName = "Requested"

// ContractEventName returns the user-defined event name.
func (RequestsRequested) ContractEventName() string {
	return RequestsRequestedEventName
}

// UnpackRequestedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Requested(uint256 indexed id, address indexed creator, bytes32 indexed jobHash, (address,bytes32,bytes32,bytes32,uint96,uint96,uint96,uint96,uint96,uint16,uint16,uint8,uint32,uint32,uint32,uint32,uint256,bytes32,address,uint256,uint64) job)
func (requests *Requests) UnpackRequestedEvent(log *types.Log) (*RequestsRequested, error) {
	event := "Requested"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != requests.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(RequestsRequested)
	if len(log.Data) > 0 {
		if err := requests.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range requests.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (requests *Requests) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], requests.abi.Errors["AlreadyDelivered"].ID.Bytes()[:4]) {
		return requests.UnpackAlreadyDeliveredError(raw[4:])
	}
	if bytes.Equal(raw[:4], requests.abi.Errors["CallbackGasTooHigh"].ID.Bytes()[:4]) {
		return requests.UnpackCallbackGasTooHighError(raw[4:])
	}
	if bytes.Equal(raw[:4], requests.abi.Errors["CannotPublish"].ID.Bytes()[:4]) {
		return requests.UnpackCannotPublishError(raw[4:])
	}
	if bytes.Equal(raw[:4], requests.abi.Errors["NotEnoughGas"].ID.Bytes()[:4]) {
		return requests.UnpackNotEnoughGasError(raw[4:])
	}
	if bytes.Equal(raw[:4], requests.abi.Errors["NotFinal"].ID.Bytes()[:4]) {
		return requests.UnpackNotFinalError(raw[4:])
	}
	if bytes.Equal(raw[:4], requests.abi.Errors["WrongOffer"].ID.Bytes()[:4]) {
		return requests.UnpackWrongOfferError(raw[4:])
	}
	if bytes.Equal(raw[:4], requests.abi.Errors["WrongResult"].ID.Bytes()[:4]) {
		return requests.UnpackWrongResultError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// RequestsAlreadyDelivered represents a AlreadyDelivered error raised by the Requests contract.
type RequestsAlreadyDelivered struct {
	Id *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyDelivered(uint256 id)
func RequestsAlreadyDeliveredErrorID() common.Hash {
	return common.HexToHash("0x5b7e830103e1087f82eb68e29b9e6af36523d13560c950832f16fd8cff2d75cd")
}

// UnpackAlreadyDeliveredError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyDelivered(uint256 id)
func (requests *Requests) UnpackAlreadyDeliveredError(raw []byte) (*RequestsAlreadyDelivered, error) {
	out := new(RequestsAlreadyDelivered)
	if err := requests.abi.UnpackIntoInterface(out, "AlreadyDelivered", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RequestsCallbackGasTooHigh represents a CallbackGasTooHigh error raised by the Requests contract.
type RequestsCallbackGasTooHigh struct {
	Gas  *big.Int
	Most *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error CallbackGasTooHigh(uint256 gas, uint256 most)
func RequestsCallbackGasTooHighErrorID() common.Hash {
	return common.HexToHash("0x924121a79ccdfcb86f644c91c8bdc65b88f1c7a9d8fbb580e2bb765b81ba1b8b")
}

// UnpackCallbackGasTooHighError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error CallbackGasTooHigh(uint256 gas, uint256 most)
func (requests *Requests) UnpackCallbackGasTooHighError(raw []byte) (*RequestsCallbackGasTooHigh, error) {
	out := new(RequestsCallbackGasTooHigh)
	if err := requests.abi.UnpackIntoInterface(out, "CallbackGasTooHigh", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RequestsCannotPublish represents a CannotPublish error raised by the Requests contract.
type RequestsCannotPublish struct {
	Id     *big.Int
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error CannotPublish(uint256 id, address caller)
func RequestsCannotPublishErrorID() common.Hash {
	return common.HexToHash("0xd87372cd066b1d1579c9037c9116c50441fea51174d183e23c5eb6cd5539f7f9")
}

// UnpackCannotPublishError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error CannotPublish(uint256 id, address caller)
func (requests *Requests) UnpackCannotPublishError(raw []byte) (*RequestsCannotPublish, error) {
	out := new(RequestsCannotPublish)
	if err := requests.abi.UnpackIntoInterface(out, "CannotPublish", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RequestsNotEnoughGas represents a NotEnoughGas error raised by the Requests contract.
type RequestsNotEnoughGas struct {
	Has   *big.Int
	Needs *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotEnoughGas(uint256 has, uint256 needs)
func RequestsNotEnoughGasErrorID() common.Hash {
	return common.HexToHash("0x9fa729828e06f64f0aba24f9c66804bdfb0e921365b21f9e24f4e732397f9e66")
}

// UnpackNotEnoughGasError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotEnoughGas(uint256 has, uint256 needs)
func (requests *Requests) UnpackNotEnoughGasError(raw []byte) (*RequestsNotEnoughGas, error) {
	out := new(RequestsNotEnoughGas)
	if err := requests.abi.UnpackIntoInterface(out, "NotEnoughGas", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RequestsNotFinal represents a NotFinal error raised by the Requests contract.
type RequestsNotFinal struct {
	Id *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotFinal(uint256 id)
func RequestsNotFinalErrorID() common.Hash {
	return common.HexToHash("0x448019090153cb3aece9db4fa160b4804715e3d296cb60055e138526b564dec8")
}

// UnpackNotFinalError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotFinal(uint256 id)
func (requests *Requests) UnpackNotFinalError(raw []byte) (*RequestsNotFinal, error) {
	out := new(RequestsNotFinal)
	if err := requests.abi.UnpackIntoInterface(out, "NotFinal", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RequestsWrongOffer represents a WrongOffer error raised by the Requests contract.
type RequestsWrongOffer struct {
	Id *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongOffer(uint256 id)
func RequestsWrongOfferErrorID() common.Hash {
	return common.HexToHash("0xee88945e11ac0cd442e09e44a7a2dd4f1fab7a8f26e619b8280e778016f2b632")
}

// UnpackWrongOfferError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongOffer(uint256 id)
func (requests *Requests) UnpackWrongOfferError(raw []byte) (*RequestsWrongOffer, error) {
	out := new(RequestsWrongOffer)
	if err := requests.abi.UnpackIntoInterface(out, "WrongOffer", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// RequestsWrongResult represents a WrongResult error raised by the Requests contract.
type RequestsWrongResult struct {
	Id *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error WrongResult(uint256 id)
func RequestsWrongResultErrorID() common.Hash {
	return common.HexToHash("0x1bd8355aaf04dbffc7c93068a2da84cc87b3d43f16e19b091096850ee9ee6c86")
}

// UnpackWrongResultError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error WrongResult(uint256 id)
func (requests *Requests) UnpackWrongResultError(raw []byte) (*RequestsWrongResult, error) {
	out := new(RequestsWrongResult)
	if err := requests.abi.UnpackIntoInterface(out, "WrongResult", raw); err != nil {
		return nil, err
	}
	return out, nil
}
