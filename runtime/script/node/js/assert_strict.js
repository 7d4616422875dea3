// The module assert/strict.
(function (native, require) { return require('assert').strict })
