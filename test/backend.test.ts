// The backend from TypeScript: operations on numbers and symbols, functions, gradients, variables, and tensors that refuse operators.
import { inspect } from 'node:util'
import test from 'ava'
import { NDArray, TypeError, ValueError } from 'ironhorn'
import * as activations from 'ironhorn/activations'
import * as K from 'ironhorn/backend'
import * as constraints from 'ironhorn/constraints'
import * as initializers from 'ironhorn/initializers'
import * as losses from 'ironhorn/losses'
import { Adam, SGD } from 'ironhorn/optimizers'
import * as regularizers from 'ironhorn/regularizers'
import { setRandomSeed } from 'ironhorn/utils'

const list = (x: K.TensorLike) => K.eval(x).toArray()

test('operations on numbers, as functions and as methods', (t) => {
  const x = K.constant([
    [1, 2],
    [3, 4],
  ])
  t.deepEqual(list(K.add(x, 1)), [
    [2, 3],
    [4, 5],
  ])
  t.deepEqual(list(x.sub([1, 2])), [
    [0, 0],
    [2, 2],
  ])
  t.deepEqual(list(x.sum()), 10)
  t.deepEqual(list(x.sum(0)), [4, 6])
  t.deepEqual(list(x.mean({ axis: 1, keepdims: true })), [[1.5], [3.5]])
  t.deepEqual(list(x.greater(2)), [
    [false, false],
    [true, true],
  ])
  t.deepEqual(list(x.matmul([[1], [1]])), [[3], [7]])
  t.deepEqual(list(x.neg().abs().pow(2).mod(3)), [
    [1, 1],
    [0, 1],
  ])
  t.deepEqual(list(K.mul(2, x).div(x)), [
    [2, 2],
    [2, 2],
  ])
  t.deepEqual(list(x.slice([0, 1], [2, 1])), [[2], [4]])
  t.deepEqual(list(K.concatenate([x, [[9, 9]]], { axis: 0 })), [
    [1, 2],
    [3, 4],
    [9, 9],
  ])
  t.deepEqual(list(K.var([1, 2, 3, 4])), 1.25)
  t.deepEqual(list(K.switch([true, false], [1, 2], [3, 4])), [1, 4])
  t.deepEqual(list(K.arange(3)), [0, 1, 2])
  t.deepEqual(list(K.eye(2)), [
    [1, 0],
    [0, 1],
  ])
  t.deepEqual(list(K.clip([-5, 5], null, 1)), [-5, 1])
  t.deepEqual(list(K.oneHot(new Int32Array([1, 0]), 2)), [
    [0, 1],
    [1, 0],
  ])
  t.deepEqual(K.intShape(x), [2, 2])
  t.is(K.ndim(x), 2)
  t.is(K.dtype(x), 'float32')
  t.is(K.countParams(x), 4)
  t.deepEqual(list(x.reshape([-1])), [1, 2, 3, 4])
})

test('symbols say what they are and refuse operators', (t) => {
  const x = K.placeholder({ shape: [null, 3], name: 'x' })
  t.deepEqual(x.shape, [null, 3])
  t.is(x.dtype, 'float32')
  t.true(x instanceof K.Tensor && K.isTensor(x) && K.isPlaceholder(x))
  t.is(inspect(x), "Tensor float32 [null, 3] 'x:0'")
  t.regex(inspect(x.relu()), /^Tensor float32 \[null, 3\] '.*Relu:0'$/)
  t.is(inspect(K.constant([1, 2])), 'Tensor float32 [2] [1.0, 2.0]')
  const number = x as unknown as number
  t.throws(() => number + 1, { instanceOf: TypeError, code: 'tensor_operator', message: /x\.add\(1\)/ })
  t.throws(() => number > 0, { instanceOf: TypeError, message: /x\.greater\(0\)/ })
  t.throws(() => `${number}`, { instanceOf: TypeError, code: 'tensor_operator' })
})

test('errors are thrown at the line of the mistake', (t) => {
  const x = K.placeholder([null, 3])
  const error = t.throws(() => x.add([1, 2]), { instanceOf: ValueError, code: 'broadcast' })
  t.regex(error?.stack?.split('\n').find((line) => line.includes('.ts')) ?? '', /tensor\.ts|backend\.test\.ts/)
  t.throws(() => x.matmul([[1]]), { instanceOf: ValueError })
  t.throws(() => x.sum(5), { instanceOf: ValueError, code: 'axis' })
  t.throws(() => x.sum('a' as unknown as number), { instanceOf: TypeError, message: /axis/ })
  t.throws(() => x.sum({ axes: 1 } as object), { instanceOf: TypeError, code: 'option_unknown', message: /did you mean `axis`/ })
  t.throws(() => K.constant(new Int32Array([1])).add(0.5), { instanceOf: TypeError, code: 'dtype_mismatch' })
  t.throws(() => K.eval(x), { instanceOf: ValueError, code: 'graph_input' })
  t.throws(() => K.setFloatx('int8' as 'float32'), { instanceOf: ValueError, code: 'floatx' })
})

