declare namespace migrator {
  /** `up`, `down` or `check`: `/** @type {migrator.Up} *\/ export const up = (db, client) => { … }`. */
  type Up = (db: Database, client: Client, next: Next) => any
  /** Says that a function is done which is not async, and has this parameter. */
  type Next = (error?: any) => void
  type Down = Up

  /** What a migration file exports: `/** @type {migrator.Migration} *\/ module.exports = { up(db) { … } }`. */
  interface Migration extends Phases {
    /** The way forward. */
    up?(db: Database, client: Client, next: Next): any
    /** The way back. A migration without it can be executed, and not rolled back. */
    down?(db: Database, client: Client, next: Next): any
    /** Runs after `up`; a throw fails the migration. */
    check?(db: Database, client: Client): any
    /** A line for people. */
    description?: string
    /** The whole of `up`, or of `down`, in one transaction. */
    transaction?: boolean
    /** Seconds that `up` or `down` may take. */
    timeout?: number
    /** Elsewhere the migration is registered as ignored. */
    environments?: string[]
    /** Why there is no way back. */
    irreversible?: string
    /** Several parts, each with phases of its own. */
    steps?: { [name: string]: Step }
  }

  /** A part of a migration. */
  interface Step extends Phases {
    /** Adds what the new application needs, while the old one goes on. */
    add?(db: Database, client: Client): any
    /** Undoes `add`. */
    rollback_add?(db: Database, client: Client): any
    rollbackAdd?(db: Database, client: Client): any
  }

  interface Phases {
    /** Hides what the old application used, so that it can be undone at once. */
    simdrop?(db: Database, client: Client): any
    /** Undoes `simdrop`. */
    rollback_simdrop?(db: Database, client: Client): any
    rollbackSimdrop?(db: Database, client: Client): any
    /** Removes it for good. */
    drop?(db: Database, client: Client): any
  }

  /** What a script may know of the run that it is part of. */
  interface Run {
    /** The file's name: `003_split_names.js`. */
    readonly name: string
    readonly number: number
    readonly direction: 'up' | 'down'
    readonly phase: string
    readonly environment: string
    readonly database: string
    /** True in a dry run: what would change something is not sent, and gives back what it would. */
    readonly dryRun: boolean
    readonly args: { readonly [name: string]: string }
  }
}
