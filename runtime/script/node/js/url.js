// The module url.
(function (native, require, absent) {
  const {URL, URLSearchParams} = native
  if (URL.canParse === undefined) {
    URL.canParse = (text, base) => { try { return new URL(text, base) instanceof URL } catch { return false } }
  }
  const fileURLToPath = url => {
    const {protocol, pathname} = typeof url === 'string' ? new URL(url) : url
    if (protocol !== 'file:') throw Object.assign(new TypeError('The URL must be of scheme file'), {code: 'ERR_INVALID_URL_SCHEME'})
    return decodeURIComponent(pathname)
  }
  const pathToFileURL = path => new URL(native.fileURL(require('path').resolve(path)))

  // The old way to take an address apart.
  const parse = (text, withQuery = false) => {
    const parts = {protocol: null, slashes: null, auth: null, host: null, port: null, hostname: null, hash: null, search: null, query: null, pathname: null, path: null, href: text}
    const [, protocol, slashes, auth, hostname, port, pathname, search, hash] =
      /^([a-z][a-z0-9+.-]*:)?(\/\/)?(?:([^@/?#]*)@)?([^:/?#]*)(?::(\d+))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text) ?? []
    if (slashes === undefined) {
      const [, path, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(protocol === undefined ? text : text.slice(protocol.length)) ?? []
      Object.assign(parts, {protocol: protocol ?? null, pathname: path || null, search: query ?? null, hash: fragment ?? null})
    } else {
      Object.assign(parts, {protocol: protocol ?? null, slashes: true, auth: auth ?? null, hostname, port: port ?? null,
        host: port === undefined ? hostname : `${hostname}:${port}`, pathname: pathname || '/', search: search ?? null, hash: hash ?? null})
    }
    const query = parts.search?.slice(1) ?? null
    parts.query = withQuery ? Object.fromEntries(new URLSearchParams(query ?? '')) : query
    parts.path = parts.pathname === null && parts.search === null ? null : (parts.pathname ?? '') + (parts.search ?? '')
    return parts
  }
  const format = url => {
    if (url instanceof URL) return url.href
    if (typeof url === 'string') return url
    const {protocol = '', auth, hostname = '', port, pathname = '', search, query, hash = ''} = url
    const host = url.host ?? (port ? `${hostname}:${port}` : hostname)
    const text = search ?? (query !== null && typeof query === 'object' ? `?${new URLSearchParams(query)}` : '')
    return `${protocol}${host || url.slashes ? '//' : ''}${auth ? auth + '@' : ''}${host ?? ''}${pathname ?? ''}${text ?? ''}${hash ?? ''}`
  }
  return {
    URL, URLSearchParams, fileURLToPath, pathToFileURL, parse, format,
    resolve: (from, to) => new URL(to, new URL(from, 'resolve://')).href.replace(/^resolve:\/\//, ''),
    urlToHttpOptions: absent('url.urlToHttpOptions', 'scripts have no network'), resolveObject: absent('url.resolveObject', 'use new URL(path, base)'),
    Url: absent('url.Url', 'use URL'), domainToASCII: native.domainToASCII, domainToUnicode: native.domainToUnicode,
  }
})
