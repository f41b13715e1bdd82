// Files from TypeScript: models and weights to HDF5 and back, training that goes on, files that are none, saving inside hooks.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { IOError, NDArray, TypeError, ValueError, type Tensor } from 'ironhorn'
import { ModelCheckpoint, type Logs } from 'ironhorn/callbacks'
import { Dense, Input, Layer, LSTM, type Tensors } from 'ironhorn/layers'
import { cloneModel, loadModel, Model, modelFromYaml, Sequential } from 'ironhorn/models'
import { Adam, RMSprop, SGD } from 'ironhorn/optimizers'
import { setRandomSeed } from 'ironhorn/utils'

const folder = mkdtempSync(join(tmpdir(), 'ironhorn-saving-'))
test.after.always(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string) => join(folder, name)

const waves = (rows: number, columns: number) =>
  new NDArray(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 0.7)),
    [rows, columns],
  )
const [x, y] = [waves(8, 3), waves(8, 2)]
const made = () => {
  const model = new Sequential([new Dense(4, { inputDim: 3, activation: 'tanh' }), new Dense(2)])
  model.compile({ optimizer: new Adam({ lr: 0.01 }), loss: 'mse', metrics: ['mae'] })
  return model
}
const bits = (model: Model) => model.getWeights().map((w) => w.toArray())
const predicted = async (model: Model) => ((await model.predict(x)) as NDArray).toArray()

test('a model comes back from a file and from a Buffer, compiled, and predicts the same', async (t) => {
  const model = made()
  await model.fit(x, y, { verbose: 0, epochs: 2 })
  t.is(await model.save(file('model.h5')), undefined)
  const bytes = await model.save()
  t.true(Buffer.isBuffer(bytes))
  t.deepEqual(readFileSync(file('model.h5')), bytes)
  for (const source of [file('model.h5'), bytes, new Uint8Array(bytes)]) {
    const again = await loadModel(source)
    t.true(again instanceof Sequential)
    t.deepEqual(bits(again), bits(model))
    t.deepEqual(await predicted(again), await predicted(model))
    t.deepEqual(again.metricsNames, ['loss', 'mae'])
    t.is(again.optimizer.iterations, model.optimizer.iterations)
    t.true(Math.abs(again.optimizer.lr - 0.01) < 1e-7)
  }
  const bare = await loadModel(bytes, { compile: false })
  t.throws(() => bare.optimizer, { code: 'not_compiled' })
  const light = await loadModel(await model.save({ includeOptimizer: false }))
  t.throws(() => light.optimizer, { code: 'not_compiled' })
})

test.serial('training that is resumed gives the same bits', async (t) => {
  setRandomSeed(11)
  const model = made()
  await model.fit(x, y, { verbose: 0, epochs: 2, batchSize: 2 })
  await model.save(file('half.h5'))
  await model.fit(x, y, { verbose: 0, initialEpoch: 2, epochs: 5, batchSize: 2 })
  const again = await loadModel(file('half.h5'))
  const history = await again.fit(x, y, { verbose: 0, initialEpoch: 2, epochs: 5, batchSize: 2 })
  t.deepEqual(history.epoch, [2, 3, 4])
  t.deepEqual(bits(again), bits(model))
})

test('weights by place, by name, and what does not fit', async (t) => {
  const stack = (units: number) => new Sequential([new Dense(4, { inputDim: 3, name: 'a' }), new Dense(units, { name: 'b' })])
  const from = stack(2)
  await from.saveWeights(file('weights.h5'))
  const to = stack(2)
  await to.loadWeights(file('weights.h5'))
  t.deepEqual(bits(to), bits(from))
  const wider = stack(5)
  const before = bits(wider)
  await t.throwsAsync(wider.loadWeights(file('weights.h5')), { instanceOf: ValueError, code: 'weights_shape' })
  t.deepEqual(bits(wider), before)
  await t.throwsAsync(wider.loadWeights(await from.saveWeights(), { byName: true }), { code: 'weights_shape' })
  await t.throwsAsync(wider.loadWeights(file('weights.h5'), { skipMismatch: true }), { instanceOf: ValueError, code: 'skip_mismatch' })
  await wider.loadWeights(file('weights.h5'), { byName: true, skipMismatch: true })
  t.deepEqual(bits(wider).slice(0, 2), bits(from).slice(0, 2))
  t.deepEqual(bits(wider).slice(2), before.slice(2))
  await t.throwsAsync(to.loadWeights(file('weights.h5'), { bynam: true } as never), { instanceOf: TypeError, message: /byName|by_name/ })
})

test('files that are none, are gone or may not be written are errors with codes', async (t) => {
  writeFileSync(file('text.h5'), 'no HDF5')
  await t.throwsAsync(loadModel(file('text.h5')), { instanceOf: IOError, code: 'h5_open' })
  await t.throwsAsync(loadModel(file('missing.h5')), { instanceOf: IOError, message: /missing\.h5/ })
  const bytes = await made().save()
  await t.throwsAsync(loadModel(bytes.subarray(0, bytes.length >> 1)), { instanceOf: Error })
  await t.throwsAsync(loadModel(Buffer.alloc(0)), { instanceOf: Error })
  await t.throwsAsync(loadModel(5 as never), { instanceOf: TypeError })
  await t.throwsAsync(loadModel(await made().saveWeights()), { instanceOf: ValueError, code: 'no_model' })
  await made().save(file('kept.h5'))
  const old = readFileSync(file('kept.h5'))
  await t.throwsAsync(made().save(file('kept.h5'), { overwrite: false }), { instanceOf: IOError, code: 'file_exists' })
  t.deepEqual(readFileSync(file('kept.h5')), old)
  await t.throwsAsync(made().save(join(folder, 'no', 'folder.h5')), { instanceOf: IOError, code: 'h5_create' })
})

