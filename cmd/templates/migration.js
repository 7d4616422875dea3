export const description = '';

/** @param {migrator.Database} db */
export function up(db) {
  // db.users.updateMany({ full_name: { $exists: false } }, { $set: { full_name: '' } });
}

/** @param {migrator.Database} db */
export function down(db) {
  // undo what up did; if that cannot be done, remove down and say why:
  // export const irreversible = 'the old names are gone';
}
