// The error classes, with the names and the hierarchy of the Node driver's. They are made when one is first needed.
(() => {
  'use strict'

  class MongoError extends Error {
    hasErrorLabel(label) { return (this.errorLabels || []).includes(label) }
  }
  const errors = { MongoError }
  const define = (parent, ...names) => {
    for (const name of names) errors[name] = { [name]: class extends errors[parent] {} }[name]
  }
  define('MongoError', 'MongoServerError', 'MongoDriverError', 'MongoNetworkError', 'MongoSystemError')
  define('MongoServerError', 'MongoBulkWriteError', 'MongoWriteConcernError')
  define('MongoDriverError', 'MongoAPIError', 'MongoRuntimeError', 'MongoOperationTimeoutError')
  define('MongoAPIError', 'MongoInvalidArgumentError', 'MongoCompatibilityError', 'MongoTransactionError',
    'MongoExpiredSessionError', 'MongoCursorExhaustedError')
  define('MongoNetworkError', 'MongoNetworkTimeoutError')
  define('MongoSystemError', 'MongoServerSelectionError')
  for (const [name, type] of Object.entries(errors)) {
    Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true })
  }

  return errors
})()
