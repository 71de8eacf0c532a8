import { useState } from 'react'
import type { Templates } from '#features/notices/notice-templates.ts'
import type { NoticeKind } from '#features/notices/notice.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-state.tsx'
import { SelectField, TextAreaField, TextField } from '../ui/field.tsx'
import { useAction } from '../use-action.ts'

interface ChannelWordsProps {
  templates: Templates
  onTemplates(templates: Templates): void
}

type Part = 'title' | 'text'

const kinds: Record<NoticeKind | 'all', string> = {
  all: 'Every kind that has none of its own',
  firing: 'An alert begins',
  resolved: 'It is over',
  reminder: 'It is still so',
  escalated: 'It got worse',
  report: 'A report',
  test: 'A test',
}
const isKind = (value: string): value is keyof typeof kinds => Object.hasOwn(kinds, value)

/** Words of one's own for each kind of notice, and how one reads with them. */
export function ChannelWords({ templates, onTemplates }: ChannelWordsProps) {
  const [kind, setKind] = useState<keyof typeof kinds>('all')
  const [preview, setPreview] = useState<{ title: string; text: string }>()
  const look = useAction(async () => {
    const shown = kind === 'all' ? 'firing' : kind
    setPreview(await api.post('/channels/preview', { templates, kind: shown }))
  })
  const word = templates[kind]
  const enter = (part: Part, value: string) => {
    const { [part]: _, ...rest } = word ?? {}
    const next = value === '' ? rest : { ...rest, [part]: value }
    const { [kind]: __, ...others } = templates
    onTemplates(Object.keys(next).length === 0 ? others : { ...others, [kind]: next })
    setPreview(undefined)
  }
  return (
    <details>
      <summary className="text-sm font-medium text-muted">Words of your own</summary>
      <div className="mt-2 flex flex-col gap-3">
        <SelectField
          label="When"
          options={Object.entries(kinds).map(([value, label]) => ({
            value,
            label: isKind(value) && templates[value] ? `${label} (yours)` : label,
          }))}
          value={kind}
          onChange={({ target }) => {
            if (isKind(target.value)) setKind(target.value)
            setPreview(undefined)
          }}
        />
        <TextField
          label="Title"
          placeholder="{title}"
          value={word?.title ?? ''}
          onChange={(event) => enter('title', event.target.value)}
        />
        <TextAreaField
          label="Text"
          placeholder="{text}"
          hint="{title}, {text}, {kind}, {severity}, {link}, {labels.server}"
          value={word?.text ?? ''}
          onChange={(event) => enter('text', event.target.value)}
        />
        <div>
          <Button busy={look.busy} onClick={() => void look.run()}>
            Preview
          </Button>
        </div>
        {preview ? (
          <output className="rounded-md bg-sunken px-3 py-2 whitespace-pre-wrap">
            <b className="block">{preview.title}</b>
            {preview.text}
          </output>
        ) : null}
        <ErrorLine error={look.error} />
      </div>
    </details>
  )
}
