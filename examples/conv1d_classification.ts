// Sequences in two classes, read by convolutions along them, on random data.
// test: --epochs 1 --samples 32
import { parseArgs } from 'node:util'
import { Conv1D, Dense, Dropout, GlobalAveragePooling1D, MaxPooling1D } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { integers, random } from './data/random.js'

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '10' }, samples: { type: 'string', default: '1000' } } })
const samples = Number(values.samples)
const seqLength = 64

const [xTrain, yTrain] = [random(samples, seqLength, 100), integers(2, samples, 1)]
const [xTest, yTest] = [random(32, seqLength, 100), integers(2, 32, 1)]

export const model = new Sequential()
model.add(new Conv1D(64, 3, { activation: 'relu', inputShape: [seqLength, 100] }))
model.add(new Conv1D(64, 3, { activation: 'relu' }))
model.add(new MaxPooling1D(3))
model.add(new Conv1D(128, 3, { activation: 'relu' }))
model.add(new Conv1D(128, 3, { activation: 'relu' }))
model.add(new GlobalAveragePooling1D())
model.add(new Dropout(0.5))
model.add(new Dense(1, { activation: 'sigmoid' }))
model.summary()

model.compile({ loss: 'binary_crossentropy', optimizer: 'rmsprop', metrics: ['accuracy'] })

await model.fit(xTrain, yTrain, { batchSize: 16, epochs: Number(values.epochs) })
const score = await model.evaluate(xTest, yTest, { batchSize: 16 })
console.log(Object.fromEntries(model.metricsNames.map((name, i) => [name, score[i]])))
