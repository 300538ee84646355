package typed_test

import (
	"encoding/hex"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/typed"
)

// The example of EIP-712 itself ("Mail", assets/eip-712/Example.js).
func TestMailOfTheEIP(t *testing.T) {
	address := func(text string) [32]byte {
		a, err := key.ParseAddress(text)
		if err != nil {
			t.Fatal(err)
		}
		return typed.Address(a)
	}
	contract, _ := key.ParseAddress("0xcccccccccccccccccccccccccccccccccccccccc")
	domain := typed.Domain{Name: "Ether Mail", Version: "1", Chain: 1, Contract: contract}
	person := func(name, wallet string) [32]byte {
		kind, n, w := typed.Keccak([]byte("Person(string name,address wallet)")), typed.Keccak([]byte(name)), address(wallet)
		return typed.Keccak(kind[:], n[:], w[:])
	}
	got := domain.Digest("Mail(Person from,Person to,string contents)Person(string name,address wallet)",
		person("Cow", "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"), person("Bob", "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"), typed.Keccak([]byte("Hello, Bob!")))
	if want := "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"; hex.EncodeToString(got[:]) != want {
		t.Errorf("digest %x, the EIP has %s", got, want)
	}
}
