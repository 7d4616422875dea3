// The module timers: the globals.
(function (native, require) {
  return {
    setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate,
    get promises() { return require('timers/promises') },
  }
})
