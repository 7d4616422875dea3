// The module console: the global.
(function () { return console })
