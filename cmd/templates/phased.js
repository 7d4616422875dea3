export const description = '';

/**
 * Adds what the new application needs, while the old one goes on.
 * @param {migrator.Database} db
 */
export function up(db) {
}

/** @param {migrator.Database} db */
export function down(db) {
}

/**
 * Hides what the old application used, once none is left, so that it can be undone at once.
 * @param {migrator.Database} db
 */
export function simdrop(db) {
}

/** @param {migrator.Database} db */
export function rollback_simdrop(db) {
}

/**
 * Removes it for good. There is no way back.
 * @param {migrator.Database} db
 */
export function drop(db) {
}
