import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { nodeOptions } from '#agent/service-files.ts'
import { writeSettings } from '#agent/settings-file.ts'
import { atMost, missedFigures } from './figures.ts'

/**
 * What the agent takes of the machine that it measures, with everything on that this machine has: memory at its most, and
 * processor time, its start aside. `npm run bench -- agent --seconds=180 --interval=5`.
 */
const { values: given } = parseArgs({
  options: { seconds: { type: 'string', default: '180' }, interval: { type: 'string', default: '5' } },
})
const seconds = Number(given.seconds)
const interval = Number(given.interval)
/** What people leave it at. */
const usualInterval = 60
const root = path.join(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-agent-bench-'))

let heard = 0
const hub = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    heard += 1
    response.setHeader('content-type', 'application/json')
    const serverTime = new Date().toISOString()
    response.end(JSON.stringify({ accepted: 1, rejected: [], serverTime, nextIntervalSeconds: interval }))
  })
})
await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
const { port } = hub.address() as AddressInfo

execFileSync(process.execPath, [path.join(root, 'scripts', 'build-agent.mjs')], { stdio: 'inherit' })
const settings = path.join(folder, 'agent.json')
writeSettings(settings, { hub: `http://127.0.0.1:${port}`, serverId: 'bench', key: 'ra_bench', interval })
const bundle = path.join(root, 'agent', 'dist', 'rollcall-agent.mjs')
const agent = spawn(
  process.execPath,
  [...nodeOptions, bundle, 'run', '--settings', settings, '--state', folder],
  {
    stdio: 'ignore',
  },
)

const ticksASecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
/** User and system time in seconds, of it and of the programs that it ran (proc(5), fields 14 to 17). */
function processorSeconds(): number {
  const stat = readFileSync(`/proc/${agent.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) / ticksASecond
}
const mostMemory = (): number =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${agent.pid}/status`, 'utf8'))![1]) / 1_024

/** Its start, with what is asked for only every some hours, is over after a few heartbeats. */
while (heard < 4) await pause(200)
const before = { spent: processorSeconds(), heard }
await pause(seconds * 1_000)
const heartbeats = heard - before.heard
const perHeartbeat = (processorSeconds() - before.spent) / heartbeats

console.log(
  `  ${heartbeats} heartbeats in ${seconds} s; its start took ${before.spent.toFixed(2)} s of a processor`,
)
console.log(`  a heartbeat takes ${(perHeartbeat * 1_000).toFixed(1)} ms of a processor`)
atMost('memory at its most', mostMemory(), 60, 'MiB')
atMost(`of a processor at one heartbeat in ${usualInterval} s`, (perHeartbeat / usualInterval) * 100, 1, '%')
agent.kill('SIGKILL')
hub.close()
hub.closeAllConnections()
rmSync(folder, { recursive: true, force: true })
process.exit(missedFigures() > 0 ? 1 : 0)
