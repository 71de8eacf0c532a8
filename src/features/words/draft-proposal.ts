import { readSelection } from '#features/words/selection.ts'
import type { Asking, Lexicon } from '#features/words/lexicon.ts'
import type { Draft } from '#features/words/reading.ts'
import type { Proposal, Question } from '#features/words/word-shapes.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { AppError } from '#kernel/errors.ts'
import type { JsonObject } from '#kernel/json.ts'

/** A proposal and its query, or what to ask first. */
export type Drafted = { proposal: Proposal; query: string | null } | { questions: Question[] }

/** Makes a proposal of what was read: the selection is resolved, the parameters are checked by the action itself. */
export async function proposalOf(call: Asking, lexicon: Lexicon, draft: Draft): Promise<Drafted> {
  const action = lexicon.actions.get(draft.action)!
  if (draft.sources) return sourcesProposal(call, action, draft.sources)
  if (!draft.selection) return { questions: [{ text: 'Which devices?', choices: [] }] }
  const selected = await readSelection(call, lexicon, draft.selection)
  if ('questions' in selected) return selected
  return queryProposal(call, action, draft.parameters, selected.q)
}

/** The same with a query that is already read. */
export function queryProposal(
  call: Asking,
  action: AnyJobAction,
  parameters: JsonObject,
  q: string,
): Promise<Drafted> {
  if (action.subject === 'none')
    return checked(
      call,
      action,
      { action: action.name, parameters: q === '' ? parameters : { ...parameters, q }, rowsFrom: null },
      q,
    )
  return checked(call, action, { action: action.name, parameters, rowsFrom: { kind: 'query', q } }, q)
}

/** Sources are rows of their own, or a parameter, as the action takes them. */
export function sourcesProposal(call: Asking, action: AnyJobAction, names: string[]): Promise<Drafted> {
  const parameters = action.parameters.safeParse({}).success ? {} : { sources: names }
  const rowsFrom = { kind: 'sources' as const, names }
  return checked(call, action, { action: action.name, parameters, rowsFrom }, null)
}

async function checked(
  call: Asking,
  action: AnyJobAction,
  proposal: Proposal,
  query: string | null,
): Promise<Drafted> {
  const read = action.parameters.safeParse(proposal.parameters)
  if (!read.success) {
    const questions = read.error.issues.slice(0, 5).map((issue) => ({
      text: `${issue.path.join('.') || 'The request'}: ${issue.message}`,
      choices: [],
    }))
    return { questions }
  }
  try {
    await action.check?.(call, read.data as JsonObject)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const expected = error.complaints.map(({ path, expected: what }) => `${path}: ${what}`).join('; ')
    const text = [error.message, expected, error.hint ?? ''].filter((part) => part !== '').join('. ')
    return { questions: [{ text, choices: [] }] }
  }
  return { proposal, query }
}
