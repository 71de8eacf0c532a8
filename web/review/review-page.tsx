import { useRef } from 'react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMay } from '../session.ts'
import { Page } from '../ui/page.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { ConflictsView } from './conflicts-view.tsx'
import { PairsView } from './pairs-view.tsx'
import { RulesView } from './rules-view.tsx'
import { kindNames } from './review-words.ts'

const kinds = Object.entries(kindNames)

/** Where people decide what rules cannot: which records are one machine, and which source is right. */
export function ReviewPage() {
  const search = useSearch({ from: '/shell/review' })
  const navigate = useNavigate({ from: '/review' })
  const mayDecide = useMay('inventory.change')
  const field = useRef<HTMLInputElement>(null)
  const tab = search.tab === 'conflicts' || search.tab === 'rules' ? search.tab : 'pairs'
  const go = (next: { q?: string; kind?: string; tab?: string }) => {
    const wanted = Object.entries({ ...search, ...next }).filter(([, value]) => value)
    void navigate({ search: Object.fromEntries(wanted), replace: true })
  }
  return (
    <Page title="Review" full={tab === 'pairs'}>
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2">
        <Tabs
          label="What is in doubt"
          value={tab}
          tabs={[
            ['pairs', 'Same machine?'],
            ['conflicts', 'Conflicts'],
            ['rules', 'Rules'],
          ]}
          onValue={(next) => go({ tab: next === 'pairs' ? '' : next })}
        />
        {tab === 'rules' ? null : (
          <input
            ref={field}
            type="search"
            aria-label="Search"
            placeholder="Name, address, serial (/)"
            defaultValue={search.q ?? ''}
            onChange={(event) => go({ q: event.target.value.trim() })}
            className="h-8 min-w-48 grow rounded-md border border-field bg-surface px-2.5"
          />
        )}
        {tab !== 'pairs' ? null : (
          <select
            aria-label="Kind of doubt"
            value={search.kind ?? ''}
            onChange={(event) => go({ kind: event.target.value })}
            className="h-8 rounded-md border border-field bg-surface px-2"
          >
            <option value="">Every kind</option>
            {kinds.map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        )}
      </div>
      {tab === 'conflicts' ? (
        <ConflictsView q={search.q} mayDecide={mayDecide} />
      ) : tab === 'rules' ? (
        <RulesView mayDecide={mayDecide} />
      ) : (
        <PairsView
          q={search.q}
          kind={search.kind}
          mayDecide={mayDecide}
          onSearch={() => field.current?.focus()}
        />
      )}
    </Page>
  )
}
