import { type Check, ok, problem, warning } from '#features/system/check.ts'
import { pinnedNode } from '#features/system/program.ts'

const major = (version: string): number => Number(version.replace(/^v/, '').split('.')[0])

/** Whether this is the Node that the release was tested with. */
export function checkNode(
  running: string = process.version,
  pinned: string | undefined = pinnedNode,
): Check[] {
  const said = `Node ${running.replace(/^v/, '')}`
  if (pinned === undefined || running === `v${pinned}`) return [ok('node', `${said}, as tested`)]
  const remedy = 'Start Rollcall by ./rollcall or `npm start`, which use the Node that comes with it.'
  const words = `${said} runs, tested with ${pinned}`
  return [major(running) < major(pinned) ? problem('node', words, remedy) : warning('node', words, remedy)]
}
