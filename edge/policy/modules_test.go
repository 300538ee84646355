package policy_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/edge/policy"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/signature"
)

// Whatever lies beside a module, the module runs only if a trusted signer signed it, and
// the refusal says what is missing, where, and what to do.
func TestModulesMustBeSigned(t *testing.T) {
	key := func(seed byte) ed25519.PrivateKey {
		return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	}
	module, other := blob.Sum([]byte("module")), blob.Sum([]byte("other"))
	good := signature.Sign(key(1), module)
	signers := fmt.Sprintf("# mine\n[modules]\nsigners = [%q]\n", good.Signer)
	for name, c := range map[string]struct {
		policy string
		beside []byte // nil = nothing
		want   string // "" = it runs
	}{
		"signed":             {signers, good.Encode(), ""},
		"not signed":         {signers, nil, "policy.toml:3: module PATH is not signed: there is no PATH.sig; sign it by: tadpole job sign --key KEYFILE PATH"},
		"by a stranger":      {signers, signature.Sign(key(2), module).Encode(), "is signed by ed25519:8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394, who is none of the signers"},
		"truncated":          {signers, good.Encode()[:100], "malformed signature: 100 bytes"},
		"another module's":   {signers, signature.Sign(key(1), other).Encode(), "signature is not of this module"},
		"empty":              {signers, []byte{}, "malformed signature: 0 bytes"},
		"nobody is trusted":  {"", good.Encode(), "who is none of the signers"},
		"unsigned may run":   {"[modules]\nunsigned = true\n", nil, ""},
		"and so may rubbish": {"[modules]\nunsigned = true\n", []byte("x"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := policy.Parse("policy.toml", []byte(c.policy))
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "m.wasm")
			if c.beside != nil {
				if err := os.WriteFile(path+signature.Suffix, c.beside, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			signed, read := signature.File(path)
			err = p.Modules.AllowModule(path, module, signed, read)
			want := strings.ReplaceAll(c.want, "PATH", path)
			if (err == nil) != (want == "") || err != nil && (!errors.Is(err, policy.ErrRefused) || !strings.Contains(err.Error(), want)) {
				t.Errorf("%v, want %q", err, want)
			}
		})
	}
	for text, want := range map[string]string{
		"[modules]\nsigners = [\"me\"]\n":                                        `policy.toml:2: modules.signers.0: "me" is no signer's public key`,
		fmt.Sprintf("[modules]\nsigners = [%q, %q]\n", good.Signer, good.Signer): "modules.signers.1: is there twice",
	} {
		if _, err := policy.Parse("policy.toml", []byte(text)); !errors.Is(err, config.ErrMistake) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
