// `npm run generate`: writes ts/generated from the engine's lists. With `--check` it only says what would change, and fails if anything would.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, requireTools } from './setup.mjs'

if (!existsSync(join(ROOT, 'crates', 'generate', 'Cargo.toml'))) {
  console.log('nothing to generate: crates/generate is not there')
  process.exit(0)
}
requireTools()
const program = join(
  process.env['CARGO_TARGET_DIR'] ?? join(ROOT, 'target'),
  'debug',
  `ironhorn-generate${process.platform === 'win32' ? '.exe' : ''}`,
)
/** @type {[string, string[]][]} */
const steps = [
  // The same selection as the tests', so that nothing is compiled twice.
  ['cargo', ['build', '--locked', '--workspace', '--all-targets']],
  [program, process.argv.slice(2)],
]
for (const [command, args] of steps) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' })
  if (status === 0) continue
  if (error) console.error(error.message)
  if (command === program) console.error('Run `npm run generate` and commit what it changed.')
  process.exit(status ?? 1)
}
