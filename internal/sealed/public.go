package sealed

import (
	"fmt"
	"strings"

	"filippo.io/age"
)

// PublicKey gives the X25519 public key in a recipient ("age1..."), for those who
// seal to it without this package.
func PublicKey(recipient string) (key [32]byte, err error) {
	if _, err := age.ParseX25519Recipient(recipient); err != nil { // it checks the sum and the length
		return key, fmt.Errorf("%w %.40q: %v", ErrRecipient, recipient, err)
	}
	digits := recipient[len("age1") : len(recipient)-6] // what is between is Bech32 (BIP 173): five bits a character
	n, bits, have := 0, 0, 0
	for _, c := range digits {
		bits, have = bits<<5|strings.IndexRune("qpzry9x8gf2tvdw0s3jn54khce6mua7l", c), have+5
		if have >= 8 {
			have -= 8
			key[n], bits = byte(bits>>have), bits&(1<<have-1)
			n++
		}
	}
	return key, nil
}
