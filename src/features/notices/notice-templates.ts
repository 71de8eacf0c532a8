import { z } from 'zod'
import { noticeKinds, type Notice, type NoticeKind } from '#features/notices/notice.ts'
import { AppError } from '#kernel/errors.ts'
import { fillText, placeholdersOf } from '#kernel/placeholders.ts'
import { suggest } from '#kernel/suggest.ts'

const fields = ['title', 'text', 'kind', 'severity', 'link', 'alert'] as const
const words = `{${fields.join('}, {')}} or {labels.NAME}`

const Template = z.strictObject({
  title: z.string().min(1).max(500).exactOptional(),
  text: z.string().max(8_000).exactOptional(),
})

/** Words of one's own, by kind of notice; `all` for those that have none. */
export const Templates = z.partialRecord(z.enum([...noticeKinds, 'all']), Template)
export type Templates = z.output<typeof Templates>

const ours: Readonly<Record<NoticeKind, string>> = {
  firing: '{title}',
  resolved: 'Resolved: {title}',
  reminder: 'Still: {title}',
  escalated: 'Worse: {title}',
  test: '{title}',
  report: '{title}',
}

/** Refuses placeholders that stand for nothing; throws INPUT_INVALID. */
export function checkTemplates(templates: Templates): void {
  for (const [kind, template] of Object.entries(templates))
    for (const [part, text] of Object.entries(template)) {
      const unknown = placeholdersOf(text).find((name) => !isKnown(name))
      if (unknown === undefined) continue
      const meant = suggest(unknown, [...fields])
      throw new AppError('INPUT_INVALID', `Nothing is called {${unknown}}`, {
        complaints: [{ path: `templates.${kind}.${part}`, value: `{${unknown}}`, expected: words }],
        ...(meant === undefined ? {} : { hint: `Did you mean {${meant}}?` }),
      })
    }
}

const isKnown = (name: string): boolean => /^labels\../.test(name) || fields.some((field) => field === name)

type Words = Pick<Notice, 'kind' | 'severity' | 'title' | 'text' | 'labels' | 'alertId' | 'link'>

/** Title and text of a notice in the words of a channel. A label that it has not is empty. */
export function worded(templates: Templates, notice: Words): { title: string; text: string } {
  const own = templates[notice.kind] ?? {}
  const all = templates.all ?? {}
  const fill = (text: string): string => fillText(text, (name) => valueOf(name, notice))
  return {
    title: fill(own.title ?? all.title ?? ours[notice.kind]).trim() || notice.title,
    text: fill(own.text ?? all.text ?? '{text}').trim(),
  }
}

function valueOf(name: string, { kind, severity, title, text, labels, alertId, link }: Words): string {
  if (name.startsWith('labels.')) return labels[name.slice('labels.'.length)] ?? ''
  const values: Record<string, string> = {
    title,
    text,
    kind,
    severity,
    link: link ?? '',
    alert: alertId === undefined ? '' : String(alertId),
  }
  return values[name] ?? ''
}
