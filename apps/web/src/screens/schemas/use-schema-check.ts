/** What a schema that is being typed is: faulty, checked against earlier versions, tried on recorded records. */
import { schemaFault } from '@millrace/schemas/registry'
import type { SchemaVersion } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { client, trpc } from '../../api/client.ts'

/** So long after the last key the text is checked. */
const quietMs = 250

export function useSchemaCheck(subject: string, text: string, latest: SchemaVersion | undefined) {
  const input = useQuiet(JSON.stringify([subject, text]))
  const [name, schema] = useMemo(() => JSON.parse(input) as [string, string], [input])
  const isEmpty = schema.trim() === ''
  const fault = useMemo(() => (isEmpty ? null : schemaFault(schema)), [isEmpty, schema])
  const enabled = name !== '' && !isEmpty && fault === null
  const compatibility = useQuery({
    queryKey: [['schemas', 'compatibility'], { name, schema, latest: latest?.version }],
    queryFn: () => client.schemas.compatibility.mutate({ subject: name, schema }),
    enabled,
  })
  const rehearsal = useQuery({
    queryKey: [['schemas', 'rehearse'], { name, schema }],
    queryFn: () => client.schemas.rehearse.mutate({ subject: name, schema }),
    enabled,
  })
  const isSettled = name === subject && schema === text
  return {
    schema,
    isEmpty,
    fault,
    compatibility,
    rehearsal,
    /** The answers are for what stands there now, and allow it. */
    mayRegister:
      isSettled && enabled && !compatibility.isFetching && compatibility.data?.compatible === true,
  }
}

/** Known versions of a subject, newest first; none while it is unknown. */
export function useVersions(subject: string): readonly SchemaVersion[] {
  const subjects = useQuery(trpc.schemas.subjects.queryOptions())
  const isKnown = subjects.data?.some((each) => each.subject === subject) ?? false
  const versions = useQuery(trpc.schemas.versions.queryOptions({ subject }, { enabled: isKnown }))
  return isKnown ? (versions.data?.toSorted((a, b) => b.version - a.version) ?? []) : []
}

/** The value once it has not changed for a moment. */
function useQuiet(value: string): string {
  const [quiet, setQuiet] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), quietMs)
    return () => clearTimeout(timer)
  }, [value])
  return quiet
}
