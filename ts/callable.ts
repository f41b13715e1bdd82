// Makes every instance of a class a function: `dense(x)` works for built-in layers and for subclasses that users write.

/** What a callable instance answers to. */
export abstract class Callable<Argument, Result> {
  // No fields here: they would land on the object that is thrown away. Subclasses' fields land on the function.
  constructor() {
    return Callable.shaped(new.target.prototype as this)
  }

  /** A function with that prototype, as a constructor would make it. */
  static shaped<Instance extends { apply(argument: never, options?: never): unknown }>(prototype: Instance): Instance {
    // What comes second counts only as an object: `[x].map(dense)` hands over a number there.
    const self: object = (argument: never, options?: unknown): unknown =>
      (self as Instance).apply(argument, (typeof options === 'object' ? options : undefined) as never)
    // Its prototype is the class's, so instanceof, methods and #private work; name and length give way to the class's own.
    Object.setPrototypeOf(self, prototype)
    Reflect.deleteProperty(self, 'name')
    Reflect.deleteProperty(self, 'length')
    return self as Instance
  }

  /** The same as calling the instance. */
  abstract apply(argument: Argument, options?: unknown): Result
}

// A type that can be called shows `bind`, so it must be there; `call` and `apply` are the subclass's own.
Object.defineProperty(Callable.prototype, 'bind', { value: Function.prototype.bind, writable: true, configurable: true })
