import { errorRegistry, hintOf } from '#kernel/error-registry.ts'
import { AppError, type Complaint, type ErrorCode, errorCatalogue, type Fault } from '#kernel/errors.ts'

/** An RFC 9457 problem document. */
export interface Problem {
  type: string
  title: string
  status: number
  code: ErrorCode
  detail: string
  /** What helps; by its code where the error itself says nothing. */
  hint: string
  errors?: readonly Complaint[]
  instance?: string
}

/** The HTTP status of each kind of fault. */
export const statusOfFault: Record<Fault, number> = {
  input: 422,
  missing: 404,
  conflict: 409,
  changed: 412,
  unauthenticated: 401,
  forbidden: 403,
  throttled: 429,
  source: 502,
  busy: 503,
  internal: 500,
}

/** The document of an error; `status` replaces the fault's own where HTTP has a finer word. */
export function problemOf(error: AppError, options: { instance?: string; status?: number } = {}): Problem {
  return {
    type: `urn:rollcall:error:${error.code}`,
    title: errorRegistry[error.code].title,
    status: options.status ?? statusOfFault[error.fault],
    code: error.code,
    detail: error.message,
    hint: hintOf(error),
    ...(error.complaints.length === 0 ? {} : { errors: error.complaints }),
    ...(options.instance === undefined ? {} : { instance: options.instance }),
  }
}

/** The error a problem document tells of; undefined when the value is no problem document of ours. */
export function errorOfProblem(value: unknown): AppError | undefined {
  if (value === null || typeof value !== 'object') return undefined
  const { code, detail, hint, errors } = value as Partial<Problem>
  if (typeof code !== 'string' || typeof detail !== 'string' || !Object.hasOwn(errorCatalogue, code))
    return undefined
  return new AppError(code, detail, {
    ...(hint === undefined ? {} : { hint }),
    ...(Array.isArray(errors) ? { complaints: errors as Complaint[] } : {}),
  })
}
