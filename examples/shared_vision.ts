// Whether two handwritten digits are the same: one model sees both, as a layer that is called twice. On random data.
// test: --epochs 1 --samples 4
import { parseArgs } from 'node:util'
import { concatenate, Conv2D, Dense, Flatten, Input, MaxPooling2D } from 'ironhorn/layers'
import { Model } from 'ironhorn/models'
import { integers, random } from './data/random.js'

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '3' }, samples: { type: 'string', default: '100' } } })
const samples = Number(values.samples)

const digitInput = Input({ shape: [27, 27, 1] })
let x = new Conv2D(64, [3, 3])(digitInput)
x = new Conv2D(64, [3, 3])(x)
x = new MaxPooling2D([2, 2])(x)
const seen = new Flatten()(x)
const visionModel = new Model(digitInput, seen)
visionModel.summary()

const digitA = Input({ shape: [27, 27, 1] })
const digitB = Input({ shape: [27, 27, 1] })
// Weights and all else are shared.
const outA = visionModel(digitA)
const outB = visionModel(digitB)
const concatenated = concatenate([outA, outB])
const out = new Dense(1, { activation: 'sigmoid' })(concatenated)

export const model = new Model([digitA, digitB], out)
model.summary()
model.compile({ optimizer: 'sgd', loss: 'binary_crossentropy', metrics: ['accuracy'] })
const labels = integers(2, samples, 1)
await model.fit([random(samples, 27, 27, 1), random(samples, 27, 27, 1)], labels, { batchSize: 4, epochs: Number(values.epochs) })
