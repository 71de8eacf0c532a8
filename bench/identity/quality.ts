import { atLeast, atMost } from '../figures.ts'
import { baselines } from './baselines.ts'
import { cases, type CaseName } from './cases.ts'
import { makeEstate } from './estate.ts'
import { ourCorrelator } from './our-correlator.ts'
import { score, scoreByCase, type CaseScore, type Score } from './score.ts'

/** How well records of one machine are found to be so, on estates of these seeds: ours, and others' ways. */
export function benchQuality(seeds: readonly number[], machines: number): void {
  const correlators = { ours: ourCorrelator, ...baselines }
  const scores = new Map(Object.keys(correlators).map((name): [string, Score[]] => [name, []]))
  const byCase = new Map<CaseName | 'none', CaseScore>()
  for (const seed of seeds) {
    const estate = makeEstate({ seed, machines })
    for (const [name, correlator] of Object.entries(correlators)) {
      const outcome = correlator(estate.records)
      scores.get(name)!.push(score(estate, outcome))
      if (name === 'ours') addCases(byCase, scoreByCase(estate, outcome).cases)
    }
    const { precision, recall, review, falseMerges } = scores.get('ours')!.at(-1)!
    console.log(
      `  seed ${seed}: ${estate.machines} machines, ${estate.records.length} records; precision ${precision.toFixed(5)}, recall ${recall.toFixed(4)}, review ${percent(review)}, false merges ${falseMerges} of ${estate.mustNotMerge.length} pairs`,
    )
  }
  console.log('\n                         precision   recall   review (right)   false merges')
  for (const [name, list] of scores) console.log(line(name, list))
  printCases(byCase)
  const ours = scores.get('ours')!
  const worst = (field: keyof Score): number => Math.min(...ours.map((each) => each[field]))
  atLeast('precision on the worst seed', worst('precision') * 100, 99.9, '%')
  atLeast('recall on the worst seed', worst('recall') * 100, 98, '%')
  atMost('records to review on the worst seed', Math.max(...ours.map((each) => each.review)) * 100, 2, '%')
  atMost('pairs merged that must not be, all seeds', sum(ours.map((each) => each.falseMerges)), 0)
  for (const name of Object.keys(baselines)) {
    const theirs = scores.get(name)!
    atLeast(
      `precision above that of ${name}`,
      (mean(ours, 'precision') - mean(theirs, 'precision')) * 100,
      0,
      'points',
    )
    atLeast(
      `recall above that of ${name}`,
      (mean(ours, 'recall') - mean(theirs, 'recall')) * 100,
      0,
      'points',
    )
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

const mean = (scores: readonly Score[], field: keyof Score): number =>
  sum(scores.map((each) => each[field])) / scores.length

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`

function line(name: string, scores: readonly Score[]): string {
  const of = (field: keyof Score): number => mean(scores, field)
  const review = of('review') === 0 ? '-' : `${percent(of('review'))} (${percent(of('reviewHits'))})`
  return `  ${name.padEnd(22)} ${of('precision').toFixed(5).padStart(9)} ${of('recall').toFixed(4).padStart(8)} ${review.padStart(18)} ${of('falseMerges').toFixed(1).padStart(10)}`
}

function addCases(
  total: Map<CaseName | 'none', CaseScore>,
  more: ReadonlyMap<CaseName | 'none', CaseScore>,
): void {
  for (const [name, each] of more) {
    const known = total.get(name) ?? { pairs: 0, missed: 0, wrong: 0, falseMerges: 0 }
    total.set(name, {
      pairs: known.pairs + each.pairs,
      missed: known.missed + each.missed,
      wrong: known.wrong + each.wrong,
      falseMerges: known.falseMerges + each.falseMerges,
    })
  }
}

function printCases(byCase: ReadonlyMap<CaseName | 'none', CaseScore>): void {
  console.log('\n  ours by case: pairs of one machine, missed; pairs of two put together, of them forbidden')
  for (const name of [...(Object.keys(cases) as CaseName[]), 'none' as const]) {
    const each = byCase.get(name)
    if (each === undefined) continue
    const share = each.pairs === 0 ? '-' : percent(each.missed / each.pairs)
    const title = name === 'none' ? 'no hard case' : cases[name].title
    console.log(
      `  ${name.padEnd(15)} ${String(each.pairs).padStart(8)} ${String(each.missed).padStart(6)} ${share.padStart(8)} ${String(each.wrong).padStart(6)} ${String(each.falseMerges).padStart(5)}  ${title}`,
    )
  }
  console.log('')
}
