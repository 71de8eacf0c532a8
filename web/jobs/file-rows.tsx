import { useRef, useState } from 'react'
import { formatBytes } from '../format.ts'
import { ErrorLine } from '../ui/error-state.tsx'
import { DropZone } from './drop-zone.tsx'
import { FileLook } from './file-look.tsx'
import type { RowsDraft } from './rows-draft.ts'
import { uploadFile, type UploadedFile } from './upload-file.ts'

interface FileRowsProps {
  draft: RowsDraft
  onDraft(draft: Partial<RowsDraft>): void
}

/** A file of rows: dropped or chosen, sent, looked at, and how it is to be read. */
export function FileRows({ draft, onDraft }: FileRowsProps) {
  const [file, setFile] = useState<UploadedFile>()
  const [share, setShare] = useState<number>()
  const [error, setError] = useState<unknown>()
  const stop = useRef<AbortController>(undefined)
  const send = async (chosen: File) => {
    stop.current?.abort()
    const stopping = new AbortController()
    stop.current = stopping
    setError(undefined)
    setShare(0)
    onDraft({ upload: '', sheet: '', key: [], dates: '', delimiter: '', encoding: '' })
    try {
      const kept = await uploadFile(chosen, setShare, stopping.signal)
      setFile(kept)
      onDraft({ upload: kept.id, sheet: '', key: [], dates: '', delimiter: '', encoding: '' })
    } catch (thrown) {
      if (!stopping.signal.aborted) setError(thrown)
    } finally {
      if (stop.current === stopping) setShare(undefined)
    }
  }
  return (
    <div className="flex flex-col gap-3">
      <DropZone share={share} onFile={(chosen) => void send(chosen)} onStop={() => stop.current?.abort()}>
        {shownFile(draft.upload, file)}
      </DropZone>
      <ErrorLine error={error} />
      {draft.upload === '' ? null : <FileLook draft={draft} onDraft={onDraft} />}
    </div>
  )
}

/** What is said of the file that is there; undefined without one. */
function shownFile(upload: string, file: UploadedFile | undefined): string | undefined {
  if (upload === '') return undefined
  return file?.id === upload
    ? `${file.name}, ${formatBytes(file.bytes)}`
    : 'The file that was uploaded before'
}
