const { ObjectId } = require('mongodb')

/** @type {migrator.Migration} */
module.exports = {
  description: 'as migrate-mongo has it',
  async up(db, client) {
    await db.collection('users').insertOne({ _id: new ObjectId(), name: 'x' })
    await client.db().collection('users').find({}).toArray()
  },
  async down(db) {
    await db.dropCollection('users')
  },
}
