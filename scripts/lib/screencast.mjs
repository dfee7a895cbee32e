// A page as a film: frames from the browser's own screencast, put together by the browser's own encoder (no ffmpeg).
import { writeFileSync } from 'node:fs'

/** Starts to keep the frames of `page`; the answer ends it and gives them, each with its time in seconds. */
export async function startScreencast(page) {
  const session = await page.context().newCDPSession(page)
  const frames = []
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    frames.push({ data, at: metadata.timestamp })
    // The page may be closing: then no further frame is wanted.
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined)
  })
  await session.send('Page.startScreencast', { format: 'jpeg', quality: 88 })
  return async () => {
    await session.send('Page.stopScreencast')
    await session.detach()
    return frames
  }
}

/** Plays the frames onto a canvas as fast as they came, and writes what its recorder makes of them. */
export async function writeFilm(browser, frames, { width, height }, path) {
  const page = await browser.newPage({ viewport: { width, height } })
  await page.setContent(`<canvas width="${width}" height="${height}"></canvas>`)
  const film = await page.evaluate(play, frames)
  await page.close()
  writeFileSync(path, Buffer.from(film, 'base64'))
}

/** Runs in the browser. */
async function play(frames) {
  const canvas = document.querySelector('canvas')
  const paint = canvas.getContext('2d')
  const images = await Promise.all(
    frames.map(async ({ data, at }) => {
      const image = new Image()
      image.src = `data:image/jpeg;base64,${data}`
      await image.decode()
      return { image, at }
    }),
  )
  const recorder = new MediaRecorder(canvas.captureStream(25), {
    mimeType: 'video/webm;codecs=vp9',
    videoBitsPerSecond: 1_500_000,
  })
  const chunks = []
  recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data))
  const ended = new Promise((resolve) => recorder.addEventListener('stop', resolve))
  recorder.start()
  const begun = performance.now()
  for (const { image, at } of images) {
    const wait = (at - images[0].at) * 1000 - (performance.now() - begun)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    paint.drawImage(image, 0, 0, canvas.width, canvas.height)
  }
  recorder.stop()
  await ended
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
