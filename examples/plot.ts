// Draws a training history as an SVG file: a panel a quantity, training and validation in each, epochs along the bottom.
import { writeFileSync } from 'node:fs'
import { scaleLinear } from 'd3-scale'
import { line } from 'd3-shape'

const WIDTH = 420
const HEIGHT = 300
const MARGIN = { left: 60, right: 16, top: 36, bottom: 40 }
const COLOURS = { training: '#1f77b4', validation: '#ff7f0e' }

/** Writes `history` (as `fit` gives it: a list of numbers a quantity) to `file`. Returns the file's name. */
export function plotHistory({ history }: { history: Readonly<Record<string, readonly number[]>> }, file: string): string {
  const names = Object.keys(history).filter((name) => !name.startsWith('val_'))
  const panels = names.map((name, i) => panel(name, history[name] ?? [], history[`val_${name}`], i * WIDTH))
  const width = Math.max(names.length, 1) * WIDTH
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="11">`
  writeFileSync(file, `${head}\n<rect width="100%" height="100%" fill="white"/>\n${panels.join('\n')}\n</svg>\n`)
  return file
}

function panel(name: string, training: readonly number[], validation: readonly number[] | undefined, left: number): string {
  const series = Object.entries({ training, ...(validation && { validation }) }) as [keyof typeof COLOURS, readonly number[]][]
  const values = series.flatMap(([, numbers]) => numbers).filter(Number.isFinite)
  const epochs = Math.max(...series.map(([, numbers]) => numbers.length), 2)
  const x = scaleLinear([1, epochs], [MARGIN.left, WIDTH - MARGIN.right])
  const y = scaleLinear(span(values), [HEIGHT - MARGIN.bottom, MARGIN.top]).nice()
  const parts = [`<g transform="translate(${left} 0)">`, text(WIDTH / 2, 18, escape(name), 'middle', 'bold')]
  for (const tick of y.ticks(6)) {
    const at = y(tick)
    parts.push(`<path d="M${MARGIN.left} ${at}H${WIDTH - MARGIN.right}" stroke="#ddd"/>`)
    parts.push(text(MARGIN.left - 6, at + 4, y.tickFormat(6)(tick), 'end'))
  }
  for (const tick of x.ticks(Math.min(epochs, 10)).filter(Number.isInteger)) {
    parts.push(text(x(tick), HEIGHT - MARGIN.bottom + 16, String(tick), 'middle'))
  }
  parts.push(text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 8, 'epoch', 'middle'))
  series.forEach(([label, numbers], i) => {
    // A point that is not a number leaves a gap.
    const path = line<number>((_, epoch) => x(epoch + 1), y).defined(Number.isFinite)(numbers)
    const at = MARGIN.left + 12 + i * 90
    parts.push(`<path d="${path ?? ''}" fill="none" stroke="${COLOURS[label]}" stroke-width="2" stroke-linecap="round"/>`)
    parts.push(`<path d="M${at} 29h14" stroke="${COLOURS[label]}" stroke-width="2"/>`, text(at + 18, 33, label, 'start'))
  })
  return [...parts, '</g>'].join('\n')
}

/** Lowest and highest, never the same. */
function span(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1]
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end', weight = 'normal'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-weight="${weight}">${words}</text>`
}

function escape(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
