declare namespace migrator {
  /** A document whose fields nobody has declared. */
  interface Document {
    [field: string]: any
  }

  /** Which documents: `{ age: { $gte: 18 }, 'address.city': 'Graz' }`. Of declared fields the types are checked. */
  type Filter<T = Document> = { [P in keyof T]?: Condition<T[P]> } & RootFilter<T>

  interface RootFilter<T = Document> {
    $and?: Filter<T>[]
    $or?: Filter<T>[]
    $nor?: Filter<T>[]
    $expr?: any
    $text?: { $search: string; $language?: string; $caseSensitive?: boolean; $diacriticSensitive?: boolean }
    $where?: string | Function
    $comment?: any
    $jsonSchema?: Document
    /** A field, or a path into one: `'address.city'`. */
    [path: string]: any
  }

  /** What a field is compared with: a value, an element of an array, a regular expression, or operators. */
  type Condition<V> = V | (V extends readonly (infer E)[] ? E : never) | (V extends string ? RegExp | BSONRegExp : never) | null | FilterOperators<V>

  interface FilterOperators<V = any> {
    $eq?: V | null
    $ne?: V | null
    $gt?: V
    $gte?: V
    $lt?: V
    $lte?: V
    /** A cursor stands for what it yields. */
    $in?: readonly any[] | Cursor<any>
    $nin?: readonly any[] | Cursor<any>
    $not?: FilterOperators<V> | RegExp
    $exists?: boolean | number
    $type?: number | string | (number | string)[]
    $regex?: RegExp | BSONRegExp | string
    $options?: string
    $mod?: number[]
    $all?: readonly any[]
    $elemMatch?: Document
    $size?: number
    $bitsAllSet?: any
    $bitsAnySet?: any
    $bitsAllClear?: any
    $bitsAnyClear?: any
    $geoWithin?: Document
    $geoIntersects?: Document
    $near?: any
    $nearSphere?: any
    $minDistance?: number
    $maxDistance?: number
  }

  /** Fields with their values, and paths into them. */
  type Fields<T = Document> = { [P in keyof T]?: T[P] } & Document

  /** What an update does: operators, or a pipeline of stages. */
  type Update<T = Document> = UpdateOperators<T> | UpdateStage[]

  interface UpdateOperators<T = Document> {
    /** Sets fields. */
    $set?: Fields<T>
    /** Sets fields of a document that an upsert inserts. */
    $setOnInsert?: Fields<T>
    /** Removes fields. */
    $unset?: Document
    /** Renames fields: `{ $rename: { mail: 'email' } }`. */
    $rename?: { [path: string]: string }
    $inc?: { [path: string]: number | bigint | Long | Int32 | Double | Decimal128 }
    $mul?: { [path: string]: number | bigint | Long | Int32 | Double | Decimal128 }
    $min?: Fields<T>
    $max?: Fields<T>
    $currentDate?: { [path: string]: true | { $type: 'date' | 'timestamp' } }
    /** Adds to an array: a value, or `{ $each: […], $sort, $slice, $position }`. */
    $push?: Document
    /** Adds to an array what it does not hold yet. */
    $addToSet?: Document
    /** Removes from an array what matches. */
    $pull?: Document
    $pullAll?: { [path: string]: readonly any[] }
    /** Removes the first (-1) or the last (1) element of an array. */
    $pop?: { [path: string]: number }
    $bit?: { [path: string]: { and?: any; or?: any; xor?: any } }
  }

  /** A stage of an update: `{ $set: { full: { $concat: ['$first', ' ', '$last'] } } }`. */
  interface UpdateStage {
    $set?: Document
    $addFields?: Document
    $unset?: string | string[]
    $project?: Document
    $replaceRoot?: { newRoot: any }
    $replaceWith?: any
  }

  /** A stage of a pipeline: `{ $match: { … } }`. */
  interface Stage {
    [stage: `$${string}`]: any
  }

  /** Which fields are read: `{ name: 1 }`, `{ secret: 0 }`, or with expressions. */
  interface Projection {
    [path: string]: 0 | 1 | boolean | string | object
  }

  type Direction = number | 'asc' | 'desc' | 'ascending' | 'descending' | { $meta: string }

  /** An order: `{ age: -1, name: 1 }`, `'name'`, `['name', -1]` or `[['age', -1], ['name', 1]]`. */
  type Sort = string | { [path: string]: Direction } | (string | number)[] | [string, Direction][] | { [path: string]: Direction }[] | Map<string, Direction>

  type IndexKind = number | 'asc' | 'desc' | 'text' | '2d' | '2dsphere' | 'hashed' | (string & {})

  /** What an index is on: `{ mail: 1 }`, `{ 'address.city': 1, age: -1 }`, `{ text: 'text' }`. */
  type IndexKeys = string | { [path: string]: IndexKind } | (string | number)[] | [string, IndexKind][] | { [path: string]: IndexKind }[] | Map<string, IndexKind>

  /** An index by its name or by its keys. */
  type IndexChoice = string | { [path: string]: IndexKind }

  interface Collation {
    locale: string
    strength?: number
    caseLevel?: boolean
    caseFirst?: 'upper' | 'lower' | 'off'
    numericOrdering?: boolean
    alternate?: 'non-ignorable' | 'shifted'
    maxVariable?: 'punct' | 'space'
    backwards?: boolean
    normalization?: boolean
  }

  interface WriteConcern {
    w?: number | string
    j?: boolean
    wtimeout?: number
  }

  type ReadConcernLevel = 'local' | 'available' | 'majority' | 'linearizable' | 'snapshot'
  type ReadPreferenceMode = 'primary' | 'primaryPreferred' | 'secondary' | 'secondaryPreferred' | 'nearest'
  type Verbosity = boolean | 'queryPlanner' | 'executionStats' | 'allPlansExecution'
}
