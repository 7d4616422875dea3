// The module stream/promises.
(function (native, require) { return require('stream').promises })
