package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/signature"
)

func keygenCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "keygen KEYFILE",
		Short: "Make a key to sign modules with",
		Long: `Make a key to sign modules with.

The private key goes into KEYFILE, which must not be there yet. The public key is
printed: owners who trust it put it into their devices' policy.toml.`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			signer, err := signature.NewKey(arguments[0])
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%w: a key is never written over; name another file", err)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(command.OutOrStdout(), "# for policy.toml of devices that are to run what this key signs:\n[modules]\nsigners = [%q]\n", signer)
			return nil
		},
	}
}

func signCommand() *cobra.Command {
	var keyFile string
	command := &cobra.Command{
		Use:   "sign MODULE.wasm",
		Short: "Sign a module, so that devices whose owners trust the key run it over their sensors",
		Long: `Sign a module, so that devices whose owners trust the key run it over their sensors.

The signature goes into MODULE.wasm.sig, which belongs beside the module on the
device. It is of the module's bytes: whoever changes them must sign again.`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, arguments []string) error {
			if keyFile == "" {
				return fmt.Errorf("%w: name the key by --key KEYFILE; tadpole job keygen makes one", errUsage)
			}
			key, err := signature.ReadKey(keyFile)
			if err != nil {
				return err
			}
			path := arguments[0]
			module, err := os.ReadFile(path)
			if err != nil {
				return fmt.Errorf("read module: %w", err)
			}
			hash := blob.Sum(module)
			s := signature.Sign(key, hash)
			if err := replaceFile(path+signature.Suffix, s.Encode()); err != nil {
				return fmt.Errorf("write signature: %w", err)
			}
			fmt.Fprintf(command.OutOrStdout(), "%s%s: module %v, signed by %v\n", path, signature.Suffix, hash, s.Signer)
			return nil
		},
	}
	command.Flags().StringVar(&keyFile, "key", "", "file with the private key, of tadpole job keygen")
	return command
}

// replaceFile writes a file in one step.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".signature-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
