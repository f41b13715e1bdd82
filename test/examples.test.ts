// The examples of Keras's guides, at the sizes of their test lines: what they print of their models, and what these compute, are Keras's.
import { readFileSync } from 'node:fs'
import test from 'ava'
import { NDArray } from 'ironhorn'
import { clearSession } from 'ironhorn/backend'
import type { Model } from 'ironhorn/models'
import { cases, near } from './golden.js'

/** 'real' is 0 to 1, a number stands for the integers below it. */
type Made = ['real' | 'one_hot' | number, number[]]

interface Guide {
  summary: string[]
  compile: { optimizer: 'sgd'; loss: 'mse'; metrics?: 'accuracy'[]; loss_weights?: Record<string, number> }
  metrics_names: string[]
  inputs: Made[]
  targets: Made[]
  before: number[]
  step?: number[]
  after?: number[]
}

/** The formula that scripts/golden/topic_guide.py makes weights and data with. */
const wave = (length: number, phase: number) => Float64Array.from({ length }, (_, i) => Math.sin(((i * i) % 10007) + phase))
const count = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)

function made([kind, shape]: Made, phase: number): NDArray {
  const last = shape.at(-1)!
  if (kind === 'real')
    return new NDArray(
      Float32Array.from(wave(count(shape), phase), (x) => x * 0.5 + 0.5),
      { shape },
    )
  const below = kind === 'one_hot' ? last : kind
  const integers = (length: number) => Int32Array.from(wave(length, phase), (x) => Math.min(Math.floor((x * 0.5 + 0.5) * below), below - 1))
  if (kind !== 'one_hot') return new NDArray(integers(count(shape)), { shape })
  const rows = new Float32Array(count(shape))
  integers(rows.length / last).forEach((label, row) => (rows[row * last + label] = 1))
  return new NDArray(rows, { shape })
}

/** Runs an example as `npm test` does, and gives its model and what it printed. */
async function run(name: string): Promise<{ model: Model; printed: string }> {
  const file = new URL(`../examples/${name}.ts`, import.meta.url)
  const line = /^\/\/ test:(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  const [argv, write] = [process.argv, process.stdout.write]
  let printed = ''
  process.argv = [process.execPath, file.pathname, ...line.trim().split(/\s+/)]
  process.stdout.write = (text) => ((printed += String(text)), true)
  try {
    const { model } = (await import(file.href)) as { model: Model }
    return { model, printed }
  } finally {
    process.argv = argv
    process.stdout.write = write
  }
}

test("examples are the models of Keras's guides", async (t) => {
  for (const { id, ...wanted } of cases<Guide>('guide')) {
    clearSession()
    const { model, printed } = await run(id)
    t.true(printed.includes(wanted.summary.join('\n') + '\n'), `${id} printed\n${printed}`)
    t.deepEqual(model.metricsNames, wanted.metrics_names, id)

    const { loss_weights: lossWeights, ...compile } = wanted.compile
    model.compile({ ...compile, ...(lossWeights && { lossWeights }) })
    model.resetStates()
    model.setWeights(
      model.getWeights().map(({ shape }, k) => {
        const scale = Math.sqrt(count(shape.slice(0, -1)) + 1)
        return new NDArray(
          Float32Array.from(wave(count(shape), k), (x) => x / scale),
          { shape },
        )
      }),
    )
    const x = wanted.inputs.map((input, i) => made(input, 100 + i))
    const y = wanted.targets.map((target, i) => made(target, 200 + i))
    const same = (got: number[], expected: number[]) => t.true(near(got, expected), `${id}: ${got}, not ${expected}`)
    same(await model.testOnBatch(x, y), wanted.before)
    if (wanted.step === undefined || wanted.after === undefined) continue
    same(await model.trainOnBatch(x, y), wanted.step)
    same(await model.testOnBatch(x, y), wanted.after)
  }
})
