package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"migrator/cmd/ui"
	"migrator/runtime/fault"
)

// newHelp is `migrator help [COMMAND]`.
func newHelp(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, command := range c.Root().Commands() {
				if command.IsAvailableCommand() && len(args) == 0 {
					names = append(names, command.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			return a.run(func(context.Context, *app, []string) (document, error) {
				command, rest, err := c.Root().Find(args)
				if err != nil || len(rest) > 0 {
					return nil, fault.New(fault.Usage, commandHint(c.Root(), args[0]),
						"there is no command %s", strings.Join(args, " "))
				}
				return helpOf(command), nil
			})(c, args)
		},
	}
}

// helpDocument is the document of help, and of --help.
type helpDocument struct {
	header
	Command string `json:"command"`
	Help    string `json:"help"`
	footer
}

func helpOf(c *cobra.Command) *helpDocument {
	c.InitDefaultHelpFlag()
	about := c.Long
	if about == "" {
		about = c.Short
	}
	return &helpDocument{Command: c.CommandPath(), Help: strings.TrimSpace(about) + "\n\n" + c.UsageString()}
}

func (d *helpDocument) text(u *ui.UI) { u.Out.Printf("%s", d.Help) }
