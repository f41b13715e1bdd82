// Bad input: each wrong use fails with an error that says what is wrong and where, never with a crash or wrong numbers.
import test from 'ava'
import { AttributeError, NDArray, RuntimeError, TypeError, ValueError, type ArrayInput } from 'ironhorn'
import * as K from 'ironhorn/backend'
import { Conv2D, Dense, Embedding, Flatten, Input, LSTM, PReLU, Reshape } from 'ironhorn/layers'
import { AUC } from 'ironhorn/metrics'
import { Model, Sequential } from 'ironhorn/models'

const filled = (rows: number, columns: number, value = 1) => new NDArray(new Float32Array(rows * columns).fill(value), [rows, columns])
const compiled = (loss: 'mse' | 'sparse_categorical_crossentropy' = 'mse') => {
  const model = new Sequential([new Dense(2, { inputDim: 3, activation: loss === 'mse' ? 'linear' : 'softmax' })])
  model.compile({ optimizer: 'sgd', loss })
  return model
}
const quiet = { verbose: 0 }
/** What the types would refuse. */
const any = (value: unknown) => value as never

test('wrong shapes name the input, what is expected and what came', async (t) => {
  const model = compiled()
  const shape = {
    instanceOf: ValueError,
    code: 'data_shape',
    message: /dense_\d+_input to have shape \(3,\) but got array with shape \(4,\)/,
  }
  await t.throwsAsync(model.predict(filled(2, 4)), shape)
  await t.throwsAsync(model.fit(filled(2, 4), filled(2, 2), quiet), shape)
  await t.throwsAsync(model.evaluate(filled(2, 4), filled(2, 2), quiet), shape)
  await t.throwsAsync(model.predict(new NDArray(new Float32Array(12), [2, 2, 3])), { instanceOf: ValueError, code: 'data_rank' })
  await t.throwsAsync(model.fit(filled(2, 3), filled(2, 3), quiet), { instanceOf: ValueError, code: 'data_shape', message: /target/ })
  await t.throwsAsync(model.predict([filled(2, 3), filled(2, 3)]), { instanceOf: ValueError, code: 'data_count' })
  await t.throwsAsync(model.predict({ other: filled(2, 3) }), { instanceOf: ValueError, code: 'data_missing' })
  await t.throwsAsync(model.predict(5), { instanceOf: ValueError, code: 'data_rank' })
  t.throws(() => new Dense(2)(Input({ shape: [] })), { instanceOf: ValueError, message: /dense_\d+/ })
  t.throws(() => new Reshape([5])(Input({ shape: [4] })), { instanceOf: ValueError })
  t.throws(() => new Flatten()(Input({ shape: [null, 3] }).reshape([-1])), { instanceOf: ValueError })
})

test('wrong number types and things that are no numbers', async (t) => {
  const model = compiled()
  await t.throwsAsync(model.predict(any([['a', 'b', 'c']])), {
    instanceOf: TypeError,
    code: 'array_element',
    message: /\[0\]\[0\] is a string/,
  })
  await t.throwsAsync(model.predict(any('numbers')), { instanceOf: TypeError })
  await t.throwsAsync(model.predict(any(null)), { instanceOf: ValueError })
  await t.throwsAsync(model.predict(any(Promise.resolve(filled(1, 3)))), { instanceOf: TypeError, message: /forget to await/ })
  t.deepEqual((await model.predict(new NDArray(new Uint8Array(3), [1, 3]))).shape, [1, 2])
  t.deepEqual((await model.predict(new NDArray([1n, 2n, 3n], [1, 3]))).shape, [1, 2])
  t.throws(() => K.constant(new Int32Array([1])).exp(), { instanceOf: TypeError, code: 'dtype_unsupported' })
  t.throws(() => new Dense(any('2')), { instanceOf: TypeError, code: 'option_type', message: /Dense: `units` must be a whole number/ })
})

test('sizes that are no sizes', (t) => {
  for (const units of [NaN, Infinity, -1, 0, 1.5])
    t.throws(() => new Dense(units)(Input({ shape: [3] })), { message: /units/ }, String(units))
  t.throws(() => Input({ shape: [NaN] }), { instanceOf: TypeError })
  t.throws(() => Input({ shape: [-3] }), { instanceOf: ValueError })
  t.throws(() => Input(any({})), { instanceOf: ValueError, code: 'input_shape' })
  t.throws(() => Input(any({ shapes: [3], shape: [3] })), { code: 'option_unknown', message: /did you mean `shape`/ })
  t.throws(() => new NDArray([1], [NaN]), { instanceOf: ValueError })
  t.throws(() => new NDArray([1], [2 ** 53]), { instanceOf: ValueError })
  t.throws(() => K.zeros([any('3')]), { instanceOf: TypeError })
  t.throws(() => new Reshape(any(3)), { instanceOf: TypeError })
})

