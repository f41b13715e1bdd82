// Promises of what was done at once. A program that awaits many of them in a row never comes back to its event loop by itself: timers
// would wait and memory would not be given back, so every few milliseconds one waits for a turn of the loop.

/** How long may pass without a turn of the event loop, in milliseconds. */
const LONGEST = 5

/** When the first of this turn was settled; 0 after a turn. */
let since = 0

/** A promise of a value that is there. */
export function settled<Value>(value: Value): Promise<Value> {
  const now = performance.now()
  if (since === 0) {
    since = now
    setImmediate(() => {
      since = 0
    })
  }
  return now - since < LONGEST ? Promise.resolve(value) : new Promise((resolve) => setImmediate(resolve, value))
}
