import { useRef, useState, type DragEvent } from 'react'
import { FileUp } from 'lucide-react'
import { Button } from '../ui/button.tsx'

interface DropZoneProps {
  share: number | undefined
  onFile(file: File): void
  onStop(): void
  children: string | undefined
}

/** Where a file is dropped or chosen, and how much of it is sent. */
export function DropZone({ share, onFile, onStop, children }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file) onFile(file)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- dropping is one more way beside the button
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`flex min-h-24 flex-wrap items-center justify-center gap-3 rounded-lg border border-dashed px-4 py-4 ${
        over ? 'border-accent bg-accent-soft' : 'border-line-strong'
      }`}
    >
      <FileUp size={20} strokeWidth={1.5} className="text-muted" aria-hidden />
      {share === undefined ? (
        <>
          <span className={children === undefined ? 'text-muted' : 'font-medium'}>
            {children ?? 'Drop a CSV, Excel or JSON Lines file here, or'}
          </span>
          <Button onClick={() => input.current?.click()}>
            {children === undefined ? 'Choose a file' : 'Choose another'}
          </Button>
        </>
      ) : (
        <>
          <progress
            className="h-1.5 w-48 accent-accent"
            aria-label="Sending the file"
            max={1}
            value={share}
          />
          <span className="w-10 text-muted">{Math.floor(share * 100)}%</span>
          <Button look="quiet" onClick={onStop}>
            Stop
          </Button>
        </>
      )}
      <input
        ref={input}
        type="file"
        aria-label="File of rows"
        accept=".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          if (file) onFile(file)
          // The same file can be chosen again after it was mended.
          event.target.value = ''
        }}
      />
    </div>
  )
}
