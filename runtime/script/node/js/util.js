// The module util.
(function (native, require, absent) {
  const promisified = Symbol.for('nodejs.util.promisify.custom')
  const isObject = value => typeof value === 'object' && value !== null
  const is = name => value => native.class(value) === name
  const instance = type => value => value instanceof type
  const named = name => value => ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === `[object ${name}]`

  const tagged = name => value => Object.prototype.toString.call(value) === `[object ${name}]`

  const types = {
    isDate: is('Date'), isRegExp: is('RegExp'), isNativeError: is('Error'), isPromise: instance(Promise), isMap: instance(Map), isSet: instance(Set),
    isWeakMap: instance(WeakMap), isWeakSet: instance(WeakSet), isProxy: native.isProxy, isArrayBuffer: is('ArrayBuffer'),
    isAnyArrayBuffer: is('ArrayBuffer'), isSharedArrayBuffer: () => false, isArrayBufferView: ArrayBuffer.isView,
    isTypedArray: value => ArrayBuffer.isView(value) && !(value instanceof DataView), isDataView: instance(DataView),
    isUint8Array: value => value instanceof Uint8Array, isUint16Array: named('Uint16Array'), isUint32Array: named('Uint32Array'),
    isInt8Array: named('Int8Array'), isInt16Array: named('Int16Array'), isInt32Array: named('Int32Array'),
    isFloat32Array: named('Float32Array'), isFloat64Array: named('Float64Array'),
    isUint8ClampedArray: named('Uint8ClampedArray'), isBigInt64Array: named('BigInt64Array'), isBigUint64Array: named('BigUint64Array'),
    isStringObject: instance(String), isNumberObject: instance(Number), isBooleanObject: instance(Boolean),
    isSymbolObject: instance(Symbol), isBigIntObject: instance(BigInt), isArgumentsObject: is('Arguments'), isExternal: () => false,
    isGeneratorObject: tagged('Generator'), isMapIterator: tagged('Map Iterator'), isSetIterator: tagged('Set Iterator'), isModuleNamespaceObject: () => false,
    isKeyObject: value => value instanceof require('crypto').KeyObject, isCryptoKey: () => false,
    isBoxedPrimitive: value => [String, Number, Boolean].some(type => value instanceof type),
    isGeneratorFunction: value => typeof value === 'function' && /^(async\s+)?function\s*\*/.test(Function.prototype.toString.call(value)),
    isAsyncFunction: value => typeof value === 'function' && value.constructor?.name === 'AsyncFunction',
  }

  const promisify = function (original) {
    if (typeof original !== 'function') throw new TypeError('The "original" argument must be of type function')
    if (original[promisified] !== undefined) return original[promisified]
    if (original === setTimeout || original === setImmediate) return require('timers/promises')[original === setTimeout ? 'setTimeout' : 'setImmediate']
    return Object.setPrototypeOf(function (...args) {
      return new Promise((resolve, reject) => original.call(this, ...args, (error, ...values) => error ? reject(error) : resolve(values[0])))
    }, Object.getPrototypeOf(original))
  }
  promisify.custom = promisified
  const callbackify = original => function (...args) {
    const callback = args.pop()
    original.apply(this, args).then(value => callback(null, value), error => callback(error ?? new Error(String(error))))
  }

  // Deep equality, strict as assert.deepStrictEqual or loose as assert.deepEqual. Objects of a class that have no
  // properties to compare are compared by their own method equals, and by what is printed of them.
  const equal = (a, b, strict, seen) => {
    if (strict ? Object.is(a, b) : a == b || a !== a && b !== b) return true
    if (!isObject(a) || !isObject(b)) return false
    if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
    if (native.class(a) !== native.class(b) || Array.isArray(a) !== Array.isArray(b)) return false
    if (seen.get(a) === b) return true
    seen.set(a, b)
    if (a instanceof Date) return Object.is(a.getTime(), b.getTime())
    if (a instanceof RegExp) return String(a) === String(b)
    if (a instanceof Error && (a.name !== b.name || a.message !== b.message)) return false
    if (ArrayBuffer.isView(a)) return a.byteLength === b.byteLength && a.every((x, i) => Object.is(x, b[i]))
    if (a instanceof String || a instanceof Number || a instanceof Boolean) return equal(a.valueOf(), b.valueOf(), strict, seen)
    if (a instanceof Map) return a.size === b.size && [...a].every(([k, v]) => b.has(k) ? equal(v, b.get(k), strict, seen) : [...b].some(([l, w]) => equal(k, l, strict, seen) && equal(v, w, strict, seen)))
    if (a instanceof Set) return a.size === b.size && [...a].every(v => b.has(v) || [...b].some(w => equal(v, w, strict, seen)))
    const keys = Object.keys(a)
    const prototype = Object.getPrototypeOf(a)
    if (keys.length === 0 && prototype !== Object.prototype && prototype !== null && !Array.isArray(a)) {
      return typeof a.equals === 'function' ? a.equals(b) === true : native.show(a) === native.show(b)
    }
    return (!Array.isArray(a) || a.length === b.length) && keys.length === Object.keys(b).length &&
      keys.every(key => Object.prototype.hasOwnProperty.call(b, key) && equal(a[key], b[key], strict, seen))
  }

  const inspect = value => typeof value === 'string' ? `'${value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/'/g, "\\'")}'` : native.show(value)
  inspect.custom = Symbol.for('nodejs.util.inspect.custom')
  inspect.defaultOptions = {}

  class TextEncoder {
    get encoding() { return 'utf-8' }
    encode(text = '') { return new Uint8Array(require('buffer').Buffer.from(String(text))) }
  }
  class TextDecoder {
    #name; #encoding
    constructor(label = 'utf-8') {
      const encodings = {'utf-8': 'utf8', utf8: 'utf8', 'utf-16le': 'utf16le', 'utf-16': 'utf16le', latin1: 'latin1', 'iso-8859-1': 'latin1', ascii: 'latin1'}
      this.#name = String(label).toLowerCase()
      this.#encoding = encodings[this.#name]
      if (this.#encoding === undefined) throw new RangeError(`TextDecoder: the encoding ${label} does not exist in scripts: there are ${Object.keys(encodings).join(', ')}`)
    }
    get encoding() { return this.#name }
    decode(bytes = new Uint8Array(0)) {
      const text = require('buffer').Buffer.from(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength).toString(this.#encoding)
      return text.startsWith('\uFEFF') ? text.slice(1) : text
    }
  }

  const util = {
    inspect, format: native.format, formatWithOptions: (options, ...args) => native.format(...args),
    promisify, callbackify, types, TextEncoder, TextDecoder,
    isDeepStrictEqual: (a, b) => equal(a, b, true, new Map()), isDeepEqual: (a, b) => equal(a, b, false, new Map()),
    inherits(type, base) {
      Object.defineProperty(type, 'super_', {value: base, writable: true, configurable: true})
      Object.setPrototypeOf(type.prototype, base.prototype)
    },
    deprecate: f => f,
    debuglog: () => Object.assign(() => {}, {enabled: false}), debug: () => Object.assign(() => {}, {enabled: false}),
    stripVTControlCharacters: text => String(text).replace(/\u001b\[[0-9;]*[A-Za-z]/g, ''),
    toUSVString: text => String(text).toWellFormed(),
    isArray: Array.isArray, isString: value => typeof value === 'string', isFunction: value => typeof value === 'function',
    isObject, isDate: types.isDate, isRegExp: types.isRegExp, isError: value => value instanceof Error,
    isBuffer: value => require('buffer').Buffer.isBuffer(value), isUndefined: value => value === undefined, isNull: value => value === null,
    isNullOrUndefined: value => value === undefined || value === null, isNumber: value => typeof value === 'number',
    isBoolean: value => typeof value === 'boolean', isPrimitive: value => !isObject(value) && typeof value !== 'function',
  }
  for (const [name, advice] of Object.entries({
    parseArgs: 'arguments are given as options: see --answer and --var', styleText: 'what is printed is kept with the migration: print plain text',
    parseEnv: 'read process.env.NAME', getSystemErrorName: 'read error.code', getSystemErrorMap: 'read error.code', log: 'use console.log',
    MIMEType: 'take the text apart', MIMEParams: 'take the text apart', aborted: "use signal.addEventListener('abort', …)",
    transferableAbortController: 'use AbortController', transferableAbortSignal: 'use AbortController',
  })) util[name] = absent(`util.${name}`, advice)
  util.isSymbol = value => typeof value === 'symbol'
  return util
})
