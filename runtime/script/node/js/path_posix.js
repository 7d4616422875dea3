// The module path/posix.
(function (native, require) { return require('path') })
