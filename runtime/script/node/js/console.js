// The module console, and the global for scripts that do more with it than print.
// There is one stream: what is printed is kept with the migration, whatever the method.
(function ({print, format, show}) {
  let indent = ''
  const counts = new Map(), times = new Map()

  // An indented group indents every line.
  const log = (...values) => {
    print(indent + format(...values).replaceAll('\n', '\n' + indent))
  }
  const group = (...values) => {
    if (values.length > 0) log(...values)
    indent += '  '
  }

  // --- tables ---

  const isRow = value => typeof value === 'object' && value !== null && value._bsontype === undefined && !(value instanceof Date)
  const cell = value => (typeof value === 'string' ? `'${value}'` : show(value)).replace(/\s*\n\s*/g, ' ')

  // The rows of what is shown as a table, each with its name and its cells by their columns.
  const rowsOf = data => {
    if (data instanceof Map) return Array.from(data, ([key, value], i) => [String(i), new Map([['Key', cell(key)], ['Values', cell(value)]])])
    if (data instanceof Set) return Array.from(data, (value, i) => [String(i), new Map([['Values', cell(value)]])])
    return Object.keys(data).map(key => {
      const row = data[key]
      const cells = isRow(row) ? Object.keys(row).map(name => [name, cell(row[name])]) : [['Values', cell(row)]]
      return [key, new Map(cells)]
    })
  }
  const table = (data, columns) => {
    if (typeof data?.toArray === 'function') data = data.toArray()
    if (!isRow(data)) return log(data)
    const rows = rowsOf(data)
    const names = columns ?? [...new Set(rows.flatMap(([, cells]) => [...cells.keys()]))].sort((a, b) => (a === 'Values') - (b === 'Values'))
    const index = data instanceof Map || data instanceof Set ? '(iteration index)' : '(index)'
    const lines = [[index, ...names], ...rows.map(([key, cells]) => [key, ...names.map(name => cells.get(name) ?? '')])]
    const width = text => Array.from(text).length
    const widths = lines[0].map((_, i) => Math.max(...lines.map(line => width(line[i]))))
    const rule = (left, middle, right) => left + widths.map(w => '─'.repeat(w + 2)).join(middle) + right
    const written = lines.map(line => '│' + line.map((text, i) => ` ${text}${' '.repeat(widths[i] - width(text))} `).join('│') + '│')
    log([rule('┌', '┬', '┐'), written[0], rule('├', '┼', '┤'), ...written.slice(1), rule('└', '┴', '┘')].join('\n'))
  }

  // --- counting and timing ---

  const known = (map, label, what) => {
    if (!map.has(label)) log(`Warning: ${what} for '${label}'`)
    return map.has(label)
  }
  const elapsed = label => `${label}: ${Date.now() - times.get(label)} ms`

  return {
    log, info: log, warn: log, error: log, debug: log, dir: value => log(value), table,
    trace(...values) {
      log(['Trace', ...(values.length > 0 ? [format(...values)] : [])].join(': ') + '\n' + new Error().stack.split('\n').slice(1).join('\n').trimEnd())
    },
    assert(ok, ...values) {
      if (ok) return
      if (typeof values[0] === 'string') log('Assertion failed: ' + values.shift(), ...values)
      else log('Assertion failed', ...values)
    },
    group, groupCollapsed: group, groupEnd() { indent = indent.slice(2) },
    count(label = 'default') {
      counts.set(label, (counts.get(label) ?? 0) + 1)
      log(`${label}: ${counts.get(label)}`)
    },
    countReset(label = 'default') { if (known(counts, label, 'there is no count')) counts.delete(label) },
    time(label = 'default') { times.set(label, Date.now()) },
    timeLog(label = 'default', ...values) { if (known(times, label, 'there is no timer')) log(elapsed(label), ...values) },
    timeEnd(label = 'default') {
      if (!known(times, label, 'there is no timer')) return
      log(elapsed(label))
      times.delete(label)
    },
  }
})
