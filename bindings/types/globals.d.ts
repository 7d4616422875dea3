/** The database of the environment. The first argument of `up` is the same. */
declare var db: migrator.Database
/** Makes another database the global `db`, as in a shell. */
declare function use(name: string): migrator.Database
/** The run that the script is part of. */
declare var migration: migrator.Run

/** Prints a line, which is kept with the migration. */
declare function print(...values: any[]): void
/** Prints a value as mongosh shows it. */
declare function printjson(value: any): void
/** Waits. */
declare function sleep(ms: number): void
/** A variable of the process that `scripts: {env: […]}` in migrator.yaml lists; '' where it is not set. */
declare function env(name: string): string

/**
 * Asks whoever runs the migration. Where there is no terminal `--answer NAME=VALUE` answers; the name is that of the
 * options, or made of the text.
 */
declare function prompt(text: string, options: migrator.PromptOptions<number> & { type: 'int' | 'number' }): number
declare function prompt(text: string, options: migrator.PromptOptions<boolean> & { type: 'boolean' }): boolean
declare function prompt<const Choice extends string | number>(text: string, options: migrator.PromptOptions<Choice> & { choices: readonly Choice[] }): Choice
declare function prompt(text: string, options?: migrator.PromptOptions<string> & { type?: 'string' | 'password' }): string
/** Asks for a yes, which `--yes` says. */
declare function confirm(text: string, options?: { name?: string }): boolean
/** Shows how far the script is. Without a total it counts. */
declare function progress(total?: number, label?: string): migrator.Progress

declare namespace migrator {
  interface PromptOptions<V> {
    type?: 'string' | 'int' | 'number' | 'boolean' | 'password'
    /** The answer when nothing is typed. */
    default?: V
    /** The only answers. */
    choices?: readonly V[]
    /** What `--answer NAME=VALUE` calls it. */
    name?: string
  }

  interface Progress {
    /** So many more are done, 1 if nothing is said. */
    tick(n?: number): void
    /** So many are done. */
    update(done: number): void
    /** Ends it. The end of the script does so by itself. */
    done(): void
  }
}

declare var ObjectId: migrator.ObjectIdConstructor
type ObjectId = migrator.ObjectId
declare var Long: migrator.LongConstructor
type Long = migrator.Long
declare var NumberLong: migrator.LongConstructor
declare var Int32: migrator.Int32Constructor
type Int32 = migrator.Int32
declare var NumberInt: migrator.Int32Constructor
declare var Double: migrator.DoubleConstructor
type Double = migrator.Double
declare var Decimal128: migrator.Decimal128Constructor
type Decimal128 = migrator.Decimal128
declare var NumberDecimal: migrator.Decimal128Constructor
declare var Binary: migrator.BinaryConstructor
type Binary = migrator.Binary
declare var UUID: migrator.UUIDConstructor
type UUID = migrator.UUID
declare var Timestamp: migrator.TimestampConstructor
type Timestamp = migrator.Timestamp
declare var MinKey: migrator.MinKeyConstructor
type MinKey = migrator.MinKey
declare var MaxKey: migrator.MaxKeyConstructor
type MaxKey = migrator.MaxKey
declare var DBRef: migrator.DBRefConstructor
type DBRef = migrator.DBRef
declare var Code: migrator.CodeConstructor
type Code = migrator.Code
declare var BSONRegExp: migrator.BSONRegExpConstructor
type BSONRegExp = migrator.BSONRegExp
declare var BSONSymbol: migrator.BSONSymbolConstructor
type BSONSymbol = migrator.BSONSymbol
/** Extended JSON. */
declare var EJSON: migrator.EJSON
/** How many bytes a document has in the database. */
declare function bsonsize(document: object): number
interface ObjectConstructor {
  bsonsize(document: object): number
}
/** A date, in UTC if the text has no zone. */
declare var ISODate: { new (date?: string | number | Date): Date; (date?: string | number | Date): Date }
/** Bytes from base64. */
declare var BinData: { new (subtype: number, base64: string): migrator.Binary; (subtype: number, base64: string): migrator.Binary }
/** Bytes from hexadecimal digits. */
declare var HexData: { new (subtype: number, hex: string): migrator.Binary; (subtype: number, hex: string): migrator.Binary }
