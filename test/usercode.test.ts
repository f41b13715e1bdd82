// What users write themselves: losses, metrics, optimizers, models, steps of recurrent layers, functions with a gradient of their own.
import test, { type ExecutionContext } from 'ava'
import { NDArray, NotImplementedError, TypeError, ValueError } from 'ironhorn'
import * as K from 'ironhorn/backend'
import { Dense, Input, Lambda, Layer, RNN, type CallOptions, type Shape, type Tensors } from 'ironhorn/layers'
import { Loss } from 'ironhorn/losses'
import { Metric } from 'ironhorn/metrics'
import { Model, Sequential, modelFromJson } from 'ironhorn/models'
import { Optimizer } from 'ironhorn/optimizers'
import { Regularizer } from 'ironhorn/regularizers'
import { Constraint } from 'ironhorn/constraints'
import { Initializer } from 'ironhorn/initializers'
import { CustomObjectScope } from 'ironhorn/utils'
import type { Tensor } from 'ironhorn/backend'
import { array, cases, near, type Stored } from './golden.js'

const quiet = { verbose: 0 }
interface UserCase {
  kind: string
  x: Stored
  y: Stored
  h: Stored
  c: Stored
  weights: Stored[]
  losses: number[]
  history: [string, number[]][]
  final_weights: Stored[]
  output: Stored
  state: Stored
  sample_weight: Stored
  summary: string[]
}

const golden = (kind: string) => {
  const found = cases<UserCase>('usercode').find((c) => c.kind === kind)
  if (found === undefined) throw new Error(`no golden case ${kind}`)
  const { x, y, weights, history = [], final_weights = [], ...others } = found
  const target = y === undefined ? undefined : array(y)
  return {
    ...others,
    x: array(x),
    y: target as NDArray,
    weights: weights.map(array),
    history: Object.fromEntries(history),
    final: final_weights,
  }
}
const same = (t: ExecutionContext, got: Iterable<number | bigint>, wanted: Iterable<number | bigint | string>, what = '') =>
  t.true(near(got, wanted, 5e-5), `${what} ${[...got]} is not ${[...wanted]}`)
const sameWeights = (t: ExecutionContext, model: Model, wanted: Stored[]) =>
  model.getWeights().forEach((w, i) => same(t, w.data, wanted[i]!.data, `weight ${i}`))

/** A linear model of the case's weights. */
const linear = (wanted: { weights: NDArray[] }) => {
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  model.setWeights(wanted.weights)
  return model
}

class Cubed extends Loss {
  constructor(reduction: string) {
    super({ reduction, name: 'cubed' })
  }
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return yPred.sub(yTrue).abs().pow(3).mean(-1)
  }
}

test('a class as a loss is reduced as it says', async (t) => {
  for (const reduction of ['sum', 'sum_over_batch_size']) {
    const wanted = golden(`loss_${reduction}`)
    const model = linear(wanted)
    model.compile({ optimizer: 'sgd', loss: new Cubed(reduction) })
    const [loss] = await model.testOnBatch(wanted.x, wanted.y, { sampleWeight: array(wanted.sample_weight) })
    same(t, [loss!], wanted.losses, reduction)
  }
  t.deepEqual(new Cubed('sum').getConfig(), { reduction: 'sum', name: 'cubed' })
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  const wrong = async () => {
    model.compile({ optimizer: 'sgd', loss: new Cubed('mean') })
    await model.trainOnBatch([[1, 2, 3]], [[1, 2]]) // prettier-ignore
  }
  await t.throwsAsync(wrong, { instanceOf: ValueError, message: /reduction.*'sum'/ })
})

class Close extends Metric {
  readonly near = this.addWeight('near')
  readonly seen = this.addWeight('seen')
  readonly most: number
  constructor(most: number) {
    super({ name: 'close', most })
    this.most = most
  }
  override updateState(yTrue: Tensor, yPred: Tensor): void {
    const close = yPred.sub(yTrue).abs().max(-1).less(this.most).cast('float32')
    K.updateAdd(this.near, close.sum())
    K.updateAdd(this.seen, K.onesLike(close).sum())
  }
  override result(): Tensor {
    return this.near.div(this.seen)
  }
}

