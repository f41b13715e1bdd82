// A multilayer perceptron for two classes, on random data.
// test: --epochs 2 --samples 200
import { parseArgs } from 'node:util'
import { Dense, Dropout } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { integers, random } from './data/random.js'

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '20' }, samples: { type: 'string', default: '1000' } } })
const samples = Number(values.samples)
const [xTrain, yTrain] = [random(samples, 20), integers(2, samples, 1)]
const [xTest, yTest] = [random(100, 20), integers(2, 100, 1)]

const model = new Sequential()
model.add(new Dense(64, { inputDim: 20, activation: 'relu' }))
model.add(new Dropout(0.5))
model.add(new Dense(64, { activation: 'relu' }))
model.add(new Dropout(0.5))
model.add(new Dense(1, { activation: 'sigmoid' }))

model.compile({ loss: 'binary_crossentropy', optimizer: 'rmsprop', metrics: ['accuracy'] })

await model.fit(xTrain, yTrain, { epochs: Number(values.epochs), batchSize: 128 })
const score = await model.evaluate(xTest, yTest, { batchSize: 128 })
console.log(Object.fromEntries(model.metricsNames.map((name, i) => [name, score[i]])))
