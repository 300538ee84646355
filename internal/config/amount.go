package config

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Amount is an amount of the chain's own coin in gwei, a thousand-millionth of
// it. It is written in coins as a decimal string: "0.005".
type Amount uint64

// gwei are a coin's.
const gweiDigits = 9

// UnmarshalText reads what String writes.
func (a *Amount) UnmarshalText(text []byte) error {
	whole, fraction, _ := strings.Cut(string(text), ".")
	if whole == "" || len(fraction) > gweiDigits {
		return fmt.Errorf("%.40q is no amount: write coins, as \"0.005\", with at most %d digits after the point", text, gweiDigits)
	}
	n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", gweiDigits-len(fraction)), 10, 64)
	if err != nil {
		return fmt.Errorf("%.40q is no amount: write coins, as \"0.005\"", text)
	}
	*a = Amount(n)
	return nil
}

// MarshalText is the inverse of UnmarshalText.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

func (a Amount) String() string {
	digits := fmt.Sprintf("%0*d", gweiDigits+1, uint64(a))
	whole, fraction := digits[:len(digits)-gweiDigits], strings.TrimRight(digits[len(digits)-gweiDigits:], "0")
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// Wei is the amount in the chain's smallest unit.
func (a Amount) Wei() *big.Int {
	return new(big.Int).Mul(new(big.Int).SetUint64(uint64(a)), big.NewInt(1e9))
}

// FromWei rounds down to whole gwei.
func FromWei(wei *big.Int) Amount {
	return Amount(new(big.Int).Div(wei, big.NewInt(1e9)).Uint64())
}
