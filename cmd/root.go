package cmd

import (
	"cmp"

	"github.com/spf13/cobra"
)

const (
	groupRun     = "run"
	groupLook    = "look"
	groupDevelop = "develop"
)

// newRoot is the program's command tree. Without a command it shows the status.
func newRoot(a *app) *cobra.Command {
	status := newStatus(a)
	root := &cobra.Command{
		Use:   "migrator",
		Short: "Runs MongoDB migrations written in JavaScript",
		Long: `Runs MongoDB migrations written in JavaScript.

A migration is a file, mongomigrations/NNN_name.js, that exports up(db) and
down(db). Without a command, migrator shows the status.`,
		Example:       "  migrator generate add_index\n  migrator execute\n  migrator rollback 003_add_index.js",
		Args:          knownCommand,
		PreRunE:       func(c *cobra.Command, args []string) error { return status.Args(c, args) },
		RunE:          status.RunE,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		if c == root { // its flags are not known because the command is not: `migrator exceute --to 3`
			return cmp.Or(knownCommand(c, c.Flags().Args()), err)
		}
		return err
	})
	a.bind(root.PersistentFlags())
	root.Flags().AddFlagSet(status.LocalFlags())
	root.AddGroup(
		&cobra.Group{ID: groupRun, Title: "Running migrations:"},
		&cobra.Group{ID: groupLook, Title: "Looking:"},
		&cobra.Group{ID: groupDevelop, Title: "Writing migrations:"})
	root.AddCommand(
		newExecute(a), newRollback(a), newRedo(a), newIgnore(a), newResolve(a), newImport(a), newUnlock(a),
		status, newHistory(a), newShow(a), newValidate(a), newWait(a),
		newInit(a), newGenerate(a), newWatch(a), newTypes(a), newEval(a), newCompletion(a), newVersion(a))
	root.SetHelpCommand(newHelp(a))
	root.SetHelpFunc(func(c *cobra.Command, _ []string) {
		a.ui = a.newUI()
		a.report(helpOf(c), nil)
	})
	completeGlobals(a, root)
	return root
}
