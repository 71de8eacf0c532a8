import { AppError } from '#kernel/errors.ts'
import { counted } from '#sources/counted.ts'
import { createOxidizedClient, type OxidizedClient } from '#sources/oxidized/client.ts'
import { openHistories } from '#sources/oxidized/history.ts'
import { hasConfig } from '#sources/oxidized/mapping.ts'
import { readNodeList, type NodeList } from '#sources/oxidized/node-list.ts'
import type { OxidizedSettings } from '#sources/oxidized/settings.ts'
import type { SourceCheck, SourceTest, SourceTools } from '#sources/source.ts'

function nodesCheck({ nodes, unreadable }: NodeList): SourceCheck {
  const never = [...nodes.values()].filter((row) => !hasConfig(row)).length
  const told = `${counted(nodes.size, 'node')}${never > 0 ? `, ${never} of them not fetched by Oxidized so far` : ''}`
  if (unreadable === 0) return { name: 'Read the nodes', result: 'ok', detail: told }
  return {
    name: 'Read the nodes',
    result: 'limited',
    detail: `${told}; ${unreadable} more could not be understood, so nothing will be proved gone`,
    fix: 'Record the answers (the setting record) and report them.',
  }
}

/** Whoever reads the list of nodes reads these as well. */
const loginsCheck: SourceCheck = {
  name: 'Keep logins of devices private',
  result: 'limited',
  detail: 'Oxidized tells logins of devices to whoever asks it for its nodes; Rollcall drops them',
  fix: 'Let nobody but a proxy with a password reach Oxidized, or keep logins out of its vars.',
}

async function configCheck(
  client: OxidizedClient,
  { nodes }: NodeList,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const name = 'Read a configuration'
  const [fullName] = [...nodes].find(([, row]) => hasConfig(row)) ?? []
  if (fullName === undefined)
    return { name, result: 'limited', detail: 'No node has been fetched by Oxidized so far' }
  try {
    const found = await client.config(fullName, signal)
    if (found)
      return { name, result: 'ok', detail: `${fullName}, ${counted(found.text.length, 'character')}` }
    return {
      name,
      result: 'limited',
      detail: `Oxidized has none of ${fullName}`,
      fix: 'Check that its output keeps configurations (git or file).',
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    return { name, result: 'failed', detail: error.message, fix: error.hint }
  }
}

async function repositoryCheck(
  place: string | undefined,
  { nodes }: NodeList,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const name = 'Read the history'
  if (place === undefined) {
    return {
      name,
      result: 'limited',
      detail: 'Versions are kept from now on; those before are not imported',
      fix: 'Where its Git repository lies on this machine, or a copy of it: set repository.',
    }
  }
  try {
    const histories = await openHistories(place, nodes.keys(), signal)
    try {
      const found = [...nodes.keys()].filter((fullName) => histories.has(fullName)).length
      const detail = `${found} of ${counted(nodes.size, 'node')} have a file in it`
      if (found === nodes.size) return { name, result: 'ok', detail }
      return {
        name,
        result: 'limited',
        detail,
        fix: 'Configurations of the others are asked of Oxidized itself.',
      }
    } finally {
      await histories.close()
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError)) throw error
    return { name, result: 'failed', detail: error.message, fix: error.hint }
  }
}

/** Tries everything that a reading needs, one configuration in place of all. */
export async function tryOut(
  settings: OxidizedSettings,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<SourceTest> {
  const client = createOxidizedClient(settings, tools)
  try {
    const list = await readNodeList(client, signal)
    const checks = [nodesCheck(list), ...(list.hasLogins ? [loginsCheck] : [])]
    if (settings.configs) {
      checks.push(await configCheck(client, list, signal))
      checks.push(await repositoryCheck(settings.repository, list, signal))
    }
    const warnings = checks.filter(({ result }) => result !== 'ok').map(({ detail }) => `${detail}.`)
    return { message: `Oxidized knows ${counted(list.nodes.size, 'node')}.`, warnings, checks }
  } finally {
    await client.close()
  }
}
