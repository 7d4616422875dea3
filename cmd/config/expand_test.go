package config

import "testing"

func TestExpandVariables(t *testing.T) {
	t.Parallel()
	getenv := environ(map[string]string{"A": "one", "_b2": "two", "EMPTY": "", "NESTED": "${A}", "DOLLAR": "$1\\1"})
	tests := []struct{ in, want, problem string }{
		{in: "", want: ""},
		{in: "plain $A {A} $", want: "plain $A {A} $"},
		{in: "${A}", want: "one"},
		{in: "x${A}y${_b2}z", want: "xoneytwoz"},
		{in: "${EMPTY}", want: ""},
		{in: "${A:-no}", want: "one"},
		{in: "${NONE:-yes}", want: "yes"},
		{in: "${NONE:-}", want: ""},
		{in: "${EMPTY:-yes}", want: "yes"},
		{in: "${NONE:-mongodb://h:1/a?b=c&d=e}", want: "mongodb://h:1/a?b=c&d=e"},
		{in: "${NONE:-a\nb}", want: "a\nb"},
		{in: "${NESTED}", want: "${A}"},
		{in: "${DOLLAR}", want: "$1\\1"},
		{in: "$${A} $$ ${A}", want: "${A} $$ one"},
		{in: "p$$w", want: "p$$w"},
		{in: "${NONE}", problem: "the variable NONE is not set"},
		{in: "${NONE} ${OTHER}", problem: "the variable NONE is not set"},
		{in: "${A", problem: "a variable lacks its closing brace"},
		{in: "${", problem: "a variable lacks its closing brace"},
		{in: "${}", problem: "a variable is written neither ${NAME} nor ${NAME:-default}"},
		{in: "${A-b}", problem: "a variable is written neither ${NAME} nor ${NAME:-default}"},
		{in: "${1A}", problem: "a variable is written neither ${NAME} nor ${NAME:-default}"},
		{in: "${A B}", problem: "a variable is written neither ${NAME} nor ${NAME:-default}"},
	}
	for _, tt := range tests {
		got, err := expandVariables(tt.in, getenv)
		problem := ""
		if err != nil {
			problem = err.Error()
		}
		if got != tt.want || problem != tt.problem {
			t.Errorf("%q: %q, %q; want %q, %q", tt.in, got, problem, tt.want, tt.problem)
		}
	}
}
