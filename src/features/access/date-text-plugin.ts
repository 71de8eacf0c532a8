import { OperationNodeTransformer } from 'kysely'
import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  PrimitiveValueListNode,
  QueryResult,
  RootOperationNode,
  UnknownRow,
  ValueNode,
} from 'kysely'

const asText = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value)
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

class DatesToText extends OperationNodeTransformer {
  protected override transformPrimitiveValueList(node: PrimitiveValueListNode): PrimitiveValueListNode {
    return { ...node, values: node.values.map(asText) }
  }

  protected override transformValue(node: ValueNode): ValueNode {
    return { ...node, value: asText(node.value) }
  }
}

/**
 * Lets a library that speaks in Date objects use our text columns: a Date goes in as fixed-width text, and a text
 * of that shape in a column named `..._at`, `..._until` comes out as a Date.
 */
export const dateTextPlugin: KyselyPlugin = {
  transformQuery: ({ node }: PluginTransformQueryArgs): RootOperationNode =>
    new DatesToText().transformNode(node),
  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return { ...result, rows: result.rows.map(withDates) }
  },
}

function withDates(row: UnknownRow): UnknownRow {
  const entries = Object.entries(row).map(([column, value]) => [
    column,
    /_(at|until)$/.test(column) && typeof value === 'string' && timestamp.test(value)
      ? new Date(value)
      : value,
  ])
  return Object.fromEntries(entries) as UnknownRow
}
