// The globals AbortController and AbortSignal, and the events that they are made of.
(function () {
  class Event {
    #prevented = false
    constructor(type, {cancelable = false} = {}) {
      Object.assign(this, {type: String(type), cancelable, target: null, currentTarget: null, timeStamp: Date.now()})
    }
    get defaultPrevented() { return this.#prevented }
    preventDefault() { this.#prevented = this.cancelable }
    stopPropagation() {}
  }
  class EventTarget {
    #listeners = new Map()
    addEventListener(type, listener, options) {
      const all = this.#listeners.get(type) ?? []
      if (listener && !all.some(entry => entry.listener === listener)) this.#listeners.set(type, [...all, {listener, once: options?.once === true}])
    }
    removeEventListener(type, listener) {
      this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter(entry => entry.listener !== listener))
    }
    dispatchEvent(event) {
      event.target = event.currentTarget = this
      for (const {listener, once} of this.#listeners.get(event.type) ?? []) {
        if (once) this.removeEventListener(event.type, listener)
        if (typeof listener === 'function') listener.call(this, event)
        else listener.handleEvent(event)
      }
      return !event.defaultPrevented
    }
  }
  class DOMException extends Error {
    constructor(message = '', name = 'Error') {
      super(message)
      Object.defineProperty(this, 'name', {value: String(name), configurable: true, writable: true})
      this.code = {AbortError: 20, TimeoutError: 23}[name] ?? 0
    }
  }

  let make = false
  class AbortSignal extends EventTarget {
    #aborted = false; #reason
    constructor() {
      if (!make) throw new TypeError('Illegal constructor')
      super()
      make = false
      this.onabort = null
    }
    get aborted() { return this.#aborted }
    get reason() { return this.#reason }
    throwIfAborted() { if (this.#aborted) throw this.#reason }
    static #end(signal, reason = new DOMException('This operation was aborted', 'AbortError')) {
      if (signal.#aborted) return
      signal.#aborted = true
      signal.#reason = reason
      const event = new Event('abort')
      signal.onabort?.call(signal, event)
      signal.dispatchEvent(event)
    }
    static pair() {
      make = true
      const signal = new AbortSignal()
      return {signal, abort: reason => AbortSignal.#end(signal, reason)}
    }
    static abort(reason) {
      const {signal, abort} = pair()
      abort(reason)
      return signal
    }
    static timeout(ms) {
      const {signal, abort} = pair()
      setTimeout(() => abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms).unref()
      return signal
    }
    static any(signals) {
      const {signal, abort} = pair()
      for (const other of signals) {
        if (other.aborted) abort(other.reason)
        else other.addEventListener('abort', () => abort(other.reason), {once: true})
      }
      return signal
    }
  }
  const {pair} = AbortSignal
  delete AbortSignal.pair
  class AbortController {
    #pair = pair()
    get signal() { return this.#pair.signal }
    abort(reason) { this.#pair.abort(reason) }
  }
  return {AbortController, AbortSignal, DOMException, Event, EventTarget}
})
