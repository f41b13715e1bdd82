// Both ways of giving a thing its settings, made one plain object: required ones in Keras's order and then options, or all in one object.
import { TypeError } from './errors.js'

/** Settings by their camelCase name. What is allowed is the engine's business. */
export type Config = Record<string, unknown>

/** Under this key the engine notes which whole numbers of a config are floats, so that it writes 1.0 again and not 1. */
const FLOATS: unique symbol = Symbol.for('ironhorn.floats')

/** An object literal: not an array, not an instance of a class, not a function (layers are functions). */
function isPlain(value: unknown): value is Config {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Reads the arguments of a constructor: `new Conv2D(32, [3, 3], { activation: 'relu' })` and
 * `new Conv2D({ filters: 32, kernelSize: [3, 3], activation: 'relu' })` give the same object. Settings that are undefined are left out.
 *
 * @param className for messages
 * @param names of the settings that may be given by place, in Keras's order; `?` marks those that may be left out
 */
export function read(className: string, names: readonly string[], args: readonly unknown[]): Config {
  const config: Config = {}
  const places = names.map((name) => name.replace('?', ''))
  const required = names.filter((name) => !name.endsWith('?'))
  const [first] = args
  const last = args.length - 1
  // An object in the place of the last argument, where one may be left out, holds options.
  const byName = isPlain(args[last]) && last < places.length && (last >= required.length || (last === 0 && isConfig(first, required)))
  const positional = byName ? args.slice(0, last) : args.slice(0, places.length)
  const [options, ...more] = args.slice(positional.length)
  if (more.length > 0) {
    const takes = places.length === 0 ? 'one object with options' : `${places.join(', ')} and one object with options`
    throw new TypeError(`${className} takes ${takes}, but got ${args.length} arguments.`, 'argument_count')
  }
  if (options !== undefined && options !== null && !isPlain(options)) {
    throw new TypeError(`${className} takes its options as an object, but got ${describe(options)}.`, 'argument_type')
  }
  positional.forEach((value, i) => {
    if (value !== undefined) config[places[i] ?? ''] = value
  })
  for (const [name, value] of Object.entries(options ?? {})) {
    if (value === undefined) continue
    if (name in config) throw new TypeError(`${className} got "${name}" twice: by place and by name.`, 'argument_twice')
    config[name] = value
  }
  if (options !== undefined && options !== null && FLOATS in options) Object.defineProperty(config, FLOATS, { value: options[FLOATS] })
  const missing = required.filter((name) => !(name in config))
  if (missing.length > 0) {
    const example = `new ${className}(${required.join(', ')}, { ... })`
    throw new TypeError(`${className} needs ${missing.map((name) => `"${name}"`).join(' and ')}: ${example}.`, 'argument_missing')
  }
  return config
}

/** Whether the only argument is the object of all settings. */
function isConfig(value: unknown, required: readonly string[]): boolean {
  return required.length > 0 && isPlain(value)
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' || typeof value === 'function') return `a ${value?.constructor.name ?? 'null'}`
  return `the ${typeof value} ${String(value)}`
}
