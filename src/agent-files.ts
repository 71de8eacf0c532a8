import { existsSync } from 'node:fs'
import path from 'node:path'
import type { AgentFiles } from '#surfaces/http/agent-files.ts'

/**
 * What is handed out to machines that get an agent: the agent, and the Node that this process runs on where it is one
 * for Linux. Given the folder of the program.
 */
export function agentFilesIn(root: string): AgentFiles {
  const files = new Map([['rollcall-agent.mjs', path.join(root, 'agent', 'dist', 'rollcall-agent.mjs')]])
  for (const arch of ['x64', 'arm64']) {
    const name = `node-linux-${arch}`
    const installed = path.join(root, 'node_modules', name, 'bin', 'node')
    const isOwn = process.platform === 'linux' && process.arch === arch
    if (existsSync(installed)) files.set(name, installed)
    else if (isOwn) files.set(name, process.execPath)
  }
  return { script: path.join(root, 'agent', 'install.sh'), files }
}
