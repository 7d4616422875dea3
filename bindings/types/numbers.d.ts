declare namespace migrator {
  /** An integer of 64 bits. What does not fit wraps around. */
  interface Long {
    readonly _bsontype: 'Long'
    readonly low: number
    readonly high: number
    readonly unsigned: boolean
    /** Rounded beyond 2^53. */
    toNumber(): number
    toInt(): number
    toBigInt(): bigint
    toString(radix?: number): string
    toJSON(): { low: number; high: number; unsigned: boolean }
    /** The number; beyond 2^53, where it would be rounded, it throws. */
    valueOf(): number
    getLowBits(): number
    getHighBits(): number

    add(other: Integer): Long
    subtract(other: Integer): Long
    sub(other: Integer): Long
    multiply(other: Integer): Long
    mul(other: Integer): Long
    divide(other: Integer): Long
    div(other: Integer): Long
    modulo(other: Integer): Long
    mod(other: Integer): Long
    rem(other: Integer): Long
    and(other: Integer): Long
    or(other: Integer): Long
    xor(other: Integer): Long
    not(): Long
    negate(): Long
    neg(): Long
    shiftLeft(bits: Integer): Long
    shl(bits: Integer): Long
    shiftRight(bits: Integer): Long
    shr(bits: Integer): Long

    compare(other: Integer): -1 | 0 | 1
    comp(other: Integer): -1 | 0 | 1
    equals(other: Integer): boolean
    eq(other: Integer): boolean
    notEquals(other: Integer): boolean
    neq(other: Integer): boolean
    ne(other: Integer): boolean
    lessThan(other: Integer): boolean
    lt(other: Integer): boolean
    lessThanOrEqual(other: Integer): boolean
    lte(other: Integer): boolean
    le(other: Integer): boolean
    greaterThan(other: Integer): boolean
    gt(other: Integer): boolean
    greaterThanOrEqual(other: Integer): boolean
    gte(other: Integer): boolean
    ge(other: Integer): boolean
    isZero(): boolean
    eqz(): boolean
    isNegative(): boolean
    isPositive(): boolean
    isOdd(): boolean
    isEven(): boolean
  }

  /** What can be taken for a Long: integers beyond 2^53 as a string or a bigint. */
  type Integer = number | string | bigint | Long | Int32

  interface LongConstructor {
    new (value?: Integer): Long
    new (low: number, high: number): Long
    (value?: Integer): Long
    (low: number, high: number): Long
    readonly prototype: Long
    fromNumber(value: number): Long
    fromInt(value: number): Long
    fromBigInt(value: bigint): Long
    fromValue(value: Integer): Long
    fromString(text: string, radix?: number): Long
    fromString(text: string, unsigned: boolean, radix?: number): Long
    fromBits(low: number, high: number): Long
    isLong(value: any): value is Long
    readonly ZERO: Long
    readonly ONE: Long
    readonly NEG_ONE: Long
    readonly MAX_VALUE: Long
    readonly MIN_VALUE: Long
  }

  /** An integer of 32 bits that says so. A whole number that fits is written as one anyway. */
  interface Int32 {
    readonly _bsontype: 'Int32'
    readonly value: number
    valueOf(): number
    toString(radix?: number): string
    toJSON(): number
  }

  interface Int32Constructor {
    new (value?: number | string | Long | bigint | Int32): Int32
    (value?: number | string | Long | bigint | Int32): Int32
    readonly prototype: Int32
    fromString(text: string): Int32
  }

  /** A floating-point number that says so: `Double(3)` is written as 3.0. */
  interface Double {
    readonly _bsontype: 'Double'
    readonly value: number
    valueOf(): number
    toString(radix?: number): string
    toJSON(): number
  }

  interface DoubleConstructor {
    new (value?: number | string | Int32 | Double): Double
    (value?: number | string | Int32 | Double): Double
    readonly prototype: Double
    fromString(text: string): Double
  }

  /** A decimal number of 34 digits. Its text is exact: `Decimal128('19.99')`. */
  interface Decimal128 {
    readonly _bsontype: 'Decimal128'
    readonly bytes: Uint8Array
    toString(): string
    toJSON(): { $numberDecimal: string }
  }

  interface Decimal128Constructor {
    new (value?: string | number | Decimal128 | Long | Int32 | bigint | Bytes): Decimal128
    (value?: string | number | Decimal128 | Long | Int32 | bigint | Bytes): Decimal128
    readonly prototype: Decimal128
    fromString(text: string): Decimal128
    fromStringWithRounding(text: string): Decimal128
  }
}