test('a metric with weights of its own gathers over batches, and reads its own updates', async (t) => {
  const wanted = golden('metric')
  const model = linear(wanted)
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [new Close(1)] })
  t.deepEqual(model.metricsNames, ['loss', 'close'])
  const history = await model.fit(wanted.x, wanted.y, { ...quiet, epochs: 3, batchSize: 3, shuffle: false })
  same(t, history.history['close']!, wanted.history['close']!)
  same(t, history.history['loss']!, wanted.history['loss']!)
  // Each use has its own numbers.
  const input = Input({ shape: [3] })
  const two = new Model(input, [new Dense(2, { name: 'a' })(input), new Dense(2, { name: 'b', kernelInitializer: 'zeros' })(input)])
  two.compile({ optimizer: 'sgd', loss: 'mse', metrics: [new Close(1e9)] })
  const numbers = await two.evaluate(wanted.x, [wanted.y, wanted.y], quiet)
  t.deepEqual(numbers.slice(-2), [1, 1])
  class Unnamed extends Metric {
    override updateState(): void {}
    override result(): Tensor {
      return K.constant(3)
    }
  }
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [new Unnamed()] })
  t.regex(model.metricsNames[1]!, /^unnamed(_\d+)?$/)
  t.is((await model.testOnBatch(wanted.x, wanted.y))[1], 3)
})

class Momentum extends Optimizer {
  constructor(config: Record<string, unknown> = {}) {
    super({ lr: 0.1, momentum: 0.5, ...config })
  }
  override getUpdates(loss: Tensor, params: Tensor[]) {
    const gradients = this.getGradients(loss, params)
    return params.flatMap((p, i) => {
      const shape = p.shape as number[]
      const moment = K.variable({ data: new Float32Array(shape.reduce((n, d) => n * d, 1)), shape }, null, `moment_${i}`)
      const v = moment.mul(this.hyper('momentum')).sub(gradients[i]!.mul(this.hyper('lr')))
      return [K.update(moment, v), [p, p.add(v)] as const]
    })
  }
}

test('a class as an optimizer', async (t) => {
  const wanted = golden('optimizer')
  const model = linear(wanted)
  const optimizer = new Momentum({ clipnorm: 2 })
  model.compile({ optimizer, loss: 'mse' })
  t.is(model.optimizer, optimizer)
  const losses = []
  for (let i = 0; i < 12; i++) {
    if (i === 6) optimizer.lr = 0.01
    losses.push((await model.trainOnBatch(wanted.x, wanted.y))[0]!)
  }
  same(t, losses, wanted.losses)
  sameWeights(t, model, wanted.final)
  t.is(optimizer.iterations, 12)
  t.true(Math.abs(optimizer.get('momentum') - 0.5) < 1e-7)
  const config = optimizer.getConfig()
  t.deepEqual(Object.keys(config), ['clipnorm', 'learning_rate', 'momentum'])
  same(t, [new Momentum(config).lr], [0.01])
  const plain = new (class extends Optimizer {})()
  model.compile({ optimizer: plain, loss: 'mse' })
  await t.throwsAsync(model.trainOnBatch(wanted.x, wanted.y), { instanceOf: NotImplementedError, message: /getUpdates/ })
})

test('constraints follow an optimizer of ones own', async (t) => {
  const model = new Sequential([new Dense(1, { inputDim: 1, kernelConstraint: 'non_neg', kernelInitializer: 'ones' })])
  model.compile({ optimizer: new Momentum(), loss: 'mse' })
  for (let i = 0; i < 5; i++) await model.trainOnBatch([[1]], [[-9]]) // prettier-ignore
  t.is(Math.abs(model.getWeights()[0]!.item()), 0)
})

class Block extends Layer {
  readonly inner = new Dense(4, { activation: 'tanh', name: 'inner' })
  override call(x: Tensors): Tensors {
    return this.inner(x)
  }
}

class Mine extends Model {
  readonly first = new Dense(4, { activation: 'tanh' })
  readonly blocks = [new Block()]
  readonly heads = { out: new Dense(2) }
  seen: boolean[] = []
  override call(x: Tensors, options: CallOptions): Tensors {
    this.seen.push(options.training === true)
    return this.heads.out(this.blocks[0]!(this.first(x)))
  }
}

