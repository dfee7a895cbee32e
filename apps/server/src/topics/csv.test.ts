import { describe, expect, it } from 'vitest'
import { importLines } from './import-lines.ts'

describe('an import', () => {
  it('of NDJSON names each line that is no object and takes the others', () => {
    const text = '{"id":1,"u":"a"}\nnot json\n\n[1]\n{"id":2,"u":"b"}\n'
    const { records, errors, errorCount } = importLines(text, 'ndjson', 'u')
    expect(records).toEqual([
      { key: 'a', value: '{"id":1,"u":"a"}' },
      { key: 'b', value: '{"id":2,"u":"b"}' },
    ])
    expect(errorCount).toBe(2)
    expect(errors.map(({ line }) => line)).toEqual([2, 4])
    expect(errors[0].message).toMatch(/^This line is no JSON: /)
  })

  it('takes a pasted JSON array for its elements', () => {
    expect(importLines('[{"id":1},{"id":2}]', 'ndjson', null).records).toHaveLength(2)
  })

  it('of CSV reads quotes, line ends inside them, numbers, booleans and empty fields', () => {
    const text = 'id,name,amount,ok\r\n1,"Smith, ""J""\nx",2.50,true\r\n2,,7,false\n'
    expect(importLines(text, 'csv', 'id').records).toEqual([
      { key: '1', value: '{"id":1,"name":"Smith, \\"J\\"\\nx","amount":"2.50","ok":true}' },
      { key: '2', value: '{"id":2,"name":null,"amount":7,"ok":false}' },
    ])
  })

  it('of CSV names lines with too few fields by their number in the file', () => {
    const { errors } = importLines('a,b\n"x\ny",1\n2\n3,"open', 'csv', null)
    expect(errors).toEqual([
      { line: 4, message: 'This line has 1 fields, the first line names 2.' },
      { line: 5, message: 'A quoted field that starts here has no end.' },
    ])
  })

  it('of CSV is refused when the first line does not name the columns', () => {
    expect(importLines('a,,b\n1,2,3', 'csv', null).errors[0].message).toMatch(/one name is empty/)
    expect(importLines('a,a\n1,2', 'csv', null).errors[0].message).toMatch(/names a twice/)
  })
})
