declare namespace migrator {
  /**
   * A database. Its members are the methods below, and collections by their names: `db.users`, `db['a.b']`, `db.a.b`.
   * A collection that is called like a method is `db.collection('stats')`.
   *
   * The documents of collections can be declared: `Database<{ users: User }>`.
   */
  type Database<Schema extends object = {}> = DatabaseMethods & { readonly [Name in keyof Schema]: Collection<Extract<Schema[Name], object>> } & CollectionsByName

  interface CollectionsByName {
    readonly [name: string]: Collection<any>
  }

  interface DatabaseMethods {
    readonly databaseName: string

    /** The collection of that name. */
    collection<T extends object = Document>(name: string, options?: Settings): Collection<T>
    /** The collection of that name. */
    getCollection<T extends object = Document>(name: string): Collection<T>
    /** Another database on the same server. */
    getSiblingDB(name: string, options?: Settings): Database
    /** The same database, whose operations read and write as the options say unless they say otherwise themselves. */
    withOptions(options: Settings): Database
    /** The database `admin`. */
    admin(): Database
    getName(): string
    getMongo(): Client
    /** The session of a database that comes from `session.getDatabase(name)`; else null. */
    getSession(): Session | null

    /** Creates a collection. The options are the server's. */
    createCollection<T extends object = Document>(name: string, options?: CreateCollectionOptions): Collection<T>
    /** Creates a view of a collection. */
    createView<T extends object = Document>(name: string, source: string, pipeline?: Stage[], options?: CreateCollectionOptions): Collection<T>
    /** Removes a collection with its indexes; false where there is none. */
    dropCollection(name: string, options?: OperationOptions): boolean
    dropDatabase(options?: OperationOptions): Reply
    renameCollection(from: string, to: string, options?: OperationOptions & { dropTarget?: boolean }): Collection<any>
    listCollections(filter?: Filter<CollectionInfo>, options?: ListCollectionsOptions): AggregationCursor<CollectionInfo>
    /** All collections. */
    collections(): Collection<any>[]
    getCollectionNames(): string[]
    getCollectionInfos(filter?: Filter<CollectionInfo>, options?: ListCollectionsOptions): CollectionInfo[]

    /** A pipeline that begins with a stage of the database, such as `$documents` or `$currentOp`. */
    aggregate<R extends object = Document>(pipeline?: Stage[], options?: AggregateOptions): AggregationCursor<R>

    /** Sends a command to this database and returns the reply: `db.runCommand({ collMod: 'users', validator: { … } })`. */
    runCommand(command: string | Document, options?: CommandOptions): Reply
    /** Sends a command to this database and returns the reply. */
    command(command: string | Document, options?: CommandOptions): Reply
    /** Sends a command to the database `admin` and returns the reply. */
    adminCommand(command: string | Document, options?: CommandOptions): Reply
  }

  /** The connection: the second argument of `up`, and `db.getMongo()`. It is migrator's, and stays open. */
  interface Client {
    /** The database of that name; without one, that of the environment. */
    db(name?: string, options?: Settings): Database
    getDB(name?: string, options?: Settings): Database
    getDBNames(): string[]
    /** The server's reply, with the name and the size of each database. */
    getDBs(options?: Document): Reply & { databases: Document[] }
    startSession(options?: SessionOptions): Session
    /** Calls a function with a session, which ends with it. */
    withSession<R>(callback: (session: Session) => R): R
    withSession<R>(options: SessionOptions, callback: (session: Session) => R): R
    /** Which members of the replica set are read from, where an operation does not say. */
    setReadPref(mode: ReadPreferenceMode): void
    /** What `setReadPref` has set; 'primary' if nothing. */
    getReadPrefMode(): ReadPreferenceMode
    /** How much of the replica set has what is read, where an operation does not say. */
    setReadConcern(level: ReadConcernLevel): void
    /** How much of the replica set is waited for in writing, where an operation does not say: `{ w: 'majority' }`, or its `w`. */
    setWriteConcern(concern: WriteConcern | number | string): void
    /** Reads from a secondary where there is one: `setReadPref('secondaryPreferred')`. */
    setSecondaryOk(): void
    /** @deprecated use `setSecondaryOk` */
    setSlaveOk(): void
    /** Does nothing: the client is connected. */
    connect(): Client
    /** Does nothing: the connection is migrator's. */
    close(): void
  }

  interface Session {
    /**
     * Runs a function in a transaction: committed when it returns, aborted when it throws, and run again where the server
     * asks for it. In an async function, pass `{ session }` to the operations.
     */
    withTransaction<R>(callback: (session: Session) => R, options?: TransactionOptions): R
    startTransaction(options?: TransactionOptions): void
    commitTransaction(): void
    abortTransaction(): void
    endSession(): void
    inTransaction(): boolean
    hasEnded(): boolean
    /** A database whose operations take part in the session. */
    getDatabase(name: string): Database
  }
}
