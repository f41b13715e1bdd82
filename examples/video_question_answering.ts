// Answers of one word to questions about a film: the models of pictures and of questions are used again as layers. On random data.
// test: --epochs 1 --samples 2 --size 36 --frames 3 --length 5 --words 100 --units 64
import { parseArgs } from 'node:util'
import { concatenate, Conv2D, Dense, Embedding, Flatten, Input, LSTM, MaxPooling2D, TimeDistributed } from 'ironhorn/layers'
import { Model, Sequential } from 'ironhorn/models'
import { integers, random } from './data/random.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '1' },
    samples: { type: 'string', default: '4' },
    /** Height and width of the pictures, 36 or more; 224 in Keras's guide, which takes a large machine. */
    size: { type: 'string', default: '64' },
    /** Pictures of a film; 100 in Keras's guide. */
    frames: { type: 'string', default: '10' },
    /** Words of a question. */
    length: { type: 'string', default: '100' },
    /** Words that there are. */
    words: { type: 'string', default: '10000' },
    /** Size of the vector that an LSTM gives. */
    units: { type: 'string', default: '256' },
  },
})
const [samples, size, frames] = [Number(values.samples), Number(values.size), Number(values.frames)]
const [length, words, units] = [Number(values.length), Number(values.words), Number(values.units)]

// The models of visual_question_answering.ts: a picture becomes a vector,
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

// and so does a question.
const questionInput = Input({ shape: [length], dtype: 'int32' })
const embeddedQuestion = new Embedding({ inputDim: words, outputDim: 256, inputLength: length })(questionInput)
const encodedQuestion = new LSTM(units)(embeddedQuestion)

// Each picture of a film becomes a vector, and the sequence of them one vector.
const videoInput = Input({ shape: [frames, size, size, 3] })
const encodedFrameSequence = new TimeDistributed(visionModel)(videoInput)
const encodedVideo = new LSTM(units)(encodedFrameSequence)

// The part that reads questions as a model, with its weights, on a question of its own.
const questionEncoder = new Model({ inputs: questionInput, outputs: encodedQuestion })
const videoQuestionInput = Input({ shape: [length], dtype: 'int32' })
const encodedVideoQuestion = questionEncoder(videoQuestionInput)

const merged = concatenate([encodedVideo, encodedVideoQuestion])
const output = new Dense(1000, { activation: 'softmax' })(merged)

export const model = new Model({ inputs: [videoInput, videoQuestionInput], outputs: output })
model.summary()
model.compile({ optimizer: 'rmsprop', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] })
await model.fit([random(samples, frames, size, size, 3), integers(words, samples, length)], integers(1000, samples, 1), {
  batchSize: 2,
  epochs: Number(values.epochs),
})
