/** Topics that the server itself keeps; hidden unless asked for. */

export const pipelinesTopic = '_millrace_pipelines'
export const runsTopic = '_millrace_runs'
export const auditTopic = '_millrace_audit'
export const schemasTopic = '_schemas'

export function isInternalTopic(name: string): boolean {
  return name.startsWith('_millrace_') || name.startsWith('__') || name === schemasTopic
}
