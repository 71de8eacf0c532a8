import { useState } from 'react'
import { Check, Copy } from 'lucide-react'
import { IconButton } from './button.tsx'

/** Text that is meant to be copied, with a button that does it. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard?.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div className="flex items-start gap-1 rounded-md border bg-sunken py-1 pr-1 pl-2.5">
      <code className="min-w-0 grow self-center font-mono text-xs break-all select-all">{text}</code>
      {/* Without https the browser lets no page write to the clipboard; the text can be selected. */}
      {navigator.clipboard ? (
        <IconButton
          label={copied ? 'Copied' : `Copy ${label}`}
          icon={copied ? Check : Copy}
          className="size-7"
          onClick={() => void copy()}
        />
      ) : null}
    </div>
  )
}
