// A Sequence for tests, as a module that worker threads import: batch i is filled with i, its targets with its thread's number.
import { threadId } from 'node:worker_threads'

export default class Rows {
  /** @param {number} length */
  constructor(length, { slow = 0, broken = -1 } = {}) {
    this.length = length
    this.slow = slow
    this.broken = broken
  }
  /** @param {number} i */
  async getItem(i) {
    if (i === this.broken) throw Object.assign(new RangeError('no such row'), { code: 'row' })
    if (i % 2 === 0 && this.slow > 0) await new Promise((resolve) => setTimeout(resolve, this.slow))
    const whole = new Float32Array(64).fill(i)
    return [
      { data: whole.subarray(8, 14), shape: [2, 3] },
      { data: new Float32Array(4).fill(threadId), shape: [2, 2] },
    ]
  }
  onEpochEnd() {
    this.length = Math.min(this.length + 1, 6)
  }
}
