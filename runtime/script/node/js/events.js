// The module events.
(function (native, require, absent) {
  const listeners = Symbol('listeners')
  // A function rather than a class, so that util.inherits and a plain call of the constructor work.
  function Emitter() {}
  const of = (emitter, name) => {
    if (!Object.prototype.hasOwnProperty.call(emitter, listeners)) Object.defineProperty(emitter, listeners, {value: new Map()})
    const all = emitter[listeners]
    if (!all.has(name)) all.set(name, [])
    return all.get(name)
  }
  const add = (emitter, name, listener, once, method) => {
    if (typeof listener !== 'function') throw Object.assign(new TypeError('The "listener" argument must be of type function'), {code: 'ERR_INVALID_ARG_TYPE'})
    of(emitter, name)[method]({listener, once})
    return emitter
  }
  Object.assign(Emitter.prototype, {
    on(name, listener) { return add(this, name, listener, false, 'push') },
    once(name, listener) { return add(this, name, listener, true, 'push') },
    prependListener(name, listener) { return add(this, name, listener, false, 'unshift') },
    prependOnceListener(name, listener) { return add(this, name, listener, true, 'unshift') },
    off(name, listener) {
      const all = of(this, name)
      const i = all.findLastIndex(entry => entry.listener === listener)
      if (i >= 0) all.splice(i, 1)
      return this
    },
    removeAllListeners(name) {
      if (name === undefined) this[listeners]?.clear()
      else of(this, name).length = 0
      return this
    },
    emit(name, ...args) {
      const all = [...of(this, name)]
      if (all.length === 0 && name === 'error') throw args[0] instanceof Error ? args[0] : new Error(`Unhandled error. (${args[0]})`)
      for (const {listener, once} of all) {
        if (once) this.off(name, listener)
        listener.apply(this, args)
      }
      return all.length > 0
    },
    listeners(name) { return of(this, name).map(entry => entry.listener) },
    listenerCount(name) { return of(this, name).length },
    eventNames() { return [...(this[listeners] ?? new Map())].filter(([, all]) => all.length > 0).map(([name]) => name) },
    setMaxListeners() { return this },
    getMaxListeners() { return 0 },
  })
  Emitter.prototype.addListener = Emitter.prototype.on
  Emitter.prototype.removeListener = Emitter.prototype.off
  Emitter.prototype.rawListeners = Emitter.prototype.listeners
  Object.defineProperty(Emitter, 'name', {value: 'EventEmitter'})
  return Object.assign(Emitter, {
    EventEmitter: Emitter, defaultMaxListeners: 10, captureRejections: false, usingDomains: false,
    errorMonitor: Symbol('events.errorMonitor'), captureRejectionSymbol: Symbol.for('nodejs.rejection'),
    getEventListeners: (emitter, name) => emitter.listeners(name), listenerCount: (emitter, name) => emitter.listenerCount(name),
    getMaxListeners: () => 0, setMaxListeners() {}, init() {},
    on: absent('events.on', 'await what events.once returns, or collect what is emitted in an array'),
    addAbortListener: absent('events.addAbortListener', "use signal.addEventListener('abort', …)"),
    EventEmitterAsyncResource: absent('events.EventEmitterAsyncResource', 'use EventEmitter'),
    once: (emitter, name) => new Promise((resolve, reject) => {
      const fail = error => { emitter.off(name, succeed); reject(error) }
      const succeed = (...args) => { emitter.off('error', fail); resolve(args) }
      emitter.once(name, succeed)
      if (name !== 'error') emitter.once('error', fail)
    }),
  })
})
