// Reference data from a JSON file, in TypeScript (types are stripped, not checked). Upserts make it safe to run on a
// database that has some of them already.
import countries from './data/countries.json';

interface Country { _id: string; name: string }

export const description = 'a collection of countries';

export function up(db): void {
  for (const { _id, name } of countries as Country[]) {
    db.countries.updateOne({ _id }, { $set: { name } }, { upsert: true });
  }
}

export function down(db): void {
  db.countries.deleteMany({ _id: { $in: (countries as Country[]).map(country => country._id) } });
}
