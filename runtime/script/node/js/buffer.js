// The module buffer: what the numbers of goja_nodejs' Buffer lack of the class.
(function (native, require, absent) {
  const base = native.Buffer.from // wraps an ArrayBuffer, and copies arrays
  // A function rather than a class: what is old calls it with a number, or without new.
  function Buffer(value, encoding, length) {
    return typeof value === 'number' ? Buffer.alloc(value) : from(value, encoding, length)
  }
  Object.setPrototypeOf(Buffer, Uint8Array)
  Object.defineProperty(Buffer, 'prototype', {value: native.Buffer.prototype})
  const bytes = Uint8Array.prototype
  const define = (object, methods) => {
    for (const name in methods) Object.defineProperty(object, name, {value: methods[name], writable: true, configurable: true, enumerable: false})
  }
  const wrap = memory => base(memory)
  const clamp = (n, fallback, length) => {
    n = n === undefined ? fallback : Math.trunc(Number(n)) || 0
    return Math.max(0, Math.min(n < 0 ? n + length : n, length))
  }
  const isView = value => ArrayBuffer.isView(value) || value instanceof ArrayBuffer
  const invalid = (name, value) => {
    const error = new TypeError(`The "${name}" argument is of the wrong type: ${typeof value}`)
    error.code = 'ERR_INVALID_ARG_TYPE'
    return error
  }

  const from = (value, encoding, length) => {
    if (typeof value === 'string') return wrap(native.decode(value, encoding))
    if (value !== null && typeof value === 'object' && value.type === 'Buffer' && Array.isArray(value.data)) return base(value.data)
    if (value instanceof ArrayBuffer) return base(...[value, encoding, length].filter(x => x !== undefined))
    if (value === null || typeof value !== 'object') throw invalid('value', value)
    if (value instanceof String) return from(value.valueOf(), encoding)
    return base(value)
  }
  const filled = (buffer, value, encoding) => value === undefined || value === 0 ? buffer : buffer.fill(value, 0, buffer.length, encoding)

  define(Buffer, {
    poolSize: 8192, from,
    of: (...items) => base(items),
    alloc: (size, fill, encoding) => filled(wrap(native.allocate(size)), fill, encoding),
    allocUnsafe: size => wrap(native.allocate(size)),
    allocUnsafeSlow: size => wrap(native.allocate(size)),
    isBuffer: value => value instanceof Buffer,
    isEncoding: native.isEncoding,
    byteLength(value, encoding) {
      if (isView(value)) return value.byteLength
      if (typeof value !== 'string') throw invalid('string', value)
      return native.decode(value, encoding).byteLength
    },
    compare: native.compare,
    concat(list, length) {
      if (!Array.isArray(list)) throw invalid('list', list)
      const total = length ?? list.reduce((sum, item) => sum + item.byteLength, 0)
      const result = Buffer.alloc(total)
      let at = 0
      for (const item of list) {
        if (!(item instanceof Uint8Array)) throw invalid('list', item)
        const part = at + item.length > total ? item.subarray(0, total - at) : item
        bytes.set.call(result, part, at)
        at += part.length
      }
      return result
    },
  })

  // What is looked for by indexOf and its like, as bytes.
  const needle = (value, encoding) => typeof value === 'number' ? base([value]) : typeof value === 'string' ? from(value, encoding) : value
  const swapped = size => function () {
    if (this.length % size !== 0) throw new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`)
    for (let i = 0; i < this.length; i += size) bytes.reverse.call(new Uint8Array(this.buffer, this.byteOffset + i, size))
    return this
  }

  define(Buffer.prototype, {
    constructor: Buffer,
    toString(encoding, start, end) {
      if (start === undefined && end === undefined) return native.encode(this, encoding)
      start = Math.max(0, Math.trunc(Number(start ?? 0)) || 0)
      end = Math.min(this.length, Math.trunc(Number(end ?? this.length)) || 0)
      return start >= end ? '' : native.encode(this.subarray(start, end), encoding)
    },
    toLocaleString(encoding) { return native.encode(this, encoding) },
    toJSON() { return {type: 'Buffer', data: Array.from(this)} },
    slice(start, end) { return this.subarray(start, end) },
    equals(other) {
      if (!(other instanceof Uint8Array)) throw invalid('otherBuffer', other)
      return this === other || native.compare(this, other) === 0
    },
    compare(other, start = 0, end = other.length, ownStart = 0, ownEnd = this.length) {
      return native.compare(this.subarray(ownStart, ownEnd), other.subarray(start, end))
    },
    copy(target, at = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + Math.max(0, target.length - at)))
      bytes.set.call(target, part, at)
      return part.length
    },
    fill(value, start = 0, end = this.length, encoding) {
      if (typeof start === 'string') [start, end, encoding] = [0, this.length, start]
      if (typeof end === 'string') [end, encoding] = [this.length, end]
      if (typeof value === 'number' || typeof value === 'boolean') return bytes.fill.call(this, value & 255, start, end)
      const pattern = needle(value, encoding)
      if (pattern.length === 0) return bytes.fill.call(this, 0, start, end)
      for (let i = start; i < end; i++) this[i] = pattern[(i - start) % pattern.length]
      return this
    },
    write(text, offset, length, encoding) {
      if (typeof offset === 'string') [offset, encoding] = [0, offset]
      else if (typeof length === 'string') [length, encoding] = [undefined, length]
      offset ??= 0
      if (offset < 0 || offset > this.length) throw new RangeError('The value of "offset" is out of range.')
      const source = from(String(text), encoding)
      return source.copy(this, offset, 0, Math.min(source.length, length ?? this.length - offset))
    },
    indexOf(value, at, encoding) {
      if (typeof at === 'string') [at, encoding] = [0, at]
      return native.indexOf(this, needle(value, encoding), clamp(at, 0, this.length))
    },
    lastIndexOf(value, at, encoding) {
      if (typeof at === 'string') [at, encoding] = [undefined, at]
      const found = needle(value, encoding)
      return native.lastIndexOf(this, found, Math.min(this.length, clamp(at, this.length, this.length) + found.length))
    },
    includes(value, at, encoding) { return this.indexOf(value, at, encoding) >= 0 },
    swap16: swapped(2), swap32: swapped(4), swap64: swapped(8),
  })
  Object.defineProperty(Buffer.prototype, 'parent', {configurable: true, get() { return this.buffer }})

  const unsupported = what => absent(what, 'use Buffer')
  return {
    Buffer, SlowBuffer: Buffer, kMaxLength: 2 ** 30, constants: {MAX_LENGTH: 2 ** 30, MAX_STRING_LENGTH: 2 ** 29},
    INSPECT_MAX_BYTES: 50,
    atob: text => from(String(text), 'base64').toString('latin1'),
    btoa(text) {
      if (/[^\u0000-\u00ff]/.test(text)) throw new Error('btoa: the text has characters beyond Latin-1; use Buffer.from(text).toString("base64")')
      return from(String(text), 'latin1').toString('base64')
    },
    Blob: unsupported('Blob'), File: unsupported('File'), transcode: unsupported('buffer.transcode'), resolveObjectURL: unsupported('buffer.resolveObjectURL'),
    isAscii: bytes => from(bytes).every(byte => byte < 128), isUtf8: bytes => from(from(bytes).toString()).equals(from(bytes)), kStringMaxLength: 2 ** 29,
  }
})
