// Keras's module `models`.
import './layers.js'
import type { Config } from './config.js'
import { scoped, type CustomObjects } from './custom.js'
import { modelOf, type Model } from './model.js'
import { native } from './native.js'

export { cloneModel, loadModel, Model, Sequential } from './model.js'
export { Input } from './layers.js'
export type {
  Callbacks,
  Data,
  EvaluateGeneratorSettings,
  EvaluateSettings,
  FitGeneratorSettings,
  FitSettings,
  LoadSettings,
  PredictGeneratorSettings,
  PredictSettings,
  Prediction,
  SummaryOptions,
} from './model.js'

/** The model that `toJson`, or Keras, wrote; its weights are new. */
export function modelFromJson(json: string, options: { customObjects?: CustomObjects } = {}): Model {
  return scoped(options.customObjects, () => modelOf(native.modelFromJson(json)))
}

/** The model that `toYaml`, or Keras, wrote; its weights are new. */
export function modelFromYaml(yaml: string, options: { customObjects?: CustomObjects } = {}): Model {
  return scoped(options.customObjects, () => modelOf(native.modelFromYaml(yaml)))
}

/** The model of a config with its class's name. */
export function modelFromConfig(config: Config, options: { customObjects?: CustomObjects } = {}): Model {
  return scoped(options.customObjects, () => modelOf(native.modelFromConfig(config)))
}
