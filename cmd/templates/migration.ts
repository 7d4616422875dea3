export const description: string = '';

export function up(db: migrator.Database): void {
  // db.users.updateMany({ full_name: { $exists: false } }, { $set: { full_name: '' } });
}

export function down(db: migrator.Database): void {
  // undo what up did; if that cannot be done, remove down and say why:
  // export const irreversible = 'the old names are gone';
}
