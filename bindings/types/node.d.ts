// The part of Node.js that scripts have, as far as migrations use it. There is no network, no child process and no
// writing of files.

declare module 'fs' {
  type Encoding = 'utf8' | 'utf-8' | 'hex' | 'base64' | 'base64url' | 'latin1' | 'ascii'
  interface Dirent {
    name: string
    parentPath: string
    isFile(): boolean
    isDirectory(): boolean
    isSymbolicLink(): boolean
  }
  interface Stats {
    size: number
    mode: number
    mtime: Date
    mtimeMs: number
    isFile(): boolean
    isDirectory(): boolean
    isSymbolicLink(): boolean
  }
  /** A file of the project; a relative path begins at its root. */
  export function readFileSync(path: string | URL, encoding: Encoding | { encoding: Encoding }): string
  export function readFileSync(path: string | URL): Buffer
  export function readFile(path: string | URL, encoding: Encoding | { encoding: Encoding }, callback: (error: Error | null, text: string) => void): void
  export function readFile(path: string | URL, callback: (error: Error | null, bytes: Buffer) => void): void
  export function existsSync(path: string | URL): boolean
  export function readdirSync(path: string | URL, options: { withFileTypes: true; recursive?: boolean }): Dirent[]
  export function readdirSync(path: string | URL, options?: { recursive?: boolean }): string[]
  export function statSync(path: string | URL): Stats
  export function lstatSync(path: string | URL): Stats
  export function realpathSync(path: string | URL): string
  export function accessSync(path: string | URL, mode?: number): void
  export const constants: { F_OK: number; R_OK: number; W_OK: number; X_OK: number }
  export const promises: typeof import('fs/promises')
}

declare module 'fs/promises' {
  import { Dirent, Encoding, Stats } from 'fs'
  export function readFile(path: string | URL, encoding: Encoding | { encoding: Encoding }): Promise<string>
  export function readFile(path: string | URL): Promise<Buffer>
  export function readdir(path: string | URL, options: { withFileTypes: true; recursive?: boolean }): Promise<Dirent[]>
  export function readdir(path: string | URL, options?: { recursive?: boolean }): Promise<string[]>
  export function stat(path: string | URL): Promise<Stats>
  export function lstat(path: string | URL): Promise<Stats>
  export function realpath(path: string | URL): Promise<string>
  export function access(path: string | URL, mode?: number): Promise<void>
}

declare module 'crypto' {
  type Data = string | Uint8Array | ArrayBuffer
  interface Hash {
    update(data: Data, encoding?: string): this
    digest(): Buffer
    digest(encoding: 'hex' | 'base64' | 'base64url'): string
  }
  export function randomUUID(): string
  export function randomBytes(size: number): Buffer
  export function randomInt(max: number): number
  export function randomInt(min: number, max: number): number
  export function createHash(algorithm: string): Hash
  class KeyObject {
    readonly type: 'secret'
    readonly symmetricKeySize: number
    export(): Buffer
    equals(other: KeyObject): boolean
  }
  export function createSecretKey(key: Data, encoding?: string): KeyObject
  export function createHmac(algorithm: string, key: Data | KeyObject): Hash
  export function hash(algorithm: string, data: Data, encoding?: 'hex' | 'base64' | 'base64url'): string
  export function getHashes(): string[]
  export function getRandomValues<T extends ArrayBufferView>(array: T): T
  export function pbkdf2Sync(password: Data, salt: Data, iterations: number, length: number, digest: string): Buffer
  export function scryptSync(password: Data, salt: Data, length: number, options?: { N?: number; r?: number; p?: number }): Buffer
  export function hkdfSync(digest: string, key: Data, salt: Data, info: Data, length: number): ArrayBuffer
  export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean
}

declare module 'path' {
  interface Parts {
    root: string
    dir: string
    base: string
    ext: string
    name: string
  }
  export function join(...parts: string[]): string
  export function resolve(...parts: string[]): string
  export function normalize(path: string): string
  export function relative(from: string, to: string): string
  export function dirname(path: string): string
  export function basename(path: string, suffix?: string): string
  export function extname(path: string): string
  export function isAbsolute(path: string): boolean
  export function parse(path: string): Parts
  export function format(parts: Partial<Parts>): string
  export const sep: string
  export const delimiter: string
}

declare module 'util' {
  export function inspect(value: any, options?: object): string
  export function format(...values: any[]): string
  export function promisify(f: Function): (...args: any[]) => Promise<any>
  export function callbackify(f: (...args: any[]) => Promise<any>): Function
  export function isDeepStrictEqual(a: any, b: any): boolean
  export function deprecate<F extends Function>(f: F, message: string): F
  export const types: { [test: string]: (value: any) => boolean }
}

declare module 'url' {
  const URLClass: typeof URL
  const URLSearchParamsClass: typeof URLSearchParams
  export { URLClass as URL, URLSearchParamsClass as URLSearchParams }
  export function fileURLToPath(url: string | URL): string
  export function pathToFileURL(path: string): URL
}

declare module 'buffer' {
  const BufferClass: typeof Buffer
  export { BufferClass as Buffer }
}

// What few scripts use is there, and not declared in full.
declare module 'assert'
declare module 'assert/strict'
declare module 'events'
declare module 'os'
declare module 'module'
declare module 'path/posix'
declare module 'perf_hooks'
declare module 'process'
declare module 'querystring'
declare module 'stream'
declare module 'stream/promises'
declare module 'string_decoder'
declare module 'timers'
declare module 'timers/promises'
declare module 'util/types'

declare module 'node:fs' { export * from 'fs' }
declare module 'node:fs/promises' { export * from 'fs/promises' }
declare module 'node:crypto' { export * from 'crypto' }
declare module 'node:path' { export * from 'path' }
declare module 'node:util' { export * from 'util' }
declare module 'node:url' { export * from 'url' }
declare module 'node:buffer' { export * from 'buffer' }
declare module 'node:*'
