import { z } from 'zod'
import { exportNameOf, writeExport } from '#features/actions/export-file.ts'
import { exportFormats, exportText } from '#features/actions/export-text.ts'
import { Columns } from '#features/actions/target.ts'
import { countDevices, deviceFilter } from '#features/inventory/device-list-queries.ts'
import { jobAction } from '#features/jobs/action.ts'

/** Writes a file of devices that can be fetched. */
export const exportAction = jobAction({
  name: 'export',
  title: 'Export devices',
  summary: 'Write the devices of a query to a file: CSV, JSON Lines, an Ansible inventory or a hosts file.',
  // It writes the same file again, whole or not at all.
  effect: 'read',
  subject: 'none',
  needs: 'inventory.read',
  parameters: z.strictObject({
    format: z.enum(exportFormats).describe('What the file is for.'),
    q: z
      .string()
      .max(8_000)
      .exactOptional()
      .meta({ title: 'Query', description: 'Which devices; all of them without it.' }),
  }),
  input: Columns,
  check: async (call, { q }) => void (await deviceFilter(call, q)),
  async preview(call, { q }, items, signal) {
    const devices = await countDevices(call, await deviceFilter(call, q), signal)
    return items.map(() => ({ after: { devices: devices ?? null } }))
  },
  async run(call, { format, q }, _, signal) {
    let rows = 0
    const counted = () => {
      rows += 1
      if (rows % 1000 === 0) call.progress({ done: rows, total: null, message: `${rows} devices written` })
    }
    const name = exportNameOf(call.jobId, format)
    const written = await writeExport(call, name, exportText(call, { format, q }, counted, signal), signal)
    return { result: { name, rows, ...written } }
  },
})
