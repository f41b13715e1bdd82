// How the generated functions of the backend reach the engine.
import { native } from './native.js'

/** Calls the engine's operation of that name on the arguments as they came. */
export function call<Result>(name: string, args: readonly unknown[]): Result {
  return native.operation(name, args) as Result
}
