import type { ErrorCode } from '#kernel/errors.ts'

const remedies: Partial<Record<ErrorCode, string>> = {
  SOURCE_UNREACHABLE:
    'Check that the system runs, its address and port, and that no firewall stands between.',
  SOURCE_TIMEOUT:
    'The system answers too slowly or not at all. Give it more time in the settings, or look at it.',
  SOURCE_REJECTED_LOGIN:
    'Check the user and password or the token in the settings of the source; it may have expired.',
  SOURCE_FORBIDDEN:
    'The login works but lacks rights. The page of this source in the documentation lists those it needs.',
  SOURCE_NOT_TRUSTED:
    'The server’s certificate is signed by nobody this machine knows. Give its authority or its fingerprint in the settings, under TLS.',
  SOURCE_ANSWER_INVALID:
    'What came back is not what was expected. Check that the address leads to the right system and that its release is a known one.',
  SOURCE_FILE_UNREADABLE: 'Check that the file is there and that the user Rollcall runs as may read it.',
  SOURCE_TOOL_MISSING:
    'Install the program on the machine that runs Rollcall, or choose a method that needs none.',
  DATABASE_FULL: 'Make room on the disk of the database, then read the source again.',
  DATABASE_UNREACHABLE: 'The database was lost meanwhile. Once it is back, read the source again.',
  SECRET_UNREADABLE:
    'The key file is not the one that the secrets were sealed with. Bring the right one back, or enter the secrets again.',
  INTERNAL: 'The log of the server has the details.',
}

/** What to do about a run that failed; undefined where only the reason itself can tell. */
export const remedyFor = (code: string | null): string | undefined =>
  code === null ? undefined : remedies[code as ErrorCode]
