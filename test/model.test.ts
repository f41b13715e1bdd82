// Models from TypeScript: texts and fits against Keras 2.3.1, both APIs, layers as functions and as objects, classes of one's own.
import { inspect } from 'node:util'
import test from 'ava'
import { activations, AttributeError, NDArray, ValueError, type Tensor } from 'ironhorn'
import * as K from 'ironhorn/backend'
import { Initializer, VarianceScaling } from 'ironhorn/initializers'
import { Activation, Dense, Dropout, Flatten, Input, Lambda, Layer, Masking, Reshape, type Shape, type Tensors } from 'ironhorn/layers'
import { meanSquaredError } from 'ironhorn/losses'
import { Model, modelFromConfig, modelFromJson, Sequential } from 'ironhorn/models'
import { Regularizer } from 'ironhorn/regularizers'
import { customObjectScope } from 'ironhorn/utils'
import { array, cases, near, type Stored } from './golden.js'

const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const camelKeys = (object: object) => Object.fromEntries(Object.entries(object).map(([key, value]) => [camel(key), value as unknown]))
const ones = (rows: number, columns: number) => new NDArray(new Float32Array(rows * columns).fill(1), [rows, columns])

interface Text {
  to_json: string
  to_json_reread?: string
  config_text: string
  weights: [string, number[]][]
  count_params: number
  trainable: string[]
  summaries: { args: object; lines: string[] }[]
}

test("texts are Keras's to the letter", (t) => {
  for (const { id, ...text } of cases<Text>('texts')) {
    const model = modelFromJson(text.to_json)
    t.is(model.toJson(), text.to_json_reread ?? text.to_json, id)
    if (text.to_json_reread === undefined) t.deepEqual(model.getConfig(), JSON.parse(text.config_text), id)
    // What Keras leaves out of a text is not there when it is read.
    if (!model.built) continue
    t.deepEqual(
      model.weights.map((w) => [w.name, w.shape]),
      text.weights,
      id,
    )
    t.is(model.countParams(), text.count_params, id)
    if (id === 'compiled, frozen afterwards') continue
    // That a model is frozen is not in its text.
    if (text.trainable.length === 0) model.trainable = false
    for (const { args, lines } of text.summaries) {
      const printed: string[] = []
      model.summary({ ...camelKeys(args), printFn: (line) => printed.push(line) })
      t.deepEqual(printed, lines, id)
    }
  }
})

interface Fitted {
  model_json: string
  compile: object
  initial_weights: Stored[]
  x: Stored
  y: Stored
  fit: Record<string, unknown>
  history: [string, number[]][]
  epochs: number[]
  final_weights: Stored[]
  metrics_names: string[]
  evaluate: { x: Stored; y: Stored; sample_weight: Stored | null; batch_size: number; result: number[] }
  predict: { x: Stored; batch_size: number; result: Stored }
}

const stored = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(stored)
  return typeof value === 'object' && value !== null && 'shape' in value ? array(value as Stored) : value
}

test("fits are Keras's", async (t) => {
  for (const { id, ...wanted } of cases<Fitted>('fits')) {
    const model = modelFromJson(wanted.model_json)
    model.compile(camelKeys(wanted.compile) as { optimizer: 'sgd' })
    model.setWeights(wanted.initial_weights.map(array))
    const options = Object.fromEntries(
      Object.entries(wanted.fit).map(([key, value]) => [
        camel(key),
        Array.isArray(value) || key === 'sample_weight' ? stored(value) : value,
      ]),
    )
    const history = await model.fit(array(wanted.x), array(wanted.y), { verbose: 0, shuffle: false, ...options })
    t.deepEqual(history.epoch, wanted.epochs, id)
    t.deepEqual(
      Object.keys(history.history),
      wanted.history.map(([key]) => key),
      id,
    )
    for (const [key, values] of wanted.history) t.true(near(history.history[key] ?? [], values), `${id}: ${key}`)
    for (const [i, weight] of model.getWeights().entries())
      t.true(near(weight.data, wanted.final_weights[i]?.data ?? []), `${id}: weight ${i}`)
    t.deepEqual(model.metricsNames, wanted.metrics_names, id)
    const { x, y, sample_weight: sampleWeight, batch_size: batchSize, result } = wanted.evaluate
    const weights = sampleWeight === null ? {} : { sampleWeight: array(sampleWeight) }
    t.true(near(await model.evaluate(array(x), array(y), { batchSize, verbose: 0, ...weights }), result), `${id}: evaluate`)
    const predicted = (await model.predict(array(wanted.predict.x), { batchSize: wanted.predict.batch_size })) as NDArray
    t.deepEqual(predicted.shape, wanted.predict.result.shape)
    t.true(near(predicted.data, wanted.predict.result.data), `${id}: predict`)
  }
})

