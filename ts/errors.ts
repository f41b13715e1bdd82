// The error classes: Python's names for what Keras raises, each with a code that never changes, so that programs can tell errors apart.

/** A value, shape or name that is not right. */
export class ValueError extends Error {
  override readonly name: string = 'ValueError'
  /** A stable name of what went wrong, in snake_case. */
  readonly code: string
  constructor(message: string, code = 'value', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A value of the wrong kind; also an instance of JavaScript's own TypeError. */
export class TypeError extends globalThis.TypeError {
  /** A stable name of what went wrong, in snake_case. */
  readonly code: string
  constructor(message: string, code = 'type', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A right call at the wrong moment, or a fault inside (code `internal`). */
export class RuntimeError extends Error {
  override readonly name: string = 'RuntimeError'
  /** A stable name of what went wrong, in snake_case. */
  readonly code: string
  constructor(message: string, code = 'runtime', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Something is asked for that the object does not have, or not yet. */
export class AttributeError extends Error {
  override readonly name: string = 'AttributeError'
  /** A stable name of what went wrong, in snake_case. */
  readonly code: string
  constructor(message: string, code = 'attribute', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Ironhorn, or the subclass at hand, does not do this. */
export class NotImplementedError extends Error {
  override readonly name: string = 'NotImplementedError'
  /** A stable name of what went wrong, in snake_case. */
  readonly code: string
  constructor(message: string, code = 'not_implemented', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A file that cannot be read or written, or is not what it should be. */
export class IOError extends Error {
  override readonly name: string = 'IOError'
  /** A stable name of what went wrong, in snake_case. */
  readonly code: string
  constructor(message: string, code = 'io', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** There is no next one: a generator ended before the run did. */
export class StopIteration extends Error {
  override readonly name: string = 'StopIteration'
  /** A stable name of what went wrong, in snake_case. */
  readonly code: string
  constructor(message: string, code = 'stop_iteration', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A device is missing, or failed. */
export class DeviceError extends Error {
  override readonly name: string = 'DeviceError'
  /** A stable name of what went wrong, in snake_case. */
  readonly code: string
  constructor(message: string, code = 'device', options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
