package leaf_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/key"
	"github.com/tadpole-edge/tadpole/internal/leaf"
)

func full() leaf.Leaf {
	return leaf.Leaf{
		Chain: 1337, Contract: key.Address{1}, Federation: blob.Sum([]byte("mnist")), Round: 7,
		Device: key.Address{2}, Owner: key.Address{3}, BaseModel: blob.Hash{4}, Module: blob.Hash{5},
		Configuration: blob.Hash{6}, Data: blob.Hash{7}, Update: blob.Hash{8}, Samples: 600, Fuel: 1 << 40,
	}
}

func TestEncodingIsSolidityWords(t *testing.T) {
	got := hex.EncodeToString(full().Encode())
	if want := strings.Repeat("00", 30) + "0539"; got[:64] != want {
		t.Errorf("word 0 = %s, want %s", got[:64], want)
	}
	if want := strings.Repeat("00", 12) + "02" + strings.Repeat("00", 19); got[4*64:5*64] != want {
		t.Errorf("word 4 = %s, want %s", got[4*64:5*64], want)
	}
}

// Every field must count: a leaf that differs in one field only is another leaf.
func TestEveryFieldIsBound(t *testing.T) {
	hashes := map[blob.Hash]string{full().Hash(): "unchanged"}
	fields := reflect.TypeOf(leaf.Leaf{})
	for i := range fields.NumField() {
		l := full()
		switch f := reflect.ValueOf(&l).Elem().Field(i); f.Kind() {
		case reflect.Array:
			f.Index(f.Len() - 1).SetUint(99)
		default:
			f.SetUint(f.Uint() + 1)
		}
		name := fields.Field(i).Name
		if other, dup := hashes[l.Hash()]; dup {
			t.Errorf("changing %s gives the hash of %s", name, other)
		}
		hashes[l.Hash()] = name
		if back, err := leaf.Decode(l.Encode()); err != nil || back != l {
			t.Errorf("%s changed: decoded %+v, %v", name, back, err)
		}
	}
}

func TestClaimAndReceiptDiffer(t *testing.T) {
	l := full()
	if l.Claim() == l.Receipt() || l.Claim() == l.Hash() {
		t.Error("a device's signature could pass for a receipt")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(full().Encode())
	f.Add(make([]byte, leaf.Size))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := leaf.Decode(b)
		if err != nil {
			if !errors.Is(err, leaf.ErrEncoding) {
				t.Errorf("error %v, want ErrEncoding", err)
			}
			return
		}
		if !bytes.Equal(l.Encode(), b) {
			t.Errorf("%x decodes to another leaf", b)
		}
	})
}

func Example() {
	device, _ := key.Generate()
	l := leaf.Leaf{Round: 1, Device: device.Address(), Samples: 600}
	signer, err := device.Sign(l.Claim()).Recover(l.Claim())
	fmt.Println(signer == l.Device, err)
	// Output: true <nil>
}

// The commitment binds samples and fuel, and is the hash of the answer alone.
func TestCommitHidesTheAnswer(t *testing.T) {
	update := blob.Hash{1}
	answer := leaf.Answer(update, 600, 7)
	if leaf.Commit(update, 600, 7) != blob.Sum(answer[:]) {
		t.Error("the commitment is not the answer's hash")
	}
	seen := map[blob.Hash]bool{leaf.Commit(update, 600, 7): true, update: true, answer: true}
	for _, other := range []blob.Hash{leaf.Commit(blob.Hash{2}, 600, 7), leaf.Commit(update, 601, 7), leaf.Commit(update, 600, 8)} {
		if seen[other] {
			t.Error("two claims have one commitment")
		}
		seen[other] = true
	}
}
