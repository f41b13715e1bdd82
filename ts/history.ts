// History: what happened in each epoch of a training. `fit` gives one; as a callback it gathers one.
import { Callback, type Logs } from './callback.js'

/** The numbers of each epoch under their names. */
export class History extends Callback {
  /** The numbers of the epochs that were run, from 0. */
  epoch: number[] = []
  /** For each name a number an epoch, in the order in which the names came. */
  history: Record<string, number[]> = {}

  override onTrainBegin(): void {
    this.epoch = []
    this.history = {}
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch)
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value)
  }
}
