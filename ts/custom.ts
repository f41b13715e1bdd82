// Custom objects: names for functions and classes of one's own, so that configs which have these names can be read.
import { Layer } from './layer.js'
import { native } from './native.js'
import { Plug } from './plug.js'

/** Functions, instances and classes by the names that stand in configs. */
export type CustomObjects = Readonly<Record<string, unknown>>

function prepared(value: unknown): unknown {
  const isClass = typeof value === 'function' && (value.prototype instanceof Layer || value.prototype instanceof Plug)
  return isClass ? { make: (config: unknown) => (value as unknown as { fromConfig(config: unknown): unknown }).fromConfig(config) } : value
}

/** Runs `body` with these names known; without any it just runs. */
export function scoped<Result>(objects: CustomObjects | undefined, body: () => Result): Result {
  if (objects === undefined) return body()
  return native.withCustomObjects(Object.keys(objects), Object.values(objects).map(prepared), body) as Result
}

/** Makes these names known from now on. */
export function register(objects: CustomObjects): void {
  native.registerCustomObjects(Object.keys(objects), Object.values(objects).map(prepared))
}
