/**
 * DeleteTopics v1-6, by name or (v6) by topic id. `__consumer_offsets` is refused: the coordinator writes to it as long
 * as the broker runs. So are the registry's and the studio's topics, which a client that clears a broker would take along.
 */

import { offsetsTopic } from '../groups/offsets-topic.ts'
import {
  type DeleteTopicsRequest,
  type DeleteTopicsResponse,
  type DeleteTopicsResponseTopic,
  errorCodes,
  newDeleteTopicsResponse,
  newDeleteTopicsResponseTopic,
  zeroUuid,
} from '../protocol/index.ts'
import type { RequestContext } from './context.ts'
import { isOurs } from './own-topics.ts'

export function handleDeleteTopics(
  request: DeleteTopicsRequest,
  version: number,
  context: RequestContext,
): DeleteTopicsResponse {
  const responses =
    version >= 6
      ? request.topics.map((topic) => deleteByNameOrId(topic, context))
      : request.topicNames.map((name) => deleteByName(name, zeroUuid, context))
  return newDeleteTopicsResponse({ responses })
}

function deleteByNameOrId(
  wanted: { name: string | null; topicId: string },
  context: RequestContext,
): DeleteTopicsResponseTopic {
  const { name, topicId } = wanted
  if ((name !== null) === (topicId !== zeroUuid)) {
    const errorMessage = 'Name a topic either by its name or by its id.'
    const errorCode = errorCodes.INVALID_REQUEST
    return newDeleteTopicsResponseTopic({ name, topicId, errorCode, errorMessage })
  }
  if (name !== null) {
    const id = context.logs.topic(name)?.id
    return deleteByName(name, id === undefined ? zeroUuid : id, context)
  }
  const found = context.logs.topicById(topicId)
  if (found) return deleteByName(found.name, topicId, context)
  const errorMessage = `There is no topic with id ${topicId}.`
  return newDeleteTopicsResponseTopic({
    name: null,
    topicId,
    errorCode: errorCodes.UNKNOWN_TOPIC_ID,
    errorMessage,
  })
}

function deleteByName(
  name: string,
  topicId: string,
  context: RequestContext,
): DeleteTopicsResponseTopic {
  if (name === offsetsTopic || isOurs(name)) {
    const holds = name === offsetsTopic ? "the consumer groups' offsets" : "Millrace's own records"
    return newDeleteTopicsResponseTopic({
      name,
      topicId,
      errorCode: errorCodes.INVALID_TOPIC_EXCEPTION,
      errorMessage: `${name} holds ${holds} and cannot be deleted.`,
    })
  }
  const error = context.logs.deleteTopic(name)
  const errorMessage = error === 'NONE' ? null : `Topic ${name} was not deleted: ${error}.`
  return newDeleteTopicsResponseTopic({ name, topicId, errorCode: errorCodes[error], errorMessage })
}
