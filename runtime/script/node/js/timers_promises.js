// The module timers/promises.
(function () {
  const {setTimeout, setImmediate} = globalThis
  const after = (ms, value) => new Promise(resolve => setTimeout(resolve, ms, value))
  return {
    setTimeout: after,
    setImmediate: value => new Promise(resolve => setImmediate(resolve, value)),
    scheduler: {wait: ms => after(ms), yield: () => after(0)},
    // Each step waits for its turn.
    setInterval: (ms, value) => ({
      [Symbol.for('Symbol.asyncIterator')]() { return this },
      next: async () => ({done: false, value: await after(ms, value)}),
      return: async () => ({done: true, value: undefined}),
    }),
  }
})