test('a subclassed model trains as one of Keras', async (t) => {
  const wanted = golden('model')
  const model = new Mine()
  t.throws(() => model.summary({ printFn: () => undefined }), { instanceOf: ValueError, code: 'not_built' })
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] })
  await model.predict(wanted.x)
  t.deepEqual(model.layers, [model.first, model.blocks[0]!, model.heads.out])
  t.is(model.getLayer({ index: 2 }), model.heads.out)
  t.deepEqual([model.inputNames, model.outputNames], [['input_1'], ['output_1']])
  model.setWeights(wanted.weights)
  same(t, ((await model.predict(wanted.x)) as NDArray).data, wanted.output.data)
  const history = await model.fit(wanted.x, wanted.y, { ...quiet, epochs: 4, batchSize: 3, shuffle: false })
  same(t, history.history['loss']!, wanted.history['loss']!)
  same(t, history.history['mae']!, wanted.history['mae']!)
  sameWeights(t, model, wanted.final)
  t.true(model.seen.includes(true) && model.seen.includes(false))
  t.throws(() => model.getConfig(), { instanceOf: NotImplementedError })
  t.throws(() => model.toJson(), { instanceOf: NotImplementedError })
  const lines: string[] = []
  model.summary({ printFn: (line) => lines.push(line) })
  const rows = (all: string[]) => all.map((line) => line.trim()).filter((line) => /params/.test(line))
  t.deepEqual(rows(lines), rows(wanted.summary))
  t.is(lines.length, wanted.summary.length)
  t.is(model.trainableWeights.length, 6)
  model.first.trainable = false
  t.is(model.trainableWeights.length, 4)
})

test('a subclassed model with several inputs and outputs, weights of its own, and as a layer', async (t) => {
  class Pair extends Model<Tensor[]> {
    readonly dense = new Dense(2, { kernelInitializer: 'ones' })
    scale: Tensor | undefined
    override build(_: Shape | Shape[]): void {
      this.scale = this.addWeight('scale', [], { initializer: 'ones' })
    }
    override call(x: Tensors): Tensors {
      const [a, b] = x as Tensor[]
      this.addLoss(a!.sum().mul(0))
      return [this.dense(a!), b!.mul(this.scale!)]
    }
  }
  const model = new Pair({ name: 'pair' })
  t.is(model.name, 'pair')
  const arrays = [new NDArray([[1, 2]]), new NDArray([[3]])] // prettier-ignore
  const outputs = (await model.predict(arrays)) as unknown as NDArray[]
  t.deepEqual(outputs.map((o) => o.toArray()), [[[3, 3]], [[3]]]) // prettier-ignore
  t.deepEqual(model.outputNames, ['output_1', 'output_2'])
  t.is(model.weights.length, 3)
  const input = Input({ shape: [3] })
  const outer = new Model(input, new Mine()(input))
  t.deepEqual(((await outer.predict(new NDArray(new Float32Array(6), [2, 3]))) as NDArray).shape, [2, 2])
})

class Step extends Layer {
  override stateSize = 2
  readonly dense = new Dense(2, { useBias: false, name: 'kernel' })
  readonly again = new Dense(2, { useBias: false, name: 'again' })
  override call(x: Tensors, { states, constants }: CallOptions): Tensors {
    let h = this.dense(x).add(this.again(states![0]!)).tanh()
    for (const constant of constants as Tensor[]) h = h.add(constant)
    return [h, h]
  }
}

test('a step of ones own in RNN, with states to begin with and constants', async (t) => {
  const wanted = golden('rnn')
  const [x, h, c] = [Input({ shape: [3, 3] }), Input({ shape: [2] }), Input({ shape: [2] })]
  const rnn = new RNN(new Step(), { returnSequences: true, returnState: true })
  const [sequence, state] = rnn<Tensor[]>(x, { initialState: [h], constants: [c] })
  const model = new Model([x, h, c], [sequence!, state!])
  model.setWeights(wanted.weights)
  const [output, last] = (await model.predict([wanted.x, array(wanted.h), array(wanted.c)])) as unknown as NDArray[]
  same(t, output!.data, wanted.output.data)
  same(t, last!.data, wanted.state.data)
  class NoStep extends Layer {}
  t.throws(() => new RNN(new NoStep()), { instanceOf: ValueError, message: /stateSize/ })
})

