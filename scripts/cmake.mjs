// cmake, which builds libhdf5: the machine's own if it is new enough, else PyPI's in .tools/cmake, made when it is first needed.
// Its folder is put first on the PATH of this process, and so of the cargo calls that it makes.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { WANTED, older, says } from './tools.mjs'

/** What a user can do where it cannot be made. */
const HOW = 'install cmake 3.26 or newer (https://cmake.org), or Python 3 with its venv module (Debian, Ubuntu: apt install python3-venv)'

/**
 * Makes cmake available, or says in one line why it cannot be.
 * @param {string} root of the clone
 * @returns {string | undefined} the line
 */
export function provideCmake(root) {
  if (fits(says('cmake'))) return undefined
  const home = join(root, '.tools', 'cmake')
  const bin = join(home, process.platform === 'win32' ? 'Scripts' : 'bin')
  if (!fits(says(join(bin, 'cmake')))) {
    const line = install(home, bin)
    if (line !== undefined) return line
  }
  process.env['PATH'] = `${bin}${delimiter}${process.env['PATH'] ?? ''}`
  return undefined
}

/** @param {string | undefined} version */
const fits = (version) => version !== undefined && !older(version, WANTED.cmake)

/**
 * @param {string} home
 * @param {string} bin
 * @returns {string | undefined}
 */
function install(home, bin) {
  const python = ['python3', 'python'].find((name) => /^Python 3/.test(says(name) ?? ''))
  if (python === undefined) return `cmake is needed to build HDF5, and there is neither cmake nor a Python to get it with: ${HOW}`
  console.log('getting cmake into .tools/cmake')
  rmSync(home, { recursive: true, force: true })
  if (!quietly(python, '-m', 'venv', home)) {
    rmSync(home, { recursive: true, force: true })
    return `cmake is needed to build HDF5, and ${python} has no venv module to get it with: ${HOW}`
  }
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', 'cmake>=3.26,<5']
  if (quietly(join(bin, 'python'), ...pip) && existsSync(home) && fits(says(join(bin, 'cmake')))) return undefined
  rmSync(home, { recursive: true, force: true })
  return `cmake is needed to build HDF5, and pip could not install it: ${HOW}`
}

/**
 * Whether it ends well; what it says is shown where it does not.
 * @param {string} program
 * @param {string[]} args
 */
function quietly(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
  return status === 0
}
