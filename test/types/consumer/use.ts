// A user's strict project: compiled against the typings as they are published, with the library's own files checked too.
import * as keras from 'ironhorn'
import { NDArray, ValueError, type ArrayInput, type Tensor } from 'ironhorn'
import * as K from 'ironhorn/backend'
import { Callback, EarlyStopping, type Logs } from 'ironhorn/callbacks'
import { Dense, Dropout, Input, Lambda, Layer, type CallOptions, type Shape, type Tensors } from 'ironhorn/layers'
import { Metric } from 'ironhorn/metrics'
import { Model, Sequential } from 'ironhorn/models'
import { Optimizer, SGD } from 'ironhorn/optimizers'
import { CustomObjectScope } from 'ironhorn/utils'

const inputs: ArrayInput[] = [1, [[1, 2]], new Float32Array(3), [new Float32Array(2)], { data: [1, 2], shape: [2] }, new NDArray([1])]
const bytes: Uint8Array = new NDArray(new Uint8Array(4), [2, 2]).data
const wide: BigInt64Array = new NDArray([1, 2], { dtype: 'int64' }).data
export const code: string = new ValueError('no').code
export { bytes, inputs, wide }

declare module 'ironhorn/losses' {
  interface LossNames {
    my_loss: true
  }
}
declare module 'ironhorn/optimizers' {
  interface OptimizerNames {
    Plain: true
  }
}

class Plain extends Optimizer {
  override getUpdates(loss: Tensor, params: Tensor[]) {
    return this.getGradients(loss, params).map((g, i) => K.updateSub(params[i] as Tensor, g.mul(this.hyper('lr'))))
  }
}

class Hits extends Metric {
  readonly hits = this.addWeight('hits')
  override updateState(yTrue: Tensor, yPred: Tensor): void {
    K.updateAdd(this.hits, yTrue.equal(yPred).cast('float32').sum())
  }
  override result(): Tensor {
    return this.hits.mul(1)
  }
}

class Own extends Model<Tensor> {
  readonly dense = new Dense(2)
  override call(x: Tensors, { training }: CallOptions): Tensors {
    return training === true ? this.dense(x) : this.dense(x).mul(1)
  }
}

/** Users' classes, and names of their own. */
export async function own(x: NDArray): Promise<NDArray> {
  const model = new Own({ name: 'own' })
  model.compile({ optimizer: new Plain({ lr: 0.1 }), loss: 'my_loss', metrics: [new Hits()] })
  model.compile({ optimizer: 'Plain', loss: 'mse', metrics: null, lossWeights: null })
  const [last]: [Tensor, Tensor, Tensor[]] = K.rnn((step, [h]) => [step, [h as Tensor]], x, [x], { goBackwards: true })
  const tensor: Tensor = K.customGradient(
    (a) => a as Tensor,
    (dy, [a], y) => dy.mul(y).add(a as Tensor),
    [last],
  )
  return new CustomObjectScope({ my_loss: (_: Tensor, p: Tensor) => p }).run(() => model.predict(K.eval(tensor)))
}

class Scale extends Layer {
  scale?: Tensor
  override build(inputShape: Shape | Shape[]): void {
    this.scale = this.addWeight('scale', [(inputShape as Shape)[1] ?? 1], { initializer: 'ones' })
  }
  override call(x: Tensors): Tensors {
    return (x as Tensor).mul(this.scale ?? 1)
  }
}

class Watch extends Callback {
  override async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    await this.model.predict([[logs['loss'] ?? 0]])
  }
}

export async function train(x: NDArray, y: NDArray): Promise<[number[], NDArray, NDArray[]]> {
  const model = new Sequential([
    new Dense(64, { activation: 'relu', inputDim: 20 }),
    new Dropout(0.5),
    new Scale(),
    new Lambda((t) => t.add(1)),
    new keras.layers.Dense(10, { activation: (t) => K.softmax(t) }),
  ])
  const optimizer = new SGD({ lr: 0.01, momentum: 0.9, nesterov: true })
  model.compile({ loss: 'categorical_crossentropy', optimizer, metrics: ['accuracy', (_, p) => p.max()] })
  const signal = AbortSignal.timeout(1000)
  const callbacks = [new EarlyStopping({ monitor: 'loss' }), new Watch(), { onEpochBegin: (epoch: number) => void epoch }]
  const history = await model.fit(x, y, { epochs: 20, batchSize: 128, callbacks, signal, validationData: [x, y] })
  const loss: number | undefined = history.history['loss']?.[0]
  const [first, second] = [Input({ shape: [20] }), Input({ shape: [20] })]
  const two = new Model([first, second], [model(first), model(second)])
  const scores: number[] = await model.evaluate(x, y, { verbose: loss === undefined ? 0 : 1 })
  return [scores, await model.predict(x), await two.predict([x, x])]
}
