// What the machine gives at this moment: the denominators. Asked of a program of its own (crates/cpu/benches/probe.rs) directly
// before and after each sample, since neighbours, clocks and hyperthreads change from second to second.
import { Child } from './child.js'

/** How long one probe takes, in milliseconds. */
const PROBE = 2
/** A sample counts when its probes reach this part of the session's best. */
const GOOD = 0.95
/** What two threads must reach of one for a number of two threads to mean anything. */
const CAPACITY = 1.9

/** Runs what is measured between two probes. */
export class Machine {
  readonly threads: number
  readonly isa: string
  readonly #probe: Child
  #best = 0
  #single = 0

  private constructor(probe: Child, isa: string, threads: number) {
    this.#probe = probe
    this.isa = isa
    this.threads = threads
  }

  /** Builds the probe if need be and asks for the session's first numbers. */
  static async start(): Promise<Machine> {
    const probe = new Child('cargo', ['bench', '--quiet', '--locked', '-p', 'ironhorn-cpu', '--bench', 'probe', '--', '--serve'])
    const { isa, threads } = JSON.parse(await probe.line()) as { isa: string; threads: number }
    const machine = new Machine(probe, isa, threads)
    for (let i = 0; i < 20; i++) await machine.peak()
    return machine
  }

  /** Operations a second of multiply-adds on `threads`, now. */
  async peak(threads = this.threads): Promise<number> {
    const rate = Number(await this.#probe.ask(`peak ${threads} ${PROBE}`))
    if (threads === this.threads) this.#best = Math.max(this.#best, rate)
    if (threads === 1) this.#single = Math.max(this.#single, rate)
    return rate
  }

  /** Bytes a second that all threads read from memory, now. */
  async memory(): Promise<number> {
    return Number(await this.#probe.ask(`memory ${this.threads} 4 ${64 << 20}`))
  }

  /** What all threads give together, in units of one: whether they are cores or share one. */
  async capacity(): Promise<number> {
    for (let i = 0; i < 10; i++) {
      await this.peak(1)
      await this.peak()
    }
    return this.#best / this.#single
  }

  /** Measures between two probes. */
  async sample(measure: () => Promise<number>): Promise<Sample> {
    const single = await this.peak(1)
    const before = await this.peak()
    const value = await measure()
    const after = await this.peak()
    return { value, low: Math.min(before, after), peak: Math.max(before, after), single }
  }

  /** The samples taken while the machine was whole. */
  good(samples: readonly Sample[]): Sample[] {
    const floor = Math.max(GOOD * this.#best, this.threads === 2 ? CAPACITY * this.#single * GOOD : 0)
    return samples.filter((sample) => sample.low >= floor)
  }

  close(): void {
    this.#probe.close()
  }
}

/** A measured value and what the probes around it said. */
export interface Sample {
  readonly value: number
  readonly low: number
  readonly peak: number
  readonly single: number
}

/** The middle one; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? NaN
}

/** The smallest; NaN of none. */
export const least = (values: readonly number[]): number => (values.length === 0 ? NaN : Math.min(...values))
