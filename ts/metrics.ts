// Keras's module `metrics`.
import { Metric } from './metric.js'
import { native } from './native.js'
import type { MetricLike } from './generated/metrics.js'
import type { Serialized } from './plug.js'

export * from './generated/metrics.js'
export { Metric }
export type { MetricFunction } from './metric.js'

/** What a name, a config, an instance or a function stands for. */
export function get(identifier: MetricLike): Metric {
  return Metric.get(identifier)
}

/** As Keras writes it. */
export function serialize(thing: Metric): Serialized {
  return native.serialize(thing)
}

/** From what Keras wrote. */
export function deserialize(written: Serialized): Metric {
  return Metric.get(written as MetricLike)
}
