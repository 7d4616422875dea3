// The module stream: packages import its classes for what they offer beside their synchronous functions. They cannot be
// made.
(function (native, require, absent) {
  const refuse = name => absent(name, 'there are no streams; read a file as a whole with fs.readFileSync, and use the synchronous part of a package (csv-parse/sync)')
  const stream = name => {
    const type = function () { refuse(`stream.${name}`)() }
    type.prototype = Object.create(require('events').prototype, {constructor: {value: type, writable: true, configurable: true}})
    return Object.setPrototypeOf(type, require('events'))
  }
  const Stream = stream('Stream')
  for (const name of ['Readable', 'Writable', 'Duplex', 'Transform', 'PassThrough']) {
    Stream[name] = stream(name)
    Stream[name].from = refuse(`stream.${name}.from`)
  }
  for (const name of ['addAbortSignal', 'compose', 'destroy', 'duplexPair', 'isDestroyed', 'isDisturbed', 'isErrored', 'isReadable', 'isWritable',
    'getDefaultHighWaterMark', 'setDefaultHighWaterMark']) Stream[name] = refuse(`stream.${name}`)
  return Object.assign(Stream, {
    Stream, pipeline: refuse('stream.pipeline'), finished: refuse('stream.finished'),
    promises: {pipeline: refuse('stream.promises.pipeline'), finished: refuse('stream.promises.finished')},
  })
})
