package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"migrator/cmd/config"
)

// Completion scripts are cobra's (`migrator completion bash`); this file tells them the names of this project.

// completeGlobals completes the values of global flags.
func completeGlobals(a *app, root *cobra.Command) {
	// The flag exists, so registering a function for it cannot fail.
	_ = root.RegisterFlagCompletionFunc("env", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		c, err := config.Load(a.process.Dir, a.process.Getenv, a.flags.Flags)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return c.Names(), cobra.ShellCompDirectiveNoFileComp
	})
}

// completeMigrations completes the names of the files. It asks no database: completion must be quick, and must not fail.
func (a *app) completeMigrations(_ *cobra.Command, typed []string, _ string) ([]string, cobra.ShellCompDirective) {
	c, err := config.Load(a.process.Dir, a.process.Getenv, a.flags.Flags)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	files, err := c.Directory().Migrations()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, m := range files {
		if !slices.Contains(typed, m.Name) {
			names = append(names, m.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeOne is completeMigrations for a command that takes one.
func (a *app) completeOne(c *cobra.Command, typed []string, start string) ([]string, cobra.ShellCompDirective) {
	if len(typed) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completeMigrations(c, typed, start)
}
