// The module fs: it reads, inside the project.
(function (native, require, absent) {
  const name = path => {
    if (path instanceof URL || path?.href !== undefined) return require('url').fileURLToPath(path)
    if (require('buffer').Buffer.isBuffer(path)) return path.toString()
    if (typeof path !== 'string') throw Object.assign(new TypeError(`The "path" argument must be of type string or an instance of Buffer or URL. Received ${typeof path}`), {code: 'ERR_INVALID_ARG_TYPE'})
    return path
  }
  const encodingOf = options => typeof options === 'string' ? options : options?.encoding
  const {URL} = require('url')

  // What an entry may be beside a file, a folder and a link; nothing here is that.
  const others = {isFIFO: () => false, isSocket: () => false, isBlockDevice: () => false, isCharacterDevice: () => false}
  class Dirent {
    constructor(entry, parent) {
      const {base, dir} = require('path').parse(entry.name)
      this.name = base
      this.parentPath = this.path = dir === '' ? parent : require('path').join(parent, dir)
      Object.defineProperty(this, 'entry', {value: entry})
    }
    isFile() { return this.entry.file }
    isDirectory() { return this.entry.folder }
    isSymbolicLink() { return this.entry.link }
  }
  class Stats {
    constructor(facts) {
      this.size = facts.size
      this.mode = facts.mode
      for (const time of ['mtime', 'atime', 'ctime', 'birthtime']) {
        this[time + 'Ms'] = facts.time
        this[time] = new Date(facts.time)
      }
      Object.defineProperty(this, 'facts', {value: facts})
    }
    isFile() { return this.facts.file }
    isDirectory() { return this.facts.folder }
    isSymbolicLink() { return this.facts.link }
  }

  Object.assign(Dirent.prototype, others)
  Object.assign(Stats.prototype, others)

  const sync = {
    readFile(path, options) {
      const flag = options?.flag ?? 'r'
      if (!/^r/.test(flag) || flag.includes('+')) refuse('readFileSync with a flag for writing')()
      const content = native.read(name(path))
      const encoding = encodingOf(options)
      return encoding === undefined || encoding === null || encoding === 'buffer' ? content : content.toString(encoding)
    },
    readdir(path, options) {
      const entries = native.list(name(path), options?.recursive === true)
      return options?.withFileTypes ? entries.map(entry => new Dirent(entry, name(path))) : entries.map(entry => entry.name)
    },
    stat(path, options) {
      if (options?.throwIfNoEntry === false && !native.exists(name(path))) return undefined
      return new Stats(native.stat(name(path)))
    },
    lstat(path, options) {
      try { return new Stats(native.lstat(name(path))) } catch (error) {
        if (error.code === 'ENOENT' && options?.throwIfNoEntry === false) return undefined
        throw error
      }
    },
    realpath: path => native.realpath(name(path)),
    access(path, mode = 0) {
      native.stat(name(path))
      if (mode & 2) refuse('access for writing')()
    },
  }

  // Node.js answers false whatever it is asked.
  const exists = path => { try { return native.exists(name(path)) } catch { return false } }
  const advice = 'scripts read files and do not write them; print what is to be seen, and keep what is to stay in a collection'
  const refuse = what => absent(`fs.${what}`, advice)
  const fs = {
    existsSync: exists, exists: (path, callback) => { Promise.resolve().then(() => callback(exists(path))) },
    constants: {F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1}, F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1,
    Dirent, Stats, promises: {constants: {F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1}},
  }
  for (const method of Object.keys(sync)) {
    fs[`${method}Sync`] = sync[method]
    fs.promises[method] = async (...args) => sync[method](...args)
    fs[method] = (...args) => {
      const callback = args.pop()
      if (typeof callback !== 'function') throw new TypeError(`fs.${method} calls back: give it a function, or use fs.${method}Sync`)
      Promise.resolve().then(() => {
        let result
        try { result = sync[method](...args) } catch (error) { return callback(error) }
        callback(null, result)
      })
    }
  }
  fs.realpathSync.native = fs.realpathSync
  for (const method of ['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'rm', 'rmdir', 'unlink', 'rename', 'copyFile', 'cp',
    'chmod', 'chown', 'lchown', 'utimes', 'lutimes', 'symlink', 'link', 'truncate', 'write',
    'writev', 'ftruncate', 'futimes', 'fchmod', 'fchown', 'fsync', 'fdatasync', 'lchmod']) {
    fs[method] = refuse(method)
    fs[`${method}Sync`] = refuse(`${method}Sync`)
    const fails = refuse(`promises.${method}`)
    fs.promises[method] = async () => fails()
  }
  fs.createWriteStream = refuse('createWriteStream')
  const whole = 'a file is read as a whole, with readFileSync, and a folder with readdirSync'
  for (const method of ['open', 'opendir', 'read', 'readv', 'close', 'fstat', 'readlink', 'statfs', 'glob']) {
    fs[method] = absent(`fs.${method}`, whole)
    fs[`${method}Sync`] = absent(`fs.${method}Sync`, whole)
    const fails = absent(`fs.promises.${method}`, whole)
    fs.promises[method] = async () => fails()
  }
  for (const method of ['createReadStream', 'watch', 'watchFile', 'unwatchFile', 'openAsBlob', 'ReadStream', 'WriteStream', 'FileReadStream', 'FileWriteStream', 'Dir']) {
    fs[method] = absent(`fs.${method}`, whole)
  }
  fs.promises.watch = fs.watch
  return fs
})
