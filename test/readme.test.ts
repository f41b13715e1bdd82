// The README's TypeScript lines are those of an example that runs.
import { readFileSync } from 'node:fs'
import test from 'ava'

const lines = (text: string | undefined) =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

test('the README shows lines that run', (t) => {
  const shown = lines(readFileSync('README.md', 'utf8').split('```ts\n')[1]?.split('```')[0])
  const run = lines(readFileSync('examples/twelve_lines.ts', 'utf8').split('// README\n')[1])
  t.true(shown.length > 10)
  t.deepEqual(
    run.filter((line) => !line.startsWith('const [xTrain,')),
    shown,
  )
})
