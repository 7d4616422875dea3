// The methods that take callbacks which may be async. Such a callback returns a promise, whose continuation can only
// run once the outermost call from Go has returned; so the method itself has to go on from a promise, which Go code
// cannot.
(native => {
  'use strict'

  const isThenable = value => value !== null && typeof value === 'object' && typeof value.then === 'function'

  // --- cursors ---

  const cursor = {
    // One document after another: an async callback is awaited before the next; false ends it.
    // Older drivers have a second callback, for the end.
    forEach(fn, done) {
      native.function(fn, 'forEach')
      if (typeof done === 'function') return finish(() => this.forEach(fn), done)
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
  const finish = (walk, done) => {
    let walked
    try { walked = walk() } catch (error) { return void done(error) }
    if (isThenable(walked)) return walked.then(() => void done(null), error => void done(error))
    done(null)
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

  const transient = error => error instanceof Error && (error.errorLabels || []).includes('TransientTransactionError')

  // Calls the callback in a new transaction, which its operations join without naming the session, also those that it
  // goes on with after an await.
  const begin = (session, fn, options) => {
    session.startTransaction(options)
    const transaction = native.enter(session)
    try {
      return { transaction, result: fn(session) }
    } catch (error) {
      return { transaction, error, failed: true }
    } finally {
      transaction.leave()
    }
  }

  // Ends a transaction whose callback has thrown: returns if it is to be run again, and throws the error otherwise.
  const undo = (session, { transaction }, error, tries) => {
    transaction.end()
    if (session.inTransaction()) session.abortTransaction()
    if (!transient(error) || !tries.again()) throw error
    native.forgive(error)
  }

  const session = {
    withTransaction(fn, options) {
      native.function(fn, 'withTransaction')
      const tries = native.tries()
      for (;;) {
        const run = begin(this, fn, options)
        if (run.failed) {
          undo(this, run, run.error, tries)
          continue
        }
        if (isThenable(run.result)) return settle(this, fn, options, tries, run)
        run.transaction.end()
        if (!tries.commit(this)) return run.result
      }
    },
  }

  // withTransaction from where its callback has returned a promise.
  const settle = async (session, fn, options, tries, run) => {
    for (;; run = begin(session, fn, options)) {
      let result
      try {
        if (run.failed) throw run.error
        result = await run.result
      } catch (error) {
        undo(session, run, error, tries)
        continue
      }
      run.transaction.end()
      if (!tries.commit(session)) return result
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
