// `npm run interop`: files written here are opened by the real Keras 2.3.1 and by tf-keras, which predict and go on training the
// same, and the other way round. Makes the environments in .tools/interop first: Keras 2.3.1 where a CPython 3.7 is at hand
// (PYTHON37, pyenv's, or python3.7), tf-keras with python3. `npm test` runs what is there and makes nothing.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT, requireTools } from './setup.mjs'
import { run, runStages, skip } from './stages.mjs'

/** @typedef {import('./stages.mjs').Count} Count */

/** Where a Python of an environment is. @param {string} name */
const python = (name) => join(ROOT, '.tools', 'interop', name, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')

/** The environments and what is in them. @type {Record<string, { program: () => string | undefined, packages: string[] }>} */
const ENVIRONMENTS = {
  'keras-2.3.1': {
    program: python37,
    packages:
      'tensorflow==1.15.5 keras==2.3.1 keras_applications==1.0.8 keras_preprocessing==1.1.0 h5py==2.10.0 protobuf==3.20.3 numpy==1.18.5 scipy==1.4.1 PyYAML==5.3.1'.split(
        ' ',
      ),
  },
  'tf-keras': { program: () => (runs('python3') ? 'python3' : undefined), packages: ['tensorflow-cpu', 'tf-keras'] },
}

/** @param {string} program */
const runs = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0

/** A CPython 3.7, if there is one. */
function python37() {
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions')
  const pyenv = existsSync(versions) ? readdirSync(versions).filter((v) => v.startsWith('3.7.')) : []
  return [process.env['PYTHON37'], ...pyenv.map((v) => join(versions, v, 'bin', 'python')), 'python3.7'].find((p) => p && runs(p))
}

/** Makes the environments that can be made. */
function makeEnvironments() {
  for (const [name, { program, packages }] of Object.entries(ENVIRONMENTS)) {
    if (existsSync(python(name))) continue
    const maker = program()
    if (maker === undefined) continue
    console.log(`making .tools/interop/${name}`)
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    const made =
      spawnSync(maker, ['-m', 'venv', join(ROOT, '.tools', 'interop', name)], { stdio: 'inherit' }).status === 0 &&
      spawnSync(python(name), [...pip, '--upgrade', 'pip<24.1'], { stdio: 'inherit' }).status === 0 &&
      spawnSync(python(name), [...pip, ...packages], { stdio: 'inherit' }).status === 0
    if (!made) rmSync(join(ROOT, '.tools', 'interop', name), { recursive: true, force: true })
  }
}

/**
 * Files there and back through one environment, which is skipped if it is not there.
 * @param {string} name
 * @returns {Promise<Count>}
 */
async function thereAndBack(name) {
  if (!existsSync(python(name))) return skip(`no ${name} to open files with; npm run interop makes it`)
  const folder = mkdtempSync(join(tmpdir(), 'ironhorn-interop-'))
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')]
  const program = join(process.env['CARGO_TARGET_DIR'] ?? join(ROOT, 'target'), 'debug', 'examples', 'interop')
  let passed = 0
  try {
    /** @type {[string, string[]][]} */
    const steps = [
      [program, ['write', ours]],
      [python(name), ['-W', 'ignore', 'scripts/interop/other_side.py', ours, theirs]],
      [program, ['read', theirs]],
    ]
    for (const [command, args] of steps) {
      const { ok } = await run(command, args)
      if (!ok) return { passed, failed: 1, skipped: 0 }
      passed += 1
    }
    return { passed, failed: 0, skipped: 0 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The stages, one an environment. @type {[string, () => Promise<Count>][]} */
export const INTEROP = Object.keys(ENVIRONMENTS).map((name) => [`interop: ${name}`, () => thereAndBack(name)])

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireTools()
  makeEnvironments()
  // The same selection as the tests', so that nothing is compiled twice.
  const built = spawnSync('cargo', ['build', '--locked', '--workspace', '--all-targets'], { cwd: ROOT, stdio: 'inherit' })
  if (built.status !== 0) process.exit(built.status ?? 1)
  await runStages(INTEROP)
}
