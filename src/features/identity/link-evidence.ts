import { z } from 'zod'
import { identityRules } from '#features/identity/identity-rules.ts'
import type { RuleName } from '#features/identity/identity-rules.ts'
import { kindOfKey, valueOfKey } from '#features/identity/record-traits.ts'
import { RecordId } from '#model/ids.ts'

/** A record that speaks for or against a link. */
const Witness = z.object({ record: RecordId, source: z.string(), sourceId: z.string() })

const Agreed = z.object({
  /** A rule of identity-rules.ts. */
  rule: z.string(),
  /** Keys that both have: `uuid:…`, `mac:…`. */
  keys: z.array(z.string()),
  with: z.array(Witness),
  /** One of them has it no longer. */
  isFormer: z.boolean(),
})

/** Why a record is linked to its device, as `device_links` keeps it. */
export const LinkEvidence = z.object({
  /** The rule that decided: one of identity-rules.ts, `own-device`, or `decision` for a person's word. */
  rule: z.string(),
  /** 0 to 1. */
  score: z.number(),
  /** The run that brought it, where one did. */
  run: z.number().int().nullable(),
  agreed: z.array(Agreed),
  /** Rules by which the record and the one it fits best differ. */
  differing: z.array(z.string()),
})
export type LinkEvidence = z.infer<typeof LinkEvidence>

/** What a record of its own has for evidence. */
export const ownDevice = (run: number | null): LinkEvidence => ({
  rule: 'own-device',
  score: 1,
  run,
  agreed: [],
  differing: [],
})

/** How the records that speak for a link are named. */
export interface Wording {
  /** What their sources call the records of the device now; one that is not among them belongs to another device. */
  names?: ReadonlyMap<number, string> | undefined
  /** How sources spell what identity compares in a form of its own, by key. */
  spelled?: ReadonlyMap<string, string> | undefined
  /** Only two records are looked at, side by side: nobody needs to be told which. */
  isPair?: boolean | undefined
}

/** Reads stored evidence in words; lists of words, as people's links have them, are told as they are. */
export function evidenceInWords(stored: string, wording?: Wording): string[] {
  const value: unknown = JSON.parse(stored)
  if (Array.isArray(value)) return value.map(String)
  const evidence = LinkEvidence.safeParse(value)
  return evidence.success ? explainLink(evidence.data, wording) : []
}

/** The evidence in sentences: `Same BIOS UUID as web-01 of lab: 4c4c…`, `The address differs`. */
export function explainLink({ rule, agreed, differing }: LinkEvidence, wording: Wording = {}): string[] {
  if (rule === 'own-device') return ['The device began with it: nothing known before was the same machine']
  return [
    ...(rule === 'decision' ? ['A person said that they are one machine'] : []),
    ...agreed.map((each) => agreementInWords(each, wording)),
    ...differing.flatMap((name) => {
      const noun = ruleOf(name)?.noun
      return noun === undefined ? [] : [`${capital(noun)} differs`]
    }),
  ]
}

function agreementInWords(
  { rule, keys, with: witnesses, isFormer }: z.infer<typeof Agreed>,
  { names, spelled, isPair = false }: Wording,
): string {
  const [title, ...more] = (ruleOf(rule)?.title ?? rule).split(',')
  const here = names === undefined ? witnesses : witnesses.filter(({ record }) => names.has(record))
  const named = here.map(({ record, source, sourceId }) => `${names?.get(record) ?? sourceId} of ${source}`)
  const who = named.length > 0 ? named.join(', ') : 'a record that is of another device by now'
  const said = keys.map((key) => spelled?.get(key) ?? keyInWords(key)).join(', ')
  const whole = [`${title}${isPair ? '' : ` as ${who}`}`, ...more].join(',')
  return `${whole}: ${said}${isFormer ? ' (before it changed)' : ''}`
}

const keyInWords = (key: string): string => (kindOfKey(key) === '' ? key : valueOfKey(key))

const ruleOf = (name: string) => (name in identityRules ? identityRules[name as RuleName] : undefined)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
