// A residual connection around a convolution (He et al. 2015), trained to give a picture of random numbers.
// test: --epochs 1 --samples 4 --size 32
import { parseArgs } from 'node:util'
import { add, Conv2D, Input } from 'ironhorn/layers'
import { Model } from 'ironhorn/models'
import { random } from './data/random.js'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '3' },
    samples: { type: 'string', default: '16' },
    /** Height and width of the pictures. */
    size: { type: 'string', default: '256' },
  },
})
const [samples, size] = [Number(values.samples), Number(values.size)]

const x = Input({ shape: [size, size, 3] })
// As many channels come out as go in, so that both can be added.
const y = new Conv2D(3, [3, 3], { padding: 'same' })(x)
const z = add([x, y])

export const model = new Model({ inputs: x, outputs: z })
model.summary()
model.compile({ optimizer: 'sgd', loss: 'mse' })
await model.fit(random(samples, size, size, 3), random(samples, size, size, 3), { batchSize: 4, epochs: Number(values.epochs) })
