// The formats of Intl and of toLocaleString.
(function (native, require, absent) {
  // Text must not depend on the host that a migration runs on: a locale is one of those that are written here in full, and
  // any other is refused, so that nothing falls back to another one unseen.
  const tags = ['en-US', 'en-GB', 'en-CA', 'de-DE', 'fr-FR', 'sv-SE']
  const localeOf = locales => {
    const locale = String((Array.isArray(locales) ? locales[0] : locales) ?? 'en-US')
    if (/^(en|en-US-.*|default)$/.test(locale)) return 'en-US'
    if (tags.includes(locale) || tags.some(tag => tag.slice(0, 2) === locale)) return locale
    throw new RangeError(`the locale ${JSON.stringify(locale)} does not exist in scripts: there are ${tags.join(', ')}; use one of them, or put the parts together (date.toISOString(), getUTCFullYear())`)
  }
  const english = (what, locales) => {
    if (localeOf(locales) !== 'en-US') throw new RangeError(`${what} exists in scripts for en-US alone`)
  }
  const pick = (options, names) => {
    if (options === undefined || options === null) return {}
    const picked = {}
    for (const name of Object.keys(options)) {
      if (options[name] === undefined) continue
      if (!names.includes(name)) throw new RangeError(`the option ${name} does not exist in scripts: there are ${names.join(', ')}`)
      picked[name] = options[name]
    }
    return picked
  }
  const oneOf = (options, name, values) => {
    if (options[name] !== undefined && !values.includes(options[name])) {
      throw new RangeError(`Value ${options[name]} out of range for Intl option ${name}: there are ${values.join(', ')}`)
    }
  }

  // Dates.
  const widths = ['numeric', '2-digit'], names = ['long', 'short', 'narrow']
  const dateFields = {weekday: names, year: widths, month: [...widths, ...names], day: widths}
  const timeFields = {hour: widths, minute: widths, second: widths, fractionalSecondDigits: [1, 2, 3]}
  const styles = ['full', 'long', 'medium', 'short']
  const dateOptions = ['era', ...Object.keys(dateFields), ...Object.keys(timeFields), 'timeZone', 'timeZoneName', 'hour12', 'hourCycle', 'dateStyle',
    'timeStyle', 'calendar', 'numberingSystem', 'formatMatcher', 'localeMatcher']
  const styled = {
    full: {weekday: 'long', year: 'numeric', month: 'long', day: 'numeric'}, long: {year: 'numeric', month: 'long', day: 'numeric'},
    medium: {year: 'numeric', month: 'short', day: 'numeric'}, short: {year: '2-digit', month: 'numeric', day: 'numeric'},
  }
  const timed = {
    full: {hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'long'},
    long: {hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short'},
    medium: {hour: 'numeric', minute: '2-digit', second: '2-digit'}, short: {hour: 'numeric', minute: '2-digit'},
  }
  const defaults = {
    date: {year: 'numeric', month: 'numeric', day: 'numeric'}, time: {hour: 'numeric', minute: '2-digit', second: '2-digit'},
  }
  const resolveDate = (locales, options, wanted, fallback) => {
    const locale = localeOf(locales)
    const o = pick(options, dateOptions)
    for (const [name, values] of Object.entries({...dateFields, ...timeFields, dateStyle: styles, timeStyle: styles, hourCycle: ['h23', 'h12', 'h24', 'h11'],
      era: names, calendar: ['gregory', 'iso8601'], numberingSystem: ['latn'], timeZoneName: ['short', 'long', 'shortOffset', 'longOffset']})) oneOf(o, name, values)
    const zone = native.zone(o.timeZone ?? '')
    const has = fields => Object.keys(fields).some(name => o[name] !== undefined)
    let fields = {}
    if (o.dateStyle !== undefined || o.timeStyle !== undefined) {
      if (has(dateFields) || has(timeFields)) throw new TypeError('dateStyle and timeStyle stand alone')
      if (wanted === 'date' && o.timeStyle !== undefined) throw new TypeError('Invalid option : timeStyle')
      if (wanted === 'time' && o.dateStyle !== undefined) throw new TypeError('Invalid option : dateStyle')
      fields = locale === 'en-US' ? {...styled[o.dateStyle], ...timed[o.timeStyle]} : {}
    } else {
      for (const name of [...Object.keys(dateFields), ...Object.keys(timeFields), 'timeZoneName', 'era']) if (o[name] !== undefined) fields[name] = o[name]
      const needed = wanted === 'any' ? !has(dateFields) && !has(timeFields) : !has(wanted === 'date' ? dateFields : timeFields)
      if (needed) for (const part of fallback) fields = {...defaults[part], ...fields}
    }
    const cycle = o.hour12 === undefined ? o.hourCycle ?? 'h12' : o.hour12 ? 'h12' : 'h24'
    // What a script itself says of the hours, for locales that begin with 24 of them.
    const given = o.hour12 === undefined ? o.hourCycle ?? '' : o.hour12 ? 'h12' : 'h23'
    return {locale, zone, fields: {...fields, cycle, given, dateStyle: o.dateStyle ?? '', timeStyle: o.timeStyle ?? ''}}
  }
  const dateParts = (date, {locale, zone, fields}) => {
    const time = date === undefined ? Date.now() : Number(date)
    if (!(Math.abs(time) <= 8.64e15)) throw new RangeError('Invalid time value')
    const flat = native.date(time, zone, fields, locale), parts = []
    for (let i = 0; i < flat.length; i += 2) parts.push({type: flat[i], value: flat[i + 1]})
    return parts
  }
  const join = parts => parts.map(part => part.value).join('')

  class DateTimeFormat {
    #how
    constructor(locales, options) {
      this.#how = resolveDate(locales, options, 'any', ['date'])
      dateParts(0, this.#how) // what cannot be written is refused here, and not where it is used
      this.format = date => join(dateParts(date, this.#how))
    }
    formatToParts(date) { return dateParts(date, this.#how) }
    formatRange(from, to) { return `${this.format(from)} – ${this.format(to)}` }
    resolvedOptions() {
      const {locale, zone, fields: {cycle, given, dateStyle, timeStyle, ...fields}} = this.#how
      const hours = locale === 'en-US' || locale === 'en-CA' ? cycle === 'h24' ? 'h23' : cycle : 'h23'
      return {
        locale, calendar: 'gregory', numberingSystem: 'latn', timeZone: zone,
        ...(fields.hour || timeStyle ? {hourCycle: hours, hour12: hours === 'h12' || hours === 'h11'} : {}),
        ...(dateStyle || timeStyle ? {} : fields), ...(dateStyle && {dateStyle}), ...(timeStyle && {timeStyle}),
      }
    }
  }
  const dateMethod = (wanted, fallback) => (date, locales, options) => {
    const how = resolveDate(locales, options, wanted, fallback)
    return Number.isNaN(date.getTime()) ? 'Invalid Date' : join(dateParts(date, how))
  }

  // Numbers.
  const numberOptions = ['style', 'currency', 'currencyDisplay', 'useGrouping', 'minimumIntegerDigits', 'minimumFractionDigits', 'maximumFractionDigits',
    'minimumSignificantDigits', 'maximumSignificantDigits', 'notation', 'signDisplay', 'numberingSystem', 'localeMatcher']
  const resolveNumber = (locales, options) => {
    const locale = localeOf(locales)
    const o = pick(options, numberOptions)
    for (const [name, values] of Object.entries({style: ['decimal', 'percent', 'currency'], notation: ['standard'], currencyDisplay: ['symbol', 'code', 'narrowSymbol'],
      numberingSystem: ['latn'], signDisplay: ['auto', 'always', 'never', 'exceptZero']})) oneOf(o, name, values)
    if (o.style === 'currency' && o.currency === undefined) throw new TypeError('Currency code is required with currency style.')
    for (const [name, low, high] of [['minimumIntegerDigits', 1, 21], ['minimumFractionDigits', 0, 100], ['maximumFractionDigits', 0, 100],
      ['minimumSignificantDigits', 1, 21], ['maximumSignificantDigits', 1, 21]]) {
      if (o[name] !== undefined && !(o[name] >= low && o[name] <= high)) throw new RangeError(`${name} value is out of range.`)
    }
    if (o.minimumFractionDigits > o.maximumFractionDigits) throw new RangeError('maximumFractionDigits value is out of range.')
    return {locale, options: o}
  }
  const number = (value, {locale, options}) =>
    native.number(typeof value === 'bigint' ? String(value) : Object.is(Number(value), -0) ? '-0' : String(Number(value)), options, locale)
  // The pieces that a number is written in.
  const numberParts = (text, {locale, options}) => {
    const point = localeOf(locale) === 'en-US' || /^en/.test(locale) ? '.' : ','
    let behind = false
    return (text.match(/\d+|[^\d]+/g) ?? []).flatMap((piece, i, all) => {
      if (/\d/.test(piece)) return [{type: behind ? 'fraction' : 'integer', value: piece}]
      const inside = /\d/.test(all[i - 1] ?? '') && /\d/.test(all[i + 1] ?? '')
      if (inside) {
        behind ||= piece === point
        return [{type: piece === point ? 'decimal' : 'group', value: piece}]
      }
      return (piece.match(/[-+\u2212]|\u00a0|%|∞|NaN|(?:(?!NaN)[^-+\u2212\u00a0%∞])+/g) ?? []).map(value => ({
        type: value === '-' || value === '\u2212' ? 'minusSign' : value === '+' ? 'plusSign' : value === '\u00a0' ? 'literal' : value === '%' ? 'percentSign' :
          value === '∞' ? 'infinity' : value === 'NaN' ? 'nan' : 'currency', value,
      }))
    })
  }
  class NumberFormat {
    #how
    constructor(locales, options) {
      this.#how = resolveNumber(locales, options)
      number(0, this.#how) // what cannot be written is refused here, and not where it is used
      this.format = value => number(value, this.#how)
    }
    formatToParts(value) { return numberParts(this.format(value), this.#how) }
    resolvedOptions() {
      const {locale, options} = this.#how
      const digits = options.style === 'currency' ? [2, 2] : options.style === 'percent' ? [0, 0] : [0, 3]
      return {
        locale, numberingSystem: 'latn', style: 'decimal', minimumIntegerDigits: 1, minimumFractionDigits: digits[0],
        maximumFractionDigits: Math.max(digits[1], options.minimumFractionDigits ?? 0), useGrouping: 'auto', notation: 'standard', signDisplay: 'auto', ...options,
      }
    }
  }
  const numberMethod = (value, locales, options) => number(value, resolveNumber(locales, options))

  // Words, in English.
  class PluralRules {
    #ordinal
    constructor(locales, {type = 'cardinal'} = {}) { english('Intl.PluralRules', locales); this.#ordinal = type === 'ordinal' }
    select(n) {
      n = Number(n)
      if (!this.#ordinal) return n === 1 ? 'one' : 'other'
      if (!Number.isInteger(n) || n % 100 >= 11 && n % 100 <= 13) return 'other'
      return {1: 'one', 2: 'two', 3: 'few'}[Math.abs(n) % 10] ?? 'other'
    }
    resolvedOptions() { return {locale: 'en-US', type: this.#ordinal ? 'ordinal' : 'cardinal', pluralCategories: this.#ordinal ? ['few', 'one', 'two', 'other'] : ['one', 'other']} }
  }
  class ListFormat {
    #word
    constructor(locales, options) {
      english('Intl.ListFormat', locales)
      const {type = 'conjunction'} = pick(options, ['type', 'style', 'localeMatcher'])
      oneOf({type}, 'type', ['conjunction', 'disjunction'])
      oneOf(options ?? {}, 'style', ['long'])
      this.#word = type === 'conjunction' ? 'and' : 'or'
    }
    format(list) {
      const items = Array.from(list)
      return items.length < 3 ? items.join(` ${this.#word} `) : `${items.slice(0, -1).join(', ')}, ${this.#word} ${items[items.length - 1]}`
    }
  }
  const units = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']
  const near = {day: {'-1': 'yesterday', 0: 'today', 1: 'tomorrow'}, second: {0: 'now'}}
  class RelativeTimeFormat {
    #auto; #count
    constructor(locales, options) {
      english('Intl.RelativeTimeFormat', locales)
      const o = pick(options, ['numeric', 'style', 'localeMatcher'])
      oneOf(o, 'numeric', ['always', 'auto'])
      oneOf(o, 'style', ['long'])
      this.#auto = o.numeric === 'auto'
      this.#count = new NumberFormat('en-US')
    }
    format(value, unit) {
      unit = String(unit).replace(/s$/, '')
      if (!units.includes(unit)) throw new RangeError(`Invalid unit argument for format() '${unit}'`)
      value = Number(value)
      if (!Number.isFinite(value)) throw new RangeError('The number must be finite')
      if (this.#auto && Math.abs(value) <= 1) {
        const words = near[unit] ?? (units.indexOf(unit) > 3 ? {'-1': `last ${unit}`, 0: `this ${unit}`, 1: `next ${unit}`} : {0: `this ${unit}`})
        if (words[value] !== undefined) return words[value]
      }
      const count = `${this.#count.format(Math.abs(value))} ${unit}${Math.abs(value) === 1 ? '' : 's'}`
      return value < 0 || Object.is(value, -0) ? `${count} ago` : `in ${count}`
    }
  }
  class Collator {
    constructor(locales, options) {
      english('Intl.Collator', locales)
      const o = pick(options, ['sensitivity', 'numeric', 'usage', 'ignorePunctuation', 'caseFirst', 'localeMatcher'])
      oneOf(o, 'sensitivity', ['base', 'accent', 'case', 'variant'])
      oneOf(o, 'caseFirst', ['false'])
      oneOf(o, 'ignorePunctuation', [false])
      this.compare = (a, b) => native.compare(String(a), String(b), o.sensitivity ?? 'variant', o.numeric === true)
    }
    resolvedOptions() { return {locale: 'en-US', usage: 'sort', sensitivity: 'variant', ignorePunctuation: false, collation: 'default', numeric: false, caseFirst: 'false'} }
  }

  // A constructor that may be called without new.
  const callable = type => {
    const make = function (...args) { return new type(...args) }
    make.prototype = type.prototype
    make.supportedLocalesOf = locales => [locales ?? []].flat().filter(locale => { try { localeOf(locale); return true } catch { return false } })
    return make
  }
  const Intl = {getCanonicalLocales: locales => [locales ?? []].flat()}
  for (const type of [DateTimeFormat, NumberFormat, PluralRules, ListFormat, RelativeTimeFormat, Collator]) Intl[type.name] = callable(type)
  for (const name of ['Segmenter', 'DisplayNames', 'DurationFormat', 'Locale', 'supportedValuesOf']) {
    Intl[name] = absent(`Intl.${name}`, 'there are Intl.DateTimeFormat, NumberFormat, PluralRules, ListFormat, RelativeTimeFormat and Collator')
  }
  return {
    Intl,
    Date: {
      toLocaleString: dateMethod('any', ['date', 'time']), toLocaleDateString: dateMethod('date', ['date']), toLocaleTimeString: dateMethod('time', ['time']),
    },
    Number: {toLocaleString: numberMethod}, BigInt: {toLocaleString: numberMethod},
    String: {localeCompare: (a, b, locales, options) => new Collator(locales, options).compare(a, b)},
    Array: {toLocaleString: (array, ...args) => Array.from(array, item => item === null || item === undefined ? '' : item.toLocaleString(...args)).join(',')},
  }
})
