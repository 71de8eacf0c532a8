import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { homeFolder, plainEnvironment, startServer } from '#test/running-server.ts'
import { root } from '#test/tracked-files.ts'

test('a server whose key file was lost says that stored secrets cannot be read, and starts', async (context) => {
  const folder = homeFolder(context)
  const first = await startServer(context, folder)
  const settings = { url: 'https://127.0.0.1:1', token: 'root@pam!x=00000000-0000-0000-0000-000000000000' }
  const made = await first.call('POST', '/sources', { name: 'pve', type: 'proxmox', settings })
  await first.stop()
  rmSync(path.join(folder, 'data', 'rollcall.key'))

  const server = spawn(process.execPath, [path.join(root, 'src', 'main.ts'), 'serve'], {
    cwd: folder,
    env: plainEnvironment({ ROLLCALL_SERVER__PORT: '0' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => server.kill('SIGKILL'))
  const said: string[] = []
  for await (const line of createInterface({ input: server.stdout })) {
    said.push(line)
    if (line.includes('answers on')) break
  }

  assert.equal(made.status, 200, JSON.stringify(made.answer))
  assert.match(said.join('\n'), /does not open [1-9]\d* of [1-9]\d* stored secrets/)
})
