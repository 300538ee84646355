package main

import "github.com/spf13/cobra"

func marketCommand() *cobra.Command {
	command := &cobra.Command{Use: "market", Short: "Escrow, deals and rounds on the chain"}
	command.AddCommand(simulateCommand())
	return command
}
