/**
 * ApiVersions v0-4 (KIP-35, KIP-511). Lists exactly what this broker implements; Produce is listed from v0 although
 * v0-2 are refused, as Kafka does (KAFKA-18659: older librdkafka reads its features from that end). No features are
 * listed: `metadata.version` and `transaction.version` belong to KRaft and to transactions, which are not offered.
 * A version that we do not have is answered by the dispatcher with `unsupportedApiVersions`.
 */
import {
  type ApiVersionsRequest,
  type ApiVersionsResponse,
  apis,
  apiVersions,
  errorCodes,
  newApiVersionsResponse,
} from '../protocol/index.ts'

const produceListedFrom = 0
/** KIP-511: letters, digits, dots and dashes, beginning and ending with a letter or digit. */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/

const apiKeys = Object.values(apis).map((api) => ({
  apiKey: api.key,
  minVersion: api === apis.produce ? produceListedFrom : api.minVersion,
  maxVersion: api.maxVersion,
}))

export function handleApiVersions(
  request: ApiVersionsRequest,
  version: number,
): ApiVersionsResponse {
  const named =
    softwareName.test(request.clientSoftwareName) &&
    softwareName.test(request.clientSoftwareVersion)
  if (version >= 3 && !named) {
    return newApiVersionsResponse({ errorCode: errorCodes.INVALID_REQUEST })
  }
  return newApiVersionsResponse({ apiKeys })
}

/** The answer to a newer client, sent with a v0 body: it tries again with the version listed here. */
export const unsupportedApiVersions: ApiVersionsResponse = newApiVersionsResponse({
  errorCode: errorCodes.UNSUPPORTED_VERSION,
  apiKeys: [
    {
      apiKey: apiVersions.key,
      minVersion: apiVersions.minVersion,
      maxVersion: apiVersions.maxVersion,
    },
  ],
})
