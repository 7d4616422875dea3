declare namespace migrator {
  /** A collection. Its members are the methods below, and collections below it: `db.system.profile`. */
  type Collection<T extends object = Document> = CollectionMethods<T> & CollectionsByName

  interface CollectionMethods<T extends object = Document> {
    readonly collectionName: string
    readonly dbName: string
    /** The database and the collection: `app.users`. */
    readonly namespace: string

    // --- reading ---

    /** The documents that match, as a cursor. The server is asked when it is first read. */
    find<R extends object = T>(filter?: Filter<T> | ObjectId, options?: FindOptions): FindCursor<R>
    find<R extends object = T>(filter: Filter<T> | ObjectId | null | undefined, projection: Projection, options?: FindOptions): FindCursor<R>
    /** The first document that matches, or null. An ObjectId stands for `{ _id: … }`. */
    findOne<R extends object = T>(filter?: Filter<T> | ObjectId, options?: FindOptions): R | null
    findOne<R extends object = T>(filter: Filter<T> | ObjectId | null | undefined, projection: Projection, options?: FindOptions): R | null
    /** Runs a pipeline: `db.users.aggregate([{ $group: { _id: '$city', n: { $sum: 1 } } }])`. */
    aggregate<R extends object = Document>(pipeline?: Stage[], options?: AggregateOptions): AggregationCursor<R>
    aggregate<R extends object = Document>(...stages: Stage[]): AggregationCursor<R>
    /** The different values of a field. */
    distinct(field: keyof T & string, filter?: Filter<T>, options?: DistinctOptions): any[]
    distinct(path: string, filter?: Filter<T>, options?: DistinctOptions): any[]
    countDocuments(filter?: Filter<T>, options?: CountOptions): number
    /** How many documents there are by the collection's own statistics. */
    estimatedDocumentCount(options?: EstimatedCountOptions): number

    // --- writing ---

    insertOne(document: T, options?: WriteOptions): InsertOneResult
    insertMany(documents: readonly T[], options?: InsertManyOptions): InsertManyResult
    /** Changes the first document that matches. */
    updateOne(filter: Filter<T>, update: Update<T>, options?: UpdateOneOptions): UpdateResult
    /** Changes every document that matches. */
    updateMany(filter: Filter<T>, update: Update<T>, options?: UpdateOptions): UpdateResult
    /** Puts a document in the place of the first that matches. */
    replaceOne(filter: Filter<T>, replacement: T, options?: ReplaceOptions): UpdateResult
    /** Removes the first document that matches. */
    deleteOne(filter: Filter<T>, options?: DeleteOptions): DeleteResult
    /** Removes every document that matches; `{}` is every document. */
    deleteMany(filter: Filter<T>, options?: DeleteOptions): DeleteResult
    /** Changes a document and returns it, as it was unless `returnDocument: 'after'` is given. */
    findOneAndUpdate(filter: Filter<T>, update: Update<T>, options?: FindOneAndUpdateOptions): T | null
    findOneAndReplace(filter: Filter<T>, replacement: T, options?: FindOneAndReplaceOptions): T | null
    findOneAndDelete(filter: Filter<T>, options?: FindOneAndDeleteOptions): T | null
    /** Many writes in few requests. */
    bulkWrite(writes: readonly BulkWrite<T>[], options?: BulkWriteOptions): BulkWriteResult
    /** A list of writes to be collected, which stops at the first that fails. */
    initializeOrderedBulkOp(options?: WriteOptions): Bulk<T>
    /** A list of writes to be collected, which goes on behind one that fails. */
    initializeUnorderedBulkOp(options?: WriteOptions): Bulk<T>

    // --- indexes ---

    /** Creates an index, unless there is one like it, and returns its name. */
    createIndex(keys: IndexKeys, options?: IndexOptions, commitQuorum?: number | string): string
    /** Creates indexes: `[{ key: { mail: 1 }, unique: true }]`, or keys for which the options hold. */
    createIndexes(indexes: readonly (IndexDescription | { [path: string]: IndexKind })[], options?: IndexOptions): string[]
    dropIndex(index: IndexChoice, options?: OperationOptions): Reply
    /** Drops the indexes that are named, or all but that on `_id`. */
    dropIndexes(indexes?: IndexChoice | string[], options?: OperationOptions): Reply
    getIndexes(): IndexInfo[]
    indexes(): IndexInfo[]
    listIndexes(): AggregationCursor<IndexInfo>
    getIndexKeys(): Document[]
    /** @deprecated use `getIndexes` */
    getIndices(): Document[]
    /** @deprecated use `getIndexes` */
    getIndexSpecs(): Document[]
    indexExists(names: string | string[]): boolean
    /** Hides an index from the planner, to see whether it is needed. */
    hideIndex(index: IndexChoice): Reply
    unhideIndex(index: IndexChoice): Reply

    // --- indexes of Atlas Search ---

    /** Creates a search index from its description, its definition, or its name and definition, and returns its name. */
    createSearchIndex(index: SearchIndex): string
    createSearchIndex(definition: Document): string
    createSearchIndex(name: string, definition: Document): string
    createSearchIndex(name: string, type: SearchIndexType, definition: Document): string
    /** Creates search indexes, `[{ name, type, definition }]`, and returns their names. */
    createSearchIndexes(indexes: readonly (SearchIndex | Document)[]): string[]
    /** Puts another definition in the place of that of a search index. */
    updateSearchIndex(name: string, definition: Document): Reply
    dropSearchIndex(name: string): Reply
    /** The search indexes, or the one of that name. */
    listSearchIndexes(name?: string): AggregationCursor
    /** The search indexes, or the one of that name. */
    getSearchIndexes(name?: string): AggregationCursor

    // --- the collection as a whole ---

    /** Removes the collection with its indexes; false where there is none. */
    drop(options?: OperationOptions): boolean
    /** Gives the collection another name, and returns it. */
    rename(name: string, options?: OperationOptions & { dropTarget?: boolean }): Collection<T>
    renameCollection(name: string, dropTarget?: boolean | { dropTarget?: boolean }): Reply
    /** The collection's entry in the list of collections, or null. */
    exists(): CollectionInfo | null
    isCapped(): boolean
    options(): Document
    /** How large the collection is, in bytes, or in units of so many. */
    stats(scale?: number | Document): Reply
    validate(options?: boolean | Document): Reply
    convertToCapped(size: number): Reply
    dataSize(): number
    storageSize(): number
    totalIndexSize(): number
    /** What the documents and the indexes take on the disk. */
    totalSize(): number
    reIndex(): Reply
    compact(options?: Document): Reply
    /** The version of the sharding of the collection that the server knows. */
    getShardVersion(): Reply
    /** How well a key would spread the documents, and what the queries so far would cost with it. */
    analyzeShardKey(key: IndexKeys, options?: Document): Reply
    /** Has the server sample queries for `analyzeShardKey`: `{ mode: 'full', samplesPerSecond: 5 }`. */
    configureQueryAnalyzer(options: Document): Reply
    /** What does not fit together in what the cluster knows of the collection, a document for each. */
    checkMetadataConsistency(options?: Document): AggregationCursor
    getName(): string
    /** The database and the collection: `app.users`. */
    getFullName(): string
    getDB(): Database
    getMongo(): Client
    /** The collection of that name below this one. */
    getCollection(name: string): Collection<any>
    /** The same collection, whose operations read and write as the options say unless they say otherwise themselves. */
    withOptions(options: Settings): Collection<T>
    /** Sends a command on the collection: `db.users.runCommand('compact', { force: true })`. */
    runCommand(command: string | Document, options?: Document): Reply
    /** Its methods are those of the collection: they do nothing, and return how the server would go about it. */
    explain(verbosity?: Verbosity): Explain<T>

    // --- old names ---

    /** @deprecated use `insertOne` or `insertMany` */
    insert(documents: T | readonly T[], options?: InsertManyOptions): OldWriteResult
    /** @deprecated use `updateOne`, `updateMany` or `replaceOne` */
    update(filter: Filter<T>, update: Update<T> | T, options?: boolean | (UpdateOneOptions & { multi?: boolean }), multi?: boolean): OldWriteResult
    /** @deprecated use `deleteOne` or `deleteMany` */
    remove(filter: Filter<T>, options?: boolean | (DeleteOptions & { justOne?: boolean; single?: boolean })): OldWriteResult
    /** @deprecated use `insertOne` or `replaceOne` */
    save(document: T, options?: WriteOptions): OldWriteResult
    /** @deprecated use `countDocuments` */
    count(filter?: Filter<T>, options?: CountOptions): number
    /** @deprecated use `createIndex` */
    ensureIndex(keys: IndexKeys, options?: IndexOptions): string
    /** @deprecated use `findOneAndUpdate`, `findOneAndReplace` or `findOneAndDelete` */
    findAndModify(options: FindAndModifyOptions<T>): T | null
  }

  /** Writes that are collected and sent together: `bulk.find({ _id: 1 }).updateOne({ $set: { a: 1 } })`, then `bulk.execute()`. */
  interface Bulk<T extends object = Document> {
    insert(document: T): this
    /** What the write that follows works on. */
    find(filter: Filter<T>): BulkFind<T>
    /** A write as `bulkWrite` takes it. */
    raw(write: BulkWrite<T>): this
    /** Sends what was collected, once. */
    execute(options?: WriteOptions): BulkWriteResult
    /** How many writes it holds. */
    readonly length: number
  }

  interface BulkFind<T extends object = Document> {
    update(update: Update<T>): Bulk<T>
    updateOne(update: Update<T>): Bulk<T>
    updateMany(update: Update<T>): Bulk<T>
    replaceOne(replacement: T): Bulk<T>
    remove(): Bulk<T>
    removeOne(): Bulk<T>
    delete(): Bulk<T>
    deleteOne(): Bulk<T>
    deleteMany(): Bulk<T>
    /** Inserts where nothing matches. */
    upsert(): this
    arrayFilters(filters: Document[]): this
    collation(collation: Collation): this
    hint(index: IndexChoice): this
  }

  /** What `explain()` of a collection can tell about. */
  interface Explain<T extends object = Document> {
    find(filter?: Filter<T> | ObjectId | null, options?: FindOptions | Projection, more?: FindOptions): Document
    aggregate(pipeline?: Stage[], options?: AggregateOptions): Document
    distinct(path: string, filter?: Filter<T>, options?: DistinctOptions): Document
    count(filter?: Filter<T>, options?: CountOptions): Document
    countDocuments(filter?: Filter<T>, options?: CountOptions): Document
    update(filter: Filter<T>, update: Update<T> | T, options?: boolean | (UpdateOneOptions & { multi?: boolean }), multi?: boolean): Document
    updateOne(filter: Filter<T>, update: Update<T>, options?: UpdateOneOptions): Document
    updateMany(filter: Filter<T>, update: Update<T>, options?: UpdateOptions): Document
    replaceOne(filter: Filter<T>, replacement: T, options?: ReplaceOptions): Document
    remove(filter: Filter<T> | ObjectId, options?: boolean | (DeleteOptions & { justOne?: boolean })): Document
    deleteOne(filter: Filter<T>, options?: DeleteOptions): Document
    deleteMany(filter: Filter<T>, options?: DeleteOptions): Document
    findOneAndUpdate(filter: Filter<T>, update: Update<T>, options?: FindOneAndUpdateOptions): Document
    findOneAndReplace(filter: Filter<T>, replacement: T, options?: FindOneAndReplaceOptions): Document
    findOneAndDelete(filter: Filter<T>, options?: FindOneAndDeleteOptions): Document
    findAndModify(options: FindAndModifyOptions<T>): Document
  }
}
