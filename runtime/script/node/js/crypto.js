// The module crypto, and the global of the name.
(function (native, require, absent) {
  const later = f => (...args) => {
    const callback = args.pop()
    if (typeof callback !== 'function') throw new TypeError('The last argument must be a function')
    Promise.resolve().then(() => {
      let result
      try { result = f(...args) } catch (error) { return callback(error) }
      callback(null, result)
    })
  }

  class Hash {
    #state; #done = false
    constructor(state) { this.#state = state }
    #open() { if (this.#done) throw Object.assign(new Error('Digest already called'), {code: 'ERR_CRYPTO_HASH_FINALIZED'}) }
    update(data, encoding) { this.#open(); native.update(this.#state, data, encoding); return this }
    digest(encoding) { this.#open(); this.#done = true; return native.digest(this.#state, encoding) }
    copy() { this.#open(); return new Hash(native.copy(this.#state)) }
  }
  class Hmac extends Hash {}

  // A key of an HMAC: bytes, as packages hand them on. There are no pairs of keys.
  const bytesOf = key => key instanceof KeyObject ? key.export() : key
  class KeyObject {
    #bytes
    constructor(bytes) { this.#bytes = bytes }
    get type() { return 'secret' }
    get symmetricKeySize() { return this.#bytes.length }
    export(options) { return options?.format === 'jwk' ? {kty: 'oct', k: this.#bytes.toString('base64url')} : require('buffer').Buffer.from(this.#bytes) }
    equals(other) { return other instanceof KeyObject && this.#bytes.equals(other.export()) }
  }
  const createSecretKey = (key, encoding) => new KeyObject(require('buffer').Buffer.from(key, encoding))

  const randomUUID = () => native.randomUUID()
  const randomInt = (min, max, callback) => {
    if (max === undefined || typeof max === 'function') [min, max, callback] = [0, min, max]
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max)) throw new TypeError('randomInt takes whole numbers')
    const n = native.randomInt(min, max)
    if (callback === undefined) return n
    Promise.resolve().then(() => callback(null, n))
  }
  const randomFillSync = (target, offset = 0, length) => {
    const view = new Uint8Array(target.buffer ?? target, target.byteOffset ?? 0, target.byteLength)
    native.randomFill(view.subarray(offset, length === undefined ? undefined : offset + length))
    return target
  }
  const randomBytes = (size, callback) => callback === undefined ? native.randomBytes(size) : later(native.randomBytes)(size, callback)
  const pbkdf2Sync = (password, salt, iterations, length, digest) => native.pbkdf2(password, salt, iterations, length, digest)
  const scryptSync = (password, salt, length, {N, cost = N ?? 16384, r, blockSize = r ?? 8, p, parallelization = p ?? 1} = {}) =>
    native.scrypt(password, salt, length, cost, blockSize, parallelization)
  const hkdfSync = (digest, key, salt, info, length) => {
    const b = native.hkdf(digest, key, salt, info, length)
    return b.buffer.slice(b.byteOffset, b.byteOffset + b.length)
  }

  const webcrypto = {
    randomUUID,
    getRandomValues(array) {
      if (!ArrayBuffer.isView(array)) throw new TypeError('getRandomValues fills a typed array')
      if (array.byteLength > 65536) throw new RangeError('getRandomValues fills 65536 bytes at most')
      return randomFillSync(array)
    },
    get subtle() { return absent('crypto.subtle', "use createHash, createHmac and pbkdf2Sync of require('crypto')")() },
  }
  const crypto = {
    randomUUID, randomBytes, pseudoRandomBytes: randomBytes, randomInt, randomFillSync, randomFill: later(randomFillSync),
    createHash: algorithm => new Hash(native.newHash(algorithm)),
    createHmac: (algorithm, key) => new Hmac(native.newHmac(algorithm, bytesOf(key))),
    hash: (algorithm, data, encoding = 'hex') => new Hash(native.newHash(algorithm)).update(data).digest(encoding),
    getHashes: () => [...native.hashes()], getRandomValues: webcrypto.getRandomValues, webcrypto,
    pbkdf2Sync, pbkdf2: later(pbkdf2Sync), scryptSync, scrypt: later(scryptSync), hkdfSync, hkdf: later(hkdfSync),
    timingSafeEqual: native.timingSafeEqual, Hash, Hmac, KeyObject, createSecretKey, constants: {}, getCiphers: () => [], getCurves: () => [], getFips: () => 0,
  }
  for (const name of ['createCipheriv', 'createDecipheriv', 'createSign', 'createVerify', 'createPublicKey',
    'createPrivateKey', 'generateKeyPairSync', 'generateKeyPair', 'generateKey', 'generateKeySync', 'publicEncrypt', 'publicDecrypt', 'privateEncrypt', 'privateDecrypt', 'sign', 'verify',
    'createDiffieHellman', 'createDiffieHellmanGroup', 'getDiffieHellman', 'diffieHellman', 'createECDH', 'Certificate', 'Cipher', 'Cipheriv', 'Decipher',
    'Decipheriv', 'DiffieHellman', 'DiffieHellmanGroup', 'ECDH', 'Sign', 'Verify', 'X509Certificate', 'checkPrime', 'checkPrimeSync', 'generatePrime',
    'generatePrimeSync', 'getCipherInfo', 'secureHeapUsed', 'setEngine', 'setFips']) {
    crypto[name] = absent(`crypto.${name}`, 'there are hashes, random numbers and the derivation of keys; encrypt in the application')
  }
  Object.defineProperty(crypto, 'subtle', {get: () => webcrypto.subtle})
  return crypto
})