test("the backend's functions of images, sequences and batches give Keras's numbers", (t) => {
  interface Operation {
    kind: string
    name: string
    args: unknown[]
    options: Record<string, unknown>
    outputs: Stored[]
  }
  const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  const given = (value: unknown) =>
    typeof value === 'object' && value !== null && 'dtype' in value ? K.constant(array(value as Stored)) : value
  const functions = K as unknown as Record<string, (...args: unknown[]) => Tensor | Tensor[]>
  const all = cases<Operation>('usercode').filter((c) => c.kind === 'operation')
  for (const { id, name, args, options, outputs } of all) {
    const named = Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), value]))
    const found = [functions[camel(name)]!(...args.map(given), named)].flat()
    t.is(found.length, outputs.length, id)
    found.forEach((tensor, i) => {
      const value = K.eval(tensor)
      t.deepEqual(value.shape, outputs[i]!.shape, id)
      same(t, value.data, outputs[i]!.data, id)
    })
  }
  t.true(all.length > 20)
  t.throws(() => K.batchDot(K.zeros([2, 3]), K.zeros([2, 4])), { instanceOf: ValueError, code: 'dot_sizes' })
  t.throws(() => K.batchDot(K.zeros([2, 3]), K.zeros([2, 3]), 0), { instanceOf: ValueError, code: 'dot_axes' })
  t.throws(() => K.biasAdd(K.zeros([2, 3, 4, 5]), K.zeros([3, 4])), { instanceOf: ValueError, code: 'bias_rank' })
  t.deepEqual(K.eval(K.randomUniformVariable([2, 3], 1, 2)).shape, [2, 3])
  t.true(K.isVariable(K.randomNormalVariable([2], 0, 1, null, 'drawn')))
})

test('a function with a gradient of its own', (t) => {
  const x = K.variable([1, 2, 3])
  const clipped = (v: Tensor) =>
    K.customGradient(
      (a) => a!.mul(2),
      (dy, [a], output) => dy.mul(10).add(a!.mul(0)).add(output.mul(0)),
      [v],
    )
  t.deepEqual(K.eval(clipped(x)).toArray(), [2, 4, 6])
  const [gradient] = K.gradients(clipped(x.square()).sum(), [x])
  t.deepEqual(K.eval(gradient!).toArray(), [20, 40, 60])
  const bad = (gradient: () => K.TensorLike) => () => K.customGradient((a) => a!, gradient, [x])
  t.throws(
    bad(() => [] as never),
    { instanceOf: ValueError, code: 'gradient_count' },
  )
  t.throws(
    bad(() => K.zeros([7])),
    { instanceOf: ValueError, code: 'gradient_shape' },
  )
  const input = Input({ shape: [2] })
  const model = new Model(input, new Lambda((v) => clipped(v))(input))
  t.is(model.outputs.length, 1)
})

test('loops with steps of ones own', (t) => {
  const x = K.constant([[1, 2], [3, 4], [5, 6]]) // prettier-ignore
  t.deepEqual(K.eval(K.mapFn((row) => row.sum(), x)).toArray(), [3, 7, 11])
  t.deepEqual(K.eval(K.foldl((sum, row) => sum.mul(2).add(row), x)).toArray(), [15, 22])
  t.deepEqual(K.eval(K.foldr((sum, row) => sum.mul(2).add(row), x)).toArray(), [27, 34])
  t.deepEqual(K.eval(K.foldl((sum, row) => sum.add(row), x, { initializer: [100, 0] })).toArray(), [109, 12])
  const sequence = K.constant([[[1], [2], [3]]])
  const run = (options: object) =>
    K.rnn((step, [h]) => [h!.add(step), [h!.add(step)]], sequence, [K.constant([[10]])], options)
      .flat()
      .map((tensor) => K.eval(tensor).toArray())
  t.deepEqual(run({}), [[[16]], [[[11], [13], [16]]], [[16]]])
  t.deepEqual(run({ goBackwards: true }), [[[16]], [[[13], [15], [16]]], [[16]]])
  t.deepEqual(run({ mask: K.constant([[1, 0, 1]]) }), [[[14]], [[[11], [11], [14]]], [[14]]])
  const variable = K.variable([1, 2])
  const [gradient] = K.gradients(K.foldl((a, b) => a.mul(b), K.stack([variable, variable, variable])).sum(), [variable])
  t.deepEqual(K.eval(gradient!).toArray(), [3, 12])
  t.throws(() => K.mapFn(5 as never, x), { instanceOf: TypeError, message: /mapFn: `f` must be a function/ })
})

