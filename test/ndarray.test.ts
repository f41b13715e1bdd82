// NDArray at the border: every way in and out, and every wrong way in answered by an error that names the place.
import { inspect } from 'node:util'
import test from 'ava'
import { NDArray, TypeError, ValueError, type ArrayInput, type DType } from 'ironhorn'

/** Hands something to the constructor that the types would refuse. */
const make = (value: unknown, options?: unknown) => new NDArray(value as ArrayInput, options as readonly number[])

test('nested arrays in, nested arrays out', (t) => {
  const x = new NDArray([
    [1, 2, 3],
    [4, 5, 6],
  ])
  t.deepEqual(x.shape, [2, 3])
  t.is(x.dtype, 'float32')
  t.is(x.size, 6)
  t.deepEqual(x.data, new Float32Array([1, 2, 3, 4, 5, 6]))
  t.deepEqual(x.toArray(), [
    [1, 2, 3],
    [4, 5, 6],
  ])
  t.deepEqual(new NDArray([[[1], [2]]]).shape, [1, 2, 1])
  t.true(x instanceof NDArray)
})

test('scalars, empty arrays and item()', (t) => {
  t.deepEqual(new NDArray(3.5).shape, [])
  t.is(new NDArray(3.5).toArray(), 3.5)
  t.is(new NDArray([[7]]).item(), 7)
  t.deepEqual(new NDArray([]).shape, [0])
  t.deepEqual(new NDArray([[], []]).shape, [2, 0])
  t.deepEqual(new NDArray([[], []]).toArray(), [[], []])
  t.throws(() => new NDArray([1, 2]).item(), { instanceOf: ValueError, code: 'array_item', message: /has 2, with shape \[2\]/ })
})

test('kinds of element: booleans, bigints, a given type', (t) => {
  const flags = new NDArray([true, false])
  t.is(flags.dtype, 'bool')
  t.deepEqual(flags.toArray(), [true, false])
  t.deepEqual(flags.data, new Uint8Array([1, 0]))
  const big = new NDArray([[2n ** 40n, -1n]])
  t.is(big.dtype, 'int64')
  t.deepEqual(big.data, new BigInt64Array([2n ** 40n, -1n]))
  t.deepEqual(big.toArray(), [[2 ** 40, -1]])
  t.deepEqual(new NDArray([1.7, -1.7], { dtype: 'int32' }).data, new Int32Array([1, -1]))
  t.deepEqual(new NDArray([0.1], { dtype: 'float64' }).data, new Float64Array([0.1]))
  t.deepEqual(new NDArray([1, 2.5], { dtype: 'float16' }).data, new Float32Array([1, 2.5]))
  t.deepEqual(new NDArray([0, 3], { dtype: 'bool' }).toArray(), [false, true])
  t.deepEqual(new NDArray([true, 2]).toArray(), [1, 2])
  t.deepEqual(new NDArray([NaN, Infinity]).toArray(), [NaN, Infinity])
})

test('typed arrays keep their type and are copied at the call', (t) => {
  const cases: [ArrayInput, DType][] = [
    [new Float32Array([1, 2]), 'float32'],
    [new Float64Array([1, 2]), 'float64'],
    [new Int8Array([1, 2]), 'int8'],
    [new Uint8Array([1, 2]), 'uint8'],
    [new Uint8ClampedArray([1, 2]), 'uint8'],
    [new Int16Array([1, 2]), 'int16'],
    [new Uint16Array([1, 2]), 'uint16'],
    [new Int32Array([1, 2]), 'int32'],
    [new Uint32Array([1, 2]), 'int64'],
    [new BigInt64Array([1n, 2n]), 'int64'],
    [Buffer.from([1, 2]), 'uint8'],
  ]
  for (const [value, dtype] of cases) {
    const x = new NDArray(value)
    t.is(x.dtype, dtype)
    t.deepEqual(x.toArray(), [1, 2])
  }
  const source = new Float32Array([1, 2, 3, 4])
  const x = new NDArray(source, [2, 2])
  source.fill(9)
  t.deepEqual(x.toArray(), [
    [1, 2],
    [3, 4],
  ])
  t.deepEqual(new NDArray(source.subarray(1, 3)).shape, [2])
  t.deepEqual(new NDArray(new Uint32Array([2 ** 32 - 1])).toArray(), [2 ** 32 - 1])
  const shared = new Int32Array(new SharedArrayBuffer(8))
  shared[1] = 5
  t.deepEqual(new NDArray(shared).toArray(), [0, 5])
})

