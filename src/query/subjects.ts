import { deviceSubject } from '#query/device-fields.ts'
import type { Field, Relation, Subject, SubjectName } from '#query/field.ts'
import { hostSubject, interfaceSubject } from '#query/host-fields.ts'
import { serverSubject } from '#query/server-fields.ts'

/** Everything that queries and their relations can speak of. */
export const subjects: Readonly<Record<SubjectName, Subject>> = {
  device: deviceSubject,
  host: hostSubject,
  interface: interfaceSubject,
  server: serverSubject,
}

const named = (name: string) => (each: { name: string; aliases?: readonly string[] | undefined }) =>
  each.name === name.toLowerCase() || (each.aliases?.includes(name.toLowerCase()) ?? false)

export const findField = (subject: Subject, name: string): Field | undefined =>
  subject.fields.find(named(name))
export const findRelation = (subject: Subject, name: string): Relation | undefined =>
  subject.relations.find(named(name))
export const findFamily = (subject: Subject, name: string) => subject.families.find(named(name))
