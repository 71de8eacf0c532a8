import type { Correlation, Pair } from '#features/identity/correlate.ts'
import type { IdentityRecord } from '#features/identity/identity-record.ts'
import { identityRules } from '#features/identity/identity-rules.ts'
import type { LinkEvidence } from '#features/identity/link-evidence.ts'
import { ownDevice } from '#features/identity/link-evidence.ts'
import { RecordId } from '#model/ids.ts'

/** More pairs than these say nothing new. */
const pairsTold = 4

/** Why a record belongs to its machine, as far as the pairs tell that speak for it. */
export function evidenceOf(
  record: IdentityRecord,
  { reasons }: Pick<Correlation, 'reasons'>,
  run: number | null,
): LinkEvidence {
  const pairs = reasons(record).slice(0, pairsTold)
  const [best] = pairs
  return best === undefined ? ownDevice(run) : evidenceOfPairs(record, best, pairs, run)
}

/** The same of one pair, for a person who has to decide about it. */
export const evidenceOfPair = (pair: Pair, run: number | null): LinkEvidence =>
  evidenceOfPairs(pair.left, pair, [pair], run)

function evidenceOfPairs(
  record: IdentityRecord,
  best: Pair,
  pairs: readonly Pair[],
  run: number | null,
): LinkEvidence {
  const agreed = new Map<string, LinkEvidence['agreed'][number]>()
  for (const { left, right, comparison } of pairs) {
    const other = left.id === record.id ? right : left
    const witness = {
      record: RecordId.parse(other.id),
      source: nameOfSource(other),
      sourceId: other.sourceId,
    }
    for (const { rule, keys, isFormer } of comparison.agreed) {
      const told = `${rule} ${keys.join(' ')} ${isFormer}`
      const known = agreed.get(told)
      if (known) known.with.push(witness)
      else agreed.set(told, { rule, keys: [...keys], with: [witness], isFormer })
    }
  }
  return {
    rule: best.isDecided ? 'decision' : strongestOf(best),
    score: best.isDecided ? 1 : Math.round((1 - best.comparison.doubt) * 10_000) / 10_000,
    run,
    agreed: [...agreed.values()],
    differing: [...best.comparison.differing],
  }
}

const nameOfSource = ({ source }: IdentityRecord): string => source.slice(source.indexOf('/') + 1)

/** The rule that decided: the strongest in which both agree. */
function strongestOf({ comparison }: Pair): string {
  const [first, ...rest] = comparison.agreed
  if (first === undefined) return 'name'
  return rest.reduce(
    (best, { rule }) => (identityRules[rule].doubt < identityRules[best].doubt ? rule : best),
    first.rule,
  )
}
