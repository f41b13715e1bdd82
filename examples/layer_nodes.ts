// The nodes of a layer: each call of it makes one, with outputs and shapes of its own.
// test:
import assert from 'node:assert/strict'
import { AttributeError, ValueError } from 'ironhorn'
import { Conv2D, Input, LSTM } from 'ironhorn/layers'
import { Model } from 'ironhorn/models'

const a = Input({ shape: [280, 256] })
const b = Input({ shape: [280, 256] })

const lstm = new LSTM(32)
lstm(a)
// After one call a layer has one output: this is the model from `a` to it.
new Model(a, lstm.output).summary()

lstm(b)
// After two it has no longer "the" output.
assert.throws(
  () => lstm.output,
  (error) => {
    console.log(String(error))
    return error instanceof AttributeError
  },
)
// Each is found by the number of its call.
new Model(a, lstm.getOutputAt(0))
new Model(b, lstm.getOutputAt(1))
// The second does not come from `a`.
assert.throws(() => new Model(a, lstm.getOutputAt(1)), ValueError)
// Its shape is the same in both, so there still is one.
console.log('output shape:', lstm.outputShape)

const small = Input({ shape: [32, 32, 3] })
const large = Input({ shape: [64, 64, 3] })

const conv = new Conv2D(16, [3, 3], { padding: 'same' })
conv(small)
assert.deepEqual(conv.inputShape, [null, 32, 32, 3])
conv(large)
// Now there are two shapes.
assert.throws(() => conv.inputShape, AttributeError)
assert.deepEqual(conv.getInputShapeAt(0), [null, 32, 32, 3])
assert.deepEqual(conv.getInputShapeAt(1), [null, 64, 64, 3])
console.log('input shapes:', conv.getInputShapeAt(0), conv.getInputShapeAt(1))
