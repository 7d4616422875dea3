// The module querystring.
(function (native, require) {
  const decode = text => { try { return decodeURIComponent(text.replace(/\+/g, ' ')) } catch { return text } }
  const parse = (text, separator = '&', equals = '=') => {
    const fields = Object.create(null)
    for (const pair of String(text).split(separator)) {
      if (pair === '') continue
      const at = pair.indexOf(equals)
      const name = decode(at < 0 ? pair : pair.slice(0, at)), value = decode(at < 0 ? '' : pair.slice(at + equals.length))
      fields[name] = name in fields ? [fields[name], value].flat() : value
    }
    return fields
  }
  const text = value => typeof value === 'object' || value === undefined ? '' : encodeURIComponent(String(value))
  const stringify = (fields, separator = '&', equals = '=') => Object.entries(fields ?? {})
    .flatMap(([name, values]) => [values].flat().map(value => encodeURIComponent(name) + equals + text(value))).join(separator)
  return {parse, stringify, decode: parse, encode: stringify, escape: encodeURIComponent, unescape: decode,
    unescapeBuffer: text => require('buffer').Buffer.from(decode(String(text)))}
})
