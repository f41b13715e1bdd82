// The only file that names the addon: what it exports, typed by hand, and how it is found.
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import * as errors from './errors.js'
import type { NDArrayConstructor } from './ndarray.js'

/** What the addon exports (bindings/src). */
interface Native {
  version(): string
  setErrorClasses(classes: typeof errors): void
  fail(kind: string, message: string): void
  callThrough(body: () => unknown): void
  readonly NDArray: NDArrayConstructor
}

/** `linux-x64-gnu` and the like: the end of the name of the package that holds the addon for this machine. */
export function platform(): string {
  const base = `${process.platform}-${process.arch}`
  if (process.platform === 'win32') return `${base}-msvc`
  if (process.platform !== 'linux') return base
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return `${base}-${report.header?.glibcVersionRuntime === undefined ? 'musl' : 'gnu'}`
}

/** Loads the addon: the one that IRONHORN_ADDON names, else the one built beside this file, else the platform's package. */
export function load(named: string | undefined): Native {
  const require = createRequire(import.meta.url)
  // A named one may be straight from cargo, with an ending that require would take for a script.
  const ways = named ? [() => open(named)] : [() => require('./ironhorn.node'), () => require(`ironhorn-${platform()}`)]
  const tried: unknown[] = []
  for (const way of ways) {
    try {
      return way() as Native
    } catch (error) {
      tried.push(error)
    }
  }
  const advice = named
    ? `IRONHORN_ADDON names ${named}, which cannot be loaded.`
    : `Install the package ironhorn-${platform()} (npm does so unless optional dependencies are left out), or build it: npm run build in a clone.`
  const cause = tried.length === 1 ? tried[0] : new AggregateError(tried, 'what was tried')
  throw new errors.RuntimeError(`Ironhorn has no addon for ${platform()}. ${advice}`, 'addon_missing', { cause })
}

function open(file: string): unknown {
  const module = { exports: {} }
  process.dlopen(module, resolve(file))
  return module.exports
}

/** The addon. */
export const native: Native = load(process.env['IRONHORN_ADDON'])
native.setErrorClasses({ ...errors })
