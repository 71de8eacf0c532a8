import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { agentFilesIn } from '#agent-files.ts'
import { sampleServer, stubContext } from '#test/sample-server.ts'
import { root } from '#test/tracked-files.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-agent-files-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const agent = path.join(folder, 'agent.mjs')
writeFileSync(agent, 'console.log(1)\n')
const { script } = agentFilesIn(root)
const agentFiles = { script, files: new Map([['rollcall-agent.mjs', agent]]) }

test('anybody fetches the agent and its checksum, and hears what there is when it is something else', async () => {
  const { server } = sampleServer({ agentFiles })

  const file = await server.inject('/agent/rollcall-agent.mjs')
  const sum = await server.inject('/agent/rollcall-agent.mjs.sha256')
  writeFileSync(agent, 'console.log(22)\n')
  const later = await server.inject('/agent/rollcall-agent.mjs.sha256')
  const other = await server.inject('/agent/..%2f..%2fpackage.json')

  assert.deepEqual([file.statusCode, file.body], [200, 'console.log(1)\n'])
  assert.equal(sum.body, `${createHash('sha256').update(file.body).digest('hex')}  rollcall-agent.mjs\n`)
  assert.notEqual(later.body, sum.body, 'a new build has a new checksum')
  assert.equal(other.statusCode, 404)
})

test('the installer names the hub that was asked, and never what somebody wrote into the host', async () => {
  const hubIn = async (host: string, publicUrl?: string) => {
    const context = stubContext()
    context.config = { ...context.config, server: { ...context.config.server, publicUrl } }
    const { server } = sampleServer({ agentFiles, context })
    const { body } = await server.inject({ url: '/agent/install.sh', headers: { host } })
    return /^hub='(.*)'$/m.exec(body)?.[1]
  }

  assert.equal(await hubIn('rollcall.lan:8080'), 'http://rollcall.lan:8080')
  assert.equal(await hubIn('[fd00::1]:8080'), 'http://[fd00::1]:8080')
  assert.equal(await hubIn('x', 'https://rollcall.example.net/'), 'https://rollcall.example.net')
  for (const host of ["x'; reboot; '", '$(reboot)', 'a b']) assert.equal(await hubIn(host), '', host)
})
