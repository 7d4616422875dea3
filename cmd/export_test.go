package cmd

import (
	"github.com/spf13/cobra"
)

// Tree is the command tree, for tests that have to reach every command.
func Tree(p Process) *cobra.Command { return newRoot(newApp(p)) }
