/** The templates of the gallery, in its order. */
import { clicksPerUser } from './clicks-per-user.ts'
import { fraudVelocity, fraudVelocityAsPrinted } from './fraud-velocity.ts'
import { ordersPerMinute } from './orders-per-minute.ts'
import type { PipelineTemplate } from './template.ts'

export type { PipelineTemplate } from './template.ts'

export const templates: readonly PipelineTemplate[] = [
  ordersPerMinute,
  fraudVelocity,
  fraudVelocityAsPrinted,
  clicksPerUser,
]
