package cmd

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"migrator/cmd/ui"
	"migrator/runtime/fault"
)

// newCompletion is `migrator completion`: the scripts are cobra's, which ask migrator for the names of this project.
func newCompletion(a *app) *cobra.Command {
	var plain bool
	c := &cobra.Command{
		Use:     "completion SHELL",
		GroupID: groupDevelop,
		Short:   "Write a script that completes commands in a shell",
		Long: `Writes a script that completes commands, flags and names in a shell: bash, zsh,
fish or powershell.`,
		Example: "  source <(migrator completion bash)               # this shell; zsh alike\n" +
			"  migrator completion bash > /etc/bash_completion.d/migrator\n" +
			"  migrator completion zsh > \"${fpath[1]}/_migrator\"\n" +
			"  migrator completion fish > ~/.config/fish/completions/migrator.fish\n" +
			"  migrator completion powershell | Out-String | Invoke-Expression",
		Args:              exactly(1, "the shell"),
		ValidArgsFunction: cobra.FixedCompletions(shells(), cobra.ShellCompDirectiveNoFileComp),
	}
	c.RunE = a.run(func(_ context.Context, _ *app, args []string) (document, error) {
		d := &completion{Shell: args[0]}
		return d, d.generate(c.Root(), !plain)
	})
	c.Flags().BoolVar(&plain, "no-descriptions", false, "complete names without a word about each")
	return c
}

// completion is the document of completion.
type completion struct {
	header
	Shell  string `json:"shell"`
	Script string `json:"script"`
	footer
}

func (d *completion) text(u *ui.UI) { u.Out.Printf("%s", d.Script) }

// generators write the scripts, by shell.
func generators(root *cobra.Command) map[string]func(w io.Writer, describe bool) error {
	return map[string]func(io.Writer, bool) error{
		"bash": root.GenBashCompletionV2,
		"fish": root.GenFishCompletion,
		"powershell": func(w io.Writer, describe bool) error {
			if describe {
				return root.GenPowerShellCompletionWithDesc(w)
			}
			return root.GenPowerShellCompletion(w)
		},
		"zsh": func(w io.Writer, describe bool) error {
			if describe {
				return root.GenZshCompletion(w)
			}
			return root.GenZshCompletionNoDesc(w)
		},
	}
}

func shells() []string { return slices.Sorted(maps.Keys(generators(nil))) }

func (d *completion) generate(root *cobra.Command, describe bool) error {
	write, known := generators(root)[d.Shell]
	if !known {
		hint := "the shells are: " + strings.Join(shells(), ", ")
		if near := fault.Nearest(d.Shell, shells()); near != "" {
			hint = "did you mean " + near + "? " + hint
		}
		return fault.New(fault.Usage, hint, "there is no completion for %s", d.Shell)
	}
	var script strings.Builder
	err := write(&script, describe)
	d.Script = script.String()
	return err
}

// completeGlobals completes the values of global flags.
func completeGlobals(a *app, root *cobra.Command) {
	// The flag exists, so registering a function for it cannot fail.
	_ = root.RegisterFlagCompletionFunc("env", a.completeEnvironments)
}

func (a *app) completeEnvironments(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	c, err := a.config()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return c.Names(), cobra.ShellCompDirectiveNoFileComp
}

// completeMigrations completes the names of the files. It asks no database: completion must be quick, and must not
// fail.
func (a *app) completeMigrations(_ *cobra.Command, typed []string, _ string) ([]string, cobra.ShellCompDirective) {
	c, err := a.config()
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
