// A convolutional network in the manner of VGG for ten classes of pictures, on random data.
// test: --epochs 1 --samples 8 --size 20
import { parseArgs } from 'node:util'
import { Conv2D, Dense, Dropout, Flatten, MaxPooling2D } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { SGD } from 'ironhorn/optimizers'
import { toCategorical } from 'ironhorn/utils'
import { integers, random } from './data/random.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '10' },
    samples: { type: 'string', default: '100' },
    /** Height and width of the pictures. */
    size: { type: 'string', default: '100' },
  },
})
const [samples, size] = [Number(values.samples), Number(values.size)]

const [xTrain, yTrain] = [random(samples, size, size, 3), toCategorical(integers(10, samples, 1), 10)]
const [xTest, yTest] = [random(20, size, size, 3), toCategorical(integers(10, 20, 1), 10)]

export const model = new Sequential()
// Pictures with 3 channels; 32 filters of 3 by 3.
model.add(new Conv2D(32, [3, 3], { activation: 'relu', inputShape: [size, size, 3] }))
model.add(new Conv2D(32, [3, 3], { activation: 'relu' }))
model.add(new MaxPooling2D({ poolSize: [2, 2] }))
model.add(new Dropout(0.25))

model.add(new Conv2D(64, [3, 3], { activation: 'relu' }))
model.add(new Conv2D(64, [3, 3], { activation: 'relu' }))
model.add(new MaxPooling2D({ poolSize: [2, 2] }))
model.add(new Dropout(0.25))

model.add(new Flatten())
model.add(new Dense(256, { activation: 'relu' }))
model.add(new Dropout(0.5))
model.add(new Dense(10, { activation: 'softmax' }))
model.summary()

const sgd = new SGD({ lr: 0.01, decay: 1e-6, momentum: 0.9, nesterov: true })
model.compile({ loss: 'categorical_crossentropy', optimizer: sgd })

await model.fit(xTrain, yTrain, { batchSize: 32, epochs: Number(values.epochs) })
const [score] = await model.evaluate(xTest, yTest, { batchSize: 32 })
console.log('Test loss:', score)
