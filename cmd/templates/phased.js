export const description = '';

// Adds what the new application needs, while the old one goes on.
export function up(db) {
}

export function down(db) {
}

// Hides what the old application used, once none is left, so that it can be undone at once.
export function simdrop(db) {
}

export function rollback_simdrop(db) {
}

// Removes it for good. There is no way back.
export function drop(db) {
}