test('functional models: shared layers, several inputs and outputs, models as layers', async (t) => {
  const [a, b] = [Input({ shape: [3], name: 'a' }), Input({ shape: [3], name: 'b' })]
  const shared = new Dense(2, { name: 'shared', kernelInitializer: 'ones' })
  const [left, right] = [shared(a), shared(b)]
  t.throws(() => shared.output, { code: 'several_nodes' })
  const sum = new Dense(1, { name: 'sum', kernelInitializer: 'ones' })(left.add(right).relu())
  t.truthy(sum)
  const model = new Model([a, b], [new Activation('relu', { name: 'l' })(left), new Activation('relu', { name: 'r' })(right)])
  t.deepEqual(model.inputNames, ['a', 'b'])
  t.deepEqual(model.outputNames, ['l', 'r'])
  t.is(model.weights.length, 2)
  t.is(model.getLayer('shared'), shared)
  t.is(model.layers[2], shared)
  const both = await model.predict([ones(2, 3), new NDArray([[2, 2, 2], [0, 0, 0]])]) // prettier-ignore
  t.deepEqual(
    both.map((p) => p.toArray()),
    [
      [
        [3, 3],
        [3, 3],
      ],
      [
        [6, 6],
        [0, 0],
      ],
    ],
  )
  const named = await model.predict({ a: [[1, 1, 1]], b: [[0, 0, 1]] })
  t.deepEqual(named[1]?.toArray(), [[1, 1]])
  const [p, q] = model<Tensor[]>([Input({ shape: [3] }), Input({ shape: [3] })])
  t.deepEqual([p?.shape, q?.shape], [[null, 2], [null, 2]]) // prettier-ignore

  const inner = new Sequential([new Dense(4, { inputShape: [3], activation: 'tanh' })])
  const outer = new Model(a, new Dense(1)(inner(a)), { name: 'outer' })
  t.is(outer.name, 'outer')
  t.is(outer.layers[1], inner)
  t.deepEqual((await outer.predict(ones(5, 3))).shape, [5, 1])
  const one = new Model({ inputs: a, outputs: [left] as const })
  const single: NDArray = await one.predict(ones(1, 3))
  t.deepEqual(single.shape, [1, 2])
  t.throws(() => new Model(a, right), { instanceOf: ValueError, code: 'graph_disconnected' })
})

