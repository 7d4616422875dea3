package config

import _ "embed"

//go:embed template.yaml
var template string

// Template is the migrator.yaml that a new project begins with.
func Template() string { return template }
