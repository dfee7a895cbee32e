/** Says that the server does not have what was set here, and tries again. */
import { useStore } from 'zustand'
import { isOffline } from '../../api/client.ts'
import { dropUnsaved, savePreferences, unsaved } from '../../app/preferences.ts'
import { Button, toast } from '../../ui/index.ts'
import styles from './Settings.module.css'

export function UnsavedNotice() {
  const { failure, saving } = useStore(unsaved)
  if (failure === null) return null
  const offline = isOffline(failure)
  const reason = failure instanceof Error ? failure.message : String(failure)
  return (
    <div className={styles.unsaved} role="status">
      <span>
        <span aria-hidden>▲</span>{' '}
        {offline
          ? 'Not saved: the server does not answer. This browser keeps the change, and saves it when the server is back.'
          : `Not saved: ${reason}`}
      </span>
      <Button size="small" busy={saving} onClick={savePreferences}>
        {saving ? 'Saving…' : 'Save again'}
      </Button>
      {!offline && (
        <Button
          size="small"
          onClick={() =>
            dropUnsaved().catch((error) => toast.failed('The settings could not be read', error))
          }
        >
          Go back to what the server has
        </Button>
      )}
    </div>
  )
}
