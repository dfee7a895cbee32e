/** Marks the page while the mouse is what the user works with: focus rings are for the keyboard. */
export function followPointer(): void {
  const { dataset } = document.documentElement
  window.addEventListener(
    'pointerdown',
    () => {
      dataset.pointer = ''
    },
    true,
  )
  window.addEventListener(
    'keydown',
    () => {
      delete dataset.pointer
    },
    true,
  )
}