test('a scope of names reads configs of classes of ones own', (t) => {
  class Shift extends Layer {
    override call(x: Tensors): Tensors {
      return (x as Tensor).add(1)
    }
  }
  const json = new Sequential([new Dense(2, { inputDim: 2 }), new Shift()]).toJson()
  t.throws(() => modelFromJson(json), { instanceOf: ValueError, message: /Shift/ })
  const scope = new CustomObjectScope({ Shift })
  t.true(scope.run(() => modelFromJson(json)).layers[1] instanceof Shift)
  t.throws(() => modelFromJson(json), { instanceOf: ValueError })
})

test('what users code throws reaches the caller as the same object, wherever it is called', async (t) => {
  class Own extends Error {}
  const own = new Own('own')
  const boom = (): never => {
    throw own
  }
  const model = new Sequential([new Dense(2, { inputDim: 3 })])
  const data: [number[][], number[][]] = [[[1, 2, 3]], [[1, 2]]] // prettier-ignore
  const compile = async (options: object) => {
    model.compile({ optimizer: 'sgd', loss: 'mse', ...options } as never)
    await model.trainOnBatch(...data)
  }
  const class_ = <T extends abstract new (...args: never[]) => object>(Base: T, method: string) => {
    class Thrower extends (Base as unknown as new () => object) {}
    Object.defineProperty(Thrower.prototype, method, { value: boom })
    return new Thrower() as never
  }
  const input = () => Input({ shape: [3] })
  class Broken extends Model {
    override call(): Tensors {
      return boom()
    }
  }
  class Cell extends Layer {
    override stateSize = 2
    override call(): Tensors {
      return boom()
    }
  }
  const places: Record<string, () => unknown> = {
    'loss function': () => compile({ loss: boom }),
    'loss class': () => compile({ loss: class_(Loss, 'call') }),
    'metric function': () => compile({ metrics: [boom] }),
    'metric class': () => compile({ metrics: [class_(Metric, 'call')] }),
    'metric state': () => compile({ metrics: [class_(Metric, 'updateState')] }),
    optimizer: () => compile({ optimizer: class_(Optimizer, 'getUpdates') }),
    'layer call': () => class_(Layer, 'call') && (class_(Layer, 'call') as Layer)(input()),
    'layer build': () => (class_(Block, 'build') as Layer)(input()),
    lambda: () => new Lambda(boom)(input()),
    activation: () => new Dense(1, { activation: boom })(input()),
    initializer: () => new Dense(1, { kernelInitializer: boom })(input()),
    'initializer class': () => new Dense(1, { kernelInitializer: class_(Initializer, 'call') })(input()),
    regularizer: () => new Sequential([new Dense(1, { inputDim: 3, kernelRegularizer: class_(Regularizer, 'call') })]).losses,
    constraint: async () => {
      const constrained = new Sequential([new Dense(2, { inputDim: 3, kernelConstraint: class_(Constraint, 'call') })])
      constrained.compile({ optimizer: 'sgd', loss: 'mse' })
      await constrained.trainOnBatch(...data)
    },
    model: () => new Broken().predict(data[0]),
    step: () => new RNN(new Cell())(Input({ shape: [3, 3] })),
    'map function': () => K.mapFn(boom, K.zeros([2])),
    'rnn step': () => K.rnn(boom, K.zeros([1, 2, 3]), []),
    'function with a gradient': () => K.customGradient(boom, (dy) => dy, [K.zeros([2])]),
    gradient: () => K.customGradient((x) => x!, boom, [K.zeros([2])]),
    'scope body': () => new CustomObjectScope({}).run(boom),
  }
  for (const [place, body] of Object.entries(places)) {
    const error = await t.throwsAsync(async () => void (await body()), undefined, place)
    t.is(error, own, place)
  }
})
