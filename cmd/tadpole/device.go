package main

import (
	"cmp"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tadpole-edge/tadpole/aggregator"
	"github.com/tadpole-edge/tadpole/aggregator/control"
	"github.com/tadpole-edge/tadpole/aggregator/devices"
	"github.com/tadpole-edge/tadpole/internal/key"
)

// presence is a device's state in a word or two.
func presence(p aggregator.Presence) string {
	switch {
	case !p.Online:
		return "offline"
	case p.Waiting != "":
		return "waiting: " + p.Waiting
	}
	return "online"
}

func deviceCommand(dir *string) *cobra.Command {
	c := &cobra.Command{Use: "device", Short: "Add, list, label, set up and remove devices"}
	var o devices.AddOptions
	add := &cobra.Command{
		Use:   "add",
		Short: "Make a one-time token with which a device joins the fleet",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			token, err := control.NewClient(*dir).AddDevice(c.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "tadpole-edge enroll %s\n", token)
			return nil
		},
	}
	add.Flags().StringVar(&o.Name, "name", "", "a name to show in lists")
	add.Flags().StringToStringVar(&o.Labels, "label", nil, "labels, key=value")
	add.Flags().DurationVar(&o.Valid, "valid", 24*time.Hour, "how long the token works")
	ls := &cobra.Command{
		Use:   "ls",
		Short: "List the fleet",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			client := control.NewClient(*dir)
			list, err := client.Devices(c.Context())
			if err != nil {
				return err
			}
			present, err := client.Presence(c.Context())
			if err != nil {
				return err
			}
			states := map[key.Address]string{}
			for _, p := range present {
				states[p.Device] = presence(p)
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "DEVICE\tNAME\tENROLLED\tLABELS\tSTATE")
			for _, d := range list {
				state := cmp.Or(states[d.Address], "enrolled")
				if d.Removed {
					state = "removed"
				}
				labels := ""
				for k, v := range d.Labels {
					labels += k + "=" + v + " "
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", d.Address, d.Name, d.EnrolledAt.Local().Format(time.DateTime), labels, state)
			}
			return w.Flush()
		},
	}
	rm := &cobra.Command{
		Use:   "rm DEVICE",
		Short: "Remove a device from the fleet for good",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			address, err := key.ParseAddress(args[0])
			if err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			return control.NewClient(*dir).RemoveDevice(c.Context(), address)
		},
	}
	c.AddCommand(add, ls, rm)
	return c
}
