// What scripts written for a shell find beside `db`.

/** Sharding: each method is a command on the database `admin`. */
declare var sh: migrator.Sharding
/** The replica set: each method is a command on the database `admin`. */
declare var rs: migrator.Replication
/** Throws where something is not so: `assert(ok)`, `assert.eq(a, b)`. */
declare var assert: migrator.Assert

/** The text of a value as mongosh shows it. */
declare function tojson(value: any): string
/** The text of a value as mongosh shows it, in one line. */
declare function tojsononeline(value: any): string
/** The version of the server: `'8.0.4'`. */
declare function version(): string
/** Prints the names of the databases, or of the collections or users of the global `db`. */
declare function show(what: 'dbs' | 'databases' | 'collections' | 'tables' | 'users'): void
/** Ends an evaluated script at once; a code that is not 0 fails it. A migration ends by `return`, or fails by `throw`. */
declare function quit(code?: number): never
/** Ends an evaluated script at once; a code that is not 0 fails it. A migration ends by `return`, or fails by `throw`. */
declare function exit(code?: number): never
/** Does nothing. */
declare function setVerboseShell(verbose?: boolean): void
/** Takes the settings of shells, which change nothing: nothing is shown by itself. */
declare var DBQuery: { shellBatchSize?: number; [setting: string]: any }

/** @deprecated throws: migrator is connected; take `db.getMongo()`, or `db.getSiblingDB(name)` for another database */
declare var Mongo: { new (...args: any[]): never; (...args: any[]): never }
/** @deprecated throws: migrator is connected; take `db.getMongo()`, or `db.getSiblingDB(name)` for another database */
declare function connect(...args: any[]): never
/** @deprecated throws: a script does not read passwords; use `env('NAME')` */
declare function passwordPrompt(): never

declare namespace migrator {
  /** The global `sh`. A namespace is `'database.collection'`; options are the server's. */
  interface Sharding {
    enableSharding(database: string, primaryShard?: string): Reply
    /** Spreads a collection over the shards: `sh.shardCollection('app.users', { _id: 'hashed' })`. */
    shardCollection(namespace: string, key: IndexKeys, unique?: boolean, options?: Document): Reply
    shardCollection(namespace: string, key: IndexKeys, options: Document): Reply
    /** Spreads a collection anew, by another key. */
    reshardCollection(namespace: string, key: IndexKeys, unique?: boolean, options?: Document): Reply
    reshardCollection(namespace: string, key: IndexKeys, options: Document): Reply
    /** Spreads a collection over the shards, and the documents that it has at once: `shardCollection`, then resharding. */
    shardAndDistributeCollection(namespace: string, key: IndexKeys, unique?: boolean, options?: Document): Reply
    shardAndDistributeCollection(namespace: string, key: IndexKeys, options: Document): Reply
    /** Ends resharding without waiting for the server to judge that it is time. */
    commitReshardCollection(namespace: string, options?: Document): Reply
    abortReshardCollection(namespace: string, options?: Document): Reply
    /** Moves a collection that is not sharded to a shard. */
    moveCollection(namespace: string, toShard: string, options?: Document): Reply
    abortMoveCollection(namespace: string, options?: Document): Reply
    /** Brings a sharded collection together again, on a shard. */
    unshardCollection(namespace: string, toShard?: string, options?: Document): Reply
    abortUnshardCollection(namespace: string, options?: Document): Reply
    /** How the documents and the bytes of each sharded collection are spread. */
    getShardedDataDistribution(options?: Document): AggregationCursor
    /** What does not fit together in what the cluster knows of itself, a document for each. */
    checkMetadataConsistency(options?: Document): AggregationCursor
    /** Adds a shard: `'set/host:port'`. */
    addShard(shard: string): Reply
    listShards(filter?: Document): Document[]
    /** Whether the server that holds the cluster's configuration is a shard too. */
    isConfigShardEnabled(): { enabled: boolean; host?: string; tags?: string[] }
    /** How far a shard that is being removed is, or all that are. */
    shardDrainingStatus(shard?: string): Reply
    /** How far the cluster is on its way to a server that holds its configuration alone. */
    getTransitionToDedicatedConfigServerStatus(): Reply

    addShardToZone(shard: string, zone: string): Reply
    removeShardFromZone(shard: string, zone: string): Reply
    /** Puts the documents from `min` up to, and without, `max` into a zone. */
    updateZoneKeyRange(namespace: string, min: Document, max: Document, zone: string | null): Reply
    /** Takes the documents from `min` up to `max` out of their zone. */
    removeRangeFromZone(namespace: string, min: Document, max: Document): Reply
    /** An old name of `addShardToZone`. */
    addShardTag(shard: string, zone: string): Reply
    /** An old name of `removeShardFromZone`. */
    removeShardTag(shard: string, zone: string): Reply
    /** An old name of `updateZoneKeyRange`. */
    addTagRange(namespace: string, min: Document, max: Document, zone: string | null): Reply
    /** An old name of `removeRangeFromZone`. */
    removeTagRange(namespace: string, min: Document, max: Document): Reply

