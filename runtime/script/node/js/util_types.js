// The module util/types.
(function (native, require) { return require('util').types })
