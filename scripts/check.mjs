// `npm run check`: what can be said of the tree without running it: format, types, generated files, lint.
import { FORMAT, GENERATED, LINT, TYPES } from './checks.mjs'
import { installPackages, requireTools } from './setup.mjs'
import { runStages } from './stages.mjs'

requireTools()
installPackages()
await runStages([...FORMAT, ...TYPES, ...GENERATED, ...LINT])
