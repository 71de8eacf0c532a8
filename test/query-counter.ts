import type { KyselyPlugin } from 'kysely'

/** Counts the statements that go through a database: `db.withPlugin(counter.plugin)`. */
export function queryCounter(): { plugin: KyselyPlugin; kinds: string[] } {
  const kinds: string[] = []
  return {
    kinds,
    plugin: {
      transformQuery({ node }) {
        kinds.push(node.kind)
        return node
      },
      transformResult: async ({ result }) => result,
    },
  }
}
