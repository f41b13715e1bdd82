// Draws curves over two logarithmic axes as an SVG: one panel a title, one curve a contestant, the limit dashed.
import { scaleLog } from 'd3-scale'
import { line } from 'd3-shape'

const WIDTH = 330
const HEIGHT = 300
const MARGIN = { left: 64, right: 14, top: 34, bottom: 40 }
const COLOURS = ['#d62728', '#ff7f0e', '#1f77b4', '#2ca02c', '#9467bd']

/** A curve: its points in the chart's own numbers. */
export interface Curve {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
  /** A limit, drawn thin, dashed and grey. */
  readonly limit?: boolean
}

/** Panels with the same axes, so that they can be compared. `y` values are seconds. */
export function chart(panels: readonly { title: string; curves: readonly Curve[] }[], xLabel: string): string {
  const points = panels.flatMap(({ curves }) => curves.flatMap(({ points }) => points))
  const span = (axis: 0 | 1): [number, number] => [Math.min(...points.map((p) => p[axis])), Math.max(...points.map((p) => p[axis]))]
  const x = scaleLog(span(0), [MARGIN.left, WIDTH - MARGIN.right]).base(2)
  const y = scaleLog(span(1), [HEIGHT - MARGIN.bottom, MARGIN.top]).nice()
  const draw = line<readonly [number, number]>(
    ([at]) => x(at),
    ([, value]) => y(value),
  )
  const columns = Math.min(panels.length, 2)
  const rows = Math.ceil(panels.length / columns)
  const parts = panels.map(({ title, curves }, i) => {
    const at = `translate(${(i % columns) * WIDTH} ${Math.floor(i / columns) * HEIGHT})`
    const out = [`<g transform="${at}">`, text(WIDTH / 2, 16, title, 'middle', 'bold')]
    for (const tick of y.ticks().filter(isPower)) {
      out.push(`<path d="M${MARGIN.left} ${round(y(tick))}H${WIDTH - MARGIN.right}" stroke="#ddd"/>`)
      out.push(text(MARGIN.left - 6, y(tick) + 4, seconds(tick), 'end'))
    }
    for (const tick of new Set(points.map((p) => p[0]))) out.push(text(x(tick), HEIGHT - MARGIN.bottom + 16, String(tick), 'middle'))
    out.push(text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 8, xLabel, 'middle'))
    curves.forEach(({ name, points, limit }, c) => {
      const colour = limit ? '#888' : (COLOURS[c % COLOURS.length] ?? '#000')
      const style = limit ? 'stroke-dasharray="4 3"' : 'stroke-width="2"'
      out.push(
        `<path d="${(draw(points) ?? '').replace(/\d+\.\d+/g, (n) => Number(n).toFixed(1))}" fill="none" stroke="${colour}" ${style}/>`,
      )
      // The corner below all curves.
      const top = HEIGHT - MARGIN.bottom - 10 - (curves.length - 1 - c) * 14
      const left = MARGIN.left + 100
      out.push(`<path d="M${left} ${top}h16" stroke="${colour}" ${style}/>`, text(left + 21, top + 4, name, 'start'))
    })
    return [...out, '</g>'].join('\n')
  })
  const [w, h] = [columns * WIDTH, rows * HEIGHT]
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="sans-serif" font-size="11">`
  return `${head}\n<rect width="100%" height="100%" fill="white"/>\n${parts.join('\n')}\n</svg>\n`
}

const isPower = (tick: number): boolean => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9
const round = (n: number): string => n.toFixed(1)

function seconds(value: number): string {
  if (value < 0.99e-6) return `${Math.round(value * 1e9)} ns`
  if (value < 0.99e-3) return `${Math.round(value * 1e6)} us`
  return value < 0.99 ? `${Math.round(value * 1e3)} ms` : `${Math.round(value)} s`
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end', weight = 'normal'): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-weight="${weight}">${safe}</text>`
}
