declare module 'mongodb' {
  /** An error of the server or of the driver. */
  export class MongoError extends Error {
    /** The server's number for it, such as 11000 for a duplicate key. */
    code?: number
    codeName?: string
    errorLabels?: string[]
    hasErrorLabel(label: string): boolean
  }

  export class MongoServerError extends MongoError {
    /** Of a duplicate key: the index, and the values that are there already. */
    keyPattern?: migrator.Document
    keyValue?: migrator.Document
    errInfo?: migrator.Document
    errorResponse?: migrator.Document
    index?: number
  }

  /** Of several writes: which failed, and what became of the others. */
  export class MongoBulkWriteError extends MongoServerError {
    writeErrors: { index: number; code: number; errmsg: string; op: any; err: { index: number; code: number; errmsg: string; op: any }; [fact: string]: any }[]
    result: migrator.BulkWriteResult
  }

  export class MongoWriteConcernError extends MongoServerError {}
  export class MongoDriverError extends MongoError {}
  export class MongoAPIError extends MongoDriverError {}
  export class MongoRuntimeError extends MongoDriverError {}
  export class MongoOperationTimeoutError extends MongoDriverError {}
  export class MongoInvalidArgumentError extends MongoAPIError {}
  export class MongoCompatibilityError extends MongoAPIError {}
  export class MongoTransactionError extends MongoAPIError {}
  export class MongoExpiredSessionError extends MongoAPIError {}
  export class MongoCursorExhaustedError extends MongoAPIError {}
  export class MongoNetworkError extends MongoError {}
  export class MongoNetworkTimeoutError extends MongoNetworkError {}
  export class MongoSystemError extends MongoError {}
  export class MongoServerSelectionError extends MongoSystemError {}
}