test('ragged nested arrays name the place', async (t) => {
  const model = compiled()
  await t.throwsAsync(model.predict([[1, 2, 3], [1, 2]]), { instanceOf: ValueError, code: 'array_ragged', message: /\[1\] has 2 elements/ }) // prettier-ignore
  await t.throwsAsync(model.fit([[1, 2, 3], 4], [[1, 2], [3, 4]], quiet), { instanceOf: ValueError, code: 'array_ragged' }) // prettier-ignore
  t.throws(() => K.add([[1], [1, 2]], 1), { code: 'array_ragged' })
  const self: unknown[] = []
  self.push(self)
  await t.throwsAsync(model.predict(any(self)), { instanceOf: ValueError, code: 'array_depth' })
})

test('empty data', async (t) => {
  const model = compiled()
  const none = new NDArray(new Float32Array(0), [0, 3])
  await t.throwsAsync(model.fit(none, new NDArray(new Float32Array(0), [0, 2]), quiet), { instanceOf: ValueError, code: 'no_samples' })
  await t.throwsAsync(model.evaluate(none, new NDArray(new Float32Array(0), [0, 2]), quiet), { instanceOf: ValueError, code: 'no_samples' })
  await t.throwsAsync(model.predict([]), { instanceOf: ValueError })
  await t.throwsAsync(model.fit(any(undefined), any(undefined), quiet), { instanceOf: ValueError })
})

test('x, y and weights of different lengths', async (t) => {
  const model = compiled()
  const lengths = { instanceOf: ValueError, code: 'data_lengths', message: /3 input samples and 2 target samples/ }
  await t.throwsAsync(model.fit(filled(3, 3), filled(2, 2), quiet), lengths)
  await t.throwsAsync(model.trainOnBatch(filled(3, 3), filled(2, 2)), lengths)
  await t.throwsAsync(model.fit(filled(3, 3), filled(3, 2), { ...quiet, sampleWeight: [1, 2] }), { instanceOf: ValueError })
  await t.throwsAsync(model.fit(filled(3, 3), filled(3, 2), { ...quiet, validationData: any([filled(3, 3)]) }), { code: 'validation_data' })
  await t.throwsAsync(model.fit(filled(3, 3), filled(3, 2), { ...quiet, validationData: [filled(2, 3), filled(3, 2)] }), {
    code: 'data_lengths',
  })
})

test('labels out of range name the place and the value', async (t) => {
  const model = compiled('sparse_categorical_crossentropy')
  const wrong = { instanceOf: ValueError, code: 'label_range', message: /label 7 .*row 2 of y/ }
  const labels = new Int32Array([0, 1, 7, 0])
  await t.throwsAsync(model.fit(filled(4, 3), labels, { ...quiet, shuffle: false }), wrong)
  await t.throwsAsync(model.fit(filled(4, 3), labels, { ...quiet, batchSize: 1 }), wrong)
  await t.throwsAsync(model.evaluate(filled(4, 3), labels, quiet), wrong)
  await t.throwsAsync(model.trainOnBatch(filled(4, 3), labels), wrong)
  await t.throwsAsync(model.fit(filled(2, 3), new Int32Array([0, -1]), quiet), { code: 'label_range', message: /-1/ })
  await t.notThrowsAsync(model.fit(filled(2, 3), new Int32Array([0, 1]), quiet))
})

test('indices out of range name the value', async (t) => {
  const model = new Sequential([new Embedding(3, 2, { inputLength: 2 })])
  const wrong = { instanceOf: ValueError, code: 'index_range', message: /index 7 .*3/ }
  await t.throwsAsync(model.predict([[0, 1], [2, 7]]), wrong) // prettier-ignore
  await t.notThrowsAsync(model.predict([[0, 1], [2, 0]])) // prettier-ignore
})

test('not compiled, not built', async (t) => {
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  const uncompiled = { instanceOf: RuntimeError, code: 'not_compiled', message: /compile/ }
  await t.throwsAsync(model.fit(filled(1, 3), filled(1, 2)), uncompiled)
  await t.throwsAsync(model.evaluate(filled(1, 3), filled(1, 2)), uncompiled)
  await t.throwsAsync(model.trainOnBatch(filled(1, 3), filled(1, 2)), uncompiled)
  t.throws(() => model.optimizer, uncompiled)
  t.deepEqual(model.metricsNames, [])
  const empty = new Sequential()
  t.throws(() => empty.summary({ printFn: () => undefined }), { code: 'not_built' })
  t.throws(() => empty.pop(), { instanceOf: TypeError, code: 'no_layers' })
  t.throws(() => new Dense(2).countParams(), { instanceOf: RuntimeError, code: 'not_built' })
  t.throws(() => new Dense(2).input, { instanceOf: AttributeError, code: 'not_connected' })
  await t.throwsAsync(empty.predict(filled(1, 3)), { instanceOf: ValueError })
})

