// Command migrator runs MongoDB migrations written in JavaScript.
package main

import (
	"os"

	"migrator/cmd"
)

func main() { os.Exit(cmd.Main()) }
