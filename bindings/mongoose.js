// What mongoose declares: schemas and models, as files of an application define them where they are loaded. Declaring
// them does nothing; using one is refused, at the call. It is a function of what refuses with a reason.
(native => {
  'use strict'

  // Whatever is read of it is of the same kind, so that User.find().lean() is refused where find is called. `then` is
  // absent, and so is all that the language itself looks for: it may be awaited, printed and imported.
  const used = (path, target = function () {}) => new Proxy(target, {
    get: (own, name) =>
      typeof name === 'symbol' || name === 'then' || name in own ? own[name] : used(path + '.' + name),
    apply: () => native.refuseModel(path),
    construct: () => native.refuseModel('new ' + path),
  })

  // A declaration: its methods give it back, and what is set stays.
  const declared = (target = function () {}) => {
    const it = new Proxy(target, {
      get: (own, name) =>
        typeof name === 'symbol' || name === 'then' || Object.hasOwn(own, name) ? own[name] : declared(),
      apply: () => it,
      construct: () => declared(),
    })
    return it
  }

  const Schema = new Proxy(function Schema() {}, { construct: () => declared(), apply: () => declared() })
  const models = {}
  const model = (name, schema) => {
    if (typeof name === 'function') name = name.name
    const known = Object.hasOwn(models, name) ? models[name] : undefined
    if (schema === undefined && known) return known
    const made = used(name, { [name]: class {} }[name])
    made.modelName = name
    made.schema = schema
    models[name] = made
    return made
  }
  return { Schema, model, models, deleteModel(name) { delete models[name] } }
})