test('wrong weight lists change nothing', (t) => {
  const model = compiled()
  const before = model.getWeights().map((w) => w.toArray())
  t.throws(() => model.setWeights([filled(3, 2)]), { instanceOf: ValueError, code: 'weights_count' })
  t.throws(() => model.setWeights([filled(3, 2), filled(1, 3)]), { instanceOf: ValueError, code: 'weights_shape' })
  t.throws(() => model.setWeights(any(filled(3, 2))), { instanceOf: TypeError, code: 'argument_type' })
  t.throws(() => model.setWeights(any(['a', 'b'])), { instanceOf: TypeError })
  t.deepEqual(
    model.getWeights().map((w) => w.toArray()),
    before,
  )
})

test('buffers that were transferred or made smaller', async (t) => {
  const model = compiled()
  const gone = new Float32Array(3)
  structuredClone(gone, { transfer: [gone.buffer] })
  const detached = { instanceOf: ValueError, code: 'array_detached', message: /transferred or resized/ }
  await t.throwsAsync(model.predict({ data: gone, shape: [1, 3] }), detached)
  await t.throwsAsync(model.predict([gone]), detached)
  t.throws(() => new NDArray(gone), detached)
  const buffer = new (ArrayBuffer as unknown as new (size: number, options: { maxByteLength: number }) => ArrayBuffer)(24, {
    maxByteLength: 48,
  })
  const view = new Float32Array(buffer, 12, 3)
  ;(buffer as unknown as { resize(size: number): void }).resize(8)
  await t.throwsAsync(model.predict({ data: view, shape: [1, 3] }), detached)
})

test('a callback that calls fit again is told; predict works in it', async (t) => {
  const model = compiled()
  const [x, y] = [filled(4, 3), filled(4, 2)]
  const again = model.fit(x, y, { ...quiet, callbacks: [{ onEpochEnd: async () => void (await model.fit(x, y, quiet)) }] })
  await t.throwsAsync(again, { instanceOf: RuntimeError, code: 'fit_running', message: /being trained already/ })
  const inside = model.fit(x, y, { ...quiet, callbacks: [{ onEpochEnd: async () => void (await model.predict(x)) }] })
  await t.notThrowsAsync(inside)
})

test('what a callback throws is what the caller gets, with its class and stack', async (t) => {
  class Mine extends Error {}
  const model = compiled()
  const thrower = () => {
    throw new Mine('mine')
  }
  const error = await t.throwsAsync(model.fit(filled(4, 3), filled(4, 2), { ...quiet, callbacks: [{ onTrainBatchEnd: thrower }] }), {
    instanceOf: Mine,
    message: 'mine',
  })
  t.regex(error?.stack ?? '', /thrower .*badinput\.test\.ts/)
  await t.notThrowsAsync(model.fit(filled(4, 3), filled(4, 2), quiet))
})

