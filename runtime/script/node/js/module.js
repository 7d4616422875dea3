// The module module.
(function (native, require, absent) {
  const {URL, fileURLToPath} = require('url')
  const createRequire = file => native.require(file instanceof URL || /^file:/.test(file) ? fileURLToPath(file) : String(file))
  const module = {createRequire, isBuiltin: native.isBuiltin, builtinModules: [...native.names]}
  for (const name of ['Module', 'SourceMap', 'findSourceMap', 'register', 'runMain', 'syncBuiltinESMExports', '_load', '_resolveFilename']) {
    module[name] = absent(`module.${name}`, 'modules are found before a script runs: write require(\'…\') or import')
  }
  return module
})
