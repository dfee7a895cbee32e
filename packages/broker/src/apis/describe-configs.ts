/**
 * DescribeConfigs v1-4, for topics (2) and the broker (4): every key that this broker honours or that has a fixed value
 * here, with source, type and documentation. Null keys mean all. Broker loggers, groups and client metrics are left out.
 */
import { topicNameProblem } from '../log/topic-name.ts'
import {
  type DescribeConfigsRequest,
  type DescribeConfigsRequestResource,
  type DescribeConfigsResponse,
  type DescribeConfigsResponseResult,
  errorCodes,
  newDescribeConfigsResponse,
  newDescribeConfigsResponseResult,
} from '../protocol/index.ts'
import type { RequestContext } from './context.ts'
import { brokerConfigEntries, type ConfigEntry, topicConfigEntries } from './topic-configs.ts'

const topicResource = 2
const brokerResource = 4

export function handleDescribeConfigs(
  request: DescribeConfigsRequest,
  _version: number,
  context: RequestContext,
): DescribeConfigsResponse {
  return newDescribeConfigsResponse({
    results: request.resources.map((resource) => describe(resource, request, context)),
  })
}

type Found = ConfigEntry[] | { errorCode: number; errorMessage: string }

function describe(
  resource: DescribeConfigsRequestResource,
  request: DescribeConfigsRequest,
  context: RequestContext,
): DescribeConfigsResponseResult {
  const { resourceType, resourceName, configurationKeys } = resource
  const found = find(resource, context)
  if (!Array.isArray(found)) {
    return newDescribeConfigsResponseResult({ ...found, resourceType, resourceName })
  }
  // Kafka takes an empty list of keys as all as well.
  const wanted = configurationKeys?.length ? new Set(configurationKeys) : undefined
  const configs = found
    .filter((entry) => !wanted || wanted.has(entry.name))
    .map(({ name, value, readOnly, source, type, documentation, synonyms }) => ({
      name,
      value,
      readOnly,
      configSource: source,
      isSensitive: false,
      synonyms: request.includeSynonyms ? synonyms : [],
      configType: type,
      documentation: request.includeDocumentation ? documentation : null,
    }))
  return newDescribeConfigsResponseResult({ resourceType, resourceName, configs })
}

function find(
  { resourceType, resourceName }: DescribeConfigsRequestResource,
  context: RequestContext,
): Found {
  const { logs, settings } = context
  if (resourceType === topicResource) {
    const topic = logs.topic(resourceName)
    if (topic) return topicConfigEntries(topic)
    const illegal = topicNameProblem(resourceName)
    if (illegal) return { errorCode: errorCodes.INVALID_TOPIC_EXCEPTION, errorMessage: illegal }
    const errorMessage = `There is no topic ${resourceName}.`
    return { errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION, errorMessage }
  }
  if (resourceType === brokerResource) {
    // The empty name asks for cluster-wide dynamic defaults, of which there are none.
    if (resourceName === '') return []
    if (resourceName === String(settings.nodeId)) return brokerConfigEntries(settings)
    const errorMessage = `There is no broker ${resourceName}; this one is ${settings.nodeId}.`
    return { errorCode: errorCodes.INVALID_REQUEST, errorMessage }
  }
  const errorMessage = `Configs of resource type ${resourceType} are not offered by this broker.`
  return { errorCode: errorCodes.INVALID_REQUEST, errorMessage }
}
