package node

import (
	"slices"
	"strings"
)

// builtins are the modules of Node.js that do not exist here.
var builtins = [...]string{
	"async_hooks", "child_process", "cluster", "constants", "dgram", "diagnostics_channel", "dns", "domain", "http",
	"http2", "https", "inspector", "net", "path/win32", "punycode", "readline", "repl", "sea", "sqlite",
	"stream/consumers", "stream/web", "sys", "test", "tls", "trace_events", "v8", "vm", "wasi", "worker_threads",
	"zlib",
}

// IsBuiltin reports whether a name is that of a module of Node.js that does not exist here. Like there, it wins over
// an installed package of the name.
func IsBuiltin(specifier string) bool {
	name, prefixed := strings.CutPrefix(specifier, "node:")
	if prefixed || slices.Contains(builtins[:], name) {
		return true
	}
	head, _, hasPath := strings.Cut(name, "/")
	return hasPath && head != "punycode" && slices.Contains(builtins[:], head)
}

// What a script does without the modules and packages that cannot work here.
const (
	noNetwork   = "; scripts have no network: fetch the data beforehand and import it as a .json file"
	noProcesses = "; scripts cannot start processes"
	noStreams   = "; there are no streams: read a file as a whole with fs.readFileSync, " +
		"and use the synchronous part of a package (csv-parse/sync)"
	noAddons   = "; machine code cannot be loaded: use a package that is written in JavaScript alone"
	noTerminal = "; scripts have no terminal: ask with prompt(text) and confirm(text), " +
		"and show how far they are with progress(total, label)"
	noDatabase = "; scripts reach the database alone that is migrated: use db, the first argument of up and down"
)

// IsAddonLoader reports whether a package is there to load machine code, so that what imports it cannot work.
func IsAddonLoader(name string) bool {
	switch name {
	case "node-gyp-build", "bindings", "node-pre-gyp", "@mapbox/node-pre-gyp", "prebuild-install":
		return true
	default:
		return false
	}
}

// Instead says how a script does without a module of Node.js, or without a package that is known to need what does not
// exist here; "" where there is nothing to say.
func Instead(specifier string) string {
	name := strings.TrimPrefix(specifier, "node:")
	if strings.HasPrefix(name, "@aws-sdk/") || strings.HasPrefix(name, "@google-cloud/") ||
		strings.HasPrefix(name, "@azure/") || strings.HasPrefix(name, "@sendgrid/") {
		return noNetwork
	}
	if IsAddonLoader(name) {
		return noAddons
	}
	name, _, _ = strings.Cut(name, "/")
	switch name {
	case "http", "https", "net", "tls", "dns", "http2", "dgram", "axios", "node-fetch", "got", "request", "undici",
		"superagent", "ky", "needle", "aws-sdk", "web3", "ethers", "nodemailer", "googleapis", "firebase-admin",
		"stripe":
		return noNetwork
	case "child_process", "worker_threads", "cluster", "execa", "shelljs":
		return noProcesses
	case "csvtojson":
		return noStreams
	case "zlib":
		return "; unpack the data beforehand, and read it with fs.readFileSync"
	case "readline", "repl", "inquirer", "prompts", "@inquirer", "enquirer", "readline-sync", "cli-progress", "ora",
		"listr", "listr2":
		return noTerminal
	case "vm":
		return "; code is imported, or evaluated in the global scope by load('file.js')"
	case "test", "mocha", "jest":
		return "; tests run outside of migrations: here use assert, or the export check(db)"
	case "migrate-mongo":
		return "; the command migrator does what it does: its files run as they are, and need not import it"
	case "bcrypt":
		return noAddons + ", for example bcryptjs"
	case "sharp", "canvas", "better-sqlite3", "argon2":
		return noAddons
	case "mongoose":
		return "; models do not run inside migrator: use db, the first argument of up and down"
	case "pg", "mysql", "mysql2", "redis", "ioredis", "typeorm", "knex", "sequelize", "@prisma":
		return noDatabase
	case "dotenv":
		return "; environment variables are read by process.env.NAME and env('NAME'), " +
			"for the names that scripts.env in migrator.yaml lists"
	case "module-alias":
		return "; files are imported by a relative path, or by a name that \"imports\" in package.json gives them " +
			"(#lib/x)"
	default:
		return ""
	}
}
