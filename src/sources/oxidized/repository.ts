/** One version of one file. */
export interface FileVersion {
  path: string
  /** The blob that holds it. */
  blob: string
  commit: string
  /** Seconds since 1970, as the author's clock said. */
  seconds: number
  author: string
  message: string
}

/** A bare Git repository, read only. Oxidized's have one line of history. */
export interface Repository {
  /** The newest commit; undefined in one that has none. */
  head(signal: AbortSignal): Promise<string | undefined>
  /** Files of the newest commit by path, with their blobs. */
  files(signal: AbortSignal): Promise<ReadonlyMap<string, string>>
  /** Commits from the newest back, some at a time. */
  commits(signal: AbortSignal): AsyncGenerator<string[], void>
  /** What commits after one changed, or all of them, oldest first. Deletions are no versions. */
  versions(after: string | undefined, signal: AbortSignal): AsyncGenerator<FileVersion, void>
  /** The bytes of a blob. */
  blob(oid: string, signal: AbortSignal): Promise<Buffer>
  close(): Promise<void>
}
