/** A place in a token list, with the few questions that the parser asks. */
import { ExpressionError } from './errors.ts'
import type { Token } from './tokens.ts'

export class TokenCursor {
  private readonly tokens: readonly Token[]
  private at = 0
  private depth = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]
  }

  previous(): Token | undefined {
    return this.tokens[this.at - 1]
  }

  next(): Token {
    const token = this.peek()
    this.at++
    return token
  }

  takeWord(word: string): boolean {
    const token = this.peek()
    if (token.kind !== 'word' || token.upper !== word) return false
    this.at++
    return true
  }

  takeSymbol(symbol: string): boolean {
    const token = this.peek()
    if (token.kind !== 'symbol' || token.upper !== symbol) return false
    this.at++
    return true
  }

  expectWord(word: string, message: string): void {
    if (!this.takeWord(word)) throw new ExpressionError(message, this.here())
  }

  expectSymbol(symbol: string, message: string): Token {
    const token = this.peek()
    if (!this.takeSymbol(symbol)) throw new ExpressionError(message, this.here())
    return token
  }

  /** Nesting is limited: user text must not exhaust the stack. */
  enter(most: number): void {
    this.depth++
    if (this.depth > most)
      throw new ExpressionError(
        `This expression is nested more than ${most} levels deep. Compute a part of it in a select node before.`,
        this.here(),
      )
  }

  leave(): void {
    this.depth--
  }

  /** The current token; at the end, the last character. */
  here(): Token {
    const token = this.peek()
    if (token.kind !== 'end' || token.start === 0) return token
    return { ...token, start: token.start - 1 }
  }

  show(token: Token): string {
    if (token.kind === 'end') return 'The end'
    if (token.kind === 'string') return `'${token.text}'`
    return token.kind === 'quoted' ? `\`${token.text}\`` : token.text
  }
}
