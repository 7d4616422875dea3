// Helpers live in sub-folders. They are stored in the registry with the migration that imports them.
export function fullName({ first, last }) {
  return [first, last].filter(Boolean).join(' ');
}
