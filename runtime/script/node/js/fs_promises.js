// The module fs/promises.
(function (native, require) { return require('fs').promises })
