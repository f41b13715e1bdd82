// The tooling: what it says when a tool is missing, what the package promises, and that the example's parts hold on bad files.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { loadMnist } from '../examples/data/mnist.js'
import { plotHistory } from '../examples/plot.js'
import { problems } from '../scripts/tools.mjs'

const folder = () => mkdtempSync(join(tmpdir(), 'ironhorn-'))
const fine = { node: '20.19.0', rustc: 'rustc 1.95.0 (x)', cargo: 'cargo 1.95.0', cc: 'cc 12', platform: 'linux' }

test('every missing or old tool has one line with what to install', (t) => {
  t.deepEqual(problems(fine), [])
  t.deepEqual(problems({ ...fine, node: '24.0.0', rustc: 'rustc 2.0.0' }), [])
  const one = (found: object, words: RegExp) => {
    const lines = problems({ ...fine, ...found })
    t.is(lines.length, 1)
    t.regex(lines[0] ?? '', words)
  }
  one({ node: '20.18.3' }, /^Node 20\.19 or newer is needed, this is 20\.18\.3: .*nodejs\.org/)
  one({ rustc: 'rustc 1.80.1 (x)' }, /^Rust 1\.95 or newer is needed, this is rustc 1\.80\.1 \(x\): run rustup update/)
  one({ rustc: undefined }, /no working rustc: .*rustup\.rs/)
  one({ cargo: undefined }, /no working cargo/)
  one({ cc: undefined }, /no working cc: .*apt install gcc/)
  one({ cc: undefined, platform: 'darwin' }, /xcode-select --install/)
  t.deepEqual(problems({ ...fine, cc: undefined, platform: 'win32' }), [])
  t.is(problems({ ...fine, node: '18.0.0', rustc: undefined, cc: undefined }).length, 3)
  t.deepEqual(problems({ ...fine, rustc: undefined, cc: undefined }, false), [])
})

/** Runs the setup with nothing on the PATH but the programs given: what they print, or nothing to fail. */
function setup(programs: Record<string, string>, env: NodeJS.ProcessEnv = {}) {
  const path = folder()
  for (const [name, words] of Object.entries(programs)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${words ? `echo '${words}'` : 'exit 1'}\n`)
    chmodSync(join(path, name), 0o755)
  }
  return spawnSync(process.execPath, ['scripts/setup.mjs'], { encoding: 'utf8', env: { PATH: path, ...env } })
}
// The faked programs are shell scripts, which Windows does not run.
const onUnix = process.platform === 'win32' ? test.skip : test

onUnix('the setup stops before it builds anything', (t) => {
  const none = setup({})
  t.is(none.status, 1)
  t.is(none.stdout, '')
  t.deepEqual(
    none.stderr
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
    ['Rust', 'A'],
  )
  const old = setup({ rustc: 'rustc 1.70.0', cargo: 'cargo 1.70.0', cc: 'cc 12' })
  t.is(old.status, 1)
  t.regex(old.stderr, /^Rust 1\.95 or newer is needed, this is rustc 1\.70\.0: run rustup update\n$/)
  const broken = setup({ rustc: '', cargo: '', cc: '' })
  t.is(broken.status, 1)
  t.is(broken.stderr.trim().split('\n').length, 2)
})

onUnix('an addon that is given needs no compiler', (t) => {
  const given = setup({}, { IRONHORN_ADDON: '/somewhere/ironhorn.node' })
  t.is(given.stderr, '')
  t.is(given.status, 0)
})

onUnix('cmake that is missing and cannot be fetched has one line with what to install', (t) => {
  const tools = folder()
  const program = (name: string, text: string) => {
    writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(tools, name), 0o755)
  }
  const code = `import('./scripts/cmake.mjs').then(({ provideCmake }) => console.log(provideCmake(${JSON.stringify(folder())})))`
  const says = () => spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', env: { PATH: tools } }).stdout
  const nothing = /^cmake is needed to build HDF5, and there is neither cmake nor a Python .*: install cmake 3\.26 .*python3-venv\)\n$/
  t.regex(says(), nothing)
  program('cmake', 'echo cmake version 3.25.1')
  t.regex(says(), nothing)
  program('python3', '[ "$1" = --version ] && echo Python 3.11.2')
  t.regex(says(), /cmake is needed to build HDF5, and python3 has no venv module to get it with: install cmake .*\n$/)
  program('cmake', 'echo cmake version 3.26.0')
  t.is(says(), 'undefined\n')
})

test('exports, sources and the lock file agree', (t) => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string | { types: string; default: string }>
  }
  for (const [subpath, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue
    const name = subpath === '.' ? 'index' : subpath.slice(2)
    t.deepEqual(target, { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` })
    t.true(existsSync(`ts/${name}.ts`), `ts/${name}.ts`)
  }
  const lock = readFileSync('package-lock.json', 'utf8')
  t.false(lock.includes('"resolved"'), 'the lock names no registry')
  for (const platform of ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64']) {
    t.true(lock.includes(`"node_modules/@typescript/typescript-${platform}"`), platform)
    t.true(lock.includes(`"node_modules/@esbuild/${platform}"`), platform)
  }
})

