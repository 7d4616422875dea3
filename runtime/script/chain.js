// What the calls become that chain.go has found: with the promises of the Node driver, where the calls of `db` give plain
// values. It is one function, called with the test for errors that come from Go, the database's among them, with what notes a
// promise that the script makes itself, and with what puts characters for the Unicode properties of a pattern.
((raised, note, expand) => {
  'use strict'
  const P = Promise

  // The value itself where it has the method, as a promise has, and a promise of it otherwise.
  const settled = (value, method) =>
    value !== null && value !== undefined && typeof value[method] === 'function' ? value : P.resolve(value)
  // What the script itself throws is thrown on, as it is where calls give promises.
  const failed = error => {
    if (!raised(error)) throw error
    return P.reject(error)
  }

  const Noted = function (...args) {
    const promise = new P(...args)
    note(promise)
    return promise
  }

  const unicode = /[uv]/
  return {
    pattern: (pattern, flags, ...rest) =>
      [typeof pattern === 'string' && unicode.test(flags) ? expand(pattern) : pattern, flags, ...rest],
    constructor: C => C === P ? Noted : C,
    value: settled,
    method(method, object, name, ...args) {
      let value
      try { value = object[name](...args) } catch (error) { return failed(error) }
      return settled(value, method)
    },
    function(method, fn, ...args) {
      let value
      try { value = fn(...args) } catch (error) { return failed(error) }
      return settled(value, method)
    },
    callback: fn => typeof fn !== 'function' ? fn : function (...args) {
      try { return fn.apply(this, args) } catch (error) { return failed(error) }
    },
  }
})
