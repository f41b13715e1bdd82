// A multilayer perceptron of the functional API, called as a layer afterwards: on another input, and on each step of a sequence.
// test: --epochs 1 --samples 100
import { parseArgs } from 'node:util'
import { Dense, Input, TimeDistributed } from 'ironhorn/layers'
import { Model } from 'ironhorn/models'
import { toCategorical } from 'ironhorn/utils'
import { integers, random } from './data/random.js'

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '5' }, samples: { type: 'string', default: '1000' } } })
const samples = Number(values.samples)
const [data, labels] = [random(samples, 784), toCategorical(integers(10, samples, 1), 10)]

const inputs = Input({ shape: [784] })
// A layer is called with a tensor and gives a tensor.
let x = new Dense(64, { activation: 'relu' })(inputs)
x = new Dense(64, { activation: 'relu' })(x)
const predictions = new Dense(10, { activation: 'softmax' })(x)

export const model = new Model({ inputs, outputs: predictions })
model.summary()
model.compile({ optimizer: 'rmsprop', loss: 'categorical_crossentropy', metrics: ['accuracy'] })
await model.fit(data, labels, { epochs: Number(values.epochs) })

// Called on another input, the model keeps its weights.
const y = model(Input({ shape: [784] }))
console.log(y)

// A classifier of pictures becomes one of films of 20 pictures.
const inputSequences = Input({ shape: [20, 784] })
const processedSequences = new TimeDistributed(model)(inputSequences)
const films = new Model({ inputs: inputSequences, outputs: processedSequences })
films.summary()
console.log(await films.predict(random(2, 20, 784)))
