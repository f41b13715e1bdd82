// The stages that look at the tree without running it: format, lint, types, generated files.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './setup.mjs'
import { check, checkNode, skip } from './stages.mjs'

const TSC = 'typescript/bin/tsc'

/** The stages that need cargo to have built nothing. @type {[string, () => Promise<import('./stages.mjs').Count>][]} */
export const FORMAT = [
  ['format: rust', () => check('cargo', 'fmt', '--all', '--check')],
  ['format: typescript', () => checkNode('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '**/*.{ts,mts,js,mjs,json}')],
]

/** Typings: the tree, and what a user's strict project sees of it. @type {[string, () => Promise<import('./stages.mjs').Count>][]} */
export const TYPES = [
  ['types', () => checkNode(TSC, '-p', 'tsconfig.json')],
  [
    'types: published',
    async () => {
      const out = join(ROOT, 'test', 'types', 'consumer', 'published')
      rmSync(out, { recursive: true, force: true })
      const built = await checkNode(TSC, '-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', out)
      const used = built.failed > 0 ? built : await checkNode(TSC, '-p', 'test/types/consumer/tsconfig.json')
      rmSync(out, { recursive: true, force: true })
      return used
    },
  ],
]

/** Clippy, warnings as errors. @type {[string, () => Promise<import('./stages.mjs').Count>][]} */
export const LINT = [['lint: rust', () => check('cargo', 'clippy', '--locked', '--workspace', '--all-targets', '--', '-D', 'warnings')]]

/** Whether ts/generated is what the lists say. @type {[string, () => Promise<import('./stages.mjs').Count>][]} */
export const GENERATED = [
  [
    'generated files',
    () =>
      existsSync(join(ROOT, 'crates', 'generate', 'Cargo.toml'))
        ? check(process.execPath, 'scripts/generate.mjs', '--check')
        : Promise.resolve(skip('crates/generate is not there')),
  ],
]
