import type { AuditVerdict } from '#features/audit/verify-audit.ts'

/** What a verification found, for a person. */
export function verdictText(verdict: AuditVerdict): string {
  const { ok, events, checked, firstBad, checkpoints, ranges, provedUntil, tail, seconds } = verdict
  const read = `${checked} of ${events} lines read in ${seconds} s, ${checkpoints} checkpoints, ${ranges} removed ranges`
  if (!ok) return `The audit trail is NOT whole.\nLine ${firstBad!.id}: ${firstBad!.reason}.\n${read}.`
  const end =
    tail === 'proved'
      ? 'A checkpoint outside of the database vouches for all of it.'
      : provedUntil === 0
        ? 'No checkpoint outside of the database vouches for any of it.'
        : `Checkpoints outside of the database vouch for it up to line ${provedUntil}.`
  return `The audit trail is whole: ${read}.\n${end}`
}
