// Callbacks of Keras from TypeScript, and classes that extend them.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { NDArray, ValueError } from 'ironhorn'
import {
  Callback,
  CSVLogger,
  EarlyStopping,
  LearningRateScheduler,
  ReduceLROnPlateau,
  RemoteMonitor,
  TerminateOnNaN,
  type Logs,
} from 'ironhorn/callbacks'
import { Dense } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { SGD } from 'ironhorn/optimizers'

const filled = (rows: number, columns: number, value: number) => new NDArray(new Float32Array(rows * columns).fill(value), [rows, columns])
const [x, y] = [filled(8, 3, 0.5), filled(8, 2, 0.25)]
const small = () => {
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  model.compile({ optimizer: new SGD({ lr: 0.1 }), loss: 'mse' })
  return model
}

test("a learning rate for each epoch, by a function or its promise; what it throws is the caller's", async (t) => {
  const model = small()
  const told: [number, number][] = []
  const history = await model.fit(x, y, {
    epochs: 3,
    verbose: 0,
    callbacks: [
      new LearningRateScheduler(async (epoch, lr) => {
        await sleep(1)
        told.push([epoch, Math.round(lr * 1e6) / 1e6])
        return lr / 2
      }),
    ],
  })
  t.deepEqual(told, [[0, 0.1], [1, 0.05], [2, 0.025]]) // prettier-ignore
  t.deepEqual(
    history.history['lr']?.map((lr) => Math.round(lr * 1e6) / 1e6),
    [0.05, 0.025, 0.0125],
  )
  const run = (schedule: (epoch: number, lr: number) => number | Promise<number>) =>
    small().fit(x, y, { verbose: 0, callbacks: [new LearningRateScheduler(schedule)] })
  const mine = new RangeError('mine')
  t.is(await t.throwsAsync(run(() => { throw mine })), mine) // prettier-ignore
  t.is(await t.throwsAsync(run(() => Promise.reject(mine))), mine)
  t.is((await t.throwsAsync(run(() => { throw 'text' })))?.message, 'text') // prettier-ignore
  await t.throwsAsync(
    run(() => 'fast' as unknown as number),
    { instanceOf: ValueError, code: 'schedule_output' },
  )
  t.throws(() => new LearningRateScheduler(0.1 as never), { message: /function/ })
})

test('ReduceLROnPlateau, CSVLogger and TerminateOnNaN', async (t) => {
  const model = small()
  const folder = mkdtempSync(join(tmpdir(), 'ironhorn-callbacks-'))
  try {
    const plateau = new ReduceLROnPlateau({ monitor: 'loss', minDelta: 1e9, patience: 1, factor: 0.5 })
    class Noted extends CSVLogger {
      override onEpochEnd(epoch: number, logs: Logs): void {
        super.onEpochEnd(epoch, logs)
      }
    }
    const csv = new Noted(join(folder, 'log.csv'), { separator: ';' })
    const { history } = await model.fit(x, y, { epochs: 3, verbose: 0, callbacks: [plateau, csv] })
    t.true(Math.abs(model.optimizer.lr - 0.025) < 1e-7)
    const lines = readFileSync(join(folder, 'log.csv'), 'utf8').split('\r\n')
    t.is(lines[0], 'epoch;loss;lr')
    t.deepEqual(
      lines.slice(1, 4).map((line) => Number(line.split(';')[1])),
      history['loss'],
    )
    t.is(lines[1]?.split(';')[2], '0.1')
    t.throws(() => new ReduceLROnPlateau({ factor: 1 }), { instanceOf: ValueError, code: 'factor' })
  } finally {
    rmSync(folder, { recursive: true })
  }
  const broken = small()
  broken.setWeights([filled(3, 2, NaN), new Float32Array(2)])
  const { epoch } = await broken.fit(x, y, { epochs: 5, verbose: 0, callbacks: [new TerminateOnNaN()] })
  t.deepEqual(epoch, [0])
})

test('RemoteMonitor posts to a server in the same process', async (t) => {
  const got: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      got.push(`${request.method} ${request.url} ${request.headers['x-mine']} ${body}`)
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const monitor = new RemoteMonitor({ root, sendAsJson: true, headers: { 'X-Mine': 'yes' } })
  const { history } = await small().fit(x, y, { epochs: 2, verbose: 0, callbacks: [monitor] })
  server.close()
  t.is(got.length, 2)
  t.true(got[1]?.startsWith('POST /publish/epoch/end/ yes {"epoch": 1, "loss": '))
  t.is((JSON.parse(got[1]?.split(' yes ')[1] ?? '') as Logs)['loss'], history['loss']?.[1])
})

test('a class that extends a built-in callback: its hooks run, super reaches the built-in ones, others go on', async (t) => {
  const order: string[] = []
  class Mine extends EarlyStopping {
    override onEpochEnd(epoch: number, logs: Logs): void {
      order.push(`before ${epoch} ${this.attribute('wait')}`)
      super.onEpochEnd(epoch, logs)
      order.push(`after ${epoch} ${this.attribute('wait')}`)
    }
    override onBatchEnd(batch: number, logs: Logs): void {
      super.onBatchEnd(batch, logs)
      order.push(`batch ${batch}`)
    }
  }
  const mine = new Mine({ monitor: 'loss', minDelta: 1e9, patience: 2 })
  const stopped = await small().fit(x, y, { epochs: 10, verbose: 0, callbacks: [mine] })
  t.is(mine.stoppedEpoch, 2)
  t.deepEqual(stopped.epoch, [0, 1, 2])
  t.deepEqual(order.slice(0, 3), ['batch 0', 'before 0 0', 'after 0 0'])
  t.deepEqual(order.slice(-3), ['batch 0', 'before 2 1', 'after 2 2'])

  class Silent extends EarlyStopping {
    override onEpochEnd(): void {}
  }
  const never = await small().fit(x, y, { epochs: 4, verbose: 0, callbacks: [new Silent({ monitor: 'loss', minDelta: 1e9 })] })
  t.is(never.epoch.length, 4)

  class Halved extends LearningRateScheduler {
    constructor() {
      super((_, lr) => lr / 2)
    }
    override async onEpochBegin(epoch: number, logs: Logs): Promise<void> {
      if (epoch > 0) await super.onEpochBegin(epoch, logs)
    }
    override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
      await super.onEpochEnd(epoch, logs)
      logs['twice'] = (logs['lr'] ?? NaN) * 2
    }
  }
  const { history } = await small().fit(x, y, { epochs: 2, verbose: 0, callbacks: [new Halved()] })
  t.deepEqual(
    history['twice']?.map((lr) => Math.round(lr * 1e6) / 1e6),
    [0.2, 0.1],
  )

  class Own extends Callback {
    batches = 0
    override onTrainBatchEnd(batch: number, logs: Logs): void {
      super.onTrainBatchEnd(batch, logs)
    }
    override onBatchEnd(): void {
      this.batches++
    }
  }
  const own = new Own()
  await small().fit(x, y, { batchSize: 2, verbose: 0, callbacks: [own] })
  t.is(own.batches, 4)
  const assigned = Object.assign(new EarlyStopping({ monitor: 'loss', minDelta: 1e9 }), { onEpochEnd: () => undefined })
  t.is((await small().fit(x, y, { epochs: 3, verbose: 0, callbacks: [assigned] })).epoch.length, 3)
})
