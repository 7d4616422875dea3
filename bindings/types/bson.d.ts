declare namespace migrator {
  /** Something that holds bytes; a Buffer does. */
  type Bytes = Uint8Array | ArrayBuffer | Binary | number[]

  interface ObjectId {
    readonly _bsontype: 'ObjectId'
    /** The 12 bytes. */
    readonly id: Uint8Array
    /** The 24 hexadecimal digits. */
    readonly str: string
    toString(encoding?: 'hex' | 'base64'): string
    toHexString(): string
    toJSON(): string
    /** Whether it is the same id; the other may be its text. `==` compares objects, and never holds. */
    equals(other: ObjectId | string | null | undefined): boolean
    /** When it was made, to the second. */
    getTimestamp(): Date
  }

  interface ObjectIdConstructor {
    /** A new id, or that of 24 hexadecimal digits, of 12 bytes, or of a time in seconds. */
    new (id?: string | number | ObjectId | Bytes): ObjectId
    (id?: string | number | ObjectId | Bytes): ObjectId
    readonly prototype: ObjectId
    createFromHexString(hex: string): ObjectId
    createFromBase64(base64: string): ObjectId
    /** The lowest id of that second, for ranges over `_id`. */
    createFromTime(seconds: number): ObjectId
    isValid(id: any): boolean
    generate(): Uint8Array
  }

  interface Binary {
    readonly _bsontype: 'Binary' | 'UUID'
    readonly buffer: Uint8Array
    readonly position: number
    readonly sub_type: number
    value(): Uint8Array
    length(): number
    toString(encoding?: 'hex' | 'base64' | 'utf8' | 'utf-8'): string
    toJSON(): string
    base64(): string
    hex(): string
    toUUID(): UUID
    equals(other: Bytes | string): boolean
  }

  interface BinaryConstructor {
    /** Bytes; a string stands for its UTF-8. */
    new (bytes?: Bytes | string, subtype?: number): Binary
    (bytes?: Bytes | string, subtype?: number): Binary
    readonly prototype: Binary
    createFromBase64(base64: string, subtype?: number): Binary
    createFromHexString(hex: string, subtype?: number): Binary
    readonly SUBTYPE_DEFAULT: number
    readonly SUBTYPE_FUNCTION: number
    readonly SUBTYPE_BYTE_ARRAY: number
    readonly SUBTYPE_UUID_OLD: number
    readonly SUBTYPE_UUID: number
    readonly SUBTYPE_MD5: number
    readonly SUBTYPE_ENCRYPTED: number
    readonly SUBTYPE_COLUMN: number
    readonly SUBTYPE_USER_DEFINED: number
  }

  interface UUID extends Binary {
    readonly _bsontype: 'UUID'
    readonly id: Uint8Array
    /** With hyphens. */
    toString(encoding?: 'hex' | 'base64' | 'utf8' | 'utf-8'): string
    toHexString(hyphens?: boolean): string
    toJSON(): string
    toBinary(): Binary
  }

  interface UUIDConstructor {
    /** A random one, or that of 32 hexadecimal digits, with hyphens or without, or of 16 bytes. */
    new (id?: string | Bytes): UUID
    (id?: string | Bytes): UUID
    readonly prototype: UUID
    generate(): Uint8Array
    createFromHexString(hex: string): UUID
    isValid(id: any): boolean
  }

  /** A time of the server's own log; dates in documents are `Date`. */
  interface Timestamp {
    readonly _bsontype: 'Timestamp'
    /** Seconds since 1970. */
    readonly t: number
    /** The place within the second. */
    readonly i: number
    readonly high: number
    readonly low: number
    getHighBits(): number
    getLowBits(): number
    toString(): string
    toJSON(): { $timestamp: string }
    compare(other: Timestamp): -1 | 0 | 1
    equals(other: Timestamp): boolean
    lessThan(other: Timestamp): boolean
    lessThanOrEqual(other: Timestamp): boolean
    greaterThan(other: Timestamp): boolean
    greaterThanOrEqual(other: Timestamp): boolean
  }

  interface TimestampConstructor {
    new (time?: { t: number; i: number } | Long | bigint): Timestamp
    new (t: number, i: number): Timestamp
    (time?: { t: number; i: number } | Long | bigint): Timestamp
    (t: number, i: number): Timestamp
    readonly prototype: Timestamp
    fromBits(low: number, high: number): Timestamp
  }

  /** Less than every other value. */
  interface MinKey {
    readonly _bsontype: 'MinKey'
    toJSON(): { $minKey: 1 }
  }

  interface MinKeyConstructor {
    new (): MinKey
    (): MinKey
    readonly prototype: MinKey
  }

  /** Greater than every other value. */
  interface MaxKey {
    readonly _bsontype: 'MaxKey'
    toJSON(): { $maxKey: 1 }
  }

  interface MaxKeyConstructor {
    new (): MaxKey
    (): MaxKey
    readonly prototype: MaxKey
  }

  /** A reference to a document of another collection, which is the plain document `{ $ref, $id, $db }`. */
  interface DBRef {
    readonly _bsontype: 'DBRef'
    readonly $ref: string
    readonly $id: any
    readonly $db?: string
    readonly collection: string
    readonly namespace: string
    readonly oid: any
    readonly db?: string
  }

  interface DBRefConstructor {
    new (collection: string, id: any, database?: string): DBRef
    (collection: string, id: any, database?: string): DBRef
    readonly prototype: DBRef
  }

  interface Code {
    readonly _bsontype: 'Code'
    readonly code: string
    readonly scope: Document | null
    toString(): string
    toJSON(): { code: string; scope?: Document }
  }

  interface CodeConstructor {
    new (code: string | Function, scope?: Document): Code
    (code: string | Function, scope?: Document): Code
    readonly prototype: Code
  }

  /** A regular expression in the server's dialect, for what JavaScript's cannot express. */
  interface BSONRegExp {
    readonly _bsontype: 'BSONRegExp'
    readonly pattern: string
    readonly options: string
    toString(): string
    toJSON(): { pattern: string; options: string }
  }

  interface BSONRegExpConstructor {
    new (pattern: string, options?: string): BSONRegExp
    (pattern: string, options?: string): BSONRegExp
    readonly prototype: BSONRegExp
  }

  interface BSONSymbol {
    readonly _bsontype: 'BSONSymbol'
    readonly value: string
    valueOf(): string
    toString(): string
    toJSON(): string
  }

  interface BSONSymbolConstructor {
    new (text: string): BSONSymbol
    (text: string): BSONSymbol
    readonly prototype: BSONSymbol
  }

  /** `relaxed: false` is canonical: every number says its type. */
  interface EJSONOptions {
    relaxed?: boolean
  }

  interface EJSON {
    parse(text: string, options?: EJSONOptions): any
    stringify(value: any, options?: EJSONOptions): string
    stringify(value: any, replacer: ((key: string, value: any) => any) | (string | number)[] | null | undefined, options?: EJSONOptions): string
    stringify(value: any, replacer: ((key: string, value: any) => any) | (string | number)[] | null | undefined, space: string | number | undefined, options?: EJSONOptions): string
    serialize(value: any, options?: EJSONOptions): any
    deserialize(value: any, options?: EJSONOptions): any
  }
}
