// The driver's classes that say how safely to read and write. Their properties are what the options of an operation
// hold.
(() => {
  'use strict'
  const upper = value => value.replace(/[A-Z]/g, c => '_' + c).toUpperCase()
  const constants = (type, values) =>
    Object.assign(type, Object.fromEntries(values.map(value => [upper(value), value])))

  const levels = ['local', 'available', 'majority', 'linearizable', 'snapshot']
  class ReadConcern {
    constructor(level) { this.level = level }
  }

  class WriteConcern {
    constructor(w, wtimeoutMS, journal) {
      const given = { w, wtimeout: wtimeoutMS, j: journal }
      for (const name of Object.keys(given)) {
        if (given[name] !== undefined && given[name] !== null) this[name] = given[name]
      }
    }
    get wtimeoutMS() { return this.wtimeout }
    get journal() { return this.j }
  }

  const modes = ['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest']
  class ReadPreference {
    constructor(mode, tags) {
      if (!ReadPreference.isValid(mode)) {
        throw new TypeError(`ReadPreference: there is no mode ${mode}: there are ${modes.join(', ')}`)
      }
      this.mode = mode
      if (tags !== undefined && tags !== null) this.tags = tags
    }
    get preference() { return this.mode }
    equals(other) { return other?.mode === this.mode }
    static isValid(mode) { return modes.includes(mode) }
  }
  for (const mode of modes) ReadPreference[mode] = new ReadPreference(mode)

  return {
    ReadConcern: constants(ReadConcern, levels), WriteConcern, ReadPreference: constants(ReadPreference, modes),
    ReadConcernLevel: constants({}, levels), ReadPreferenceMode: constants({}, modes),
  }
})()
