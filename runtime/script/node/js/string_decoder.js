// The module string_decoder: text from bytes that come in pieces.
(function (native, require) {
  const {Buffer} = require('buffer')
  // The number of bytes at the end of a piece that begin a character which the next piece ends.
  const open = {
    utf8(bytes) {
      for (let back = 1; back <= Math.min(3, bytes.length); back++) {
        const byte = bytes[bytes.length - back]
        if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
        if (byte < 0x80) return 0
      }
      return 0
    },
    utf16le: bytes => bytes.length % 2 + (bytes.length > 1 && (bytes[bytes.length - 1 - bytes.length % 2] & 0xfc) === 0xd8 ? 2 : 0),
    base64: bytes => bytes.length % 3,
  }
  const names = {utf8: 'utf8', 'utf-8': 'utf8', utf16le: 'utf16le', 'utf-16le': 'utf16le', ucs2: 'utf16le', 'ucs-2': 'utf16le', base64: 'base64'}
  function StringDecoder(encoding = 'utf8') {
    if (!Buffer.isEncoding(encoding)) throw new TypeError(`Unknown encoding: ${encoding}`)
    this.encoding = names[String(encoding).toLowerCase()] ?? encoding
    this.rest = Buffer.alloc(0)
  }
  StringDecoder.prototype.write = function (bytes) {
    const all = Buffer.concat([this.rest, bytes])
    const kept = open[this.encoding]?.(all) ?? 0
    this.rest = all.subarray(all.length - kept)
    return all.toString(this.encoding, 0, all.length - kept)
  }
  StringDecoder.prototype.end = function (bytes) {
    const text = bytes === undefined ? '' : this.write(bytes)
    const last = this.rest.toString(this.encoding)
    this.rest = Buffer.alloc(0)
    return text + last
  }
  return {StringDecoder}
})
