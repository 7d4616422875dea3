// The module os.
(function (native, require, absent) {
  const types = {linux: 'Linux', darwin: 'Darwin', win32: 'Windows_NT'}
  const os = {
    EOL: '\n', devNull: '/dev/null', constants: {signals: {}},
    platform: () => native.platform, type: () => types[native.platform] ?? native.platform, arch: () => native.arch,
    hostname: () => native.hostname, availableParallelism: () => native.cpus, cpus: () => Array.from({length: native.cpus}, () => ({model: '', speed: 0})),
    endianness: () => 'LE', release: () => '', version: () => '', loadavg: () => [0, 0, 0],
  }
  for (const name of ['tmpdir', 'homedir', 'userInfo']) os[name] = absent(`os.${name}`, 'scripts read files of the project alone, and write none')
  for (const name of ['getPriority', 'setPriority']) os[name] = absent(`os.${name}`, 'scripts do not steer processes')
  os.machine = () => ({x64: 'x86_64', ia32: 'i686', arm64: 'aarch64'})[native.arch] ?? native.arch
  for (const name of ['networkInterfaces', 'totalmem', 'freemem', 'uptime']) os[name] = absent(`os.${name}`, 'a migration must not depend on the machine that it runs on')
  return os
})
