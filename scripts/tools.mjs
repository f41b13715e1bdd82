// What a machine must have before anything is built, and how to say what is missing. Runs on old Nodes too, to tell them so.
import { spawnSync } from 'node:child_process'

/**
 * The oldest versions that work.
 * @type {{ node: [number, number], rust: [number, number], cmake: [number, number] }}
 */
export const WANTED = { node: [20, 19], rust: [1, 95], cmake: [3, 26] }

/**
 * What a program says of itself, or undefined when it does not run.
 * @param {string} program
 * @returns {string | undefined}
 */
export function says(program) {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return status === 0 ? stdout : undefined
}

/**
 * What the machine has.
 * @typedef {{ node: string, rustc: string | undefined, cargo: string | undefined, cc: string | undefined, platform: string }} Found
 * @returns {Found}
 */
export function find() {
  return { node: process.versions.node, rustc: says('rustc'), cargo: says('cargo'), cc: says('cc'), platform: process.platform }
}

/**
 * Whether the version in a text is older than the one wanted.
 * @param {string} text
 * @param {[number, number]} wanted
 */
export function older(text, wanted) {
  const numbers = /(\d+)\.(\d+)/.exec(text)
  const major = Number(numbers?.[1] ?? 0)
  const minor = Number(numbers?.[2] ?? 0)
  return major < wanted[0] || (major === wanted[0] && minor < wanted[1])
}

/**
 * One line for each thing that is missing or too old, with what to install. `engine` says whether the engine must be built.
 * @param {Found} found
 * @param {boolean} engine
 * @returns {string[]}
 */
export function problems(found, engine = true) {
  const lines = []
  if (older(found.node, WANTED.node)) {
    lines.push(`Node ${WANTED.node.join('.')} or newer is needed, this is ${found.node}: install it from https://nodejs.org`)
  }
  if (!engine) return lines
  const rust = WANTED.rust.join('.')
  if (found.rustc === undefined || found.cargo === undefined) {
    lines.push(
      `Rust ${rust} or newer is needed, there is no working ${found.rustc === undefined ? 'rustc' : 'cargo'}: install it with rustup from https://rustup.rs`,
    )
  } else if (older(found.rustc, WANTED.rust)) {
    lines.push(`Rust ${rust} or newer is needed, this is ${found.rustc.trim()}: run rustup update`)
  }
  // On Windows the Rust installer sees to the linker.
  if (found.cc === undefined && found.platform !== 'win32') {
    const how =
      found.platform === 'darwin' ? 'run xcode-select --install' : 'install gcc (Debian, Ubuntu: apt install gcc; Fedora: dnf install gcc)'
    lines.push(`A C compiler is needed, there is no working cc: ${how}`)
  }
  return lines
}
