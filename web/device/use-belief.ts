import { useQueryClient } from '@tanstack/react-query'
import type { DeviceDetail } from '#features/inventory/device-shapes.ts'
import { api } from '../api.ts'
import { factLabel } from '../changes/diff-lines.ts'
import { sayDone, sayFailed } from '../ui/toaster.tsx'
import { refreshDevice } from './device-query.ts'
import type { Belief } from './facts-panel.tsx'

/** Says of a device's fields whom to believe. */
export function useBelief({ id }: Pick<DeviceDetail, 'id'>): Belief {
  const client = useQueryClient()
  const say = async (work: () => Promise<unknown>, sentence: string): Promise<void> => {
    try {
      await work()
      sayDone(sentence)
    } catch (error) {
      sayFailed(error)
    }
    await refreshDevice()
    for (const name of ['conflicts', 'field-rules']) await client.invalidateQueries({ queryKey: [name] })
  }
  const rule = (body: object) => () => api.post('/field-rules', { device: String(id), ...body })
  return {
    lock: (field, value) => void say(rule({ field, kind: 'lock', value }), `${factLabel(field)} is locked`),
    believe: (field, source) =>
      void say(rule({ field, kind: 'prefer', sources: [source] }), `${source} is believed`),
    forget: (ruleId) =>
      void say(() => api.delete(`/field-rules/${ruleId}`), 'The sources are believed again'),
  }
}
