// The module assert.
(function (native, require, absent) {
  const {inspect, isDeepStrictEqual, isDeepEqual} = require('util')

  class AssertionError extends Error {
    constructor({message, actual, expected, operator}) {
      super(message ?? `${inspect(actual)} ${operator} ${inspect(expected)}`)
      Object.assign(this, {name: 'AssertionError', code: 'ERR_ASSERTION', actual, expected, operator, generatedMessage: message === undefined})
    }
  }
  const check = (ok, message, actual, expected, operator, text) => {
    if (ok) return
    if (message instanceof Error) throw message
    throw new AssertionError({message: message ?? text, actual, expected, operator})
  }
  const differ = (actual, expected) => `Expected ${inspect(expected)}, and it is ${inspect(actual)}`

  // What throws and rejects expect: a class, a pattern, a function that judges, or an object with some of the properties.
  const fits = (error, expected) => {
    if (expected === undefined || typeof expected === 'string') return true
    if (expected instanceof RegExp) return expected.test(String(error))
    if (typeof expected === 'function') {
      if (expected.prototype !== undefined && error instanceof expected) return true
      return !Error.isPrototypeOf(expected) && expected !== Error && expected.call({}, error) === true
    }
    return Object.keys(expected).every(key => expected[key] instanceof RegExp ? expected[key].test(String(error[key])) : isDeepStrictEqual(error[key], expected[key]))
  }
  const thrown = (outcome, expected, message) => {
    if (typeof expected === 'string') message = expected
    check(outcome.failed, message, undefined, expected, 'throws', 'Missing expected exception')
    check(fits(outcome.error, expected), message, outcome.error, expected, 'throws', `The error is not the one that is expected (${inspect(expected)}): ${outcome.error}`)
  }
  const notThrown = (outcome, message) => {
    check(!outcome.failed, typeof message === 'string' ? message : undefined, outcome.error, undefined, 'doesNotThrow', `Got unwanted exception: ${outcome.error?.message}`)
  }
  const attempt = f => { try { f(); return {failed: false} } catch (error) { return {failed: true, error} } }
  const settle = async promise => {
    try { await (typeof promise === 'function' ? promise() : promise); return {failed: false} } catch (error) { return {failed: true, error} }
  }

  const ok = (value, message) => check(value, message, value, true, '==', `The expression evaluated to a falsy value: ${inspect(value)}`)
  const assert = (value, message) => ok(value, message)
  const same = (a, b) => a == b || a !== a && b !== b
  Object.assign(assert, {
    ok, AssertionError, CallTracker: absent('assert.CallTracker', 'count the calls in a variable'),
    equal: (a, b, message) => check(same(a, b), message, a, b, '==', differ(a, b)),
    notEqual: (a, b, message) => check(!same(a, b), message, a, b, '!=', undefined),
    strictEqual: (a, b, message) => check(Object.is(a, b), message, a, b, 'strictEqual', differ(a, b)),
    notStrictEqual: (a, b, message) => check(!Object.is(a, b), message, a, b, 'notStrictEqual', undefined),
    deepEqual: (a, b, message) => check(isDeepEqual(a, b), message, a, b, 'deepEqual', differ(a, b)),
    notDeepEqual: (a, b, message) => check(!isDeepEqual(a, b), message, a, b, 'notDeepEqual', undefined),
    deepStrictEqual: (a, b, message) => check(isDeepStrictEqual(a, b), message, a, b, 'deepStrictEqual', differ(a, b)),
    notDeepStrictEqual: (a, b, message) => check(!isDeepStrictEqual(a, b), message, a, b, 'notDeepStrictEqual', undefined),
    throws: (f, expected, message) => thrown(attempt(f), expected, message),
    doesNotThrow: (f, message) => notThrown(attempt(f), message),
    rejects: async (promise, expected, message) => thrown(await settle(promise), expected, message),
    doesNotReject: async (promise, message) => notThrown(await settle(promise), message),
    match: (text, pattern, message) => check(pattern.test(text), message, text, pattern, 'match', `${inspect(text)} does not match ${pattern}`),
    doesNotMatch: (text, pattern, message) => check(!pattern.test(text), message, text, pattern, 'doesNotMatch', `${inspect(text)} matches ${pattern}`),
    ifError: value => { if (value !== null && value !== undefined) throw value instanceof Error ? value : new AssertionError({message: `ifError got unwanted exception: ${inspect(value)}`}) },
    fail: message => { if (message instanceof Error) throw message; throw new AssertionError({message: message ?? 'Failed', operator: 'fail'}) },
  })
  assert.strict = Object.assign((value, message) => ok(value, message), assert, {
    equal: assert.strictEqual, notEqual: assert.notStrictEqual, deepEqual: assert.deepStrictEqual, notDeepEqual: assert.notDeepStrictEqual,
  })
  assert.strict.strict = assert.strict
  return assert
})
