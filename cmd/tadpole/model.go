package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/internal/blob"
	"github.com/tadpole-edge/tadpole/internal/plan"
	"github.com/tadpole-edge/tadpole/internal/tensor"
)

func modelCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "model", Short: "Export a federation's model, or describe a model file"}
	var output string
	var latest, native bool
	export := &cobra.Command{
		Use:   "export NAME",
		Short: "Write a model as safetensors, in PyTorch's layout",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			model, err := control.NewClient(*dir).Model(c.Context(), args[0], !latest)
			if err != nil {
				return err
			}
			if !native {
				if model, err = plan.ExportPyTorch(model); err != nil {
					return err
				}
			}
			if output == "" {
				output = args[0] + ".safetensors"
			}
			if err := os.WriteFile(output, model, 0o644); err != nil {
				return fmt.Errorf("export model: %w", err)
			}
			fmt.Fprintf(c.OutOrStdout(), "wrote %s, %d bytes, sha256 %s\n", output, len(model), blob.Sum(model))
			return nil
		},
	}
	export.Flags().StringVarP(&output, "output", "o", "", "the file to write (default NAME.safetensors)")
	export.Flags().BoolVar(&latest, "latest", false, "the latest model instead of the most accurate one")
	export.Flags().BoolVar(&native, "native", false, "keep the kernel's layout, whose hash the history has")
	info := &cobra.Command{
		Use:   "info FILE",
		Short: "Describe a model file",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			content, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("read model: %w", err)
			}
			f, err := tensor.Decode(content)
			if err != nil {
				return fmt.Errorf("read model %s: %w", args[0], err)
			}
			out := c.OutOrStdout()
			fmt.Fprintf(out, "sha256        %s\nbytes         %d\n", blob.Sum(content), len(content))
			if text, found := f.Metadata[plan.MetadataKey]; found {
				fmt.Fprintf(out, "architecture  %s\n", text)
			}
			total := 0
			for _, t := range f.Tensors {
				fmt.Fprintf(out, "%-12s  %s %v\n", t.Name, t.DType, t.Shape)
				total += t.Elements()
			}
			fmt.Fprintf(out, "parameters    %d\n", total)
			return nil
		},
	}
	c.AddCommand(export, info)
	return c
}
