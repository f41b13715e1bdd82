// How often a headline will be shared, from its words and other data: two inputs, and two outputs whose losses have weights.
// test: --epochs 1 --samples 32 --length 10 --words 100
import { parseArgs } from 'node:util'
import { concatenate, Dense, Embedding, Input, LSTM } from 'ironhorn/layers'
import { Model } from 'ironhorn/models'
import { integers, random } from './data/random.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '50' },
    samples: { type: 'string', default: '1000' },
    /** Words of a headline. */
    length: { type: 'string', default: '100' },
    /** Words that there are. */
    words: { type: 'string', default: '10000' },
  },
})
const [epochs, samples] = [Number(values.epochs), Number(values.samples)]
const [length, words] = [Number(values.length), Number(values.words)]
const [headlineData, additionalData, labels] = [integers(words, samples, length), random(samples, 5), integers(2, samples, 1)]

// Each layer can have a name.
const mainInput = Input({ shape: [length], dtype: 'int32', name: 'main_input' })
// A vector of 512 for each word.
let x = new Embedding({ outputDim: 512, inputDim: words, inputLength: length })(mainInput)
// One vector for the whole headline.
const lstmOut = new LSTM(32)(x)

// The auxiliary loss trains LSTM and Embedding smoothly even while the main loss is large.
const auxiliaryOutput = new Dense(1, { activation: 'sigmoid', name: 'aux_output' })(lstmOut)

const auxiliaryInput = Input({ shape: [5], name: 'aux_input' })
x = concatenate([lstmOut, auxiliaryInput])
x = new Dense(64, { activation: 'relu' })(x)
x = new Dense(64, { activation: 'relu' })(x)
x = new Dense(64, { activation: 'relu' })(x)
const mainOutput = new Dense(1, { activation: 'sigmoid', name: 'main_output' })(x)

export const model = new Model({ inputs: [mainInput, auxiliaryInput], outputs: [mainOutput, auxiliaryOutput] })
model.summary()

// One loss serves both outputs; lists go by the order of the outputs.
model.compile({ optimizer: 'rmsprop', loss: 'binary_crossentropy', lossWeights: [1, 0.2] })
await model.fit([headlineData, additionalData], [labels, labels], { epochs, batchSize: 32 })

// The same by name.
model.compile({
  optimizer: 'rmsprop',
  loss: { main_output: 'binary_crossentropy', aux_output: 'binary_crossentropy' },
  lossWeights: { main_output: 1, aux_output: 0.2 },
})
await model.fit(
  { main_input: headlineData, aux_input: additionalData },
  { main_output: labels, aux_output: labels },
  { epochs, batchSize: 32 },
)