    /** Splits a chunk at that key. */
    splitAt(namespace: string, middle: Document, options?: Document): Reply
    /** Splits the chunk that holds what matches, in its middle. */
    splitFind(namespace: string, find: Document, options?: Document): Reply
    /** Moves the chunk that holds what matches to a shard. */
    moveChunk(namespace: string, find: Document, to: string, options?: Document): Reply
    /** Moves the documents from `min` up to, and without, `max` to a shard. One of the two is enough. */
    moveRange(namespace: string, toShard: string, min?: Document, max?: Document, options?: Document): Reply

    /** Starts the balancer, and waits for so many milliseconds until it has begun. */
    startBalancer(timeout?: number): Reply
    /** Stops the balancer, and waits for so many milliseconds until it has ended. */
    stopBalancer(timeout?: number): Reply
    /** Starts the balancer, or stops it. */
    setBalancerState(on: boolean): Reply
    /** Whether the balancer is switched on. */
    getBalancerState(): boolean
    /** Whether the balancer is at work now. */
    isBalancerRunning(): boolean
    /** Whether the chunks of a collection are where they ought to be. */
    balancerCollectionStatus(namespace: string, options?: Document): Reply
    /** Lets the balancer move chunks of a collection again. */
    enableBalancing(namespace: string): UpdateResult
    /** Keeps the balancer from a collection. */
    disableBalancing(namespace: string): UpdateResult
    /** Lets chunks of a collection be moved again, by whomever. */
    enableMigrations(namespace: string): Reply
    /** Keeps chunks of a collection where they are. */
    disableMigrations(namespace: string): Reply
    /** Has small chunks merged by themselves, in the whole cluster. */
    startAutoMerger(): UpdateResult
    stopAutoMerger(): UpdateResult
    isAutoMergerEnabled(): boolean
    /** Lets the chunks of a collection be merged again, where the cluster merges them. */
    enableAutoMerger(namespace: string): UpdateResult
    disableAutoMerger(namespace: string): UpdateResult
    /** @deprecated servers split no chunks by themselves since version 6.0.3 */
    enableAutoSplit(): UpdateResult
    /** @deprecated servers split no chunks by themselves since version 6.0.3 */
    disableAutoSplit(): UpdateResult
    /** @deprecated throws: read the collections of `db.getSiblingDB('config')` */
    status(): never
  }

  /** The global `rs`. */
  interface Replication {
    status(): Reply
    /** The configuration of the replica set. */
    conf(): Document
    config(): Document
    hello(): Reply
    isMaster(): Reply
    initiate(configuration?: Document): Reply
    /** Sends a configuration, as the version that follows the present one. */
    reconfig(configuration: Document, options?: Document): Reply
    /** Adds a member, `'host:port'` or `{ host, priority, … }`, to the configuration. */
    add(member: string | Document, arbiterOnly?: boolean): Reply
    /** Adds an arbiter, `'host:port'`, to the configuration. */
    addArb(member: string | Document): Reply
    /** Removes a member, `'host:port'`, from the configuration. */
    remove(host: string): Reply
    /** Has the primary make way, for 60 seconds if nothing is said. */
    stepDown(seconds?: number, secondaryCatchUpPeriodSecs?: number): Reply
    /** Keeps a member from becoming primary for so many seconds; 0 ends it. */
    freeze(seconds: number): Reply
    /** Has a member copy from another, `'host:port'`. */
    syncFrom(host: string): Reply
    /** Reads from a secondary where there is one. */
    secondaryOk(): void
    /** @deprecated use `secondaryOk` */
    slaveOk(): void
  }

  /** What an assertion says when it fails. */
  type AssertMessage = string | (() => string)

  /** The global `assert`, as older shells have it. */
  interface Assert {
    (ok: any, message?: AssertMessage): void
    /** Whether two values are equal, by what is in them. */
    eq(a: any, b: any, message?: AssertMessage): void
    neq(a: any, b: any, message?: AssertMessage): void
    lt(a: any, b: any, message?: AssertMessage): void
    lte(a: any, b: any, message?: AssertMessage): void
    gt(a: any, b: any, message?: AssertMessage): void
    gte(a: any, b: any, message?: AssertMessage): void
    /** Whether a value is in a list. */
    contains(value: any, list: readonly any[], message?: AssertMessage): void
    /** Whether a value is null or undefined. */
    isnull(value: any, message?: AssertMessage): void
    /** Whether a reply is of a command that worked, and returns it. */
    commandWorked<R>(reply: R, message?: AssertMessage): R
    /** Whether a reply is of a command that failed, and returns it. */
    commandFailed<R>(reply: R, message?: AssertMessage): R
    /** Whether there is a result, and returns it. */
    writeOK<R>(result: R, message?: AssertMessage): R
    /** Whether a function throws, and returns what it throws. */
    throws(callback: (...args: any[]) => any, args?: readonly any[] | null, message?: AssertMessage): any
    /** Whether a function throws nothing, and returns what it returns. */
    doesNotThrow<R>(callback: (...args: any[]) => R, args?: readonly any[] | null, message?: AssertMessage): R
  }
}
