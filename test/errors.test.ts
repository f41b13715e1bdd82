// The error classes, and the border that they cross: panics, the engine's errors, users' own exceptions, an addon that is not there.
import { once } from 'node:events'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import * as errors from '../ts/errors.js'
import { load, native, platform } from '../ts/native.js'

const CLASSES = Object.entries(errors)

test('each class is an Error with its name, code and cause', (t) => {
  t.is(CLASSES.length, 8)
  for (const [name, Class] of CLASSES) {
    const error = new Class('words', 'a_code', { cause: 1 })
    t.true(error instanceof Error)
    t.is(error.name, name)
    t.is(error.code, 'a_code')
    t.is(error.cause, 1)
    t.is(String(error), `${name}: words`)
  }
  t.true(new errors.TypeError('words') instanceof globalThis.TypeError)
})

test("the engine's errors are of these classes and start at the caller's line", (t) => {
  for (const [name, Class] of CLASSES) {
    const error = t.throws(() => native.fail(name, 'words'), { instanceOf: Class, name, code: 'on_purpose', message: 'words' })
    t.regex(error?.stack?.split('\n')[1] ?? '', /errors\.test\.ts/)
  }
})

test('a panic is a RuntimeError that names the place, and the next call works', (t) => {
  for (let i = 0; i < 3; i++) {
    const expected = { instanceOf: errors.RuntimeError, code: 'internal', message: /oh no \(bindings\/src\/error\.rs:\d+\).*please report/ }
    t.throws(() => native.fail('panic', 'oh no'), expected)
  }
  t.regex(native.version(), /^\d+\.\d+\.\d+$/)
})

test("a user's own exception comes back as the same object", (t) => {
  class Mine extends Error {}
  const mine = new Mine('mine')
  const stack = mine.stack
  t.is(
    t.throws(() =>
      native.callThrough(() => {
        throw mine
      }),
    ),
    mine,
  )
  t.is(mine.stack, stack)
  t.notThrows(() => native.callThrough(() => 1))
})

test('worker threads have their own classes, and may end at any time', async (t) => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    const module_ = { exports: {} }
    process.dlopen(module_, workerData.addon)
    const native = module_.exports
    class Own extends Error { constructor(message, code) { super(message); this.code = code } }
    native.setErrorClasses(Object.fromEntries(workerData.names.map((name) => [name, Own])))
    try { native.fail('ValueError', 'words') } catch (error) { parentPort.postMessage([error instanceof Own, error.code]) }
    try { native.fail('panic', 'words') } catch (error) { parentPort.postMessage([error instanceof Own, error.code]) }
    globalThis.held = [new native.NDArray([1, 2]), new native.NDArray(new Float32Array(1 << 20))]
    if (workerData.end) process.exit(0)
  `
  const addon = resolve(process.env['IRONHORN_ADDON'] ?? 'ts/ironhorn.node')
  const start = (end: boolean) => new Worker(source, { eval: true, workerData: { addon, end, names: CLASSES.map(([name]) => name) } })
  await Promise.all(
    [true, false, true, false].map(async (end) => {
      const worker = start(end)
      const messages: unknown[] = []
      worker.on('message', (message) => messages.push(message))
      const [code] = (await once(worker, 'exit')) as [number]
      t.is(code, 0)
      t.deepEqual(messages, [
        [true, 'on_purpose'],
        [true, 'internal'],
      ])
    }),
  )
  const worker = start(false)
  await once(worker, 'online')
  await worker.terminate()
  t.throws(() => native.fail('ValueError', 'words'), { instanceOf: errors.ValueError })
})

test('a missing addon is told with the platform, what to do and what was tried', (t) => {
  const error = t.throws(() => load('/nowhere/ironhorn.node'), { instanceOf: errors.RuntimeError, code: 'addon_missing' })
  t.true(error?.message.includes(platform()))
  t.regex(error?.message ?? '', /IRONHORN_ADDON names \/nowhere\/ironhorn\.node/)
  t.true(error?.cause instanceof Error)
})
