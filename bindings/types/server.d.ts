declare namespace migrator {
  /** What a database has for the server that it is on. */
  interface DatabaseMethods {
    /** How large the database is, in bytes, or in units of so many. */
    stats(scale?: number | Document): Reply
    /** The version of the server: `'8.0.4'`. */
    version(): string
    /** 64 or 32: what the server was built for. */
    serverBits(): number
    hello(): Reply
    isMaster(): Reply
    ping(): Reply
    serverStatus(options?: Document): Reply
    serverBuildInfo(): Reply
    buildInfo(): Reply
    /** What the server was built of, as `buildInfo`. */
    serverInfo(): Reply
    hostInfo(): Reply
    listDatabases(): Reply
    /** The commands that the server has. */
    listCommands(): Reply & { commands: Document }
    /** What the server was started with. */
    serverCmdLineOpts(): Reply & { argv: string[]; parsed: Document }

    /** What the server is doing: what matches, or with `true` idle connections and the server's own work too. */
    currentOp(filter?: boolean | Document): Reply & { inprog: Document[] }
    /** Ends an operation by its `opid` in `currentOp`. */
    killOp(operation: number | string): Reply
    /** Stops writes, with all on the disk, until `fsyncUnlock`. */
    fsyncLock(): Reply
    /** Lets writes go on after `fsyncLock`. */
    fsyncUnlock(): Reply

    /** Has the server read its certificates again. The message goes into its log. */
    rotateCertificates(message?: string): Reply
    /** What does not fit together in what the cluster knows of the database, a document for each. */
    checkMetadataConsistency(options?: Document): AggregationCursor

    getProfilingStatus(): Reply
    /** 0 is off, 1 is for what is slow, 2 is for all. */
    getProfilingLevel(): number
    /** Has the server record operations: 0 none, 1 those slower than `slowms`, 2 all. The second argument may be `slowms` alone. */
    setProfilingLevel(level: number, options?: number | ProfilingOptions): Reply
    /** How much of each component the server writes into its log. */
    getLogComponents(): Document
    /** How much the server writes into its log, 0 to 5, of all or of a component: `'storage.recovery'`. */
    setLogLevel(level: number, component?: string): Reply

    /** @deprecated a write that fails throws: there is never an error to ask for */
    getLastError(...ignored: any[]): null
    /** @deprecated a write that fails throws: there is never an error to ask for */
    getLastErrorObj(...ignored: any[]): Document
  }

  interface ProfilingOptions {
    slowms?: number
    /** The part of the slow operations that is recorded, 0 to 1. */
    sampleRate?: number
    /** Which operations are recorded, in place of `slowms` and `sampleRate`. */
    filter?: Document | 'unset'
  }
}
