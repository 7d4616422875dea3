// What an editor must take as it is: every line is fine in a script.
import { ObjectId as Id, MongoServerError, MongoBulkWriteError, ReadPreference, ReturnDocument } from 'mongodb'
import { Long as BigLong } from 'bson'
import { readFileSync } from 'node:fs'
import { createHash, randomUUID } from 'crypto'
import path from 'path'
import util from 'node:util'
import events from 'events'

export const description = 'both spellings'

/** @param {migrator.Database} db @param {migrator.Client} client */
export async function up(db, client) {
  // Reading.
  const user = db.users.findOne({ _id: ObjectId('6565f1f5a1b2c3d4e5f60718') })
  if (user) print(user.name, user.address.city)
  db.users.findOne({ age: { $gte: 18 } }, { name: 1, _id: 0 })
  db.users.find({}, { name: 1 }, { session: undefined })
  for (const { name } of db.users.find({ name: /^a/ }, { projection: { name: 1 }, sort: { age: -1, name: 1 }, limit: 3 })) print(name)
  for await (const d of db.collection('users').find().sort('name').limit(10)) print(d._id)
  db.users.find().sort([['a', 1], ['b', 'desc']]).skip(1).batchSize(100).forEach(u => { print(u.name.length) })
  await db.users.find().forEach(async u => { print(await u.name) })
  const ids = db.users.find().map(u => u._id)
  const cities = await db.collection('users').distinct('address.city', { active: true })
  cities.forEach(city => print(city))
  const total = (await db.collection('users').countDocuments()) + db.users.estimatedDocumentCount()
  print(total.toFixed(1))
  const groups = db.users.aggregate([{ $match: { a: 1 } }, { $group: { _id: '$city', n: { $sum: 1 } } }]).toArray()
  print(groups[0].n, groups.length)
  db.users.aggregate({ $match: {} }, { $limit: 3 })
  const stages = [{ $match: { a: 1 } }]
  db.users.aggregate(stages, { allowDiskUse: true })

  // Writing.
  const inserted = db.notes.insertOne({ at: new Date(), n: NumberLong('5'), price: NumberDecimal('19.99') })
  print(inserted.insertedId)
  db.notes.insertMany([{ a: 1 }, { b: 'x' }], { ordered: false })
  const result = await db.collection('users').updateMany({ _id: { $in: ids } }, { $set: { 'address.zip': '1' }, $unset: { old: '' } }, { upsert: true })
  print(result.matchedCount, result.modifiedCount, result.upsertedId)
  db.users.updateMany({}, [{ $set: { full: { $concat: ['$first', ' ', '$last'] } } }])
  db.users.updateOne({ _id: 1 }, { $push: { tags: { $each: ['a'] } }, $inc: { n: 1 } }, { arrayFilters: [{ 'e.a': 1 }] })
  db.users.replaceOne({ _id: 1 }, { name: 'x' })
  db.users.deleteMany({ $or: [{ a: null }, { b: { $exists: false } }] })
  const after = db.users.findOneAndUpdate({ _id: 1 }, { $set: { a: 1 } }, { returnDocument: 'after' })
  print(after && after.a)
  db.users.bulkWrite([
    { insertOne: { document: { a: 1 } } },
    { updateOne: { filter: { a: 1 }, update: { $set: { a: 2 } }, upsert: true } },
    { deleteMany: { filter: {} } },
  ], { ordered: false })
  const operations = []
  operations.push({ updateOne: { filter: { _id: 1 }, update: { $set: { a: 1 } } } })
  db.users.bulkWrite(operations)
  const bulk = db.users.initializeUnorderedBulkOp()
  bulk.find({ a: 1 }).upsert().updateOne({ $set: { b: 1 } })
  bulk.insert({ a: 1 })
  if (bulk.length() > 0) print(bulk.execute().nModified)

  // Collections, indexes, databases.
  db.users.createIndex({ mail: 1 }, { unique: true, partialFilterExpression: { mail: { $exists: true } } })
  db.users.createIndexes([{ key: { a: 1 }, name: 'a' }, { key: { b: 'text' } }])
  db.users.dropIndex('mail_1')
  if (db.users.indexExists('a')) db.users.hideIndex('a')
  db.createCollection('events', { capped: true, size: 1e6, validator: { $jsonSchema: { bsonType: 'object' } } })
  db.runCommand({ collMod: 'users', validator: {} }).ok
  db.system.profile.find()
  db['a.b'].c.drop()
  db.getSiblingDB('other').users.findOne()
  client.db('other').collection('x').rename('y', { dropTarget: true })
  const { insertOne } = db.users
  insertOne({ a: 1 })

  // Sessions.
  const session = client.startSession()
  try {
    await session.withTransaction(async () => { await db.collection('a').insertOne({}, { session }) })
    session.withTransaction(() => db.a.insertOne({}))
  } finally {
    await session.endSession()
  }

  client.withSession({ readPreference: 'secondary', writeConcern: { w: 'majority' } }, () => 1)

  // Settings, users, the server, and what shells have.
  db.withOptions({ readPreference: 'nearest' }).users.withOptions({ writeConcern: { w: 1 }, collation: { locale: 'de' } }).find().allowPartialResults()
  db.collection('users', { readPreference: ReadPreference.SECONDARY }).insertOne({ a: undefined }, { ignoreUndefined: true })
  db.users.findOneAndUpdate({}, { $set: { a: 1 } }, { returnDocument: ReturnDocument.AFTER })
  client.setReadPref('secondaryPreferred')
  client.setWriteConcern('majority')
  db.createUser({ user: 'app', pwd: env('PASSWORD'), roles: ['readWrite', { role: 'read', db: 'other' }] }, { w: 'majority' })
  db.grantPrivilegesToRole('r', [{ resource: { db: 'app', collection: '' }, actions: ['find'] }])
  print(db.getUsers().users.length, db.getUser('app') === null, db.currentOp(true).inprog.length)
  db.setProfilingLevel(1, { slowms: 50 })
  print(db.users.createSearchIndex('s', { mappings: { dynamic: true } }), db.users.listSearchIndexes().toArray().length)
  sh.shardCollection('app.users', { _id: 'hashed' }, false, { numInitialChunks: 4 })
  while (sh.isBalancerRunning()) sleep(1000)
  rs.reconfig(rs.conf(), { force: true })
  assert(db.users.countDocuments() > 0, 'none')
  assert.eq(tojson({ a: 1 }), '{ a: 1 }', () => version())
  print(assert.commandWorked(db.runCommand({ ping: 1 })).ok, assert.throws(() => { throw new Error('x') }).message)
  DBQuery.shellBatchSize = 100
  show('collections')

  // Types.
  const id = new Id()
  print(id.getTimestamp().getFullYear(), id.equals(ObjectId()), id.toHexString(), ObjectId.isValid('x'))
  print(BigLong.fromString('9007199254740993').add(1).toString(), Double(3).valueOf() + 1, UUID().toString(), Timestamp({ t: 1, i: 1 }).t)
  print(ISODate('2026-01-01').getTime(), EJSON.stringify({ a: 1 }, null, 2, { relaxed: false }), BinData(0, 'aGk=').length())

  // Errors.
  try {
    db.users.insertOne({ _id: 1 })
  } catch (error) {
    if (error instanceof MongoServerError && error.code === 11000) print(error.keyValue)
    if (error instanceof MongoBulkWriteError) print(error.writeErrors[0].index)
  }

  // Whoever runs it.
  const batch = prompt('Batch size?', { type: 'int', default: 1000 })
  print(batch + 1, prompt('Name?').trim(), prompt('Which?', { choices: ['eu', 'us'] }) === 'eu')
  if (!confirm('Go on?')) throw new Error('no')
  const bar = progress(100, 'users')
  bar.tick()
  bar.update(50)
  bar.done()
  print(migration.name, migration.args.x, env('REGION'))
  console.table([{ a: 1 }])

  // Node.js.
  print(readFileSync('data/x.csv', 'utf8').split('\n'), readFileSync('x').length, createHash('sha256').update('x').digest('hex').length)
  print(path.join('a', 'b').length, util.inspect({}), new events(), randomUUID(), process.env.HOME, Buffer.from('aGk=', 'base64').toString())
  sleep(1)
}

/** @type {migrator.Migration['down']} */
export const down = db => { db.users.drop() }

/** @type {migrator.Up} */
export const check = db => { if (db.users.countDocuments({}) > 0) throw new Error('some are left') }
