// Keeps the objects of users' layers while something needs them: the engine's layer cannot, since the object holds it in turn.

/** Under this key tensors and models hold what they were made with. */
const KEPT = Symbol('kept')

interface Keeper {
  [KEPT]?: readonly object[]
}

/** Whether a value holds something, or is something to hold. */
function holds(value: unknown): value is object {
  return typeof value === 'object' && value !== null && (value as Keeper)[KEPT] !== undefined
}

/** Makes what was computed (a tensor or a list of them) hold those of its sources that hold something, and `others`. */
export function keep<Result>(result: Result, sources: readonly unknown[], others: readonly object[] = []): Result {
  const found = sources.flat().filter(holds)
  if (found.length + others.length > 0) {
    for (const one of Array.isArray(result) ? (result as unknown[]) : [result]) {
      if (typeof one === 'object' && one !== null) Object.defineProperty(one, KEPT, { value: [...found, ...others], configurable: true })
    }
  }
  return result
}

/** Makes a model hold the objects of the users' layers in it. */
export function keepAll(owner: object, objects: readonly object[]): void {
  if (objects.length > 0) Object.defineProperty(owner, KEPT, { value: objects, configurable: true })
}
