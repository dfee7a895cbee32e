/** Date patterns as Java's DateTimeFormatter writes them, the common letters: y M d H h m s S a E and quoted text. */
import { civilOf, dayMs, dayOfWeek, validDays } from './calendar.ts'

type Letter = 'y' | 'M' | 'd' | 'H' | 'h' | 'm' | 's' | 'S' | 'a' | 'E'
type Part = { letter: Letter; count: number } | { text: string }

export type DatePattern = readonly Part[]

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun']
monthNames.push('Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec')

/** The pattern, or the sentence that says what is wrong with it. */
export function parseDatePattern(text: string): DatePattern | string {
  const parts: Part[] = []
  let at = 0
  while (at < text.length) {
    const character = text[at]
    if (character === "'") {
      const close = text.indexOf("'", at + 1)
      if (close < 0) return 'A quote in this pattern is not closed.'
      parts.push({ text: close === at + 1 ? "'" : text.slice(at + 1, close) })
      at = close + 1
    } else if (/[A-Za-z]/.test(character)) {
      let end = at + 1
      while (text[end] === character) end++
      const refusal = refuseLetter(character, end - at)
      if (refusal) return refusal
      parts.push({ letter: character as Letter, count: end - at })
      at = end
    } else {
      parts.push({ text: character })
      at++
    }
  }
  return parts
}

function refuseLetter(letter: string, count: number): string | undefined {
  if (!'yMdHhmsSaE'.includes(letter))
    return `The letter ${letter} is not understood in a date pattern. Use yyyy MM dd HH mm ss SSS, hh and a, or EEE; other text goes in quotes.`
  const most = letter === 'S' ? 3 : letter === 'y' ? 4 : letter === 'M' || letter === 'E' ? 3 : 2
  if (count > most)
    return `${letter.repeat(count)} is too long in a date pattern; at most ${letter.repeat(most)}.`
  if (letter === 'y' && count !== 4 && count !== 2) return 'The year is written yyyy or yy.'
  return undefined
}

export function formatByPattern(time: number, pattern: DatePattern): string {
  const days = Math.floor(time / dayMs)
  const ms = time - days * dayMs
  const date = civilOf(days)
  let out = ''
  for (const part of pattern) {
    if ('text' in part) out += part.text
    else out += formatPart(part.letter, part.count, date, days, ms)
  }
  return out
}

function formatPart(
  letter: Letter,
  count: number,
  date: { year: number; month: number; day: number },
  days: number,
  ms: number,
): string {
  const padded = (value: number) => String(value).padStart(count, '0')
  const hour = Math.floor(ms / 3_600_000)
  switch (letter) {
    case 'y':
      return count === 2 ? String(date.year % 100).padStart(2, '0') : padded(date.year)
    case 'M':
      return count === 3 ? monthNames[date.month - 1] : padded(date.month)
    case 'd':
      return padded(date.day)
    case 'H':
      return padded(hour)
    case 'h':
      return padded(hour % 12 === 0 ? 12 : hour % 12)
    case 'm':
      return padded(Math.floor(ms / 60_000) % 60)
    case 's':
      return padded(Math.floor(ms / 1000) % 60)
    case 'S':
      return String(Math.floor(ms % 1000))
        .padStart(3, '0')
        .slice(0, count)
    case 'a':
      return hour < 12 ? 'AM' : 'PM'
    case 'E':
      return dayNames[dayOfWeek(days) - 1]
  }
}

/** Milliseconds; undefined: the text does not follow the pattern. Fields that the pattern lacks are 1970-01-01 00:00. */
export function parseByPattern(text: string, pattern: DatePattern): number | undefined {
  const found: Partial<Record<Letter, number>> = {}
  let at = 0
  for (const part of pattern) {
    if ('text' in part) {
      if (!text.startsWith(part.text, at)) return undefined
      at += part.text.length
      continue
    }
    const match = matcherOf(part.letter, part.count).exec(text.slice(at, at + 4))
    if (!match) return undefined
    found[part.letter] = numberOf(part.letter, part.count, match[0])
    at += match[0].length
  }
  return at === text.length ? timeOf(found) : undefined
}

function matcherOf(letter: Letter, count: number): RegExp {
  if (letter === 'a') return /^(AM|PM)/i
  if (letter === 'E') return /^[A-Za-z]{3}/
  if (letter === 'M' && count === 3) return /^[A-Za-z]{3}/
  if (letter === 'y' || letter === 'S') return new RegExp(`^\\d{${count}}`)
  return count === 1 ? /^\d{1,2}/ : /^\d{2}/
}

function numberOf(letter: Letter, count: number, text: string): number {
  if (letter === 'a') return text.toUpperCase() === 'PM' ? 1 : 0
  if (letter === 'E') return 0
  if (letter === 'M' && count === 3)
    return monthNames.findIndex((name) => name.toLowerCase() === text.toLowerCase()) + 1
  if (letter === 'y' && count === 2) return 2000 + Number(text)
  if (letter === 'S') return Number(text.padEnd(3, '0'))
  return Number(text)
}

function timeOf(found: Partial<Record<Letter, number>>): number | undefined {
  const days = validDays(found.y ?? 1970, found.M ?? 1, found.d ?? 1)
  if (days === undefined) return undefined
  const half = (found.a ?? 0) * 12
  const hour = found.h === undefined ? (found.H ?? 0) : (found.h % 12) + half
  const minute = found.m ?? 0
  const second = found.s ?? 0
  if (hour > 23 || minute > 59 || second > 59) return undefined
  return days * dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + (found.S ?? 0)
}
