// A computed field: the cursor streams, and the writes go out in batches, so that memory stays flat whatever the size.
import { fullName } from './lib/names.js';

export const description = 'full_name from first and last';

const BATCH = 500;

export function up(db) {
  let writes = [];
  const flush = () => {
    if (writes.length > 0) db.users.bulkWrite(writes, { ordered: false });
    writes = [];
  };
  for (const user of db.users.find({ full_name: { $exists: false } })) {
    writes.push({ updateOne: { filter: { _id: user._id }, update: { $set: { full_name: fullName(user) } } } });
    if (writes.length === BATCH) flush();
  }
  flush();
}

// Runs after `up`; a throw fails the migration.
export function check(db) {
  const left = db.users.countDocuments({ full_name: { $exists: false } });
  if (left > 0) throw new Error(`${left} users have no full_name`);
}

export function down(db) {
  db.users.updateMany({}, { $unset: { full_name: '' } });
}
