// `npm run build`: compiles ts/ to dist/, as it is published, with the addon beside it for use from a clone.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './setup.mjs'

rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
const addon = join(ROOT, 'ts', 'ironhorn.node')
if (existsSync(addon)) copyFileSync(addon, join(ROOT, 'dist', 'ironhorn.node'))
