import { askModel } from '#features/words/ask-model.ts'
import { isProposable, modelCatalogue } from '#features/words/catalogue.ts'
import { checkQuery } from '#features/words/check-query.ts'
import { proposalOf, queryProposal, sourcesProposal, type Drafted } from '#features/words/draft-proposal.ts'
import { readRequest } from '#features/words/grammar.ts'
import { loadLexicon, type Asking, type Lexicon } from '#features/words/lexicon.ts'
import { treeOf, type ModelAnswer } from '#features/words/model-answer.ts'
import { wholes } from '#features/words/synonyms.ts'
import type { Understanding } from '#features/words/word-shapes.ts'
import type { AnyJobAction } from '#features/jobs/action.ts'
import { sentenceOf } from '#features/jobs/sentence.ts'
import { formatQuery } from '#query/format-query.ts'

/**
 * What some words would make: by their form where they have one of the forms we know, else by the configured model. Reads
 * only; what is unclear comes back as questions.
 */
export async function propose(
  call: Asking,
  actions: ReadonlyMap<string, AnyJobAction>,
  text: string,
  signal: AbortSignal,
): Promise<Understanding> {
  const offered = new Map([...actions].filter(([, action]) => isProposable(action)))
  const lexicon = await loadLexicon(call, offered)
  const { reading } = readRequest(text, lexicon)
  const byForm = 'action' in reading ? await proposalOf(call, lexicon, reading) : reading
  if ('proposal' in byForm || !call.config.model) return understood(lexicon, byForm, 'grammar')
  const asked = await askModel(call, { text, catalogue: modelCatalogue(lexicon) }, signal)
  if ('failure' in asked) {
    const said = { text: `The language model ${asked.failure}; the forms work without it.`, choices: [] }
    return understood(lexicon, { questions: [...byForm.questions, said] }, 'grammar')
  }
  const byModel = await proposalOfModel(call, lexicon, text, asked.answer)
  const questions = 'proposal' in byModel ? [] : [...byModel.questions, ...byForm.questions]
  return understood(lexicon, 'proposal' in byModel ? byModel : { questions }, 'model')
}

function understood({ actions }: Lexicon, drafted: Drafted, by: 'grammar' | 'model'): Understanding {
  if (!('proposal' in drafted))
    return {
      sentence: '',
      understood: false,
      by: null,
      proposal: null,
      questions: drafted.questions,
      query: null,
    }
  const { proposal, query } = drafted
  const action = actions.get(proposal.action)!
  const sentence = sentenceOf(action, proposal.parameters, proposal.rowsFrom)
  return { sentence, understood: true, by, proposal, questions: [], query }
}

const asking = (text: string): Drafted => ({ questions: [{ text, choices: [] }] })

/** A model's answer on the same way as typed words: its conditions become query text, which is read again. */
async function proposalOfModel(
  call: Asking,
  lexicon: Lexicon,
  text: string,
  { action: name, parameters, conditions, everything, sources, question }: ModelAnswer,
): Promise<Drafted> {
  if (name === null) return asking(question ?? 'The language model does not know what is meant')
  const action = lexicon.actions.get(name)
  if (!action) return asking(`The language model proposes an action that there is not`)
  if (action.subject === 'source') return sourcesOfModel(call, lexicon, text, action, sources)
  // Its own selection is the one that is checked: nothing else may choose rows.
  const { q: _, ...rest } = parameters
  if (conditions === null) {
    if (everything && saysAll(text)) return queryProposal(call, action, rest, '')
    return asking(`Which ${action.subject === 'host' ? 'hosts' : 'devices'} are meant?`)
  }
  const tree = treeOf(conditions)
  if (!tree) return asking('The language model gave conditions that cannot be read')
  const subject = action.subject === 'host' ? 'host' : 'device'
  const selected = checkQuery(call, lexicon, { subject, rewrite: (q) => q }, formatQuery(tree))
  if ('questions' in selected)
    return { questions: selected.questions.map(({ text: why }) => ({ text: why, choices: [] })) }
  return queryProposal(call, action, rest, selected.q)
}

function sourcesOfModel(
  call: Asking,
  lexicon: Lexicon,
  text: string,
  action: AnyJobAction,
  names: string[],
): Promise<Drafted> | Drafted {
  const strange = names.find((name) => !lexicon.sources.includes(name))
  if (strange !== undefined) return asking('The language model proposes a source that there is not')
  if (names.length === 0 && !saysAll(text)) return asking('Which sources are meant?')
  return sourcesProposal(call, action, names)
}

/** Whether the person said that everything is meant; a model may not decide that. */
const saysAll = (text: string): boolean =>
  text
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .some((word) => wholes.has(word))
