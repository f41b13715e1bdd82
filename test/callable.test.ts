// Instances that are functions, and the two ways to give a constructor its settings.
import { inspect } from 'node:util'
import test from 'ava'
import { TypeError } from 'ironhorn'
import { Dense, Input, Layer, type Tensors } from 'ironhorn/layers'
import { Callable } from '../ts/callable.js'
import { read } from '../ts/config.js'

class Scale extends Callable<number, number> {
  static made = 0
  calls = 0
  length = 5
  readonly #factor: number
  constructor(factor: number) {
    super()
    this.#factor = factor
    Scale.made++
  }
  apply(x: number): number {
    this.calls++
    return x * this.#factor
  }
  get factor(): number {
    return this.#factor
  }
}
interface Scale {
  (x: number): number
}

class Same extends Layer {
  override call(x: Tensors): Tensors {
    return x
  }
}

const tensor = Input({ shape: [3] })

test('an instance is a function with its class behind it', (t) => {
  const made = Scale.made
  const twice = new Scale(2)
  t.is(twice(4), 8)
  t.is(twice.apply(5), 10)
  t.is(twice.calls, 2)
  t.is(twice.factor, 2)
  t.is(twice.length, 5)
  t.is(Scale.made, made + 1)
  t.is(typeof twice, 'function')
  t.true(twice instanceof Scale)
  t.true(twice instanceof Callable)
  t.false(((x: number) => x) instanceof Scale)
  t.is(twice.constructor, Scale)
  t.deepEqual([1, 2].map(twice), [2, 4])
  t.deepEqual(Object.keys(twice), ['calls', 'length'])
  const bound = (twice as unknown as { bind(self: unknown): (x: number) => number }).bind(null)
  t.is(bound(3), 6)
})

test('instances are separate', (t) => {
  const [a, b] = [new Scale(2), new Scale(3)]
  t.deepEqual([a(1), b(1), a(1)], [2, 3, 2])
  t.deepEqual([a.calls, b.calls], [2, 1])
})

test('a layer has a name, prints itself and turns into its settings', (t) => {
  const dense = new Dense(3, { name: 'mine' })
  t.true(dense instanceof Dense && dense instanceof Layer)
  t.is(dense.name, 'mine')
  t.regex(new Same().name, /^same_\d+$/)
  t.deepEqual(dense(tensor).shape, [null, 3])
  t.deepEqual(dense.apply(tensor).shape, [null, 3])
  t.deepEqual(dense(tensor, { training: true }).shape, [null, 3])
  t.deepEqual([tensor].map(dense)[0]?.shape, [null, 3])
  t.regex(inspect(dense), /^Dense \{\s+name: 'mine',\s+trainable: true,/)
  t.regex(inspect({ layer: dense }), /layer: Dense \{\s+name: 'mine'/)
  t.regex(JSON.stringify([dense]), /^\[\{"name":"mine","trainable":true,"dtype":"float32","units":3,"activation":"linear"/)
  t.throws(() => Object.assign(dense, { name: 'other' }), { instanceOf: globalThis.TypeError })
})

test('settings by place and by name are the same', (t) => {
  const conv = (...args: unknown[]) => read('Conv2D', ['filters', 'kernelSize'], args)
  const wanted = { filters: 32, kernelSize: [3, 3], activation: 'relu' }
  t.deepEqual(conv(32, [3, 3], { activation: 'relu' }), wanted)
  t.deepEqual(conv({ filters: 32, kernelSize: [3, 3], activation: 'relu' }), wanted)
  t.deepEqual(conv(32, { kernelSize: [3, 3], activation: 'relu' }), { filters: 32, kernelSize: { kernelSize: [3, 3], activation: 'relu' } })
  t.deepEqual(conv(32, [3, 3], undefined), { filters: 32, kernelSize: [3, 3] })
  t.deepEqual(conv(32, [3, 3], { activation: undefined }), { filters: 32, kernelSize: [3, 3] })
  t.deepEqual(read('Flatten', [], []), {})
  t.deepEqual(read('Flatten', [], [{ name: 'f' }]), { name: 'f' })
  const layer = new Same()
  t.deepEqual(read('TimeDistributed', ['layer'], [layer]), { layer })
  t.deepEqual(read('TimeDistributed', ['layer'], [layer, { name: 't' }]), { layer, name: 't' })
})

test('wrong ways to give settings', (t) => {
  const wrong = (args: unknown[], code: string, message: RegExp, required = ['units']) =>
    t.throws(() => read('Dense', required, args), { instanceOf: TypeError, code, message })
  wrong([], 'argument_missing', /Dense needs "units": new Dense\(units, \{ \.\.\. \}\)/)
  wrong([undefined, {}], 'argument_missing', /"units"/)
  wrong([{ activation: 'relu' }], 'argument_missing', /"units"/)
  wrong([1, 2], 'argument_type', /options as an object, but got the number 2/)
  wrong([1, [2]], 'argument_type', /but got an array/)
  wrong([1, new Same()], 'argument_type', /but got a Same/)
  wrong([1, {}, {}], 'argument_count', /Dense takes units and one object with options, but got 3/)
  wrong([1, { units: 2 }], 'argument_twice', /"units" twice/)
  wrong([5], 'argument_type', /but got the number 5/, [])
})
