// A seed: a few documents to start with. `up` goes forward, `down` takes back exactly what `up` did.
export const description = 'three users to play with';

const users = [
  { _id: 'ada', first: 'Ada', last: 'Lovelace', mail: 'ada@example.com', country: 'GB' },
  { _id: 'grace', first: 'Grace', last: 'Hopper', mail: 'grace@example.com', country: 'US' },
  { _id: 'edsger', first: 'Edsger', last: 'Dijkstra', mail: 'edsger@example.com', country: 'NL' },
];

export function up(db) {
  const result = db.users.insertMany(users);
  print(`${Object.keys(result.insertedIds).length} users`);
}

export function down(db) {
  db.users.deleteMany({ _id: { $in: users.map(user => user._id) } });
}
