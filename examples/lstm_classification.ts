// Sequences of words in two classes, read by an LSTM, on random data.
// test: --epochs 1 --samples 32 --length 10
import { parseArgs } from 'node:util'
import { Dense, Dropout, Embedding, LSTM } from 'ironhorn/layers'
import { Sequential } from 'ironhorn/models'
import { integers } from './data/random.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '10' },
    samples: { type: 'string', default: '1000' },
    /** Words of a sequence. */
    length: { type: 'string', default: '80' },
  },
})
const [samples, length] = [Number(values.samples), Number(values.length)]
const maxFeatures = 1024

const [xTrain, yTrain] = [integers(maxFeatures, samples, length), integers(2, samples, 1)]
const [xTest, yTest] = [integers(maxFeatures, 32, length), integers(2, 32, 1)]

export const model = new Sequential()
model.add(new Embedding(maxFeatures, 256))
model.add(new LSTM(128))
model.add(new Dropout(0.5))
model.add(new Dense(1, { activation: 'sigmoid' }))
model.summary()

model.compile({ loss: 'binary_crossentropy', optimizer: 'rmsprop', metrics: ['accuracy'] })

await model.fit(xTrain, yTrain, { batchSize: 16, epochs: Number(values.epochs) })
const score = await model.evaluate(xTest, yTest, { batchSize: 16 })
console.log(Object.fromEntries(model.metricsNames.map((name, i) => [name, score[i]])))
