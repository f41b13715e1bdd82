// Makes a clone ready to run, doing only what is needed: npm packages when the lock file changed, the addon when a source changed.
// Run by npm before `start` and `build`. Uses nothing but Node, since it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { find, problems } from './tools.mjs'

/** The root of the clone. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Stops unless the tools are there; every missing one gets a line.
 * @param {boolean} engine whether the engine must be built
 */
export function requireTools(engine = true) {
  const lines = problems(find(), engine)
  if (lines.length === 0) return
  for (const line of lines) console.error(line)
  process.exit(1)
}

/** Installs the packages when package-lock.json is not the one they were installed from. */
export function installPackages() {
  const stamp = join(ROOT, 'node_modules', '.ironhorn-lock')
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  run(...npm('ci', '--include=dev', '--no-audit', '--no-fund'))
  writeFileSync(stamp, lock)
}

/**
 * Builds the addon; cargo knows what changed.
 * @param {'debug' | 'release'} profile the kernels are optimised in both
 */
export function buildAddon(profile = 'debug') {
  run('cargo', ['build', '--locked', '-p', 'ironhorn-napi', ...(profile === 'release' ? ['--release'] : [])])
  placeAddon(profile)
}

/**
 * Puts the built addon where `ts/native.ts` looks.
 * @param {'debug' | 'release'} profile
 */
export function placeAddon(profile = 'debug') {
  const file = { win32: 'ironhorn_napi.dll', darwin: 'libironhorn_napi.dylib' }[String(process.platform)] ?? 'libironhorn_napi.so'
  const target = process.env['CARGO_TARGET_DIR'] ?? join(ROOT, 'target')
  const built = readFileSync(join(target, profile, file))
  const place = join(ROOT, 'ts', 'ironhorn.node')
  if (existsSync(place) && readFileSync(place).equals(built)) return
  // A new file and a rename: writing over the old one would crash a Node that runs from it.
  const fresh = `${place}.${process.pid}.node`
  try {
    writeFileSync(fresh, built)
    renameSync(fresh, place)
  } finally {
    rmSync(fresh, { force: true })
  }
}

/**
 * How to call npm: by the Node that runs this, where npm told its own place.
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
function npm(...args) {
  const cli = process.env['npm_execpath']
  return cli?.endsWith('.js') ? [process.execPath, [cli, ...args]] : ['npm', args]
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, error } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32' && program === 'npm',
  })
  if (status === 0) return
  console.error(`${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
  process.exit(status ?? 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = Boolean(process.env['IRONHORN_ADDON'])
  requireTools(!given)
  installPackages()
  if (!given) buildAddon(process.argv.includes('--release') ? 'release' : 'debug')
}
