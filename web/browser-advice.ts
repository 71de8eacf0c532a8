/**
 * What helps against an error here, where the server's advice names commands of a terminal: the page has a button, a tab
 * or a part of the settings for each of them.
 */
const here: Partial<Record<string, string>> = {
  QUERY_INVALID: 'Correct the query at the place that is marked; while it is written, fields are offered.',
  OUTCOME_UNKNOWN: 'Look at the other system whether it was done, and say so under Unclear outcomes.',
  APPROVAL_EXPIRED: 'Prepare it again, look at it again, and approve that.',
  CHANGED_SINCE: 'Look at what it is now, and decide anew. A job whose rows changed is prepared again first.',
  AUDIT_BROKEN:
    'Keep the database as it is. Verify, in the settings under Audit, finds the first bad line; compare that with a backup.',
  BACKUP_INVALID: 'Use another backup; the settings list those that were checked under System.',
  NOT_FOUND: 'Look it up in its list: it was removed, is called otherwise, or is not yours to see.',
}

/** Commands that a page does better: `rollcall job show 5`, or as the registry writes them, `job resolve`. */
const command = /(rollcall|`)\s*(job|audit verify|db backups|query fields)\b/

/**
 * Advice of the server as a person at a page follows it; undefined where it is only a command that has no other words.
 * What has to be done on the machine itself, such as restoring a backup, stays as it is.
 */
export function adviceHere(code: string, advice: string): string | undefined {
  return command.test(advice) ? here[code] : advice
}
