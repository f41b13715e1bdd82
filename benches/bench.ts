// `npm run bench`: our time for each workload, as a share of what the machine gives at that moment, beside TensorFlow and PyTorch where
// `benches/peers/setup` has been run. Everyone takes turns in one run, so that whatever else the machine does hits all alike.
// Arguments: --json for machines, --rounds N, --no-peers, words that pick workloads by name.
import { parseArgs } from 'node:util'
import { ours, peers, type Contestant, type Way } from './contestants.js'
import { least, Machine, median, type Sample } from './machine.js'
import { data, flops, WORKLOADS, type Workload } from './workloads.js'

/** Seconds of one sample, and how long everyone rests between two: threads that still spin for work would take the next one's core. */
const SAMPLE = 0.15
const REST = 30

/** What a contestant came to. */
export interface Figure {
  readonly name: string
  /** The way that was fastest, where there are several. */
  readonly way: string
  /** Milliseconds a step: the best and the median. */
  readonly best: number
  readonly median: number
  /** All its ways in a first try, milliseconds a step. */
  readonly ways: Readonly<Record<string, number>>
  /** How far its losses, or first outputs, are from ours, relative to ours. */
  readonly distance: number
  /** Median over the rounds of its time by ours of the same round. */
  readonly ratio: number
}

/** One workload measured. */
export interface Row {
  readonly workload: Workload
  readonly ours: Figure
  readonly peers: readonly Figure[]
  /** Required operations by our best time, as a share of the probe of the same moment, and the median. */
  readonly share: number
  readonly medianShare: number
  /** Rounds that counted, of all. */
  readonly kept: number
  readonly rounds: number
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, REST))

/** Ways that hand the framework all data of an epoch inside one compiled graph: shown, but not what training by batches is. */
const isWholeEpoch = (name: string): boolean => name.startsWith('whole epoch')

/** Measures a workload on all contestants, the first being us. */
export async function measure(
  machine: Machine,
  workload: Workload,
  contestants: readonly Contestant[],
  rounds: number,
  say: (line: string) => void,
  seconds = SAMPLE,
): Promise<Row> {
  const numbers = data(workload)
  const entries: { name: string; ways: Record<string, number>; way: Way; times: Sample[]; distance: number }[] = []
  for (const contestant of contestants) {
    const found = await contestant.open(workload, numbers, say)
    const ways: Record<string, number> = {}
    for (const way of found) {
      await rest()
      ways[way.name] = Math.min(await way.time(seconds), await way.time(seconds))
    }
    const stepwise = found.filter((way) => !isWholeEpoch(way.name)).sort((a, b) => (ways[a.name] ?? 0) - (ways[b.name] ?? 0))
    const way = stepwise[0]
    if (!way) throw new Error(`${contestant.name} cannot run ${workload.name}`)
    entries.push({ name: contestant.name, ways, way, times: [], distance: distance(way.results, entries[0]?.way.results ?? way.results) })
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      await rest()
      entry.times.push(await machine.sample(() => entry.way.time(seconds)))
    }
  }
  // A round counts when the machine was whole during all of it; if it never was, all count and `kept` says 0.
  const whole = entries.map((entry) => new Set(machine.good(entry.times).map((sample) => entry.times.indexOf(sample))))
  const good = Array.from({ length: rounds }, (_, i) => i).filter((i) => whole.every((set) => set.has(i)))
  const counted = good.length > 0 ? good : Array.from({ length: rounds }, (_, i) => i)
  const mine = entries[0]?.times ?? []
  const figures = entries.map(({ name, way, ways, times, distance }): Figure => {
    const values = counted.map((i) => times[i]?.value ?? NaN)
    const ratio = median(counted.map((i) => (times[i]?.value ?? NaN) / (mine[i]?.value ?? NaN)))
    return { name, way: way.name, best: least(values), median: median(values), ways, distance, ratio }
  })
  const [first, ...others] = figures
  if (!first) throw new Error('nobody to measure')
  const shares = counted.map((i) => flops(workload) / ((mine[i]?.value ?? NaN) / 1000) / (mine[i]?.peak ?? NaN))
  return { workload, ours: first, peers: others, share: Math.max(...shares), medianShare: median(shares), kept: good.length, rounds }
}

/** The largest difference, relative to the largest value. */
function distance(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(...b.map(Math.abs), 1e-12)
  return Math.max(...b.map((value, i) => Math.abs(value - (a[i] ?? NaN)) / scale))
}

/** A time with its unit. */
export function time(ms: number): string {
  if (ms < 0.1) return `${(ms * 1000).toFixed(2)} us`
  return ms < 10 ? `${ms.toFixed(3)} ms` : `${ms.toFixed(1)} ms`
}

const COLUMNS = [28, 12, 12, 7] as const

function print({ workload, ours, peers, share, medianShare, kept, rounds }: Row): void {
  const percent = (x: number) => `${(x * 100).toFixed(1)} %`
  const cells = [workload.name.padEnd(COLUMNS[0]), ...[time(ours.best), time(ours.median)].map((s, i) => s.padStart(COLUMNS[i + 1] ?? 0))]
  console.log(`${cells.join(' ')} ${percent(share).padStart(8)} ${percent(medianShare).padStart(8)}   ${kept} of ${rounds} rounds`)
  for (const peer of peers) {
    const name = `  ${peer.name}, ${peer.way}`
    const whole = Object.entries(peer.ways).filter(([way]) => isWholeEpoch(way))
    const aside = whole.length > 0 ? `; ${whole.map(([way, ms]) => `${way} ${time(ms)}`).join(', ')}` : ''
    const ratios = `${(peer.best / ours.best).toFixed(2)} x best, ${peer.ratio.toFixed(2)} x median`
    console.log(`${name.padEnd(56)} ${time(peer.best).padStart(12)} ${time(peer.median).padStart(12)}   ${ratios}${aside}`)
    if (!(peer.distance < 1e-3)) console.log(`    its results are not ours: ${peer.distance.toExponential(1)}`)
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '12' },
      peers: { type: 'boolean', default: true },
    },
    allowNegative: true,
  })
  const say = (line: string) => console.error(line)
  const machine = await Machine.start()
  const contestants = [ours, ...(values.peers ? await peers(machine.threads) : [])]
  try {
    const capacity = await machine.capacity()
    const peak = await machine.peak()
    if (!values.json) {
      console.log(`${machine.isa}, ${machine.threads} threads worth ${capacity.toFixed(2)}, ${(peak / 1e9).toFixed(0)} GF/s`)
      if (contestants.length === 1) console.log('no peers: benches/peers/setup makes their environment')
      console.log(`${'workload'.padEnd(COLUMNS[0])} ${'best'.padStart(COLUMNS[1])} ${'median'.padStart(COLUMNS[2])}    share of peak`)
    }
    const rows: Row[] = []
    for (const workload of WORKLOADS) {
      if (positionals.length > 0 && !positionals.some((word) => workload.name.includes(word))) continue
      const row = await measure(machine, workload, contestants, Number(values.rounds), say)
      rows.push(row)
      if (!values.json) print(row)
    }
    if (values.json) console.log(JSON.stringify({ isa: machine.isa, threads: machine.threads, capacity, peak, rows }, null, 1))
  } finally {
    machine.close()
    contestants.forEach((contestant) => contestant.close())
  }
}

if (import.meta.filename === process.argv[1]) await main()
