// Wrong uses that must not compile. Checked by tsc alone, never run: a line that does compile is an error.
import { NDArray, TypeError, ValueError } from 'ironhorn'
import * as K from 'ironhorn/backend'
import { EarlyStopping, LearningRateScheduler, ModelCheckpoint } from 'ironhorn/callbacks'
import { Dense, Input, Layer } from 'ironhorn/layers'
import { loadModel, Model, Sequential } from 'ironhorn/models'
import { SGD } from 'ironhorn/optimizers'
import { Callable } from '../../ts/callable.js'

// @ts-expect-error text is not numbers
new NDArray('numbers')
// @ts-expect-error nor is a list of text
new NDArray([['a', 'b']])
// @ts-expect-error no such number type
new NDArray([1], { dtype: 'float8' })
// @ts-expect-error no such option
new NDArray([1], { sizes: [1] })
// @ts-expect-error an object needs its shape
new NDArray({ data: [1, 2] })
// @ts-expect-error immutable
new NDArray([1]).shape = [2]
// @ts-expect-error int64 elements are bigints
export const x: number | undefined = new NDArray(new BigInt64Array(1)).data[0]
// @ts-expect-error a code is text
new ValueError('message', 5)
// @ts-expect-error the code never changes
new TypeError('message').code = 'other'

export class Length extends Callable<string, number> {
  apply(text: string): number {
    return text.length
  }
}
export interface Length {
  (text: string): number
}
// @ts-expect-error the argument is text
new Length()(5)
// @ts-expect-error and the result a number
export const y: string = new Length()('five')

const model = new Sequential([new Dense(2, { inputDim: 3 })])
const input = Input({ shape: [3] })

// @ts-expect-error units are missing
new Dense({ activation: 'relu' })
// @ts-expect-error no such activation
new Dense(2, { activation: 'rellu' })
// @ts-expect-error no such option
new Dense(2, { unit: 3 })
// @ts-expect-error a layer takes tensors
new Dense(2)(5)
// @ts-expect-error a tensor is no number
input + 1
// @ts-expect-error nor can it be compared
input > 0
// @ts-expect-error no such method
input.plus(1)
// @ts-expect-error no such option of sum
input.sum({ axes: 1 })
// @ts-expect-error Input needs a shape
Input({ name: 'x' })
// @ts-expect-error a stack has layers
new Sequential([input])
// @ts-expect-error no such loss
model.compile({ optimizer: 'sgd', loss: 'msee' })
// @ts-expect-error no such optimizer
model.compile({ optimizer: 'sgdd', loss: 'mse' })
// @ts-expect-error an optimizer is needed
model.compile({ loss: 'mse' })
// @ts-expect-error one weight for all outputs says nothing
model.compile({ optimizer: 'sgd', loss: 'mse', lossWeights: 2 })
// @ts-expect-error no such option of fit
void model.fit([[1, 2, 3]], [[1, 2]], { epoch: 2 })
// @ts-expect-error text is no data
void model.predict('data')
// @ts-expect-error one output is one array
void model.predict([[1, 2, 3]]).then((all: NDArray[]) => all)
// @ts-expect-error several outputs are a list
void new Model(input, [input, input]).predict([[1, 2, 3]]).then((one: NDArray) => one)
// @ts-expect-error a hook has a number and logs
void model.fit([[1, 2, 3]], [[1, 2]], { callbacks: [{ onEpochEnd: (epoch: string) => void epoch }] })
// @ts-expect-error no such hook
void model.fit([[1, 2, 3]], [[1, 2]], { callbacks: [{ onEpochEnded: () => undefined }] })
// @ts-expect-error monitor is text
new EarlyStopping({ monitor: 5 })
// @ts-expect-error momentum is a number
new SGD({ momentum: '0.9' })
// @ts-expect-error an initializer gives numbers
new Dense(2, { kernelInitializer: () => 'zeros' })
// @ts-expect-error a loss gives a tensor
model.compile({ optimizer: 'sgd', loss: () => 5 })
// @ts-expect-error only these types compute
K.setFloatx('int8')
// @ts-expect-error the names are read only
model.layers[0]!.name = 'other'
export class Half extends Layer {
  // @ts-expect-error a layer's call gives tensors
  override call(): number {
    return 5
  }
}

// @ts-expect-error a file is its path or its bytes
void loadModel(5)
// @ts-expect-error no such option
void loadModel('model.h5', { compiled: false })
// @ts-expect-error a promise of nothing
export const saved: Promise<Buffer> = model.save('model.h5')
// @ts-expect-error no such option
void model.loadWeights('weights.h5', { byname: true })
// @ts-expect-error the path is missing
new ModelCheckpoint({ monitor: 'loss' })
// @ts-expect-error a schedule gives a number
new LearningRateScheduler(() => 'fast')