test('rows may be typed arrays', (t) => {
  const x = new NDArray([new Uint8Array([1, 2]), new Uint8Array([3, 4])])
  t.is(x.dtype, 'uint8')
  t.deepEqual(x.toArray(), [
    [1, 2],
    [3, 4],
  ])
  t.throws(() => new NDArray([new Uint8Array(2), new Uint8Array(3)]), { code: 'array_ragged' })
  t.throws(() => new NDArray([new Uint8Array(2), new Float32Array(2)]), { code: 'array_mixed' })
})

test('objects with data and shape, scijs views, other NDArrays', (t) => {
  t.deepEqual(new NDArray({ data: [1, 2, 3, 4], shape: [2, 2] }).toArray(), [
    [1, 2],
    [3, 4],
  ])
  const data = new Float64Array([0, 1, 2, 3, 4, 5])
  const view = { data, shape: [3, 2], stride: [1, 3], offset: 0, dtype: 'float64' }
  t.deepEqual(new NDArray(view).toArray(), [
    [0, 3],
    [1, 4],
    [2, 5],
  ])
  t.deepEqual(new NDArray({ data, shape: new Int32Array([2]), stride: [-2], offset: 5 }).toArray(), [5, 3])
  t.deepEqual(new NDArray({ data, shape: [2, 2], stride: [0, 1], offset: 1 }).toArray(), [
    [1, 2],
    [1, 2],
  ])
  t.deepEqual(new NDArray({ data, shape: [], stride: [], offset: 4 }).toArray(), 4)
  t.deepEqual(new NDArray({ data, shape: [0, 9], stride: [100, 100], offset: 0 }).toArray(), [])
  const x = new NDArray([1, 2, 3, 4])
  t.deepEqual(new NDArray(x, [2, 2]).shape, [2, 2])
  t.deepEqual(new NDArray(x, { dtype: 'int32', shape: [4, 1] }).toArray(), [[1], [2], [3], [4]])
  t.deepEqual(new NDArray({ data: x, shape: [2, 2] }).shape, [2, 2])
})

test('data is one copy, and the array does not change with it', (t) => {
  const x = new NDArray([1, 2])
  t.is(x.data, x.data)
  x.data[0] = 9
  t.deepEqual(x.toArray(), [1, 2])
  t.throws(() => Object.assign(x, { shape: [1] }), { instanceOf: globalThis.TypeError })
  t.throws(() => Object.assign(x, { data: [1] }), { instanceOf: globalThis.TypeError })
  const large = new NDArray(new Float32Array(1 << 20).fill(2))
  t.is(large.data.length, 1 << 20)
  t.is(large.data[12345], 2)
})

test('ragged arrays name the place', (t) => {
  const ragged = (value: unknown, words: RegExp) =>
    t.throws(() => make(value), { instanceOf: ValueError, code: 'array_ragged', message: words })
  ragged([[1, 2], [3]], /the element at \[1\] has 1 elements where the first has 2/)
  ragged([[1, 2], 3], /the element at \[1\] is a number where the first has a list/)
  ragged([1, [2]], /the element at \[1\] is a list where the first has a number/)
  ragged(
    [
      [[1], [2]],
      [[3], [4, 5]],
    ],
    /the element at \[1\]\[1\] has 2 elements where the first has 1/,
  )
  ragged([[], [1]], /the element at \[1\] has 1 elements where the first has 0/)
})

test('what is not a number is named with its place', (t) => {
  const type = (value: unknown, code: string, words: RegExp) => t.throws(() => make(value), { instanceOf: TypeError, code, message: words })
  type([[1, 'a']], 'array_element', /the element at \[0\]\[1\] is a string/)
  type([1, undefined], 'array_element', /\[1\] is undefined/)
  type([1, , 3], 'array_element', /\[1\] is undefined/)
  type([[null]], 'array_element', /\[0\]\[0\] is null/)
  type([[{}]], 'array_element', /\[0\]\[0\] is an object/)
  type('text', 'array_type', /but got a string/)
  type(undefined, 'array_type', /but got undefined/)
  type({}, 'array_type', /but got an object/)
  type({ data: [1] }, 'array_type', /but got an object/)
  type(() => 1, 'array_type', /but got a function/)
  type(Promise.resolve([1]), 'array_type', /did you forget to await/)
  type(new BigUint64Array(1), 'array_dtype', /Convert to BigInt64Array/)
  type(new DataView(new ArrayBuffer(4)), 'array_type', /but got an object/)
  t.throws(() => make([1n, 2]), { instanceOf: ValueError, code: 'array_mixed' })
  t.throws(() => make([2n ** 70n]), { instanceOf: ValueError, code: 'array_range' })
})