test('stacks: built late, popped, written and read', async (t) => {
  const model = new Sequential({ name: 'stack' })
  model.add(new Flatten())
  model.add(new Dense(2))
  model.add(new Dropout(0.5))
  t.false(model.built)
  t.throws(() => model.summary({ printFn: () => undefined }), { code: 'not_built' })
  model.build([null, 2, 2])
  t.true(model.built)
  const removed = model.pop()
  t.true(removed instanceof Dropout)
  t.deepEqual(
    model.layers.map((l) => l.constructor),
    [Flatten, Dense],
  )
  t.deepEqual((await model.predict([[[1, 2], [3, 4]]])).shape, [1, 2]) // prettier-ignore
  const again = Sequential.fromConfig(model.getConfig()) as Sequential
  t.true(again instanceof Sequential)
  t.deepEqual(again.getConfig(), model.getConfig())
  t.deepEqual(Dense.fromConfig(new Dense(3, { name: 'd' }).getConfig()).getConfig(), new Dense(3, { name: 'd' }).getConfig())
  t.deepEqual(modelFromConfig(JSON.parse(model.toJson()) as Record<string, unknown>).getConfig(), model.getConfig())
  t.regex(inspect(model), /^Sequential \{\s+name: 'stack'/)
})

test('layers as objects: shapes, weights, trainable, calls', (t) => {
  const dense = new Dense(2, { name: 'mine', useBias: false })
  t.false(dense.built)
  t.throws(() => dense.output, { code: 'not_connected' })
  const x = Input({ batchShape: [4, 3], dtype: 'float32' })
  const y = dense(x)
  t.true(dense.built)
  t.deepEqual([dense.inputShape, dense.outputShape, y.shape], [[4, 3], [4, 2], [4, 2]]) // prettier-ignore
  t.deepEqual((dense.input as Tensor).shape, [4, 3])
  t.is(inspect(dense.getOutputAt(0)), inspect(y))
  dense.setWeights([[[1, 2], [3, 4], [5, 6]]]) // prettier-ignore
  t.deepEqual(dense.getWeights()[0]?.toArray(), [[1, 2], [3, 4], [5, 6]]) // prettier-ignore
  t.is(dense.weights[0]?.name, 'mine/kernel:0')
  t.deepEqual(K.getValue(dense.weights[0]!).shape, [3, 2])
  t.is(dense.countParams(), 6)
  dense.trainable = false
  t.deepEqual([dense.trainableWeights.length, dense.nonTrainableWeights.length], [0, 1])
  t.deepEqual(new Reshape([3, -1])(Input({ shape: [6] })).shape, [null, 3, 2])
})

test('a config that went through JavaScript is written as before: 1.0 stays 1.0 and 1 stays 1', (t) => {
  for (const { id, to_json } of cases<Text>('texts')) {
    const model = modelFromJson(to_json)
    const [config, text] = [{ class_name: model.constructor.name, config: model.getConfig() }, model.toJson()]
    // Seeds go on with each draw, in both alike.
    t.is(modelFromConfig(config).toJson(), modelFromJson(text).toJson(), id)
  }
  const one = new Sequential([new Dense(1, { inputDim: 1, kernelInitializer: new VarianceScaling({ scale: 1 }) })])
  t.regex(one.toJson(), /"scale": 1,/)
  const read = modelFromJson(one.toJson().replace('"scale": 1,', '"scale": 1.0,'))
  const config = (read.layers[0]?.getConfig() as { kernel_initializer: { config: Record<string, unknown> } }).kernel_initializer.config
  const again = new Sequential([new Dense(1, { inputDim: 1, kernelInitializer: new VarianceScaling(config) })])
  t.regex(again.toJson(), /"scale": 1.0,/)
})

test('calls of a layer: masks, and what is ill-defined when there are several', (t) => {
  const masking = new Masking()
  const [a, b] = [Input({ shape: [3, 2] }), Input({ shape: [4, 2] })]
  const shared = new Dense(2)
  const y = shared(masking(a))
  t.is(masking.inputMask, null)
  t.deepEqual((masking.outputMask as Tensor).shape, [null, 3])
  t.deepEqual((shared.getInputMaskAt(0) as Tensor).shape, [null, 3])
  t.deepEqual((shared.getOutputMaskAt(0) as Tensor).shape, [null, 3])
  shared(b)
  t.is(shared.getInputMaskAt(1), null)
  t.deepEqual([shared.getInputShapeAt(1), shared.getOutputShapeAt(0)], [[null, 4, 2], [null, 3, 2]]) // prettier-ignore
  t.is(inspect(shared.getOutputAt(0)), inspect(y))
  for (const ask of [() => shared.input, () => shared.output, () => shared.inputMask, () => shared.outputMask, () => shared.outputShape])
    t.throws(ask, { instanceOf: AttributeError, message: /multiple inbound nodes/ })
  t.throws(() => shared.getInputMaskAt(2), { instanceOf: ValueError, code: 'node_index' })
})

test('an update added to a layer is made by every training step', async (t) => {
  const model = new Sequential([new Dense(1, { inputDim: 2 })])
  const count = K.variable(0)
  model.layers[0]?.addUpdate(K.updateAdd(count, 2))
  model.compile('sgd', 'mse')
  await model.fit(ones(4, 2), ones(4, 1), { batchSize: 2, verbose: 0 })
  await model.evaluate(ones(4, 2), ones(4, 1), { verbose: 0 })
  t.is(K.getValue(count).item(), 4)
})

test('inputs and outputs of layers are what a backend function takes', (t) => {
  const model = new Sequential([new Dense(2, { inputDim: 3, kernelInitializer: 'ones' }), new Dense(1, { kernelInitializer: 'ones' })])
  const [first, second] = model.layers as [Layer, Layer]
  t.deepEqual(
    K.function(model.inputs, [first.output as Tensor, second.output as Tensor])([[[1, 2, 3]]]).map((x) => x.toArray()),
    [[[6, 6]], [[12]]],
  )
  t.deepEqual(K.function([first.output as Tensor], [second.output as Tensor])([[[1, 2]]])[0]?.toArray(), [[3]])
})

test('activations by name, as functions and as Keras writes them', (t) => {
  const relu = activations.get('relu')
  t.is(activations.serialize(relu), 'relu')
  t.deepEqual(K.eval(activations.deserialize('relu')(K.constant([-1, 2]))).toArray(), [0, 2])
  t.is(activations.serialize(activations.get(null)), 'linear')
})

class Scale extends Layer {
  readonly #start: number
  scale?: Tensor
  constructor(config: { start?: number; name?: string } = {}) {
    super({ ...config })
    this.#start = config.start ?? 1
  }
  override build(inputShape: Shape | Shape[]): void {
    const size = (inputShape as Shape).at(-1) as number
    this.scale = this.addWeight('scale', [size], {
      initializer: (shape) => new Array<number>(shape[0] ?? 0).fill(this.#start),
      regularizer: 'l2',
    })
  }
  override call(x: Tensors, options: { training?: boolean }): Tensors {
    const y = (x as Tensor).mul(this.scale!)
    this.addMetric(y.mean(), 'mean')
    return options.training === true ? y.mul(1) : y
  }
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), start: this.#start }
  }
}

