// The module perf_hooks, and the global performance.
(function (native, require, absent) {
  const marks = new Map()
  const now = () => native.elapsed() / 1e6
  const performance = {
    now, get timeOrigin() { return Date.now() - now() },
    mark(name) { const entry = {name, entryType: 'mark', startTime: now(), duration: 0}; marks.set(name, entry); return entry },
    measure(name, start, end) {
      const from = start === undefined ? 0 : marks.get(start).startTime
      return {name, entryType: 'measure', startTime: from, duration: (end === undefined ? now() : marks.get(end).startTime) - from}
    },
    clearMarks() { marks.clear() }, clearMeasures() {}, toJSON() { return {timeOrigin: performance.timeOrigin} },
  }
  const exports = {performance, constants: {}}
  for (const name of ['Performance', 'PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure', 'PerformanceObserver', 'PerformanceObserverEntryList',
    'PerformanceResourceTiming', 'createHistogram', 'monitorEventLoopDelay']) exports[name] = absent(`perf_hooks.${name}`, 'use performance.now()')
  return exports
})
