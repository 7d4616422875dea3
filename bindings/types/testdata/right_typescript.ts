import type { Db, MongoClient } from 'mongodb'
import { ObjectId, type Filter } from 'mongodb'

interface User {
  _id: ObjectId
  name: string
  tags: string[]
  age?: number
}

export const irreversible: migrator.Migration['irreversible'] = 'gone'

export async function up(db: Db, client: MongoClient): Promise<void> {
  const users = db.collection<User>('users')
  const old: Filter<User> = { age: { $gt: 80 }, tags: 'x', name: /^a/ }
  const user = users.findOne(old)
  if (user) print(user.name.toUpperCase(), user._id.toHexString())
  users.updateOne({ _id: new ObjectId() }, { $set: { name: 'x', 'address.city': 'y' }, $push: { tags: 'x' } })
  for (const { tags } of users.find({ tags: { $in: ['a'] } })) print(tags.length)
  await client.withSession(async session => { users.insertOne({ _id: new ObjectId(), name: 'x', tags: [] }, { session }) })
}

export function down(db: migrator.Database<{ users: User }>): void {
  db.users.find().map(user => user.name.length).toArray().map(n => n + 1)
  db.others.findOne()?.anything
}