class Twice extends Layer {
  readonly parts = [new Scale({ name: 'first' }), new Scale({ name: 'second' })]
  override call(x: Tensors): Tensors {
    return this.parts.reduce<Tensor>((y, part) => part(y), x as Tensor)
  }
}

test("layers of one's own: weights, training, config, layers inside", async (t) => {
  const model = new Sequential([new Scale({ start: 2, name: 'scale' }), new Dense(1, { kernelInitializer: 'ones' })])
  model.build([null, 3])
  t.deepEqual(
    model.weights.map((w) => w.name),
    ['scale/scale:0', 'dense_1/kernel:0', 'dense_1/bias:0'].map((name) => name.replace('dense_1', model.layers[1]!.name)),
  )
  t.deepEqual((await model.predict(ones(1, 3))).toArray(), [[6]])
  model.compile({ optimizer: 'sgd', loss: 'mse' })
  const history = await model.fit(ones(8, 3), new Float32Array(8), { epochs: 3, verbose: 0 })
  t.deepEqual(model.metricsNames, ['loss', 'mean'])
  t.true((history.history['loss']?.[2] ?? 9) < (history.history['loss']?.[0] ?? 0))
  t.like(model.layers[0]?.getConfig(), { name: 'scale', trainable: true, start: 2 })
  const read = customObjectScope({ Scale }, () => modelFromJson(model.toJson()))
  t.true(read.layers[0] instanceof Scale)
  t.is(read.toJson(), model.toJson())
  t.is(modelFromJson(model.toJson(), { customObjects: { Scale } }).layers.length, 2)
  t.throws(() => modelFromJson(model.toJson()), { code: 'name_unknown', message: /Scale/ })

  const nested = new Sequential([new Twice({ name: 'twice', inputShape: [2] })])
  t.is(nested.weights.length, 2)
  t.deepEqual((await nested.predict([[1, 2]])).toArray(), [[1, 2]])
})

test("users' functions: losses, metrics, activations, initializers, regularizers, constraints, Lambda", async (t) => {
  class Half extends Regularizer {
    override call(w: Tensor): Tensor {
      return w.square().sum().mul(0.5)
    }
  }
  class Steps extends Initializer {
    override call(shape: readonly number[]): NDArray {
      return new NDArray(
        Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => i),
        [...shape],
      )
    }
  }
  const twice = (x: Tensor) => x.mul(2)
  const model = new Sequential([
    new Dense(2, { inputDim: 2, activation: twice, kernelInitializer: new Steps(), kernelRegularizer: new Half(), useBias: false }),
    new Lambda((x) => x.add(1)),
    new Dense(1, { kernelInitializer: (shape) => K.ones(shape), kernelConstraint: (w) => w.clip(0, 1), useBias: false }),
  ])
  t.deepEqual((await model.predict([[1, 1]])).toArray(), [[(0 + 2) * 2 + 1 + (1 + 3) * 2 + 1]])
  const halfError = (yTrue: Tensor, yPred: Tensor) => meanSquaredError(yTrue, yPred).mul(0.5)
  const largest = (_: Tensor, yPred: Tensor) => yPred.max(-1)
  model.compile({ optimizer: 'sgd', loss: halfError, metrics: [largest, 'mae'] })
  t.deepEqual(model.metricsNames, ['loss', 'largest', 'mae'])
  const [loss, most, error] = await model.evaluate([[1, 1]], [[13]], { verbose: 0 })
  // Half the squared error of 1, and half of 0 + 1 + 4 + 9.
  t.deepEqual([loss, most, error], [0.5 + 7, 14, 1])
  await model.fit([[1, 1]], [[-50]], { verbose: 0, epochs: 2 })
  t.true(Array.from(model.getWeights()[1]!.data as Float32Array).every((w) => w >= 0 && w <= 1))
  t.throws(() => model.toJson(), { code: 'lambda_config' })
  const silent = new Sequential([new Dense(1, { inputDim: 1, activation: (() => undefined) as unknown as (x: Tensor) => Tensor })].slice(1))
  t.truthy(silent)
  t.throws(() => new Dense(1, { inputDim: 1, activation: (() => undefined) as unknown as (x: Tensor) => Tensor })(Input({ shape: [1] })), {
    code: 'function_result',
  })
})
