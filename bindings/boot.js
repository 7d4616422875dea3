// The methods that take callbacks which may be async. Such a callback returns a promise, whose continuation can only run
// once the outermost call from Go has returned; so the method itself has to go on from a promise, which Go code cannot.
(native => {
  'use strict'

  const isThenable = value => value !== null && typeof value === 'object' && typeof value.then === 'function'
  const isAsync = fn => Object.prototype.toString.call(fn) === '[object AsyncFunction]'

  // --- cursors ---

  const cursor = {
    // One document after another: an async callback is awaited before the next; false ends it.
    forEach(fn) {
      native.function(fn, 'forEach')
      let position = 0
      for (;;) {
        const next = native.advance(this)
        if (next.done) return
        const result = fn(next.value, position++)
        if (result === false) return native.close(this)
        if (isThenable(result)) return rest(this, fn, result, position)
      }
    },
  }
  const rest = async (cursor, fn, pending, position) => {
    for (;;) {
      if (await pending === false) return native.close(cursor)
      const next = native.advance(cursor)
      if (next.done) return
      pending = fn(next.value, position++)
    }
  }

  // --- sessions ---

  const retryFor = 120000 // milliseconds, as in the drivers
  const labeled = (error, label) => error instanceof Error && (error.errorLabels || []).includes(label)
  const transient = error => labeled(error, 'TransientTransactionError')
  const uncertain = error => labeled(error, 'UnknownTransactionCommitResult')

  // Commits, again while it is not known whether the last attempt has arrived. The result is true if the whole
  // transaction has to be run again.
  const commit = (session, deadline) => {
    for (;;) {
      try {
        session.commitTransaction()
        return false
      } catch (error) {
        if (Date.now() > deadline) throw error
        if (transient(error)) return true
        if (!uncertain(error) || error.code === 50) throw error
      }
    }
  }
  const abort = session => { if (session.inTransaction()) session.abortTransaction() }

  const session = {
    // A synchronous callback has the session for all of its operations. An async one has to pass {session}, since
    // whatever else runs while it waits would otherwise end up in its transaction.
    withTransaction(fn, options) {
      native.function(fn, 'withTransaction')
      const deadline = Date.now() + retryFor
      if (isAsync(fn)) return transact(this, fn, options, deadline)
      for (;;) {
        this.startTransaction(options)
        let result
        const ambient = native.enter(this)
        try {
          result = fn(this)
        } catch (error) {
          ambient.leave()
          abort(this)
          if (transient(error) && Date.now() < deadline) continue
          throw error
        }
        const joined = ambient.leave()
        if (isThenable(result)) {
          if (joined) {
            abort(this)
            native.fail('MongoTransactionError',
              'withTransaction: the callback is not declared async and returned a promise, so only a part of its operations was in the transaction; it was aborted. Declare it async and pass {session} to its operations')
          }
          return transact(this, fn, options, deadline, result)
        }
        if (!commit(this, deadline)) return result
      }
    },
  }

  // Awaits the callback, whose first promise may be there already, and commits.
  const transact = async (session, fn, options, deadline, pending) => {
    for (;;) {
      let result
      try {
        if (pending === undefined) {
          session.startTransaction(options)
          pending = fn(session)
        }
        result = await pending
      } catch (error) {
        abort(session)
        if (!transient(error) || Date.now() > deadline) throw error
        pending = undefined
        continue
      }
      if (!commit(session, deadline)) return result
      pending = undefined
    }
  }

  const client = {
    // withSession(fn) or withSession(options, fn): the session ends with the callback.
    withSession(options, fn) {
      if (fn === undefined) [options, fn] = [undefined, options]
      native.function(fn, 'withSession')
      const session = this.startSession(options)
      let result
      try {
        result = fn(session)
      } catch (error) {
        session.endSession()
        throw error
      }
      if (isThenable(result)) return (async () => { try { return await result } finally { session.endSession() } })()
      session.endSession()
      return result
    },
  }

  return { cursor, session, client }
})
