// The README's network on random data: the shortest whole training.
// test:
import { NDArray } from 'ironhorn'
import { toCategorical } from 'ironhorn/utils'
// README
import { Sequential } from 'ironhorn/models'
import { Dense, Dropout } from 'ironhorn/layers'
import { SGD } from 'ironhorn/optimizers'

const [xTrain, yTrain, xTest, yTest] = [...data(1000), ...data(100)]

const model = new Sequential([
  new Dense(64, { activation: 'relu', inputDim: 20 }),
  new Dropout(0.5),
  new Dense(10, { activation: 'softmax' }),
])
model.compile({ loss: 'categorical_crossentropy', optimizer: new SGD({ lr: 0.01, momentum: 0.9, nesterov: true }), metrics: ['accuracy'] })
const history = await model.fit(xTrain, yTrain, { epochs: 20, batchSize: 128 })
const [loss, accuracy] = await model.evaluate(xTest, yTest)
// README

console.log(`${history.epoch.length} epochs, loss ${loss}, accuracy ${accuracy}`)

/** Rows of 20 numbers between 0 and 1, and a class for each. */
function data(rows: number): [NDArray, NDArray] {
  const x = Float32Array.from({ length: rows * 20 }, Math.random)
  const classes = Int32Array.from({ length: rows }, () => Math.floor(Math.random() * 10))
  return [new NDArray(x, [rows, 20]), toCategorical(classes, 10)]
}
