// An index. Calls are synchronous; `await` in front of them, as the Node driver wants it, does no harm.
export const description = 'no two users with one address';

export async function up(db) {
  await db.collection('users').createIndex({ mail: 1 }, { unique: true, name: 'mail_unique' });
}

export async function down(db) {
  await db.collection('users').dropIndex('mail_unique');
}