test('functions, gradients, gradients of gradients, updates', (t) => {
  const x = K.placeholder([null, 2])
  const w = K.variable([[3], [4]])
  const loss = x.matmul(w).square().sum()
  const [dw] = K.gradients(loss, w)
  const [dx] = K.gradients(loss, [x])
  const [ddw] = K.gradients(dw!.sum(), [w])
  const f = K.function([x], [loss, dw!, dx!, ddw!], [K.updateAdd(w, [[1], [1]])])
  const [l, gw, gx, gg] = f([[[1, 2]]])
  t.is(l!.item(), 121)
  t.deepEqual(gw!.toArray(), [[22], [44]])
  t.deepEqual(gx!.toArray(), [[66, 88]])
  t.deepEqual(gg!.toArray(), [[6], [12]])
  t.deepEqual(K.getValue(w).toArray(), [[4], [5]])
  t.throws(() => f([[[1, 2, 3]]]), { instanceOf: ValueError, code: 'function_feed' })
  t.throws(() => f([]), { instanceOf: ValueError, code: 'function_feed' })
  t.throws(() => K.function([w], [w]), { instanceOf: ValueError, code: 'function_input' })
})

test('variables', (t) => {
  const v = K.variable([1, 2], 'float64', 'mine')
  t.is(v.name, 'mine:0')
  t.true(K.isVariable(v) && !K.isVariable(v.add(1)))
  K.setValue(v, [3, 4])
  t.deepEqual(K.getValue(v).data, new Float64Array([3, 4]))
  t.deepEqual(list(v.mul(2)), [6, 8])
  t.throws(() => K.setValue(v, [1, 2, 3]), { instanceOf: ValueError, code: 'variable_shape' })
  t.throws(() => K.getValue(v.add(1)), { instanceOf: TypeError, code: 'not_a_variable' })
})

test('random tensors draw anew; the seed repeats them', (t) => {
  const draw = () => list(K.randomUniform([4]))
  setRandomSeed(1)
  const x = K.randomNormal([1000])
  t.notDeepEqual(list(x), list(x))
  t.true(Math.abs(K.eval(x.mean()).item()) < 0.2)
  t.is((draw() as number[]).length, 4)
})

test('the learning phase chooses', (t) => {
  const x = K.placeholder([2])
  const y = K.switch(K.learningPhase(), x, x.mul(10))
  const f = K.function([x, K.learningPhase()], [y])
  t.deepEqual(f([[1, 2], 1])[0]!.toArray(), [1, 2])
  t.deepEqual(f([[1, 2], 0])[0]!.toArray(), [10, 20])
})

test('float64 everywhere', (t) => {
  K.setFloatx('float64')
  try {
    t.is(K.placeholder([1]).dtype, 'float64')
    t.is(new NDArray([0.1]).dtype, 'float64')
    t.is(K.eval(K.constant(0.1).add(0.2)).item(), 0.1 + 0.2)
  } finally {
    K.setFloatx('float32')
  }
})

test('sizes that are not known yet make shapes', (t) => {
  const x = K.placeholder([null, 4])
  const [batch, width] = K.shape(x)
  t.is(width, 4)
  t.regex(inspect(batch), /^Size batch$/)
  t.deepEqual(x.reshape([batch!, 2, 2]).shape, [null, 2, 2])
  t.deepEqual(K.zeros([batch!, 1]).shape, [null, 1])
})

test('things of each kind: made, printed, written, called', (t) => {
  t.deepEqual(initializers.get('zeros').call([2]), new initializers.Zeros().call([2]))
  t.is(JSON.stringify(new initializers.Constant(3)), '{"class_name":"Constant","config":{"value":3}}')
  t.is(inspect(new initializers.Constant(3)), 'Constant { value: 3 }')
  t.regex(inspect(initializers.glorotUniform()), /^VarianceScaling \{/)
  t.deepEqual(list(activations.relu([-1, 2])), [0, 2])
  t.deepEqual(list(activations.relu([-1, 2], { alpha: 0.5 })), [-0.5, 2])
  t.is(activations.serialize(activations.relu), 'relu')
  t.deepEqual(list(losses.mse([[1, 2]], [[2, 4]])), [2.5])
  t.deepEqual(list(losses.meanSquaredError([[1, 2]], [[2, 4]])), [2.5])
  t.is(K.eval(regularizers.l2(0.5).call(K.constant([1, 2]))).item(), 2.5)
  t.deepEqual(list(new constraints.NonNeg().call(K.constant([2, 1]))), [2, 1])
  const adam = new Adam({ lr: 0.01 })
  t.true(Math.abs(adam.lr - 0.01) < 1e-8)
  adam.lr = 0.5
  t.is(adam.get('learningRate'), 0.5)
  t.is(adam.iterations, 0)
  t.throws(() => new SGD({ momentun: 0.9 } as object), { code: 'option_unknown', message: /momentum/ })
  class Half extends regularizers.Regularizer {
    override call(x: K.Tensor): K.Tensor {
      return x.sum().mul(0.5)
    }
  }
  t.deepEqual(JSON.parse(JSON.stringify(new Half())), { class_name: 'Half', config: {} })
  t.throws(() => losses.get('msee' as 'mse'), { instanceOf: ValueError, code: 'name_unknown', message: /Did you mean `mse`/ })
})
