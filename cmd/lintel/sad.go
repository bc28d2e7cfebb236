package main

import "github.com/spf13/cobra"

func (a *app) sadCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sad",
		Short: "Work with the architecture documents",
	}
	c.AddCommand(a.sadInventoryCommand())
	return c
}
