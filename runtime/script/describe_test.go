package script_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModulesAreDescribedAsInNode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ archive, want string }{
		"a file that runs itself where nobody imports it does nothing": {
			"-- main.js --\nif (require.main === module) print('as main')\nif (!module.parent) print('without parent')\nexports.up = () => print('up')", "up"},
		"module": {
			"-- main.js --\nconst at = [module.id === __filename, module.filename === __filename, module.path === __dirname, module.loaded, module.children.length]\nexports.up = () => print(at.join(), module.loaded)",
			"true,true,true,false,0 true"},
		"module.paths, the nearest first": {
			"-- main.js --\nexports.up = () => print(require('./a/node_modules/p/x'))\n-- a/node_modules/p/x.js --\nmodule.exports = module.paths.map(p => p.replace(process.cwd(), '')).join()",
			"/a/node_modules/p/node_modules,/a/node_modules,/node_modules"},
		"require.resolve of what is imported": {
			"-- main.js --\nrequire('./lib/x'); require('fs')\nexports.up = () => print(require.resolve('./lib/x').replace(process.cwd(), ''), require.resolve('fs'))\n-- lib/x.js --\n1", "/lib/x.js fs"},
		"require.cache is nothing to a package": {
			"-- main.js --\nexports.up = () => print(require('p'))\n-- node_modules/p/index.js --\nmodule.exports = typeof require.cache", "undefined"},
		"createRequire in an ES module": {
			"-- main.js --\nimport {createRequire} from 'node:module'\nconst require = createRequire(import.meta.url)\nconst data = require('./lib/data.json')\nexport const up = () => print(data.a, require('./lib/x').x)\n-- lib/data.json --\n{\"a\": 1}\n-- lib/x.js --\nexports.x = 2", "1 2"},
		"createRequire for another file": {
			"-- main.js --\nconst r = require('module').createRequire(__dirname + '/lib/x.js')\nexports.up = () => print(r('./y'), require('./lib/x'))\n-- lib/x.js --\nmodule.exports = require('./y')\n-- lib/y.js --\nmodule.exports = 'y'", "y y"},
		"the default export of an ES module, seen from a file that ends in .mjs": {
			"-- main.js --\nexports.up = () => print(require('./lib/x.mjs').default)\n-- lib/x.mjs --\nimport limit, {n} from 'p'\nimport * as all from 'p'\nexport default [limit(), n, all.default === limit].join()\n-- node_modules/p/package.json --\n{\"type\": \"module\", \"exports\": \"./index.js\"}\n-- node_modules/p/index.js --\nexport default () => 'default'\nexport const n = 1", "default,1,true"},
		"a CommonJS module that calls itself an ES module, seen from a file that ends in .mjs": {
			"-- main.js --\nexports.up = () => print(require('./lib/x.mjs').default)\n-- lib/x.mjs --\nimport p from 'p'\nexport default p.default\n-- node_modules/p/index.js --\nexports.__esModule = true\nexports.default = 'inner'", "inner"},
		"timers that nothing waits for": {
			"-- main.js --\nexports.up = () => { setTimeout(() => print('never'), 1e8).unref(); setInterval(() => {}, 1).unref(); print('up') }", "up"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := run(t, c.archive)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatPackagesNeedOfNodeIsRefusedWithWhatToUse(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"readline": "ask with prompt(text) and confirm(text)", "node:test": "tests run outside of migrations", "http": "scripts have no network",
		"child_process": "scripts cannot start processes", "worker_threads": "scripts cannot start processes", "zlib": "unpack the data beforehand",
		"net": "scripts have no network", "axios": "scripts have no network", "dotenv": "for the names that scripts.env in migrator.yaml lists",
		"migrate-mongo": "the command migrator does what it does", "cli-progress": "progress(total, label)", "@inquirer/prompts": "ask with prompt(text)",
		"stream/web": "there is no such module here", "vm": "load('file.js')",
	} {
		_, err := run(t, "-- main.js --\nconst x = require('"+name+"')\nexports.up = () => {}")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "scripts run inside migrator, not Node.js") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
