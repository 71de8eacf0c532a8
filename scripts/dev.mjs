import { spawn } from 'node:child_process'
import path from 'node:path'
import { ensureInstalled, findNode, root } from './ensure-installed.mjs'

ensureInstalled({ dev: true })
const node = findNode()
const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js')

// The server restarts when a file of src/ changes; Vite shows changes of web/ at once and passes /api on to it.
const both = [
  spawn(
    node,
    [
      '--watch',
      '--watch-preserve-output',
      path.join(root, 'src', 'main.ts'),
      'serve',
      ...process.argv.slice(2),
    ],
    { stdio: 'inherit' },
  ),
  spawn(node, [vite, path.join(root, 'web')], { stdio: 'inherit' }),
]
const stop = () => both.forEach((child) => child.kill())
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
for (const child of both) child.on('exit', stop)
