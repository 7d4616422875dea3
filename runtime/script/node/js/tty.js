// The module tty: scripts have no terminal.
(function (native, require, absent) {
  const advice = 'scripts have no terminal; use prompt and print'
  return {isatty: () => false, ReadStream: absent('tty.ReadStream', advice), WriteStream: absent('tty.WriteStream', advice)}
})
