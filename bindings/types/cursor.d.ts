declare namespace migrator {
  /**
   * Documents that are read as they are needed: `for (const user of db.users.find()) { … }`, with `for await` too.
   * Memory stays flat over a collection of any size.
   */
  interface Cursor<T = Document> extends Iterable<T> {
    /** The next document, or null. */
    next(): T | null
    tryNext(): T | null
    hasNext(): boolean
    /** One document after another. An async callback is awaited before the next; `false` ends it. */
    forEach(callback: (document: T, place: number) => Promise<unknown>, done?: (error: any) => void): Promise<void>
    forEach(callback: (document: T, place: number) => unknown, done?: (error: any) => void): void
    /** All that is left, at once: for what is known to be small. */
    toArray(): T[]
    /** Reads to the end and counts. */
    itcount(): number
    length(): number
    explain(verbosity?: Verbosity): Document
    /** Frees the cursor on the server. A loop that is left does so by itself. */
    close(): void
    /** Starts again. */
    rewind(): void
    isClosed(): boolean
    isExhausted(): boolean
    objsLeftInBatch(): number
    bufferedCount(): number
    /** What the cursor yields, where it is given as a value: `{ $in: cursor }`. */
    toBSON(): T[]

    hint(index: IndexChoice): this
    collation(collation: Collation): this
    comment(comment: any): this
    /** How many documents a request brings, 1000 if nothing is said. */
    batchSize(n: number): this
    allowDiskUse(allow?: boolean): this
    maxTimeMS(ms: number): this
    readPref(mode: ReadPreferenceMode): this
    withReadPreference(mode: ReadPreferenceMode): this
    readConcern(level: ReadConcernLevel): this
    /** Does nothing: documents are shown prettily anyway. */
    pretty(): this
    /** Does nothing. */
    snapshot(): this
  }

  /** What `find` returns. Settings come before the first document is read. */
  interface FindCursor<T = Document> extends Cursor<T> {
    /** A cursor still, over what the function makes of each document. */
    map<R>(callback: (document: T, place: number) => R): FindCursor<R>
    clone(): FindCursor<T>
    limit(n: number): this
    skip(n: number): this
    sort(order: Sort): this
    sort(field: string, direction: Direction): this
    project(projection: Projection): this
    projection(projection: Projection): this
    filter(filter: Filter<T>): this
    min(bounds: Document): this
    max(bounds: Document): this
    returnKey(only?: boolean): this
    showRecordId(show?: boolean): this
    noCursorTimeout(never?: boolean): this
    /** Yields what can be read where a shard is down. */
    allowPartialResults(allow?: boolean): this
    /** How many match: without skip and limit, or with them where the collection was asked for by `db.collection(name)`. */
    count(): number
    /** How many match, within skip and limit. */
    size(): number
  }

  /** What `aggregate` returns. */
  interface AggregationCursor<T = Document> extends Cursor<T> {
    map<R>(callback: (document: T, place: number) => R): AggregationCursor<R>
    clone(): AggregationCursor<T>
  }
}
