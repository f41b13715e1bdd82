// Three LSTMs on top of each other, of which the first two hand on whole sequences, on random data.
// test: --epochs 1 --samples 128
import { parseArgs } from 'node:util'
import { Dense, LSTM } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { random } from './data/random.js'

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '5' }, samples: { type: 'string', default: '1000' } } })
const samples = Number(values.samples)
const [dataDim, timesteps, numClasses] = [16, 8, 10]

const [xTrain, yTrain] = [random(samples, timesteps, dataDim), random(samples, numClasses)]
const [xVal, yVal] = [random(100, timesteps, dataDim), random(100, numClasses)]

// What comes in has the shape (batch, timesteps, dataDim).
export const model = new Sequential()
model.add(new LSTM(32, { returnSequences: true, inputShape: [timesteps, dataDim] })) // a sequence of vectors of 32
model.add(new LSTM(32, { returnSequences: true })) // a sequence of vectors of 32
model.add(new LSTM(32)) // one vector of 32
model.add(new Dense(10, { activation: 'softmax' }))
model.summary()

model.compile({ loss: 'categorical_crossentropy', optimizer: 'rmsprop', metrics: ['accuracy'] })

await model.fit(xTrain, yTrain, { batchSize: 64, epochs: Number(values.epochs), validationData: [xVal, yVal] })
