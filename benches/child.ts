// A program that answers a line for a line: the probe of the machine and the frameworks we are measured against.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A running program and the answers it still owes. */
export class Child {
  readonly #process: ChildProcess
  readonly #waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  #said = ''

  /** Starts `program`; its first line is waited for with `line()`. */
  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-2000)
    })
    if (this.#process.stdout) {
      createInterface({ input: this.#process.stdout }).on('line', (line) => this.#waiting.shift()?.resolve(line))
    }
    const end = (why: string) => {
      const error = new Error(`${program} ${args.join(' ')} ${why}\n${this.#said}`)
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    }
    this.#process.on('error', (error) => end(error.message))
    this.#process.on('close', (code) => end(`ended with code ${code ?? 'none'}`))
  }

  /** The next line it prints. */
  line(): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#process.exitCode !== null) reject(new Error(`it has ended: ${this.#said}`))
      this.#waiting.push({ resolve, reject })
    })
  }

  /** Sends a line and waits for the answer. */
  ask(line: string): Promise<string> {
    this.#process.stdin?.write(`${line}\n`)
    return this.line()
  }

  /** Lets it end: it has nothing to read any more. */
  close(): void {
    this.#process.stdin?.end()
  }
}