test('MNIST as it was published', (t) => {
  const { xTrain, yTrain, xTest, yTest } = loadMnist()
  t.deepEqual([xTrain.shape, yTrain.shape, xTest.shape, yTest.shape], [[60000, 28, 28], [60000], [10000, 28, 28], [10000]])
  t.deepEqual([...yTrain.data.subarray(0, 5)], [5, 0, 4, 1, 9])
  t.deepEqual([...yTest.data.subarray(0, 5)], [7, 2, 1, 0, 4])
  t.is(
    xTest.data.reduce((sum, byte) => sum + byte, 0),
    264923200,
  )
  t.deepEqual(loadMnist(undefined, 10).xTrain.shape, [10, 28, 28])
})

test('files that are not MNIST are told apart', (t) => {
  const idx = (magic: number, sizes: number[], bytes: number) => {
    const file = Buffer.alloc(4 + 4 * sizes.length + bytes)
    ;[magic, ...sizes].forEach((n, i) => file.writeUInt32BE(n, 4 * i))
    return file
  }
  const images = idx(2051, [2, 28, 28], 2 * 784)
  const labels = idx(2049, [2], 2)
  const bad = Buffer.from(labels)
  bad[9] = 10
  const attempt = (change: Record<string, Buffer | undefined>) => () => {
    const files: Record<string, Buffer | undefined> = {
      'train-images-idx3-ubyte': images,
      'train-labels-idx1-ubyte': labels,
      't10k-images.idx3-ubyte': images,
      't10k-labels.idx1-ubyte': labels,
      ...change,
    }
    const place = folder()
    for (const [name, bytes] of Object.entries(files)) if (bytes) writeFileSync(join(place, name), bytes)
    return loadMnist(place)
  }
  t.deepEqual(attempt({})().xTest.shape, [2, 28, 28])
  const wrong = (change: Record<string, Buffer | undefined>, message: RegExp) => t.throws(attempt(change), { message })
  const name = 'train-images-idx3-ubyte'
  wrong({ [name]: undefined }, /has no file train-images-idx3-ubyte$/)
  wrong({ [name]: undefined, [`${name}.gz`]: images }, /only a compressed one: unpack it with gunzip/)
  wrong({ [name]: labels }, /not an idx file of 3 axes of bytes: it begins with 2049, not 2051|ends within its header/)
  wrong({ [name]: Buffer.alloc(3) }, /ends within its header/)
  wrong({ [name]: Buffer.concat([Buffer.from([0x1f, 0x8b]), images]) }, /is compressed/)
  wrong({ [name]: idx(2051, [2 ** 32 - 1, 2 ** 32 - 1, 28], 8) }, /has 24 bytes, but its header \(4294967295 x 4294967295 x 28\) says/)
  wrong({ [name]: images.subarray(0, -1) }, /has 1583 bytes, but its header \(2 x 28 x 28\) says 1584/)
  wrong({ 'train-labels-idx1-ubyte': idx(2049, [3], 3) }, /2 images but 3 labels/)
  wrong({ 'train-labels-idx1-ubyte': bad }, /label 1 of train is 10, not a digit/)
})

test('a history becomes a drawing', (t) => {
  const file = join(folder(), 'history.svg')
  const history = { loss: [1, 0.5, NaN, 0.25], accuracy: [0.5, 0.75, 0.8, 0.9], val_loss: [1.1, 0.6, 0.5, 0.4], 'a<b': [1] }
  t.is(plotHistory({ history }, file), file)
  const svg = readFileSync(file, 'utf8')
  t.regex(svg, /^<svg [^>]*width="1260"/)
  t.is(svg.match(/fill="none"/g)?.length, 4)
  t.true(svg.includes('a&lt;b'))
  t.false(svg.includes('NaN'))
  t.is(plotHistory({ history: {} }, file), file)
})
