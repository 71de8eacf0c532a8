import type { Json, JsonObject } from '#kernel/json.ts'
import { isFleeting } from '#sources/facter-interfaces.ts'
import { isFactGroup } from '#sources/facter-value.ts'
import { createRedactor } from '#sources/http-redaction.ts'

/** Facts by what becomes of them. */
export interface SplitFacts {
  facts: JsonObject
  volatile: JsonObject
}

/** Names of facts, with `*` for any letters, that a person wants treated otherwise. */
export interface FactWishes {
  volatileFacts: readonly string[]
  excludeFacts: readonly string[]
}

/** They change at every reading: time, load, free memory, how full file systems are. */
const restless =
  /^((system_)?uptime(_\w+)?|ansible_uptime_seconds|load_?averages?|loadavg|ansible_loadavg|memory|(memory|swap)free(_mb)?|ansible_(mem|swap)free_mb|ansible_memory_mb|ansible_mounts|mountpoints|ansible_date_time|ansible_facts_last|_timestamp|date_time|last_report|proc_stat|net_stat)$/

/** Public keys that say nothing else than that they are, and what machines were started with, which holds secrets. */
const unwanted =
  /^(ssh|ssh\w*key|sshfp_\w+|ansible_ssh_host_key_\w+|\w*user_?data|pp_preshared_key|trusted_preshared)$/i

const redactor = createRedactor(new Set())

/** Facts as they are kept: secrets hidden, what changes all the time apart, without what isn't the machine's own. */
export function splitFacts(told: JsonObject, wishes: FactWishes): SplitFacts {
  const isRestless = matcher(wishes.volatileFacts)
  const isExcluded = matcher(wishes.excludeFacts)
  const split: SplitFacts = { facts: {}, volatile: {} }
  for (const [name, value] of Object.entries(told)) {
    if (name === '__proto__' || unwanted.test(name) || isFleetingFact(name) || isExcluded(name)) continue
    const target = restless.test(name) || isRestless(name) ? split.volatile : split.facts
    // As a member, so that a fact whose own name says that it is a secret is hidden too.
    target[name] = (redactor.json({ [name]: steady(name, value) }) as JsonObject)[name]!
  }
  return split
}

/** `macaddress_veth12ab` and `mtu_docker0`. */
const isFleetingFact = (name: string): boolean => {
  const card = /^(?:macaddress|ipaddress6?|netmask6?|network6?|mtu|scope6|speed|duplex)_(.+)$/.exec(name)?.[1]
  return card !== undefined && isFleeting(card)
}

/** Without the interfaces of containers, which come and go. */
function steady(name: string, value: Json): Json {
  if (name === 'interfaces' && typeof value === 'string')
    return value
      .split(',')
      .filter((each) => !isFleeting(each.trim()))
      .join(',')
  if (name !== 'networking' || !isFactGroup(value) || !isFactGroup(value['interfaces'])) return value
  const kept = Object.entries(value['interfaces']).filter(([card]) => !isFleeting(card))
  return { ...value, interfaces: Object.fromEntries(kept) }
}

function matcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => false
  const parts = patterns.map((pattern) =>
    pattern
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('.*'),
  )
  const all = new RegExp(`^(?:${parts.join('|')})$`, 'i')
  return (name) => all.test(name)
}
