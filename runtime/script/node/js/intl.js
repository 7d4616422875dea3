// The formats of Intl and of toLocaleString, for en-US.
(function (native, require, absent) {
  // Text must not depend on the host that a migration runs on, so there is one locale.
  const checkLocale = locales => {
    const locale = Array.isArray(locales) ? locales[0] : locales
    if (locale === undefined || locale === null || /^(en|en-US|en-US-.*|default)$/.test(String(locale))) return
    throw new RangeError(`the locale ${JSON.stringify(String(locale))} does not exist in scripts: en-US alone does, so that text is the same wherever a migration runs; use en-US, or put the parts together (date.toISOString(), getUTCFullYear())`)
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
  const dateOptions = [...Object.keys(dateFields), ...Object.keys(timeFields), 'timeZone', 'timeZoneName', 'hour12', 'hourCycle', 'dateStyle',
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
  const resolveDate = (options, wanted, fallback) => {
    const o = pick(options, dateOptions)
    for (const [name, values] of Object.entries({...dateFields, ...timeFields, dateStyle: styles, timeStyle: styles, hourCycle: ['h23', 'h12', 'h24', 'h11'],
      calendar: ['gregory', 'iso8601'], numberingSystem: ['latn'], timeZoneName: ['short', 'long']})) oneOf(o, name, values)
    const zone = native.zone(o.timeZone ?? '')
    const has = fields => Object.keys(fields).some(name => o[name] !== undefined)
    let fields = {}
    if (o.dateStyle !== undefined || o.timeStyle !== undefined) {
      if (has(dateFields) || has(timeFields)) throw new TypeError('dateStyle and timeStyle stand alone')
      if (wanted === 'date' && o.timeStyle !== undefined) throw new TypeError('Invalid option : timeStyle')
      if (wanted === 'time' && o.dateStyle !== undefined) throw new TypeError('Invalid option : dateStyle')
      fields = {...styled[o.dateStyle], ...timed[o.timeStyle]}
    } else {
      for (const name of [...Object.keys(dateFields), ...Object.keys(timeFields), 'timeZoneName']) if (o[name] !== undefined) fields[name] = o[name]
      const needed = wanted === 'any' ? !has(dateFields) && !has(timeFields) : !has(wanted === 'date' ? dateFields : timeFields)
      if (needed) for (const part of fallback) fields = {...defaults[part], ...fields}
    }
    const cycle = o.hour12 === undefined ? o.hourCycle ?? 'h12' : o.hour12 ? 'h12' : 'h24'
    return {zone, fields: {...fields, cycle, style: o.dateStyle ?? ''}}
  }
  const dateParts = (date, {zone, fields}) => {
    const time = date === undefined ? Date.now() : Number(date)
    if (Number.isNaN(time)) throw new RangeError('Invalid time value')
    const flat = native.date(time, zone, fields), parts = []
    for (let i = 0; i < flat.length; i += 2) parts.push({type: flat[i], value: flat[i + 1]})
    return parts
  }
  const join = parts => parts.map(part => part.value).join('')

  class DateTimeFormat {
    #how
    constructor(locales, options) {
      checkLocale(locales)
      this.#how = resolveDate(options, 'any', ['date'])
      this.format = date => join(dateParts(date, this.#how))
    }
    formatToParts(date) { return dateParts(date, this.#how) }
    formatRange(from, to) { return `${this.format(from)} – ${this.format(to)}` }
    resolvedOptions() { return {locale: 'en-US', calendar: 'gregory', numberingSystem: 'latn', timeZone: this.#how.zone} }
  }
  const dateMethod = (wanted, fallback) => (date, locales, options) => {
    checkLocale(locales)
    if (Number.isNaN(date.getTime())) return 'Invalid Date'
    return join(dateParts(date, resolveDate(options, wanted, fallback)))
  }

  // Numbers.
  const numberOptions = ['style', 'currency', 'currencyDisplay', 'useGrouping', 'minimumIntegerDigits', 'minimumFractionDigits', 'maximumFractionDigits',
    'minimumSignificantDigits', 'maximumSignificantDigits', 'notation', 'signDisplay', 'numberingSystem', 'localeMatcher']
  const resolveNumber = options => {
    const o = pick(options, numberOptions)
    for (const [name, values] of Object.entries({style: ['decimal', 'percent', 'currency'], notation: ['standard'], currencyDisplay: ['symbol', 'code', 'narrowSymbol'],
      numberingSystem: ['latn'], signDisplay: ['auto', 'always', 'never', 'exceptZero']})) oneOf(o, name, values)
    if (o.style === 'currency' && o.currency === undefined) throw new TypeError('Currency code is required with currency style.')
    for (const [name, low, high] of [['minimumIntegerDigits', 1, 21], ['minimumFractionDigits', 0, 100], ['maximumFractionDigits', 0, 100],
      ['minimumSignificantDigits', 1, 21], ['maximumSignificantDigits', 1, 21]]) {
      if (o[name] !== undefined && !(o[name] >= low && o[name] <= high)) throw new RangeError(`${name} value is out of range.`)
    }
    if (o.minimumFractionDigits > o.maximumFractionDigits) throw new RangeError('maximumFractionDigits value is out of range.')
    return o
  }
  const number = (value, how) => typeof value === 'bigint' ? native.number(String(value), how) : native.number(Object.is(Number(value), -0) ? "-0" : String(Number(value)), how)
  class NumberFormat {
    #how
    constructor(locales, options) {
      checkLocale(locales)
      this.#how = resolveNumber(options)
      this.format = value => number(value, this.#how)
    }
    resolvedOptions() { return {locale: 'en-US', numberingSystem: 'latn', style: 'decimal', ...this.#how} }
  }
  const numberMethod = (value, locales, options) => { checkLocale(locales); return number(value, resolveNumber(options)) }

  // A constructor that may be called without new.
  const callable = type => {
    const make = function (...args) { return new type(...args) }
    make.prototype = type.prototype
    make.supportedLocalesOf = locales => [locales].flat().filter(locale => { try { checkLocale(locale); return true } catch { return false } })
    return make
  }
  const Intl = {DateTimeFormat: callable(DateTimeFormat), NumberFormat: callable(NumberFormat), getCanonicalLocales: locales => [locales ?? []].flat()}
  for (const name of ['Collator', 'ListFormat', 'PluralRules', 'RelativeTimeFormat', 'Segmenter', 'DisplayNames', 'DurationFormat', 'Locale']) {
    Intl[name] = absent(`Intl.${name}`, 'there are Intl.DateTimeFormat and Intl.NumberFormat, for en-US')
  }
  return {
    Intl,
    Date: {
      toLocaleString: dateMethod('any', ['date', 'time']), toLocaleDateString: dateMethod('date', ['date']), toLocaleTimeString: dateMethod('time', ['time']),
    },
    Number: {toLocaleString: numberMethod}, BigInt: {toLocaleString: numberMethod},
    Array: {toLocaleString: (array, ...args) => Array.from(array, item => item === null || item === undefined ? '' : item.toLocaleString(...args)).join(',')},
  }
})
