// `npm run gates`: the floors that performance must not fall under, each beside a probe of the same moment. First those of the kernels
// (crates/cpu/benches/gates.rs), then those of whole steps through the TypeScript API. `--json` for machines; ends with code 1 when one
// fails. Never a part of `npm test`: a busy machine fails them.
import { spawn } from 'node:child_process'
import { ours } from './contestants.js'
import { least, Machine } from './machine.js'
import { data, flops, WORKLOADS, type Workload } from './workloads.js'

interface Gate {
  readonly name: string
  readonly value: number | null
  readonly limit: number
  /** `share` must reach the limit, times must stay under it. */
  readonly unit: 'share' | 'us'
  readonly pass: boolean
}

/** Good samples wanted for a gate, and how many are tried for them. */
const WANTED = 8
const ATTEMPTS = 60

const JSON_ONLY = process.argv.includes('--json')

/** Runs cargo's gates: their table as it comes, or their JSON. */
function kernels(): Promise<Gate[]> {
  const args = ['bench', '--quiet', '--locked', '-p', 'ironhorn-cpu', '--bench', 'gates', '--', '--json']
  return new Promise((resolve, reject) => {
    const child = spawn('cargo', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let [text, said] = ['', '']
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.on('error', reject)
    child.on('close', () => {
      try {
        resolve(JSON.parse(text) as Gate[])
      } catch (cause) {
        reject(new Error(`cargo ${args.join(' ')} gave no table\n${said}`, { cause }))
      }
    })
  })
}

/** Our samples of a workload while the machine is whole. */
async function samples(machine: Machine, workload: Workload) {
  const [way] = await ours.open(workload, data(workload), () => {})
  if (!way) throw new Error(`${workload.name} has no way to run`)
  const all = []
  for (let i = 0; i < ATTEMPTS && machine.good(all).length < WANTED; i++) {
    // Cheap samples, so that whole moments of a busy machine are found.
    all.push(await machine.sample(() => way.time(0.05)))
  }
  return machine.good(all)
}

/** Time under a limit in microseconds, the best of the good samples. */
async function under(machine: Machine, name: string, workload: Workload, limit: number): Promise<Gate> {
  const value = least((await samples(machine, workload)).map((sample) => sample.value * 1000))
  return { name, value, limit, unit: 'us', pass: value < limit }
}

/** Required operations as a share of the peak of all threads, the best of the good samples. */
async function share(machine: Machine, name: string, workload: Workload, limit: number): Promise<Gate> {
  const good = await samples(machine, workload)
  const value = good.length === 0 ? NaN : Math.max(...good.map(({ value, peak }) => flops(workload) / (value / 1000) / peak))
  return { name, value, limit, unit: 'share', pass: value >= limit }
}

function print({ name, value, limit, unit, pass }: Gate): void {
  const shown = value === null || Number.isNaN(value) ? 'none' : value.toFixed(3)
  const sign = unit === 'share' ? '>=' : '<'
  console.log(
    `${name.padEnd(48)} ${shown.padStart(8)}  ${sign.padStart(2)} ${limit.toFixed(2).padStart(5)} ${unit.padEnd(5)}  ${pass ? 'pass' : 'FAIL'}`,
  )
}

function workload(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name)
  if (!found) throw new Error(`no workload is called ${name}`)
  return found
}

const gates: Gate[] = []
const add = (gate: Gate) => {
  gates.push(gate)
  if (!JSON_ONLY) print(gate)
}
if (!JSON_ONLY) console.log('kernels, one thread, as shares of the peak; this takes a minute or two')
for (const gate of await kernels()) add(gate)
const machine = await Machine.start()
try {
  const capacity = await machine.capacity()
  if (!JSON_ONLY)
    console.log(
      `${machine.isa}, ${machine.threads} threads worth ${capacity.toFixed(2)}, ${((await machine.peak()) / 1e9).toFixed(0)} GF/s`,
    )
  add(await share(machine, 'step 784-1024-1024-10 Adam b256', workload('784-1024-1024-10 Adam b256'), 0.7))
  add(await under(machine, 'step 2-8-1 b4 inside fit', workload('2-8-1 b4'), 5))
  add(await under(machine, 'predict 20-64-64-10 b1', workload('20-64-64-10 predict b1'), 15))
  if (JSON_ONLY) console.log(JSON.stringify({ capacity, gates }, null, 1))
} finally {
  machine.close()
}
if (gates.some((gate) => !gate.pass)) process.exitCode = 1
