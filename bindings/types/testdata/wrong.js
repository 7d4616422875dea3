// What an editor must mark: every line that ends in "wrong", and no other.

/** @param {migrator.Database} db @param {migrator.Client} client */
export function up(db, client) {
  db.users.updatOne({}, { $set: { a: 1 } }) // wrong
  db.users.updateOne({}, { $sett: { a: 1 } }) // wrong
  db.users.updateOne({}, { a: 1 }) // wrong
  db.users.updateOne({}) // wrong
  db.users.updateMany({}, { $set: { a: 1 } }, { upsrt: true }) // wrong
  db.users.updateMany({}, { $set: { a: 1 } }, { upsert: 'yes' }) // wrong
  db.users.deleteMany() // wrong
  db.users.find({}, { limitt: 10 }) // wrong
  db.users.find({}, { limit: 10, sorted: 1 }, {}) // wrong
  db.users.find().sorted({ a: 1 }) // wrong
  db.users.find().sort(5) // wrong
  db.users.find().limit('10') // wrong
  db.users.aggregate([{ match: {} }]) // wrong
  db.users.aggregate([]).limit(1) // wrong
  db.users.insertOne([{ a: 1 }], { ordred: false }) // wrong
  db.users.insertMany({ a: 1 }) // wrong
  db.users.bulkWrite([{ updateOn: { filter: {}, update: { $set: {} } } }]) // wrong
  db.users.bulkWrite([{ updateOne: { filter: {}, updates: {} } }]) // wrong
  db.users.findOneAndUpdate({}, { $set: {} }, { returnDocument: 'later' }) // wrong
  db.users.createIndex({ a: 1 }, { uniqe: true }) // wrong
  db.users.insertOne({}).insertedID // wrong
  db.users.updateOne({}, { $set: {} }).nModifed // wrong
  db.createCollection('x', { validate: {} }) // wrong
  db.getCollectionName() // wrong
  client.startsession() // wrong
  client.startSession().withTransaction('x') // wrong
  ObjectId().getTime() // wrong
  ObjectId.createFromHex('x') // wrong
  NumberLong('1').plus(1) // wrong
  prompt('n', { type: 'integer' }) // wrong
  prompt('n', { type: 'int' }).trim() // wrong
  prompt('n', { choice: ['a'] }) // wrong
  progress(10).tock() // wrong
  migration.nam // wrong
  printjsn(1) // wrong
  db.createUser({ name: 'app', roles: [] }) // wrong
  db.grantRolesToUser('app', 'read') // wrong
  db.withOptions({ readPreferences: 'primary' }) // wrong
  client.setReadPref('slave') // wrong
  sh.splitAT('a.b', {}) // wrong
  rs.freeze() // wrong
  assert.equal(1, 1) // wrong
  show('logs') // wrong
  document.title // wrong
  fetch('https://example.org') // wrong
  db.users.initializeOrderedBulkOp().find({}).upsertt() // wrong
}

/** @type {migrator.Migration} */
export const migrationObject = { updown() {} } // wrong
