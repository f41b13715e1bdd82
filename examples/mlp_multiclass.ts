// A multilayer perceptron for ten classes, on random data.
// test: --epochs 2 --samples 200
import { parseArgs } from 'node:util'
import { Dense, Dropout } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { SGD } from 'ironhorn/optimizers'
import { toCategorical } from 'ironhorn/utils'
import { integers, random } from './data/random.js'

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '20' }, samples: { type: 'string', default: '1000' } } })
const samples = Number(values.samples)
const [xTrain, yTrain] = [random(samples, 20), toCategorical(integers(10, samples, 1), 10)]
const [xTest, yTest] = [random(100, 20), toCategorical(integers(10, 100, 1), 10)]

const model = new Sequential()
// In the first layer the size of the input is given: here vectors of 20 numbers.
model.add(new Dense(64, { activation: 'relu', inputDim: 20 }))
model.add(new Dropout(0.5))
model.add(new Dense(64, { activation: 'relu' }))
model.add(new Dropout(0.5))
model.add(new Dense(10, { activation: 'softmax' }))

const sgd = new SGD({ lr: 0.01, decay: 1e-6, momentum: 0.9, nesterov: true })
model.compile({ loss: 'categorical_crossentropy', optimizer: sgd, metrics: ['accuracy'] })

await model.fit(xTrain, yTrain, { epochs: Number(values.epochs), batchSize: 128 })
const score = await model.evaluate(xTest, yTest, { batchSize: 128 })
console.log(Object.fromEntries(model.metricsNames.map((name, i) => [name, score[i]])))
