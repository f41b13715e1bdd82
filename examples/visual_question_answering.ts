// Answers of one word to questions about a picture: a Sequential of convolutions sees, an LSTM reads. On random data.
// test: --epochs 1 --samples 2 --size 36 --length 5 --words 100 --units 64
import { parseArgs } from 'node:util'
import { concatenate, Conv2D, Dense, Embedding, Flatten, Input, LSTM, MaxPooling2D } from 'ironhorn/layers'
import { Model, Sequential } from 'ironhorn/models'
import { integers, random } from './data/random.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '1' },
    samples: { type: 'string', default: '4' },
    /** Height and width of the pictures, 36 or more. */
    size: { type: 'string', default: '224' },
    /** Words of a question. */
    length: { type: 'string', default: '100' },
    /** Words that there are. */
    words: { type: 'string', default: '10000' },
    /** Size of the vector that an LSTM gives. */
    units: { type: 'string', default: '256' },
  },
})
const [samples, size] = [Number(values.samples), Number(values.size)]
const [length, words, units] = [Number(values.length), Number(values.words), Number(values.units)]

// A picture becomes a vector.
const visionModel = new Sequential()
visionModel.add(new Conv2D(64, [3, 3], { activation: 'relu', padding: 'same', inputShape: [size, size, 3] }))
visionModel.add(new Conv2D(64, [3, 3], { activation: 'relu' }))
visionModel.add(new MaxPooling2D([2, 2]))
visionModel.add(new Conv2D(128, [3, 3], { activation: 'relu', padding: 'same' }))
visionModel.add(new Conv2D(128, [3, 3], { activation: 'relu' }))
visionModel.add(new MaxPooling2D([2, 2]))
visionModel.add(new Conv2D(256, [3, 3], { activation: 'relu', padding: 'same' }))
visionModel.add(new Conv2D(256, [3, 3], { activation: 'relu' }))
visionModel.add(new Conv2D(256, [3, 3], { activation: 'relu' }))
visionModel.add(new MaxPooling2D([2, 2]))
visionModel.add(new Flatten())
visionModel.summary()

const imageInput = Input({ shape: [size, size, 3] })
const encodedImage = visionModel(imageInput)

// A question becomes a vector too.
const questionInput = Input({ shape: [length], dtype: 'int32' })
const embeddedQuestion = new Embedding({ inputDim: words, outputDim: 256, inputLength: length })(questionInput)
const encodedQuestion = new LSTM(units)(embeddedQuestion)

// From both, one answer of 1000.
const merged = concatenate([encodedQuestion, encodedImage])
const output = new Dense(1000, { activation: 'softmax' })(merged)

export const model = new Model({ inputs: [imageInput, questionInput], outputs: output })
model.summary()
model.compile({ optimizer: 'rmsprop', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] })
await model.fit([random(samples, size, size, 3), integers(words, samples, length)], integers(1000, samples, 1), {
  batchSize: 2,
  epochs: Number(values.epochs),
})
