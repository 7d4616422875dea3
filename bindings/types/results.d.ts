declare namespace migrator {
  interface InsertOneResult {
    acknowledged: boolean
    insertedId: any
  }

  interface InsertManyResult {
    acknowledged: boolean
    insertedCount: number
    /** The `_id` of each document by its place. */
    insertedIds: { [place: number]: any }
  }

  interface UpdateResult {
    acknowledged: boolean
    matchedCount: number
    modifiedCount: number
    upsertedCount: number
    /** The `_id` of the document that was inserted, or null. */
    upsertedId: any
  }

  interface DeleteResult {
    acknowledged: boolean
    deletedCount: number
  }

  interface BulkWriteResult extends OldCounts {
    acknowledged: boolean
    insertedCount: number
    insertedIds: { [place: number]: any }
    matchedCount: number
    modifiedCount: number
    deletedCount: number
    upsertedCount: number
    upsertedIds: { [place: number]: any }
  }

  /** The names that older shells and drivers have for the counts. */
  interface OldCounts {
    ok: number
    nInserted: number
    nMatched: number
    nModified: number
    nRemoved: number
    nUpserted: number
  }

  /** What `insert`, `update`, `remove` and `save` return. */
  type OldWriteResult = OldCounts & Partial<InsertManyResult & InsertOneResult & UpdateResult & DeleteResult>

  /** The server's reply to a command. */
  interface Reply extends Document {
    ok: number
  }

  interface CollectionInfo {
    name: string
    type: string
    options: Document
    info: { readOnly: boolean; uuid?: UUID }
    idIndex?: IndexInfo
  }

  interface IndexInfo extends Document {
    v: number
    key: Document
    name: string
    unique?: boolean
    sparse?: boolean
    hidden?: boolean
    expireAfterSeconds?: number
    partialFilterExpression?: Document
  }
}
