package member_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/member"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

func membership() member.Membership {
	return member.Membership{Chain: 1337, Contract: key.Address{1}, Federation: blob.Hash{2}, Device: key.Address{3}, Owner: key.Address{4}, Data: blob.Hash{5},
		Collateral: 6_000_000_000, Expiry: 7, Nonce: 8}
}

// word is a number as Solidity's abi.encode writes it.
func word(v uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 24), v) }

func address(a key.Address) []byte { return append(make([]byte, 12), a[:]...) }

// The digest is what EIP-712 says, written out by hand.
func TestDigest(t *testing.T) {
	m := membership()
	hash := func(parts ...[]byte) []byte {
		h := typed.Keccak(bytes.Join(parts, nil))
		return h[:]
	}
	domain := hash(hash([]byte("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")), hash([]byte("Tadpole")), hash([]byte("1")), word(1337), address(m.Contract))
	collateral := append(make([]byte, 16), append(binary.BigEndian.AppendUint64(nil, 0), binary.BigEndian.AppendUint64(nil, 6_000_000_000_000_000_000)...)...)
	join := hash(hash([]byte("Join(bytes32 federation,address device,address owner,bytes32 data,uint96 collateral,uint64 expiry,uint32 nonce)")),
		m.Federation[:], address(m.Device), address(m.Owner), m.Data[:], collateral, word(7), word(8))
	if got, want := m.Digest(), hash([]byte{0x19, 0x01}, domain, join); !bytes.Equal(got[:], want) {
		t.Errorf("digest %x, want %x", got, want)
	}
}

// A signature for one membership is worth nothing for another.
func TestEveryFieldIsBound(t *testing.T) {
	seen := map[[32]byte]string{membership().Digest(): "as it is"}
	for what, alter := range map[string]func(*member.Membership){
		"chain":      func(m *member.Membership) { m.Chain++ },
		"contract":   func(m *member.Membership) { m.Contract[19]++ },
		"federation": func(m *member.Membership) { m.Federation[31]++ },
		"device":     func(m *member.Membership) { m.Device[19]++ },
		"owner":      func(m *member.Membership) { m.Owner[19]++ },
		"data":       func(m *member.Membership) { m.Data[31]++ },
		"collateral": func(m *member.Membership) { m.Collateral++ },
		"expiry":     func(m *member.Membership) { m.Expiry++ },
		"nonce":      func(m *member.Membership) { m.Nonce++ },
		"roles":      func(m *member.Membership) { m.Device, m.Owner = m.Owner, m.Device },
	} {
		m := membership()
		alter(&m)
		if other, found := seen[m.Digest()]; found {
			t.Errorf("the digest with another %s is that with another %s", what, other)
		}
		seen[m.Digest()] = what
	}
}
