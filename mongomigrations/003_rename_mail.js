// A rename, with its way back, in CommonJS: files written for migrate-mongo look like this one. The index is moved along.
module.exports = {
  description: 'mail becomes email',

  async up(db) {
    const users = db.collection('users');
    await users.dropIndex('mail_unique');
    const { modifiedCount } = await users.updateMany({ mail: { $exists: true } }, { $rename: { mail: 'email' } });
    await users.createIndex({ email: 1 }, { unique: true, name: 'email_unique' });
    console.log(`${modifiedCount} users renamed`);
  },

  async down(db) {
    const users = db.collection('users');
    await users.dropIndex('email_unique');
    await users.updateMany({ email: { $exists: true } }, { $rename: { email: 'mail' } });
    await users.createIndex({ mail: 1 }, { unique: true, name: 'mail_unique' });
  },
};
