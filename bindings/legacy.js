// What few scripts use, and is run for those alone: the names that results have in older shells and drivers, and the
// shell's assert, sh and rs.
(native => {
  'use strict'

  // What results of older shells and drivers are called, for the counts that a result has. They are neither shown,
  // nor stored, nor copied.
  const listed = ids => Object.entries(ids ?? {}).map(([index, _id]) => ({ index: Number(index), _id }))
  const older = {
    get ok() { return 1 },
    get n() { return this.matchedCount ?? this.deletedCount ?? this.nInserted },
    get nInserted() { return this.insertedCount ?? 0 },
    get nMatched() { return this.matchedCount ?? 0 },
    get nModified() { return this.modifiedCount ?? 0 },
    get nRemoved() { return this.deletedCount ?? 0 },
    get nUpserted() { return this.upsertedCount ?? 0 },
    get insertedCount() { return 'insertedId' in this ? 1 : undefined },
    get result() {
      const { ok, n, nInserted, nMatched, nModified, nRemoved, nUpserted } = this
      return {
        ok, n, nInserted, nMatched, nModified, nRemoved, nUpserted,
        insertedIds: listed(this.insertedIds), upserted: listed(this.upsertedIds),
        writeErrors: [], writeConcernErrors: [],
      }
    },
    isOk() { return true },
    getInsertedIds() { return listed(this.insertedIds) },
    getUpsertedIds() { return listed(this.upsertedIds) },
    getUpsertedIdAt(index) { return this.upsertedIds?.[index] },
    getRawResponse() { return this.result },
    hasWriteErrors() { return false },
    hasWriteError() { return false },
    getWriteErrors() { return [] },
    getWriteErrorCount() { return 0 },
    getWriteErrorAt() {},
    getWriteError() {},
    hasWriteConcernError() { return false },
    getWriteConcernError() {},
  }
  const result = (of, name) => Reflect.get(older, name, of)

  // --- the shell's assert ---

  const fail = (message, what) => { throw new Error(typeof message === 'function' ? message() : message ?? what) }
  const equal = (a, b) => a === b || native.text(a) === native.text(b)
  const assert = (ok, message) => { if (!ok) fail(message, 'assert failed') }
  Object.assign(assert, {
    eq: (a, b, message) => { if (!equal(a, b)) fail(message, `${native.text(a)} is not equal to ${native.text(b)}`) },
    neq: (a, b, message) => { if (equal(a, b)) fail(message, `${native.text(a)} is equal to ${native.text(b)}`) },
    lt: (a, b, message) => { if (!(a < b)) fail(message, `${a} is not less than ${b}`) },
    lte: (a, b, message) => { if (!(a <= b)) fail(message, `${a} is not less than or equal to ${b}`) },
    gt: (a, b, message) => { if (!(a > b)) fail(message, `${a} is not greater than ${b}`) },
    gte: (a, b, message) => { if (!(a >= b)) fail(message, `${a} is not greater than or equal to ${b}`) },
    contains: (value, list, message) => {
      if (!list.some(each => equal(each, value))) fail(message, `${native.text(value)} is not in ${native.text(list)}`)
    },
    isnull: (value, message) => { if (value != null) fail(message, `${native.text(value)} is not null`) },
    commandWorked: (reply, message) => {
      if (!(reply && reply.ok)) fail(message, `the command failed: ${native.text(reply)}`)
      return reply
    },
    commandFailed: (reply, message) => {
      if (reply && reply.ok) fail(message, `the command worked: ${native.text(reply)}`)
      return reply
    },
    writeOK: (result, message) => { if (!result) fail(message, 'the write failed'); return result },
    throws: (fn, args, message) => {
      try { fn(...args ?? []) } catch (error) { native.forgive(error); return error }
      fail(message, 'the function threw nothing')
    },
    doesNotThrow: (fn, args, message) => {
      try { return fn(...args ?? []) } catch (error) { fail(message, `the function threw ${error}`) }
    },
  })

  // --- the shell's sh and rs: what does more than to send one command, see commands_table.go ---

  const configuration = collection => native.database('config').getCollection(collection)
  const ofCollection = (method, namespace, change) =>
    configuration('collections').updateOne({ _id: native.namespace(namespace, method) }, change)
  const ofCluster = (_id, enabled) =>
    configuration('settings').updateOne({ _id }, { $set: { enabled } }, { upsert: true })

  const sh = {
    setBalancerState(on) { return on ? this.startBalancer() : this.stopBalancer() },
    enableBalancing(namespace) { return ofCollection('enableBalancing', namespace, { $set: { noBalance: false } }) },
    disableBalancing(namespace) { return ofCollection('disableBalancing', namespace, { $set: { noBalance: true } }) },
    enableAutoMerger(namespace) {
      return ofCollection('enableAutoMerger', namespace, { $unset: { enableAutoMerge: 1 } })
    },
    disableAutoMerger(namespace) {
      return ofCollection('disableAutoMerger', namespace, { $set: { enableAutoMerge: false } })
    },
    startAutoMerger() { return ofCluster('automerge', true) },
    stopAutoMerger() { return ofCluster('automerge', false) },
    isAutoMergerEnabled() { return configuration('settings').findOne({ _id: 'automerge' })?.enabled ?? true },
    enableAutoSplit() { return ofCluster('autosplit', true) },
    disableAutoSplit() { return ofCluster('autosplit', false) },
    // Resharding by the same key is what spreads the documents that are there already.
    shardAndDistributeCollection(namespace, key, unique, options) {
      this.shardCollection(namespace, key, unique, options)
      const { numInitialChunks, collation } = options ?? Object(unique)
      return this.reshardCollection(namespace, key, { forceRedistribution: true, numInitialChunks, collation })
    },
    getShardedDataDistribution(options) {
      return native.database('admin').aggregate([{ $shardedDataDistribution: options ?? {} }])
    },
    isConfigShardEnabled() {
      const shard = this.listShards().find(({ _id }) => _id === 'config')
      return shard ? { enabled: true, host: shard.host, ...(shard.tags && { tags: shard.tags }) } : { enabled: false }
    },
    status() {
      native.refuse('sh.status', "it is a summary for people: read the collections of db.getSiblingDB('config')")
    },
  }

  const rs = {
    // A configuration has to be of the version that follows the present one.
    reconfig(config, options) {
      const next = { ...config, version: this.conf().version + 1 }
      return native.database('admin').adminCommand({ replSetReconfig: next, ...options })
    },
    add(member, arbiterOnly) {
      if (typeof member === 'string') member = { host: member, ...(arbiterOnly && { arbiterOnly: true }) }
      if (member === null || typeof member !== 'object') native.refuse('rs.add', 'the host must be a string')
      const config = this.conf()
      config.members.push({ _id: Math.max(-1, ...config.members.map(({ _id }) => _id)) + 1, ...member })
      return this.reconfig(config)
    },
    addArb(host) { return this.add(host, true) },
    remove(host) {
      const config = this.conf(), rest = config.members.filter(member => member.host !== host)
      if (rest.length === config.members.length) native.refuse('rs.remove', `the replica set has no member ${host}`)
      config.members = rest
      return this.reconfig(config)
    },
    secondaryOk() { native.database('admin').getMongo().setSecondaryOk() },
    slaveOk() { this.secondaryOk() },
  }

  return { result, assert, sh, rs }
})
