// How the cost of a training step grows with the width of a network and with the batch: width-width-width-10, SGD, ours and the peers in
// turns, drawn to docs/cost.svg beside the limit of required operations at the machine's peak. `npx tsx benches/sweep.ts`, on a quiet
// machine, about five minutes with peers. `--json` prints the rows too.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measure, type Row } from './bench.js'
import { chart } from './chart.js'
import { ours, peers } from './contestants.js'
import { Machine } from './machine.js'
import { flops, type Workload } from './workloads.js'

const WIDTHS = [32, 64, 128, 256, 512, 1024, 2048]
const BATCHES = [1, 8, 64, 512]
const ROUNDS = 3
/** The peers' usual fastest ways; all of them would compile for hours. */
const WAYS = ['function', 'function, XLA', 'eager', 'eager, one thread']

const machine = await Machine.start()
const contestants = [ours, ...(await peers(machine.threads, WAYS))]
const rows: Row[] = []
let peak = 0
try {
  for (const batch of BATCHES) {
    for (const width of WIDTHS) {
      const sizes = [width, width, width, 10]
      const about = flops({ name: '', kind: 'train', sizes, batch, optimizer: 'sgd', steps: 1 })
      // About 50 ms of work, so that one pass of all batches fits a sample.
      const steps = Math.min(Math.max(Math.round(5e9 / about), 2), Math.max(2, Math.floor(2 ** 22 / (batch * width))), 32)
      const workload: Workload = { name: `${sizes.join('-')} b${batch}`, kind: 'train', sizes, batch, optimizer: 'sgd', steps }
      const row = await measure(machine, workload, contestants, ROUNDS, (line) => console.error(line), 0.04)
      rows.push(row)
      peak = Math.max(peak, await machine.peak())
      const times = [row.ours, ...row.peers].map(({ name, way, best }) => `${name.split(' ')[0]} (${way}) ${(best * 1000).toFixed(1)} us`)
      console.error(`${workload.name.padEnd(24)} ${times.join('  ')}`)
    }
  }
} finally {
  machine.close()
  contestants.forEach((contestant) => contestant.close())
}
const panels = BATCHES.map((batch) => {
  const cells = rows.filter((row) => row.workload.batch === batch)
  const curve = (name: string, of: (row: Row) => number, limit = false) => ({
    name,
    limit,
    points: cells.map((row): [number, number] => [row.workload.sizes[0] ?? 0, of(row)]),
  })
  const others = (cells[0]?.peers ?? []).map(({ name }, i) =>
    curve(name.split(',')[0] ?? name, (row) => (row.peers[i]?.best ?? NaN) / 1000),
  )
  const limit = curve('operations at peak', (row) => flops(row.workload) / peak, true)
  return { title: `one training step, batch ${batch}`, curves: [curve('Ironhorn', (row) => row.ours.best / 1000), ...others, limit] }
})
const file = join(import.meta.dirname, '..', 'docs', 'cost.svg')
writeFileSync(file, chart(panels, 'width of all layers'))
if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 1))
console.error(`drawn to ${file}`)
