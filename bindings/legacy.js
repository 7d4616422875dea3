// What few scripts use, and is run for those alone: the names that results have in older shells and drivers, and the
// shell's assert.
(native => {
  'use strict'

  // What results of older shells and drivers are called, for the counts that a result has. They are neither shown,
  // nor stored, nor copied.
  const listed = ids => Object.entries(ids ?? {}).map(([index, _id]) => ({ index: Number(index), _id }))
  const older = {
    get ok() { return 1 },
    get n() { return this.matchedCount ?? this.deletedCount ?? this.nInserted },
    get nInserted() { return this.insertedCount ?? 0 },
    get nMatched() { return this.matchedCount ?? 0 },
    get nModified() { return this.modifiedCount ?? 0 },
    get nRemoved() { return this.deletedCount ?? 0 },
    get nUpserted() { return this.upsertedCount ?? 0 },
    get insertedCount() { return 'insertedId' in this ? 1 : undefined },
    get result() {
      const { ok, n, nInserted, nMatched, nModified, nRemoved, nUpserted } = this
      return {
        ok, n, nInserted, nMatched, nModified, nRemoved, nUpserted,
        insertedIds: listed(this.insertedIds), upserted: listed(this.upsertedIds), writeErrors: [], writeConcernErrors: [],
      }
    },
    isOk() { return true },
    getInsertedIds() { return listed(this.insertedIds) },
    getUpsertedIds() { return listed(this.upsertedIds) },
    getUpsertedIdAt(index) { return this.upsertedIds?.[index] },
    getRawResponse() { return this.result },
    hasWriteErrors() { return false },
    hasWriteError() { return false },
    getWriteErrors() { return [] },
    getWriteErrorCount() { return 0 },
    getWriteErrorAt() {},
    getWriteError() {},
    hasWriteConcernError() { return false },
    getWriteConcernError() {},
  }
  const result = (of, name) => Reflect.get(older, name, of)

  // --- the shell's assert ---

  const fail = (message, what) => { throw new Error(typeof message === 'function' ? message() : message ?? what) }
  const equal = (a, b) => a === b || native.text(a) === native.text(b)
  const assert = (ok, message) => { if (!ok) fail(message, 'assert failed') }
  Object.assign(assert, {
    eq: (a, b, message) => { if (!equal(a, b)) fail(message, `${native.text(a)} is not equal to ${native.text(b)}`) },
    neq: (a, b, message) => { if (equal(a, b)) fail(message, `${native.text(a)} is equal to ${native.text(b)}`) },
    lt: (a, b, message) => { if (!(a < b)) fail(message, `${a} is not less than ${b}`) },
    lte: (a, b, message) => { if (!(a <= b)) fail(message, `${a} is not less than or equal to ${b}`) },
    gt: (a, b, message) => { if (!(a > b)) fail(message, `${a} is not greater than ${b}`) },
    gte: (a, b, message) => { if (!(a >= b)) fail(message, `${a} is not greater than or equal to ${b}`) },
    contains: (value, list, message) => { if (!list.some(each => equal(each, value))) fail(message, `${native.text(value)} is not in ${native.text(list)}`) },
    isnull: (value, message) => { if (value != null) fail(message, `${native.text(value)} is not null`) },
    commandWorked: (reply, message) => { if (!(reply && reply.ok)) fail(message, `the command failed: ${native.text(reply)}`); return reply },
    commandFailed: (reply, message) => { if (reply && reply.ok) fail(message, `the command worked: ${native.text(reply)}`); return reply },
    writeOK: (result, message) => { if (!result) fail(message, 'the write failed'); return result },
    throws: (fn, args, message) => {
      try { fn(...args ?? []) } catch (error) { native.forgive(error); return error }
      fail(message, 'the function threw nothing')
    },
    doesNotThrow: (fn, args, message) => {
      try { return fn(...args ?? []) } catch (error) { fail(message, `the function threw ${error}`) }
    },
  })

  return { result, assert }
})