class Scaled extends Layer {
  readonly factor: number
  constructor(config: { factor: number }) {
    const { factor, ...others } = config
    super(others)
    this.factor = factor
  }
  override call(x: Tensors): Tensors {
    return (x as Tensor).mul(this.factor)
  }
  override getConfig() {
    return { ...super.getConfig(), factor: this.factor }
  }
}

test('objects of your own: in files with customObjects, in clones without', async (t) => {
  const input = Input({ shape: [3] })
  const model = new Model(input, new Scaled({ factor: 3 })(new Dense(2)(input)))
  const bytes = await model.save()
  await t.throwsAsync(loadModel(bytes), { instanceOf: ValueError, message: /Scaled/ })
  const again = await loadModel(bytes, { customObjects: { Scaled } })
  t.deepEqual(await predicted(again), await predicted(model))
  const clone = cloneModel(model)
  clone.setWeights(model.getWeights())
  t.deepEqual(await predicted(clone), await predicted(model))
  t.not(clone.layers[1], model.layers[1])
  const other = Input({ shape: [3] })
  t.is(cloneModel(made(), other).inputs.length, 1)
  const read = modelFromYaml(made().toYaml())
  t.deepEqual(read.outputNames.length, 1)
  t.is(modelFromYaml(read.toYaml()).toJson(), read.toJson())
})

test('inside a hook a model is saved as it is then', async (t) => {
  const model = made()
  const seen: unknown[] = []
  await model.fit(x, y, {
    epochs: 3,
    verbose: 0,
    callbacks: [
      {
        async onEpochEnd(epoch: number) {
          await model.save(file(`hook-${epoch}.h5`))
          seen.push(bits(model))
        },
      },
    ],
  })
  for (const epoch of [0, 1, 2]) t.deepEqual(bits(await loadModel(file(`hook-${epoch}.h5`))), seen[epoch])
})

test('ModelCheckpoint saves from the thread that trains', async (t) => {
  const model = made()
  const [seen, logged]: [unknown[], Logs[]] = [[], []]
  const checkpoint = new ModelCheckpoint(file('at.{epoch:02d}-{val_loss:.3f}.h5'))
  const best = new ModelCheckpoint(file('best.h5'), { saveBestOnly: true, saveWeightsOnly: true, monitor: 'loss' })
  await model.fit(x, y, {
    epochs: 3,
    verbose: 0,
    validationSplit: 0.25,
    callbacks: [
      checkpoint,
      best,
      {
        onEpochEnd(epoch, logs) {
          seen.push(bits(model))
          logged.push({ ...logs })
          model.optimizer.lr = 0.01 / (epoch + 2)
        },
      },
    ],
  })
  const names = readdirSync(folder).filter((name) => name.startsWith('at.'))
  t.deepEqual(
    names.sort(),
    logged.map((logs, i) => `at.0${i + 1}-${logs['val_loss']!.toFixed(3)}.h5`),
  )
  for (const [i, name] of names.entries()) {
    const again = await loadModel(file(name))
    t.deepEqual(bits(again), seen[i])
    t.true(Math.abs(again.optimizer.lr - 0.01 / (i + 1)) < 1e-7, 'the learning rate of its moment')
  }
  t.is(best.best, Math.min(...logged.map((logs) => logs['loss']!)))
  const clone = cloneModel(model)
  await clone.loadWeights(file('best.h5'))
  t.true(Number.isFinite(bits(clone).length))
})

test('states of recurrent layers are set back, also to values; optimizers keep theirs in files', async (t) => {
  const lstm = new LSTM(2, { stateful: true, batchInputShape: [1, 3, 2] })
  const model = new Sequential([lstm])
  const one = new NDArray(
    Float32Array.from({ length: 6 }, (_, i) => i / 6),
    [1, 3, 2],
  )
  t.true(model.stateful && lstm.stateful)
  const first = (await model.predict(one)).toArray()
  t.notDeepEqual((await model.predict(one)).toArray(), first)
  model.resetStates()
  t.deepEqual((await model.predict(one)).toArray(), first)
  lstm.resetStates([[[0, 0]], [[0, 0]]])
  t.deepEqual((await model.predict(one)).toArray(), first)
  lstm.resetStates([[[1, 1]], [[0, 0]]])
  t.notDeepEqual((await model.predict(one)).toArray(), first)
  t.throws(() => lstm.resetStates([[[0, 0]]]), { instanceOf: ValueError, code: 'states_count' })
  t.throws(() => new Dense(2).resetStates(), { code: 'not_stateful' })
  for (const optimizer of [new SGD({ momentum: 0.9 }), new RMSprop()]) {
    const trained = made()
    trained.compile({ optimizer, loss: 'mse' })
    await trained.fit(x, y, { verbose: 0 })
    const again = await loadModel(await trained.save())
    await trained.fit(x, y, { verbose: 0, shuffle: false })
    await again.fit(x, y, { verbose: 0, shuffle: false })
    t.deepEqual(bits(again), bits(trained))
  }
})
