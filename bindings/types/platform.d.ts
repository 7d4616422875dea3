/** What is printed is kept with the migration, whatever the method. */
interface Console {
  log(...values: any[]): void
  info(...values: any[]): void
  warn(...values: any[]): void
  error(...values: any[]): void
  debug(...values: any[]): void
  trace(...values: any[]): void
  dir(value: any, options?: object): void
  table(rows: any, columns?: string[]): void
  assert(ok?: any, ...values: any[]): void
  group(...values: any[]): void
  groupCollapsed(...values: any[]): void

  groupEnd(): void
  count(label?: string): void
  countReset(label?: string): void
  time(label?: string): void
  timeLog(label?: string, ...values: any[]): void
  timeEnd(label?: string): void
}
declare var console: Console

/** What setTimeout returns; it may be used as a number. */
interface Timeout {
  /** Nothing waits for it any more: a script that is done ends without it. */
  unref(): this
  ref(): this
  hasRef(): boolean
  refresh(): this
  close(): this
}
declare function setTimeout(callback: (...args: any[]) => void, ms?: number, ...args: any[]): Timeout
declare function setInterval(callback: (...args: any[]) => void, ms?: number, ...args: any[]): Timeout
declare function setImmediate(callback: (...args: any[]) => void, ...args: any[]): Timeout
declare function clearTimeout(timer?: Timeout | number): void
declare function clearInterval(timer?: Timeout | number): void
declare function clearImmediate(timer?: Timeout | number): void
declare function queueMicrotask(callback: () => void): void
declare function structuredClone<T>(value: T): T

/** A module: a relative file, 'mongodb', 'bson', an installed package, or a part of Node.js such as 'fs' or 'crypto'. */
declare function require(module: string): any
declare namespace require {
  /** Never the file itself: migrator imports it. */
  const main: object
  /** The path of a module that the file imports. */
  function resolve(module: string): string
}
declare var __filename: string
declare var __dirname: string
declare var global: typeof globalThis
/** Evaluates another script of the project, as a shell does. */
declare function load(path: string): boolean
/** The text of a file of the project. */
declare function cat(path: string): string

interface Process {
  /** Variables of the process that `scripts: {env: […]}` in migrator.yaml lists. What a script sets is its own. */
  readonly env: { [name: string]: string | undefined }
  readonly argv: string[]
  readonly platform: string
  readonly version: string
  cwd(): string
  hrtime: { (since?: [number, number]): [number, number]; bigint(): bigint }
  uptime(): number
  memoryUsage(): { rss: number; heapTotal: number; heapUsed: number; external: number; arrayBuffers: number }
  nextTick(callback: (...args: any[]) => void, ...args: any[]): void
}
declare var process: Process
declare var performance: { now(): number; timeOrigin: number }
declare var crypto: { randomUUID(): string; getRandomValues<T extends ArrayBufferView>(array: T): T }

declare class Event {
  constructor(type: string, options?: { cancelable?: boolean })
  readonly type: string
  readonly target: EventTarget | null
  readonly defaultPrevented: boolean
  preventDefault(): void
}
declare class EventTarget {
  addEventListener(type: string, listener: (event: Event) => void, options?: { once?: boolean }): void
  removeEventListener(type: string, listener: (event: Event) => void): void
  dispatchEvent(event: Event): boolean
}
declare class DOMException extends Error {
  constructor(message?: string, name?: string)
  readonly code: number
}
declare class AbortSignal extends EventTarget {
  private constructor()
  static abort(reason?: any): AbortSignal
  static timeout(ms: number): AbortSignal
  static any(signals: AbortSignal[]): AbortSignal
  readonly aborted: boolean
  readonly reason: any
  onabort: ((event: Event) => void) | null
  throwIfAborted(): void
}
declare class AbortController {
  readonly signal: AbortSignal
  abort(reason?: any): void
}

declare function atob(base64: string): string
declare function btoa(text: string): string
declare var TextEncoder: { new (): { encode(text?: string): Uint8Array } }
declare var TextDecoder: { new (encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): { decode(bytes?: Uint8Array | ArrayBuffer): string } }

interface Buffer extends Uint8Array {
  toString(encoding?: string, start?: number, end?: number): string
  equals(other: Uint8Array): boolean
  write(text: string, offset?: number, length?: number, encoding?: string): number
}
interface BufferConstructor {
  readonly prototype: Buffer
  from(text: string, encoding?: 'utf8' | 'utf-8' | 'hex' | 'base64' | 'base64url'): Buffer
  from(bytes: ArrayBuffer, offset?: number, length?: number): Buffer
  from(bytes: Uint8Array | readonly number[]): Buffer
  alloc(size: number, fill?: string | number | Uint8Array, encoding?: string): Buffer
  concat(list: readonly Uint8Array[], length?: number): Buffer
  isBuffer(value: any): value is Buffer
  byteLength(text: string | ArrayBuffer | Uint8Array, encoding?: string): number
  compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1
}
declare var Buffer: BufferConstructor

interface URL {
  hash: string
  host: string
  hostname: string
  href: string
  readonly origin: string
  password: string
  pathname: string
  port: string
  protocol: string
  search: string
  readonly searchParams: URLSearchParams
  username: string
  toString(): string
  toJSON(): string
}
declare var URL: { new (url: string, base?: string | URL): URL; readonly prototype: URL }

interface URLSearchParams extends Iterable<[string, string]> {
  append(name: string, value: string): void
  delete(name: string): void
  get(name: string): string | null
  getAll(name: string): string[]
  has(name: string): boolean
  set(name: string, value: string): void
  sort(): void
  forEach(callback: (value: string, name: string) => void): void
  toString(): string
}
declare var URLSearchParams: { new (init?: string | Record<string, string> | [string, string][]): URLSearchParams; readonly prototype: URLSearchParams }

interface SymbolConstructor {
  /** Marks what `for await` may walk as `for` does, since it never yields promises. */
  readonly syncIterator: unique symbol
}
