// The error classes, and the border that they cross: panics, the engine's errors, users' own exceptions, an addon that is not there.
import test from 'ava'
import * as errors from '../ts/errors.js'
import { load, native, platform } from '../ts/native.js'

const CLASSES = Object.entries(errors)

test('each class is an Error with its name, code and cause', (t) => {
  t.is(CLASSES.length, 7)
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

test('a missing addon is told with the platform, what to do and what was tried', (t) => {
  const error = t.throws(() => load('/nowhere/ironhorn.node'), { instanceOf: errors.RuntimeError, code: 'addon_missing' })
  t.true(error?.message.includes(platform()))
  t.regex(error?.message ?? '', /IRONHORN_ADDON names \/nowhere\/ironhorn\.node/)
  t.true(error?.cause instanceof Error)
})
