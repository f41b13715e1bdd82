// Whether two tweets are by one author: both are read by the same LSTM, so with the same weights.
// test: --epochs 1 --samples 8 --length 20
import { parseArgs } from 'node:util'
import { concatenate, Dense, Input, LSTM } from 'ironhorn/layers'
import { Model } from 'ironhorn/models'
import { toCategorical } from 'ironhorn/utils'
import { integers } from './data/random.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '10' },
    samples: { type: 'string', default: '100' },
    /** Characters of a tweet, each one of 256. */
    length: { type: 'string', default: '280' },
  },
})
const [samples, length] = [Number(values.samples), Number(values.length)]
const tweets = () => toCategorical(integers(256, samples, length), 256)
const [dataA, dataB, labels] = [tweets(), tweets(), integers(2, samples, 1)]

const tweetA = Input({ shape: [length, 256] })
const tweetB = Input({ shape: [length, 256] })

// A layer that is called again has the same weights again.
const sharedLstm = new LSTM(64)
const encodedA = sharedLstm(tweetA)
const encodedB = sharedLstm(tweetB)

const mergedVector = concatenate([encodedA, encodedB], { axis: -1 })
const predictions = new Dense(1, { activation: 'sigmoid' })(mergedVector)

export const model = new Model({ inputs: [tweetA, tweetB], outputs: predictions })
model.summary()

model.compile({ optimizer: 'rmsprop', loss: 'binary_crossentropy', metrics: ['accuracy'] })
await model.fit([dataA, dataB], labels, { epochs: Number(values.epochs) })
