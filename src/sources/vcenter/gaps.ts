import type { InventoryList } from '#sources/vcenter/inventory-list.ts'
import { identityPaths } from '#sources/vcenter/answers.ts'
import type { RetrievedObject } from '#sources/vcenter/object-properties.ts'
import type { Retrieval } from '#sources/vcenter/retrieval.ts'

export const count = (number: number, what: string): string =>
  `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`

/** The first few; a run's page is no place for hundreds. */
export const some = (all: readonly string[]): string =>
  all.length > 10 ? `${all.slice(0, 10).join(', ')} and ${all.length - 10} more` : all.join(', ')

/** Roles that show names on the way to something, or nothing: view, anonymous, none. */
const blind = new Set([-3, -4, -5])

/** Why the list may not be all there is, one clause each. */
export function gapsOfList({ objects, strangers, rootRoles }: InventoryList, seesPart: boolean): string[] {
  const sees = rootRoles === undefined || rootRoles.some((role) => !blind.has(role))
  return [
    ...(sees || seesPart
      ? []
      : [
          'the login has no right at the top of the inventory, so whatever lies outside its own part is hidden',
        ]),
    ...(strangers > 0 ? [`its list has ${count(strangers, 'object')} of a kind that was not asked for`] : []),
    ...(objects.some(({ type }) => type === 'HostSystem') ? [] : ['it named no host']),
  ]
}

/** Properties that were not given, by the fault that came in their place and by their path, with how many lack them. */
export interface Missing {
  note(object: RetrievedObject): void
  gaps(): string[]
  warnings(): string[]
}

export function createMissing(): Missing {
  const counts = new Map<string, number>()
  const entries = () =>
    [...counts].map(([key, number]) => {
      const [fault, type, path] = key.split(' ') as [string, string, string]
      return { fault, type, path, number }
    })
  const isGap = ({ fault, path }: { fault: string; path: string }): boolean =>
    fault === 'NoPermission' || fault === 'NotAuthenticated' || identityPaths.has(path)
  return {
    note({ object, missing }) {
      for (const { fault, path } of missing) {
        const key = `${fault} ${object.type} ${path}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    },
    gaps() {
      const byFault = Map.groupBy(entries().filter(isGap), ({ fault, type }) => `${fault} ${type}`)
      return [...byFault.values()].map((hidden) => {
        const { fault, type } = hidden[0]!
        const paths = some(hidden.map(({ path }) => path).toSorted())
        const number = Math.max(...hidden.map((each) => each.number))
        return fault === 'NoPermission'
          ? `the login may not read ${paths} of ${number.toLocaleString('en')} ${type}`
          : `${paths} of ${number.toLocaleString('en')} ${type} could not be read (${fault})`
      })
    },
    warnings: () =>
      entries()
        .filter((each) => !isGap(each))
        .map(({ fault, type, path, number }) =>
          fault === 'InvalidProperty'
            ? `This release does not know ${path} of ${type}.`
            : `${path} of ${number.toLocaleString('en')} ${type} could not be read (${fault}).`,
        ),
  }
}

/** What became of objects that were listed and not read. */
export function gapsOfRetrieval({ forbidden, hung, silent, unknownPaths }: Retrieval): string[] {
  const lost = [...unknownPaths].filter((each) => identityPaths.has(each.split(' ')[1]!))
  return [
    ...(forbidden.size > 0 ? [`the login may not read ${some([...forbidden].toSorted())}`] : []),
    ...(hung.size > 0 ? [`these took too long by themselves: ${some([...hung].toSorted())}`] : []),
    ...(silent.size > 0
      ? [
          `${count(silent.size, 'listed object')} did not come in the answers: ${some([...silent].toSorted())}`,
        ]
      : []),
    ...(lost.length > 0 ? [`this release does not know ${some(lost.toSorted())}`] : []),
  ]
}

export const warningsOfRetrieval = ({ unknownPaths }: Retrieval): string[] =>
  [...unknownPaths].toSorted().map((each) => {
    const [type, path] = each.split(' ')
    return `This release does not know ${path} of ${type}.`
  })
