// The globals that few scripts use, and what the interpreter lacks of the language. It is run for a script that mentions
// one of its names: see `rare` in boot.go. It is one function, so that it declares nothing global by itself, and is called
// with what is written in Go.
(function (native, syncIterator) {
  const define = (object, name, value) =>
    Object.defineProperty(object, name, {value, writable: true, configurable: true, enumerable: false})
  const global = (values) => { for (const name in values) define(globalThis, name, values[name]) }
  const polyfill = (object, methods) => { for (const name in methods) if (!(name in object)) define(object, name, methods[name]) }

  // A global that is made when it is first used.
  const lazy = (name, make) => Object.defineProperty(globalThis, name, {
    configurable: true, enumerable: false,
    get() { const value = make(); define(globalThis, name, value); return value },
    set(value) { define(globalThis, name, value) },
  })

  const absent = (name, advice) => function () { throw new Error(`${name} does not exist in scripts: ${advice}`) }

  lazy('console', () => native('console'))

  // The part of Node.js that needs nothing of a system.
  const queueMicrotask = f => { Promise.resolve().then(() => f()) }
  const network = 'scripts have no network; fetch the data beforehand and import it as a .json file'
  global({
    queueMicrotask, fetch: absent('fetch', network), XMLHttpRequest: absent('XMLHttpRequest', network),
    WebSocket: absent('WebSocket', network),
  })
  for (const [type, ...names] of [
    [Date, 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'], [Number, 'toLocaleString'], [BigInt, 'toLocaleString'],
    [Array, 'toLocaleString'],
  ]) for (const name of names) {
    define(type.prototype, name, function (...args) { return native('intl')[type.name][name](this, ...args) })
  }

  // Without options the interpreter compares texts itself.
  const {localeCompare} = String.prototype
  define(String.prototype, 'localeCompare', function (other, locales, options) {
    return locales === undefined && options === undefined ? localeCompare.call(this, other) : native('intl').String.localeCompare(this, other, locales, options)
  })

  // What the interpreter lacks of the language.
  for (const [name, value] of [
    ['asyncIterator', Symbol.for('Symbol.asyncIterator')], ['dispose', Symbol.for('Symbol.dispose')],
    ['asyncDispose', Symbol.for('Symbol.asyncDispose')], ['syncIterator', syncIterator],
  ]) if (!(name in Symbol)) Object.defineProperty(Symbol, name, {value})
  polyfill(Promise, {
    withResolvers() {
      let resolve, reject
      const promise = new this((yes, no) => { resolve = yes; reject = no })
      return {promise, resolve, reject}
    },
    try(f, ...args) { return new this(resolve => resolve(f(...args))) },
  })
  // Nothing is collected before its time: a script's interpreter ends with it.
  polyfill(globalThis, {
    WeakRef: class WeakRef {
      #target
      constructor(target) { this.#target = target }
      deref() { return this.#target }
    },
    FinalizationRegistry: class FinalizationRegistry { register() {} unregister() { return false } },
  })
  polyfill(Error, {
    captureStackTrace(object) { define(object, 'stack', new Error(object.message).stack) },
  })
  polyfill(Object, {
    groupBy(items, keyOf) {
      const groups = Object.create(null)
      let i = 0
      for (const item of items) (groups[keyOf(item, i++)] ??= []).push(item)
      return groups
    },
  })
  polyfill(Map, {
    groupBy(items, keyOf) {
      const groups = new Map()
      let i = 0
      for (const item of items) {
        const key = keyOf(item, i++)
        if (groups.has(key)) groups.get(key).push(item)
        else groups.set(key, [item])
      }
      return groups
    },
  })
  polyfill(Array, {
    async fromAsync(items, map = value => value) {
      const result = []
      if (items[Symbol.asyncIterator] !== undefined) {
        const iterator = items[Symbol.asyncIterator]()
        for (let step; !(step = await iterator.next()).done;) result.push(await map(step.value, result.length))
      } else {
        for (const item of items[Symbol.iterator] !== undefined ? items : Array.from(items)) result.push(await map(await item, result.length))
      }
      return result
    },
  })
  const isLone = character => character >= '\uD800' && character <= '\uDFFF' && character.length === 1
  polyfill(String.prototype, {
    isWellFormed() { return !Array.from(this).some(isLone) },
    toWellFormed() { return Array.from(this, c => isLone(c) ? '\uFFFD' : c).join('') },
  })

  // Values of classes that it does not know are shared, not copied: those of the database cannot be changed.
  const clone = (value, seen) => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(`structuredClone cannot copy a ${typeof value}`)
    if (typeof value !== 'object' || value === null) return value
    if (seen.has(value)) return seen.get(value)
    const keep = copy => { seen.set(value, copy); return copy }
    if (value instanceof Date) return keep(new Date(value))
    if (value instanceof RegExp) return keep(new RegExp(value))
    if (value instanceof ArrayBuffer) return keep(value.slice(0))
    if (ArrayBuffer.isView(value)) return keep(value.slice ? value.slice() : new value.constructor(clone(value.buffer, seen)))
    if (value instanceof Map) {
      const copy = keep(new Map())
      for (const [k, v] of value) copy.set(clone(k, seen), clone(v, seen))
      return copy
    }
    if (value instanceof Set) {
      const copy = keep(new Set())
      for (const v of value) copy.add(clone(v, seen))
      return copy
    }
    if (Array.isArray(value)) {
      const copy = keep(new Array(value.length))
      for (const i of Object.keys(value)) copy[i] = clone(value[i], seen)
      return copy
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return value
    const copy = keep({...value})
    for (const key of Object.keys(copy)) copy[key] = clone(copy[key], seen)
    return copy
  }
  global({structuredClone: value => clone(value, new Map())})
})
