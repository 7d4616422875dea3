// A change in phases, for zero down time. `up` adds what the new application needs, while the old one goes on. When no
// old one is left, `simdrop` hides what it used, and can be undone at once; `drop` removes it for good.
// `migrator execute` runs `up` alone.
export const description = 'users become people';

export function up(db) {
  for (const user of db.users.find()) {
    db.people.replaceOne({ _id: user._id }, { _id: user._id, name: user.full_name, email: user.email }, { upsert: true });
  }
}

export function down(db) {
  db.people.drop();
}

export function simdrop(db) {
  db.users.renameCollection('_dropped_users');
}

export function rollback_simdrop(db) {
  db.getCollection('_dropped_users').renameCollection('users');
}

export function drop(db) {
  db.getCollection('_dropped_users').drop();
}
