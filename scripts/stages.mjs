// Stages for `npm test` and `npm run check`: each is timed and printed, none stops the others, all are counted.
import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { ROOT } from './setup.mjs'

/**
 * What a stage came to. `note` says why something was skipped.
 * @typedef {{ passed: number, failed: number, skipped: number, note?: string }} Count
 */

/**
 * One thing that could not be looked at.
 * @param {string} note
 * @returns {Count}
 */
export const skip = (note) => ({ passed: 0, failed: 0, skipped: 1, note })

/**
 * Runs a program, shows what it prints, and keeps it.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ ok: boolean, text: string }>}
 */
export function run(program, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    let text = ''
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      text += chunk.toString()
      process.stdout.write(chunk)
    })
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => {
      text += chunk.toString()
      process.stderr.write(chunk)
    })
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`)
      resolve({ ok: false, text })
    })
    child.on('close', (code) => resolve({ ok: code === 0, text: stripVTControlCharacters(text) }))
  })
}

/**
 * A stage that is one check: a program that succeeds or not.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<Count>}
 */
export async function check(program, ...args) {
  const { ok } = await run(program, args)
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
}

/**
 * A program from node_modules, run by this Node.
 * @param {string} file
 * @param {string[]} args
 */
export const checkNode = (file, ...args) => check(process.execPath, `node_modules/${file}`, ...args)

/**
 * Adds up the numbers before a word: `3 tests passed` in `text`.
 * @param {string} text
 * @param {RegExp} pattern its first group is the number
 */
export function sum(text, pattern) {
  return [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0)
}

/**
 * Runs the stages in turn, prints a table, then `N passed, N failed` alone on the last line, and sets the exit code.
 * @param {[string, () => Promise<Count>][]} stages
 */
export async function runStages(stages) {
  /** @type {[string, number, Count][]} */
  const results = []
  for (const [name, stage] of stages) {
    console.log(`\n== ${name}`)
    const start = performance.now()
    const count = await stage().catch((/** @type {unknown} */ error) => {
      console.error(error)
      return { passed: 0, failed: 1, skipped: 0 }
    })
    results.push([name, (performance.now() - start) / 1000, count])
  }
  /** @type {Count} */
  const total = { passed: 0, failed: 0, skipped: 0 }
  console.log('')
  for (const [name, seconds, count] of results) {
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped${count.note ? ` (${count.note})` : ''}` : ''
    console.log(`${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s  ${count.passed} passed, ${count.failed} failed${skipped}`)
    total.passed += count.passed
    total.failed += count.failed
    total.skipped += count.skipped
  }
  if (total.skipped > 0) console.log(`${total.skipped} skipped`)
  console.log(`${total.passed} passed, ${total.failed} failed`)
  process.exitCode = total.failed === 0 ? 0 : 1
}
