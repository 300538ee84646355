package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/config"
	"github.com/tadpole-edge/tadpole/internal/signature"
)

// Modules is the [modules] table: whose modules may run over this device's sensors. The
// zero value lets nobody's but those that came with the binary.
type Modules struct {
	Signers  []signature.Signer
	Unsigned bool // lets any module run, by whoever can write edge.toml and the module's file

	line int // of signers; 0 = the file does not set them
	file string
}

type modulesTable struct {
	Signers  []string `toml:"signers"`
	Unsigned bool     `toml:"unsigned"`
}

func (t modulesTable) parse(d *config.Document, file string) Modules {
	m := Modules{Unsigned: t.Unsigned, line: d.Line("modules.signers"), file: file}
	for i, text := range t.Signers {
		s, err := signature.ParseSigner(text)
		field := fmt.Sprintf("modules.signers.%d", i)
		d.Check(err == nil, field, fmt.Sprintf("%.100q is no signer's public key", text), "write it as tadpole job keygen prints it: ed25519: and 64 hex digits")
		d.Check(err != nil || !slices.Contains(m.Signers, s), field, "is there twice", "remove one of them")
		if err == nil {
			m.Signers = append(m.Signers, s)
		}
	}
	return m
}

// AllowModule tells whether a module may run over the device's sensors. It takes what
// signature.File said of the module's file; path is for messages. If not, the error is a
// *Refusal.
func (m Modules) AllowModule(path string, module blob.Hash, s signature.Signature, read error) error {
	if m.Unsigned {
		return nil
	}
	const sign = "sign it by: tadpole job sign --key KEYFILE %s"
	refuse := func(format string, a ...any) error {
		return &Refusal{File: m.file, Line: m.line, Reason: fmt.Sprintf(format, a...)}
	}
	err := read
	if err == nil {
		err = s.Check(module, m.Signers)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return refuse("module %s is not signed: there is no %s%s; "+sign, path, path, signature.Suffix, path)
	case errors.Is(err, signature.ErrUntrusted):
		return refuse("module %s is signed by %v, who is none of the signers in [modules]; add that one if you trust it, or "+sign, path, s.Signer, path)
	}
	return refuse("module %s: %v; "+sign, path, err, path)
}