test('messages name options and methods as JavaScript does', async (t) => {
  const model = compiled()
  const [x, y] = [filled(4, 3), filled(4, 2)]
  const said = async (part: RegExp, body: () => unknown) => {
    const error = await t.throwsAsync(async () => void (await body()))
    t.regex(error?.message ?? '', part)
    t.notRegex(error?.message ?? '', /[a-z]_[a-z]/)
  }
  await said(/sampleWeight array.* sampleWeightMode="temporal"/, () => model.fit(x, y, { ...quiet, sampleWeight: filled(4, 2) }))
  await said(/`classWeight` must contain all classes/, () => model.fit(x, y, { ...quiet, classWeight: { 1: 2 } }))
  await said(/`batchSize` must be more than 0/, () => model.fit(x, y, { ...quiet, batchSize: 0 }))
  await said(/`validationSteps`.*`stepsPerEpoch`/, () => model.fit(x, y, { ...quiet, validationSteps: 1 }))
  await said(/`validationFreq` can not be less than 1/, () => model.fit(x, y, { ...quiet, validationFreq: 0 }))
  await said(/did you mean `sampleWeightMode`/, () => model.compile(any({ optimizer: 'sgd', loss: 'mse', sampleWeightsMode: null })))
  await said(/loss dictionary|lossWeights/, () => model.compile({ optimizer: 'sgd', loss: 'mse', lossWeights: any({ other: 1 }) }))
  await said(/needs "inputDim"/, () => new Embedding(any({ outputDim: 2 })))
  await said(/`numThresholds` must be > 1/, () => new AUC({ numThresholds: 1 }))
  await said(/`sharedAxes`/, () => new PReLU({ sharedAxes: [5], name: 'prelu' })(Input({ shape: [2] })))
  await said(/`countParams` on/, () => new Dense(2, { name: 'dense' }).countParams())
  await said(/repeatElements: `rep` must be/, () => K.repeatElements(x, any(undefined), any(undefined)))
  await said(/in conjunction with dilationRate/, () => new Conv2D(2, [3, 3], { strides: 2, dilationRate: 2 })(Input({ shape: [8, 8, 1] })))
  await said(/`batchInputShape` of the first layer.*`batchShape` of your Input/, () =>
    new LSTM(2, { stateful: true, name: 'lstm' })(Input({ shape: [3, 2] })),
  )
  await said(/complete `inputShape` or `batchInputShape`/, () => new Flatten({ name: 'flatten' })(Input({ shape: [null, 3] })))
  await said(/"inputLength" is 3/, () => new Embedding(5, 2, { inputLength: 3 })(Input({ shape: [4] })))
  await said(/specify inputShape or batchInputShape/, () => new Sequential().summary())
  await said(/sampleWeight array/, () => model.fit(x, y, { ...quiet, sampleWeight: [1, 2] }))
  await said(/or add one with addLoss/, () => model.compile(any({ optimizer: 'sgd' })))
  await said(/`validationSplit`/, () => model.fit(any([[x, y]][Symbol.iterator]()), any(undefined), { ...quiet, validationSplit: 0.5 }))
  await said(/`batchSize` argument/, () => model.fit(any([[x, y]][Symbol.iterator]()), any(undefined), { ...quiet, batchSize: 2 }))
  await said(/Cannot perform batchDot/, () => K.batchDot(K.ones([2, 3]), K.ones([2, 3]), [0, 0]))
  const bytes = await model.saveWeights()
  await said(/calling loadWeights with skipMismatch, byName/, () => model.loadWeights(bytes, { skipMismatch: true }))
  const twice = new Dense(2, { name: 'twice' })
  twice(Input({ shape: [2] }))
  twice(Input({ shape: [2] }))
  await said(/`getOutputAt\(nodeIndex\)`/, () => twice.output)
})

test('options and callbacks that are none', async (t) => {
  const model = compiled()
  const [x, y] = [filled(4, 3), filled(4, 2)]
  await t.throwsAsync(model.fit(x, y, any({ epoch: 2 })), {
    instanceOf: TypeError,
    code: 'option_unknown',
    message: /did you mean `epochs`/,
  })
  await t.throwsAsync(model.fit(x, y, { ...quiet, batchSize: 0 }), { instanceOf: ValueError, message: /batch_?size/i })
  await t.throwsAsync(model.fit(x, y, { ...quiet, validationSplit: 2 }), { instanceOf: ValueError, message: /validation_?split/i })
  await t.throwsAsync(model.fit(x, y, { ...quiet, callbacks: any({}) }), { instanceOf: TypeError, message: /list of callbacks/ })
  await t.throwsAsync(model.fit(x, y, { ...quiet, callbacks: any([5]) }), { instanceOf: TypeError })
  t.throws(() => new Dense(any({ units: 2, unit: 3 })), {
    code: 'option_unknown',
    message: /Dense has no option `unit`; did you mean `units`/,
  })
  t.throws(() => new Sequential([any('dense')]), { instanceOf: TypeError, code: 'not_a_layer' })
  t.throws(() => model.add(any(5)), { instanceOf: TypeError, code: 'not_a_layer' })
  t.throws(() => model.getLayer('dens'), { instanceOf: ValueError, code: 'layer_unknown' })
  t.throws(() => model.getLayer({ index: 5 }), { instanceOf: ValueError, code: 'layer_index' })
  t.throws(() => new Model(any(5), any(5)), { instanceOf: Error })
})

test('tensors of a finished trace say so', (t) => {
  let kept: K.Tensor | undefined
  const input = Input({ shape: [2] })
  new Dense(1, {
    activation: (x) => {
      kept = x
      return x
    },
  })(input)
  t.throws(() => kept?.add(1), { instanceOf: ValueError, code: 'trace_finished', message: /finished trace/ })
  t.throws(() => new Dense(1)(K.constant([[1, 2]])), { instanceOf: ValueError, code: 'input_constant' })
  t.throws(() => new Dense(1)(any([[1, 2]] satisfies ArrayInput)), { instanceOf: ValueError })
})
