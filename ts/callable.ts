// Makes every instance of a class a function: `dense(x)` works for built-in layers and for subclasses that users write.

/** What a callable instance answers to. */
export abstract class Callable<Argument, Result> {
  // No fields here: they would land on the object that is thrown away. Subclasses' fields land on the function.
  constructor() {
    const self: object = (argument: Argument): Result => (self as this).apply(argument)
    // Its prototype is the class's, so instanceof, methods and #private work; name and length give way to the class's own.
    Object.setPrototypeOf(self, new.target.prototype as object)
    Reflect.deleteProperty(self, 'name')
    Reflect.deleteProperty(self, 'length')
    return self as this
  }

  /** The same as calling the instance. */
  abstract apply(argument: Argument): Result
}

// A type that can be called shows `bind`, so it must be there; `call` and `apply` are the subclass's own.
Object.defineProperty(Callable.prototype, 'bind', { value: Function.prototype.bind, writable: true, configurable: true })
