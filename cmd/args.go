package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"migrator/runtime/fault"
)

// exactly wants n arguments; what names them in the message.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		hint := "type `" + c.CommandPath() + " --help`"
		switch {
		case len(args) < n:
			return fault.New(fault.Usage, hint, "%s wants %s", c.CommandPath(), what)
		case len(args) > n && n == 0:
			return fault.New(fault.Usage, hint, "%s takes no argument, and %q was given", c.CommandPath(), args[0])
		case len(args) > n:
			return fault.New(fault.Usage, hint, "%s takes one argument, %s, and %d were given",
				c.CommandPath(), what, len(args))
		}
		return nil
	}
}

// atMost allows n arguments or fewer.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return exactly(n, what)(c, args)
	}
}

// knownCommand refuses what was typed where the name of a command belongs.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fault.New(fault.Usage, commandHint(root, args[0]), "unknown command %q", args[0])
}

// commandHint names the command that was probably meant: the nearest, or the only one that begins as the word does
// (`exec` is execute).
func commandHint(root *cobra.Command, word string) string {
	var names, begun []string
	for _, c := range root.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		names = append(append(names, c.Name()), c.Aliases...)
		if strings.HasPrefix(c.Name(), word) {
			begun = append(begun, c.Name())
		}
	}
	near := fault.Nearest(word, names)
	if near == "" && len(begun) == 1 {
		near = begun[0]
	}
	if near == "" {
		return "type `migrator help` for what there is"
	}
	return fmt.Sprintf("did you mean `migrator %s`? `migrator help` lists what there is", near)
}

// exclude refuses a flag that was typed together with one of the others. A variable in place of one is passed over.
func exclude(c *cobra.Command, one string, others ...string) error {
	for _, other := range others {
		if c.Flags().Changed(one) && c.Flags().Changed(other) {
			return fault.New(fault.Usage, "choose one", "--%s and --%s exclude each other", one, other)
		}
	}
	return nil
}
