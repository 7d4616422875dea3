package cmd

import (
	"errors"
	"fmt"

	"migrator/runtime"
)

// number is a flag that takes a migration's number. Its value is nil while it was not given, since 0 is a number.
type number struct {
	value *int64
}

func (n *number) Set(s string) error {
	value, ok := runtime.NumberOf(s)
	if !ok {
		return errors.New("it takes the number of a migration")
	}
	n.value = &value
	return nil
}

func (n *number) String() string {
	if n.value == nil {
		return ""
	}
	return fmt.Sprint(*n.value)
}

func (n *number) Type() string { return "N" }
