declare module 'bson' {
  export const ObjectId: migrator.ObjectIdConstructor
  export type ObjectId = migrator.ObjectId
  export const ObjectID: migrator.ObjectIdConstructor
  export type ObjectID = migrator.ObjectId
  export const Long: migrator.LongConstructor
  export type Long = migrator.Long
  export const Int32: migrator.Int32Constructor
  export type Int32 = migrator.Int32
  export const Double: migrator.DoubleConstructor
  export type Double = migrator.Double
  export const Decimal128: migrator.Decimal128Constructor
  export type Decimal128 = migrator.Decimal128
  export const Binary: migrator.BinaryConstructor
  export type Binary = migrator.Binary
  export const UUID: migrator.UUIDConstructor
  export type UUID = migrator.UUID
  export const Timestamp: migrator.TimestampConstructor
  export type Timestamp = migrator.Timestamp
  export const MinKey: migrator.MinKeyConstructor
  export type MinKey = migrator.MinKey
  export const MaxKey: migrator.MaxKeyConstructor
  export type MaxKey = migrator.MaxKey
  export const DBRef: migrator.DBRefConstructor
  export type DBRef = migrator.DBRef
  export const Code: migrator.CodeConstructor
  export type Code = migrator.Code
  export const BSONRegExp: migrator.BSONRegExpConstructor
  export type BSONRegExp = migrator.BSONRegExp
  export const BSONSymbol: migrator.BSONSymbolConstructor
  export type BSONSymbol = migrator.BSONSymbol
  export const EJSON: migrator.EJSON
  export type Document = migrator.Document

  /** What values that cannot be made, and bytes that are no BSON, throw. */
  export class BSONError extends Error {}
  /** The numbers that `$type` takes, by their names. */
  export const BSONType: { readonly [name: string]: number }
  /** A document as bytes. What is undefined is left out unless `ignoreUndefined` is false. */
  export function serialize(document: object, options?: { ignoreUndefined?: boolean }): Uint8Array
  /** Bytes as a document. With `promoteValues: false` numbers are `Int32`, `Long` and `Double`. */
  export function deserialize(bytes: migrator.Bytes, options?: { promoteValues?: boolean }): migrator.Document
  /** How many bytes a document has. */
  export function calculateObjectSize(document: object, options?: { ignoreUndefined?: boolean }): number
  /** The package itself. */
  export const BSON: typeof import('bson')
}

declare module 'mongodb' {
  export * from 'bson'

  /** Which members of a replica set are read from. */
  export class ReadPreference {
    constructor(mode: migrator.ReadPreferenceMode, tags?: object[])
    mode: migrator.ReadPreferenceMode
    readonly preference: migrator.ReadPreferenceMode
    equals(other: ReadPreference): boolean
    static isValid(mode: string): boolean
    static readonly PRIMARY: 'primary'
    static readonly PRIMARY_PREFERRED: 'primaryPreferred'
    static readonly SECONDARY: 'secondary'
    static readonly SECONDARY_PREFERRED: 'secondaryPreferred'
    static readonly NEAREST: 'nearest'
    static readonly primary: ReadPreference
    static readonly primaryPreferred: ReadPreference
    static readonly secondary: ReadPreference
    static readonly secondaryPreferred: ReadPreference
    static readonly nearest: ReadPreference
  }
  export const ReadPreferenceMode: { readonly [name: string]: migrator.ReadPreferenceMode }
  export type ReadPreferenceMode = migrator.ReadPreferenceMode
  /** What a read may see. */
  export class ReadConcern {
    constructor(level: migrator.ReadConcernLevel)
    level: migrator.ReadConcernLevel
    static readonly LOCAL: 'local'
    static readonly AVAILABLE: 'available'
    static readonly MAJORITY: 'majority'
    static readonly LINEARIZABLE: 'linearizable'
    static readonly SNAPSHOT: 'snapshot'
  }
  export const ReadConcernLevel: { readonly [name: string]: migrator.ReadConcernLevel }
  export type ReadConcernLevel = migrator.ReadConcernLevel
  /** Whom a write waits for. */
  export class WriteConcern {
    constructor(w?: number | string, wtimeoutMS?: number, journal?: boolean)
    w?: number | string
    wtimeout?: number
    j?: boolean
    readonly wtimeoutMS?: number
    readonly journal?: boolean
  }
  /** What `returnDocument` of `findOneAndUpdate` and its like can be. */
  export const ReturnDocument: { readonly BEFORE: 'before'; readonly AFTER: 'after' }
  export type ReturnDocument = 'before' | 'after'
  /** @deprecated throws: the collections `fs.files` and `fs.chunks` can be changed like any other */
  export const GridFSBucket: { new (...args: any[]): never }

  // The driver's names of what scripts are given. There is no client to be made: migrator is connected.
  export type Db = migrator.Database
  export type MongoClient = migrator.Client
  export type ClientSession = migrator.Session
  export type Collection<T extends object = migrator.Document> = migrator.Collection<T>
  export type FindCursor<T = migrator.Document> = migrator.FindCursor<T>
  export type AggregationCursor<T = migrator.Document> = migrator.AggregationCursor<T>
  export type Filter<T = migrator.Document> = migrator.Filter<T>
  export type UpdateFilter<T = migrator.Document> = migrator.UpdateOperators<T>
  export type AnyBulkWriteOperation<T = migrator.Document> = migrator.BulkWrite<T>
  export type WithId<T> = T & { _id: any }
  export type OptionalId<T> = T
  export type Sort = migrator.Sort
  export type IndexSpecification = migrator.IndexKeys
  export type IndexDescription = migrator.IndexDescription
  export type CreateIndexesOptions = migrator.IndexOptions
  export type UpdateResult = migrator.UpdateResult
  export type DeleteResult = migrator.DeleteResult
  export type InsertOneResult = migrator.InsertOneResult
  export type InsertManyResult = migrator.InsertManyResult
  export type BulkWriteResult = migrator.BulkWriteResult
}
