// Convolutions from TypeScript: a small network is built, told to the last size, trained and read back; wrong uses.
import test from 'ava'
import { NDArray, TypeError, ValueError } from 'ironhorn'
import {
  Conv1D,
  Conv2D,
  Conv2DTranspose,
  ConvLSTM2D,
  Convolution2D,
  Cropping2D,
  Dense,
  DepthwiseConv2D,
  Flatten,
  GlobalAveragePooling2D,
  Input,
  type Layer,
  Masking,
  MaxPool2D,
  MaxPooling2D,
  SeparableConv2D,
  UpSampling2D,
  ZeroPadding2D,
} from 'ironhorn/layers'
import { Model, modelFromJson, Sequential } from 'ironhorn/models'
import { SGD } from 'ironhorn/optimizers'
import { setRandomSeed } from 'ironhorn/utils'

/** Pictures of 6 by 6 with a bright row, class 0, or a bright column, class 1. */
function stripes(count: number): [NDArray, NDArray] {
  const [x, y] = [new Float32Array(count * 36), new Float32Array(count)]
  for (let i = 0; i < count; i++) {
    const [upright, at] = [i % 2, (i >> 1) % 6]
    for (let k = 0; k < 6; k++) x[i * 36 + (upright ? k * 6 + at : at * 6 + k)] = 1
    y[i] = upright
  }
  return [new NDArray(x, [count, 6, 6, 1]), new NDArray(y, [count, 1])]
}

test('a small network of convolutions learns rows from columns', async (t) => {
  setRandomSeed(7)
  const model = new Sequential([
    new Conv2D(8, [3, 3], { activation: 'relu', padding: 'same', inputShape: [6, 6, 1] }),
    new MaxPooling2D(2),
    new Conv2D({ filters: 8, kernelSize: 2, strides: 1, activation: 'relu' }),
    new Flatten(),
    new Dense(1, { activation: 'sigmoid' }),
  ])
  t.deepEqual(model.outputShape, [null, 1])
  t.deepEqual(
    model.weights.map((w) => w.shape),
    [[3, 3, 1, 8], [8], [2, 2, 8, 8], [8], [32, 1], [1]],
  )
  model.compile({ loss: 'binary_crossentropy', optimizer: new SGD({ lr: 0.2, momentum: 0.9 }), metrics: ['accuracy'] })
  const [x, y] = stripes(48)
  await model.fit(x, y, { epochs: 30, batchSize: 12, verbose: 0 })
  const [loss, accuracy] = await model.evaluate(x, y, { verbose: 0 })
  t.true(loss! < 0.1 && accuracy === 1, `loss ${loss}, accuracy ${accuracy}`)
  const again = modelFromJson(model.toJson())
  again.setWeights(model.getWeights())
  t.deepEqual(
    [await again.predict(x)].flat().map((y) => y.toArray()),
    [(await model.predict(x)).toArray()],
  )
})

test('shapes are those of Keras, channels last and first', (t) => {
  const x = Input({ shape: [8, 9, 4] })
  const shape = (layer: Layer) => layer.apply(x).shape
  t.deepEqual(shape(new Conv2D(3, 3, { strides: 2 })), [null, 3, 4, 3])
  t.deepEqual(shape(new Conv2D(3, [2, 2], { dataFormat: 'channels_first', dilationRate: 2 })), [null, 3, 7, 2])
  t.deepEqual(shape(new DepthwiseConv2D(3, { depthMultiplier: 2, padding: 'same' })), [null, 8, 9, 8])
  t.deepEqual(shape(new SeparableConv2D(5, 2)), [null, 7, 8, 5])
  t.deepEqual(shape(new Conv2DTranspose(2, 3, { strides: 2 })), [null, 17, 19, 2])
  t.deepEqual(
    shape(
      new ZeroPadding2D([
        [1, 2],
        [0, 1],
      ]),
    ),
    [null, 11, 10, 4],
  )
  t.deepEqual(shape(new Cropping2D([1, 2])), [null, 6, 5, 4])
  t.deepEqual(shape(new UpSampling2D([2, 1], { interpolation: 'bilinear' })), [null, 16, 9, 4])
  t.deepEqual(shape(new GlobalAveragePooling2D()), [null, 4])
  const film = Input({ shape: [5, 8, 9, 4] })
  t.deepEqual(new ConvLSTM2D(3, 3, { returnSequences: true }).apply(film).shape, [null, 5, 6, 7, 3])
})

test('other names and configs are those of Keras', (t) => {
  t.is(Convolution2D, Conv2D)
  t.is(MaxPool2D, MaxPooling2D)
  t.deepEqual(new MaxPooling2D([2, 3]).getConfig()['strides'], [2, 3])
  t.deepEqual(new Conv1D(4, 3, { padding: 'causal' }).getConfig()['kernel_size'], [3])
})

test('wrong uses say what is wrong', (t) => {
  const throws = (f: () => unknown, instanceOf: typeof ValueError | typeof TypeError, message: RegExp) =>
    t.throws(f, { instanceOf, message })
  throws(() => new Conv2D(3, [1, 2, 3] as never), ValueError, /kernelSize/)
  throws(() => new Conv1D(3, 2, { padding: 'causal', dataFormat: 'channels_first' }), ValueError, /causal padding/)
  throws(() => new Conv2DTranspose(3, 2, { strides: 2, outputPadding: 2 }), ValueError, /must be greater than output padding/)
  throws(() => new Conv2D(3, 9).apply(Input({ shape: [4, 4, 1] })), ValueError, /does not fit/)
  throws(() => new Conv2D(3, 2, { strides: 2, dilationRate: 2 }).apply(Input({ shape: [4, 4, 1] })), ValueError, /not supported/)
  throws(() => new Conv2D(3, 2).apply(Input({ shape: [4, 4, null] })), ValueError, /channel dimension/)
  throws(() => new Conv2D(3, 2).apply(Input({ shape: [4, 4] })), ValueError, /expected ndim=4, found ndim=3/)
  throws(() => new ConvLSTM2D(3, 2, { unroll: true }), TypeError, /Unrolling/)
  const masked = new Masking().apply(Input({ shape: [4, 2] }))
  throws(() => new Model({ inputs: masked, outputs: new Conv1D(3, 2).apply(masked) }), TypeError, /does not support masking/)
})
