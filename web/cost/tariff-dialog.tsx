import { useState } from 'react'
import { Plus, Trash2 } from 'lucide-react'
import type { Tariff } from '#features/cost/tariff.ts'
import { api } from '../api.ts'
import { HeatStrip } from '../charts/heat-strip.tsx'
import { queryClient } from '../query-client.ts'
import { useIsDark } from '../theme.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { useAction } from '../use-action.ts'
import { dayOptions, daysNamed, daysText, weekdays } from '../weekdays.ts'
import { weekPrices, type Band } from './week-prices.ts'

/** Makes a tariff or changes one, with the week as it will cost. */
export function TariffDialog({ tariff, onClose }: { tariff: Tariff | undefined; onClose(): void }) {
  const [draft, setDraft] = useState({
    name: tariff?.name ?? '',
    currency: tariff?.currency ?? 'EUR',
    centsPerKwh: String(tariff?.centsPerKwh ?? 30),
    zone: tariff?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    overhead: String(tariff?.overhead ?? 1),
    baseFeeCents: String(tariff?.baseFeeCents ?? 0),
  })
  const [bands, setBands] = useState<readonly Band[]>(tariff?.bands ?? [])
  const isDark = useIsDark()
  const save = useAction(async () => {
    const { name, currency, zone } = draft
    const numbers = {
      centsPerKwh: Number(draft.centsPerKwh),
      overhead: Number(draft.overhead),
      baseFeeCents: Number(draft.baseFeeCents),
    }
    const given = { name: name.trim(), currency, zone, ...numbers, bands }
    if (tariff) await api.patch(`/tariffs/${tariff.id}`, given, tariff.version)
    else await api.post('/tariffs', given)
    for (const key of ['tariffs', 'cost']) await queryClient.invalidateQueries({ queryKey: [key] })
    onClose()
  })
  const tied = (name: keyof typeof draft) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [name]: event.target.value }),
  })
  const change = (index: number, next: Partial<Band>) =>
    setBands(bands.map((band, at) => (at === index ? { ...band, ...next } : band)))
  const prices = weekPrices(bands, Number(draft.centsPerKwh) || 0)
  const most = Math.max(...prices.flat(), 1)
  return (
    <Dialog open wide onClose={onClose} title={tariff ? `Tariff ${tariff.name}` : 'New tariff'}>
      <div className="flex flex-col gap-3">
        <div className="grid gap-3 sm:grid-cols-3">
          <TextField label="Name" required {...tied('name')} />
          <TextField label="Currency" {...tied('currency')} />
          <TextField label="Cents per kWh" inputMode="decimal" {...tied('centsPerKwh')} />
          <TextField label="Time zone" {...tied('zone')} />
          <TextField label="Overhead (PUE)" inputMode="decimal" {...tied('overhead')} />
          <TextField label="Cents a month" inputMode="decimal" {...tied('baseFeeCents')} />
        </div>
        {bands.map((band, index) => (
          <div key={index} className="grid grid-cols-2 items-end gap-2 sm:grid-cols-[1.4fr_1fr_1fr_1fr_auto]">
            <SelectField
              label="Days"
              options={dayOptions(band.days)}
              value={daysText(band.days)}
              onChange={({ target }) => change(index, { days: daysNamed(target.value) ?? band.days })}
            />
            <TextField
              label="From hour"
              type="number"
              min={0}
              max={23}
              value={band.from}
              onChange={({ target }) => change(index, { from: Number(target.value) })}
            />
            <TextField
              label="To hour"
              type="number"
              min={1}
              max={24}
              value={band.to}
              onChange={({ target }) => change(index, { to: Number(target.value) })}
            />
            <TextField
              label="Cents"
              type="number"
              value={band.centsPerKwh}
              onChange={({ target }) => change(index, { centsPerKwh: Number(target.value) })}
            />
            <IconButton
              label={`Take band ${index + 1} away`}
              icon={Trash2}
              onClick={() => setBands(bands.filter((_, at) => at !== index))}
            />
          </div>
        ))}
        <div>
          <Button
            icon={Plus}
            onClick={() =>
              setBands([
                ...bands,
                { days: [...weekdays], from: 22, to: 6, centsPerKwh: Number(draft.centsPerKwh) || 0 },
              ])
            }
          >
            Hours that cost something else
          </Button>
        </div>
        <table className="w-full text-xs" aria-label="The week as it costs">
          <tbody>
            {prices.map((hours, index) => (
              <tr key={weekdays[index]}>
                <th scope="row" className="w-10 text-left font-normal text-muted">
                  {weekdays[index]}
                </th>
                <td className="h-4">
                  <div className="h-3.5">
                    <HeatStrip values={hours} most={most} isDark={isDark} />
                  </div>
                </td>
                <td className="w-24 pl-2 text-right text-muted">
                  {[...new Set(hours)].toSorted((one, other) => one - other).join(' / ')} c
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <ErrorLine error={save.error} />
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={save.busy}
            disabled={draft.name.trim() === ''}
            onClick={() => void save.run()}
          >
            Save tariff
          </Button>
        </DialogButtons>
      </div>
    </Dialog>
  )
}
