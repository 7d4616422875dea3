declare namespace migrator {
  /** How safely to read and write. */
  interface ConcernOptions {
    writeConcern?: WriteConcern
    /** How many members have to have a write, or 'majority'. */
    w?: number | string
    /** Waits until a write is in the journal. */
    j?: boolean
    wtimeout?: number
    readConcern?: ReadConcernLevel | { level: ReadConcernLevel }
    readPreference?: ReadPreferenceMode | { mode: ReadPreferenceMode }
  }

  /** What holds for the operations of a database, a collection or a session that do not say otherwise themselves. */
  interface Settings extends ConcernOptions {
    collation?: Collation
  }

  /** What every operation takes. */
  interface OperationOptions extends ConcernOptions {
    /** The session whose transaction the operation takes part in, from `client.startSession()`. */
    session?: Session
    /** The server gives up after so many milliseconds: of a cursor, those that it works on it. */
    maxTimeMS?: number
    timeoutMS?: number
  }

  interface FindOptions extends OperationOptions {
    projection?: Projection
    /** An old name of `projection`. */
    fields?: Projection
    sort?: Sort
    skip?: number
    limit?: number
    batchSize?: number
    hint?: IndexChoice
    min?: Document
    max?: Document
    collation?: Collation
    let?: Document
    comment?: any
    allowDiskUse?: boolean
    allowPartialResults?: boolean
    noCursorTimeout?: boolean
    returnKey?: boolean
    showRecordId?: boolean
  }

  interface AggregateOptions extends OperationOptions {
    batchSize?: number
    cursor?: { batchSize?: number }
    hint?: IndexChoice
    collation?: Collation
    let?: Document
    comment?: any
    allowDiskUse?: boolean
    bypassDocumentValidation?: boolean
  }

  interface CountOptions extends OperationOptions {
    skip?: number
    limit?: number
    hint?: IndexChoice
    collation?: Collation
    comment?: any
  }

  interface EstimatedCountOptions extends OperationOptions {
    comment?: any
  }

  interface DistinctOptions extends OperationOptions {
    hint?: IndexChoice
    collation?: Collation
    comment?: any
  }

  /** What every write takes. */
  interface WriteOptions extends OperationOptions {
    /** Leaves out of what is stored the fields that are undefined, which is an error otherwise. */
    ignoreUndefined?: boolean
    bypassDocumentValidation?: boolean
    comment?: any
    let?: Document
  }

  interface InsertManyOptions extends WriteOptions {
    /** `false` goes on behind a document that cannot be inserted. */
    ordered?: boolean
  }

  interface UpdateOptions extends WriteOptions {
    /** Inserts a document where none matches. */
    upsert?: boolean
    arrayFilters?: Document[]
    collation?: Collation
    hint?: IndexChoice
  }

  interface UpdateOneOptions extends UpdateOptions {
    /** Which of several that match is changed. */
    sort?: Sort
  }

  interface ReplaceOptions extends WriteOptions {
    upsert?: boolean
    collation?: Collation
    hint?: IndexChoice
    sort?: Sort
  }

  interface DeleteOptions extends WriteOptions {
    collation?: Collation
    hint?: IndexChoice
  }

  interface BulkWriteOptions extends WriteOptions {
    /** `false` goes on behind a write that fails. */
    ordered?: boolean
  }

  /** One write of `bulkWrite`, by its kind. */
  type BulkWrite<T = Document> =
    | { insertOne: { document: T } }
    | { updateOne: BulkUpdate<T> & { sort?: Sort } }
    | { updateMany: BulkUpdate<T> }
    | { replaceOne: { filter: Filter<T>; replacement: T; upsert?: boolean; collation?: Collation; hint?: IndexChoice; sort?: Sort } }
    | { deleteOne: BulkDelete<T> }
    | { deleteMany: BulkDelete<T> }

  interface BulkUpdate<T = Document> {
    filter: Filter<T>
    update: Update<T>
    upsert?: boolean
    arrayFilters?: Document[]
    collation?: Collation
    hint?: IndexChoice
  }

  interface BulkDelete<T = Document> {
    filter: Filter<T>
    collation?: Collation
    hint?: IndexChoice
  }

  interface FindOneAndDeleteOptions extends OperationOptions {
    sort?: Sort
    projection?: Projection
    /** An old name of `projection`. */
    fields?: Projection
    hint?: IndexChoice
    collation?: Collation
    let?: Document
    comment?: any
    bypassDocumentValidation?: boolean
    /** Returns the server's reply, `{ value, lastErrorObject, ok }`, in place of the document. */
    includeResultMetadata?: boolean
    /** An old name of `includeResultMetadata`. */
    rawResult?: boolean
  }

  interface FindOneAndReplaceOptions extends FindOneAndDeleteOptions {
    /** Leaves out of what is stored the fields that are undefined, which is an error otherwise. */
    ignoreUndefined?: boolean
    upsert?: boolean
    /** The document as it was before (which is the default), or as it is after. */
    returnDocument?: 'before' | 'after'
    /** The shell's `returnDocument: 'after'`. */
    returnNewDocument?: boolean
    /** An old name of `returnDocument`. */
    returnOriginal?: boolean
    new?: boolean
  }

  interface FindOneAndUpdateOptions extends FindOneAndReplaceOptions {
    arrayFilters?: Document[]
  }

  /** What the shell's older `findAndModify` takes. */
  interface FindAndModifyOptions<T = Document> extends FindOneAndUpdateOptions {
    query?: Filter<T>
    update?: Update<T> | T
    remove?: boolean
  }

  interface IndexOptions extends OperationOptions {
    name?: string
    unique?: boolean
    sparse?: boolean
    /** Documents are removed so many seconds behind the date in the field. */
    expireAfterSeconds?: number
    /** Only documents that match are in the index. */
    partialFilterExpression?: Document
    /** The planner overlooks it. */
    hidden?: boolean
    collation?: Collation
    wildcardProjection?: Projection
    weights?: { [path: string]: number }
    default_language?: string
    language_override?: string
    textIndexVersion?: number
    '2dsphereIndexVersion'?: number
    bits?: number
    min?: number
    max?: number
    storageEngine?: Document
    prepareUnique?: boolean
    clustered?: boolean
    v?: number
    comment?: any
    commitQuorum?: number | string
    /** Has had no effect since MongoDB 4.2. */
    background?: boolean
  }

  interface IndexDescription extends IndexOptions {
    key: { [path: string]: IndexKind }
  }

  type SearchIndexType = 'search' | 'vectorSearch'

  interface SearchIndex {
    name?: string
    type?: SearchIndexType
    definition: Document
  }

  interface CreateCollectionOptions extends OperationOptions {
    /** `{ $jsonSchema: { … } }`, or a filter: what documents have to be like. */
    validator?: Document
    validationLevel?: 'off' | 'strict' | 'moderate'
    validationAction?: 'error' | 'warn' | 'errorAndLog'
    capped?: boolean
    size?: number
    max?: number
    collation?: Collation
    timeseries?: { timeField: string; metaField?: string; granularity?: 'seconds' | 'minutes' | 'hours'; bucketMaxSpanSeconds?: number; bucketRoundingSeconds?: number }
    expireAfterSeconds?: number
    clusteredIndex?: { key: Document; unique: boolean; name?: string } | true
    changeStreamPreAndPostImages?: { enabled: boolean }
    storageEngine?: Document
    indexOptionDefaults?: Document
    encryptedFields?: Document
    viewOn?: string
    pipeline?: Stage[]
    comment?: any
  }

  interface ListCollectionsOptions extends OperationOptions {
    nameOnly?: boolean
    authorizedCollections?: boolean
    batchSize?: number
  }

  interface CommandOptions {
    session?: Session
    readPreference?: ReadPreferenceMode | { mode: ReadPreferenceMode }
  }

  /** The settings hold for the databases of the session: `session.getDatabase(name)`. */
  interface SessionOptions extends Settings {
    causalConsistency?: boolean
    snapshot?: boolean
    defaultTransactionOptions?: TransactionOptions
  }

  interface TransactionOptions extends ConcernOptions {
    /** Bounds the commit. */
    maxCommitTimeMS?: number
  }
}
