// Three stateful LSTMs: each batch goes on where the one before ended, so that sequences are longer than what one batch holds.
// test: --epochs 2 --batches 3
import { parseArgs } from 'node:util'
import { Dense, LSTM } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { random } from './data/random.js'

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '5' }, batches: { type: 'string', default: '10' } } })
const samples = 32 * Number(values.batches)
const [dataDim, timesteps, numClasses, batchSize] = [16, 8, 10, 32]

const [xTrain, yTrain] = [random(samples, timesteps, dataDim), random(samples, numClasses)]
const [xVal, yVal] = [random(batchSize * 3, timesteps, dataDim), random(batchSize * 3, numClasses)]

// The size of the batch is part of the shape, since states are kept for each of its samples: sample i of a batch follows sample i of
// the batch before.
export const model = new Sequential()
model.add(new LSTM(32, { returnSequences: true, stateful: true, batchInputShape: [batchSize, timesteps, dataDim] }))
model.add(new LSTM(32, { returnSequences: true, stateful: true }))
model.add(new LSTM(32, { stateful: true }))
model.add(new Dense(10, { activation: 'softmax' }))
model.summary()

model.compile({ loss: 'categorical_crossentropy', optimizer: 'rmsprop', metrics: ['accuracy'] })

await model.fit(xTrain, yTrain, { batchSize, epochs: Number(values.epochs), shuffle: false, validationData: [xVal, yVal] })
model.resetStates()
