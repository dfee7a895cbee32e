/** Fields of a list entry that need a line of their own: objects, unions, lists. */
import { useForm } from './context.ts'
import { type FormSchema, typeOfSchema, variantsOf } from './schema.ts'

export function isDetail(schema: FormSchema): boolean {
  if (schema.detail === true) return true
  const type = typeOfSchema(schema)
  const names = type === 'array' && schema.items?.type === 'string'
  return !names && (type === 'object' || type === 'array' || variantsOf(schema).length > 1)
}

export function EntryDetails(props: {
  name: string
  path: string
  schema: FormSchema
  nullable: boolean
  value: unknown
}) {
  const form = useForm()
  return <div style={{ gridColumn: '1 / -1', paddingLeft: 8 }}>{form.field(props)}</div>
}