test('arrays and objects that hold themselves end in an error', (t) => {
  const list: unknown[] = []
  list.push(list)
  t.throws(() => make(list), { instanceOf: ValueError, code: 'array_depth' })
  const object: Record<string, unknown> = { shape: [1] }
  object['data'] = object
  t.throws(() => make(object), { instanceOf: TypeError, code: 'array_type' })
})

test('wrong shapes, types and options', (t) => {
  const value = (f: () => unknown, code: string, words: RegExp) => t.throws(f, { instanceOf: ValueError, code, message: words })
  value(() => make([1, 2], [3]), 'array_size', /has 2 elements, but the shape \[3\] needs 3/)
  value(() => make(new Float32Array(6), [2, 2]), 'array_size', /has 6 elements/)
  value(() => make({ data: [1, 2], shape: [3] }), 'array_size', /data has 2 elements/)
  value(() => make([1], [NaN]), 'array_shape', /NaN at position 0/)
  value(() => make([1], [-1]), 'array_shape', /-1 at position 0/)
  value(() => make([1], [0.5]), 'array_shape', /0.5 at position 0/)
  value(() => make([1], ['1']), 'array_shape', /a string at position 0/)
  value(() => make([1], [2 ** 40, 2 ** 40]), 'array_size', /does not fit into memory/)
  value(() => make({ data: [1, 2], shape: 'ab' }), 'array_shape', /not a string/)
  value(() => make({ data: [1, 2], shape: [2], stride: [2], offset: 0 }), 'array_stride', /reach elements 0 to 2 of data, which has 2/)
  value(() => make({ data: [1, 2], shape: [2], stride: [1, 1], offset: 0 }), 'array_stride', /stride has 2 entries/)
  value(() => make({ data: [1, 2], shape: [2], stride: [1], offset: -1 }), 'array_stride', /-1/)
  value(() => make({ data: [1, 2], shape: [2], stride: [1], offset: NaN }), 'array_stride', /of data/)
  t.throws(() => make({ data: [1], shape: [2 ** 44], stride: [0], offset: 0 }), { name: 'RuntimeError', code: 'memory' })
  value(() => make([1], { dtype: 'float8' }), 'dtype_unknown', /"float8" is not a number type/)
  t.throws(() => make([1], { dtyp: 'int32' }), { instanceOf: TypeError, code: 'option_unknown', message: /did you mean "dtype"/ })
  t.throws(() => make([1], { dtype: 5 }), { instanceOf: TypeError, code: 'argument_type' })
  t.throws(() => make([1], 5), { instanceOf: TypeError, code: 'argument_type' })
})

test('memory that was transferred or resized is an error, not a crash', (t) => {
  const moved = new Float32Array(4)
  structuredClone(moved, { transfer: [moved.buffer] })
  const gone = { instanceOf: ValueError, code: 'array_detached', message: /transferred or resized/ }
  t.throws(() => make(moved), gone)
  t.throws(() => make(moved, [4]), gone)
  t.throws(() => make({ data: moved, shape: [4] }), gone)
  t.throws(() => make([moved]), { ...gone, message: /the element at \[0\]: The memory/ })
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer & { resize(n: number): void }
  const buffer = new Resizable(16, { maxByteLength: 32 })
  const fixed = new Float32Array(buffer, 4, 3)
  const tracking = new Float32Array(buffer)
  t.is(new NDArray(tracking).size, 4)
  buffer.resize(8)
  t.throws(() => make(fixed), gone)
  t.is(new NDArray(tracking).size, 2)
  buffer.resize(32)
  t.is(new NDArray(fixed).size, 3)
  t.is(new NDArray(tracking).size, 8)
  buffer.resize(0)
  t.is(new NDArray(tracking).size, 0)
})

test('printing', (t) => {
  t.is(inspect(new NDArray([[1, 2]])), 'NDArray float32 [1, 2] [ [ 1, 2 ] ]')
  t.is(inspect(new NDArray(new Uint8Array(2000))), 'NDArray uint8 [2000] [ 0, 0, 0, 0, 0, 0, ... 1994 more ]')
  t.is(JSON.stringify({ x: new NDArray([[1, 2]]) }), '{"x":[[1,2]]}')
})

test('getters that throw pass their own error on', (t) => {
  class Mine extends Error {}
  const mine = new Mine('mine')
  const trap = {
    get data() {
      throw mine
    },
    shape: [1],
  }
  t.is(
    t.throws(() => make(trap)),
    mine,
  )
})
