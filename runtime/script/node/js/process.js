// The module process, and the global.
(function (native, require, absent) {
  // What a script sets or deletes itself is its own and is seen by no other. Reading a variable that the configuration does
  // not list throws, so that no migration runs with a value that it silently lacks; asking whether it is there does not.
  const silent = name => typeof name === 'symbol' || ['toJSON', 'then', 'constructor', 'inspect', 'nodeType'].includes(name)
  const own = Object.create(null), deleted = new Set()
  const listed = () => native.names().filter(name => !deleted.has(name) && !(name in own))
  const read = name => {
    if (name in own || deleted.has(name) || silent(name)) return own[name]
    return name in Object.prototype && !listed().includes(name) ? Object.prototype[name] : native.env(name)
  }
  const has = name => name in own || listed().includes(name)
  const env = new Proxy(own, {
    get: (_, name) => name === 'hasOwnProperty' ? has : read(name),
    has: (_, name) => has(name),
    set: (_, name, value) => { own[name] = String(value); return true },
    deleteProperty: (_, name) => { deleted.add(name); return delete own[name] },
    ownKeys: () => [...listed(), ...Object.keys(own)],
    getOwnPropertyDescriptor: (_, name) => has(name) ? {value: read(name), writable: true, enumerable: true, configurable: true} : undefined,
  })

  const stream = fd => ({
    fd, isTTY: false, columns: undefined, writable: true,
    write(text) { native.print(String(text).replace(/\n$/, '')); return true },
    on() { return this }, once() { return this }, end() {}, hasColors: () => false, getColorDepth: () => 1,
  })
  const nano = 1000000000n
  const hrtime = since => {
    const now = BigInt(native.elapsed())
    let seconds = Number(now / nano), rest = Number(now % nano)
    if (since !== undefined) {
      seconds -= since[0]
      rest -= since[1]
      if (rest < 0) { seconds--; rest += 1e9 }
    }
    return [seconds, rest]
  }
  hrtime.bigint = () => BigInt(native.elapsed())

  const memory = () => {
    const {rss, heapTotal, heapUsed} = native.memory()
    return {rss, heapTotal, heapUsed, external: 0, arrayBuffers: 0}
  }
  const end = 'to fail, throw an Error; to end, return from the function'
  const process = {
    env, argv: ['migrator'], argv0: 'migrator', execArgv: [], execPath: 'migrator', title: 'migrator', pid: native.pid, ppid: 0,
    platform: native.platform, arch: native.arch, release: {name: 'node'}, config: {}, features: {},
    // The release of Node.js whose behaviour the modules follow, for packages that ask.
    version: 'v20.0.0', versions: {node: '20.0.0', v8: '11.3.244.8'},
    cwd: () => native.root, hrtime, uptime: () => native.elapsed() / 1e9, memoryUsage: Object.assign(memory, {rss: () => memory().rss}),
    nextTick: (f, ...args) => { Promise.resolve().then(() => f(...args)) },
    stdout: stream(1), stderr: stream(2), umask: () => 0o22,
    emitWarning: warning => native.print(`warning: ${warning?.message ?? warning}`),
    exit: absent('process.exit', end), abort: absent('process.abort', end), reallyExit: absent('process.reallyExit', end),
    kill: absent('process.kill', 'scripts cannot signal processes'), chdir: absent('process.chdir', 'paths are relative to the project\'s root; use path.join(__dirname, …)'),
    loadEnvFile: absent('process.loadEnvFile', 'a script sees the variables of the process that migrator.yaml lists (scripts: {env: [NAME]})'),
    resourceUsage: absent('process.resourceUsage', 'use process.memoryUsage()'),
    cpuUsage: absent('process.cpuUsage', 'use performance.now()'), binding: absent('process.binding', 'machine code cannot be loaded'),
    dlopen: absent('process.dlopen', 'machine code cannot be loaded'),
    get stdin() { return absent('process.stdin', 'scripts cannot read what is typed')() },
    get mainModule() { return absent('process.mainModule', 'a migration is imported by migrator; use __dirname')() },
    get exitCode() { return undefined },
    set exitCode(code) { absent('process.exitCode', end)() },
  }
  // Packages tidy up when the process ends. Nothing of theirs is left to tidy: an interpreter ends with its script.
  for (const name of ['on', 'once', 'off', 'addListener', 'removeListener', 'removeAllListeners', 'prependListener', 'setMaxListeners']) {
    process[name] = () => process
  }
  process.listeners = () => []
  process.listenerCount = () => 0
  process.emit = () => false
  // They throw, and so do not show where process is printed.
  for (const name of ['stdin', 'mainModule']) Object.defineProperty(process, name, {enumerable: false})
  return process
})
