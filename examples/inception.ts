// The Inception module (Szegedy et al. 2014): three towers over one picture, joined, and trained to give a picture of random numbers.
// test: --epochs 1 --samples 2 --size 16
import { parseArgs } from 'node:util'
import { concatenate, Conv2D, Input, MaxPooling2D } from 'ironhorn/layers'
import { Model } from 'ironhorn/models'
import { random } from './data/random.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '3' },
    samples: { type: 'string', default: '4' },
    /** Height and width of the pictures. */
    size: { type: 'string', default: '256' },
  },
})
const [samples, size] = [Number(values.samples), Number(values.size)]

const inputImg = Input({ shape: [size, size, 3] })

let tower1 = new Conv2D(64, [1, 1], { padding: 'same', activation: 'relu' })(inputImg)
tower1 = new Conv2D(64, [3, 3], { padding: 'same', activation: 'relu' })(tower1)

let tower2 = new Conv2D(64, [1, 1], { padding: 'same', activation: 'relu' })(inputImg)
tower2 = new Conv2D(64, [5, 5], { padding: 'same', activation: 'relu' })(tower2)

let tower3 = new MaxPooling2D([3, 3], { strides: [1, 1], padding: 'same' })(inputImg)
tower3 = new Conv2D(64, [1, 1], { padding: 'same', activation: 'relu' })(tower3)

// One below the other, as Keras's guide has it; -1 would stack their channels.
const output = concatenate([tower1, tower2, tower3], { axis: 1 })

export const model = new Model({ inputs: inputImg, outputs: output })
model.summary()
model.compile({ optimizer: 'sgd', loss: 'mse' })
await model.fit(random(samples, size, size, 3), random(samples, 3 * size, size, 64), { batchSize: 2, epochs: Number(values.epochs) })
