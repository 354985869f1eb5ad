// The export in the standard of forensic tools, held to the published shapes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { shapes, violations } from './caseuco.mjs'

const ontology = shapes()
const read = () => JSON.parse(readFileSync(new URL('../internal/caseuco/testdata/export.jsonld', import.meta.url), 'utf8'))
const first = (doc, type) => doc['@graph'].find((n) => n['@type'] === type)

test('the export is valid CASE and UCO', async () => {
  assert.deepEqual(await violations(read(), ontology), [])
})

const broken = {
  'a word of nobody': (d) => { first(d, 'case-investigation:ProvenanceRecord')['case-investigation:exhibitNo'] = '1' },
  'an exhibit with two numbers': (d) => { first(d, 'case-investigation:ProvenanceRecord')['case-investigation:exhibitNumber'] = ['1', '2'] },
  'a class of nobody': (d) => { first(d, 'uco-observable:Device')['@type'] = 'uco-observable:Gadget' },
  'a time that is a text': (d) => { first(d, 'case-investigation:InvestigativeAction')['uco-action:startTime'] = 'yesterday' },
  'a hash without its method': (d) => { delete first(d, 'uco-types:Hash')['uco-types:hashMethod'] },
  'a hash that is a text': (d) => { first(d, 'uco-types:Hash')['uco-types:hashValue'] = 'zz' },
  'an action performed by two': (d) => { const a = first(d, 'case-investigation:InvestigativeAction'); a['uco-action:performer'] = [a['uco-action:performer'], { '@id': 'kb:other' }] },
  'an action informed by a thing': (d) => { first(d, 'case-investigation:InvestigativeAction')['case-investigation:wasInformedBy'] = { '@id': first(d, 'uco-observable:Device')['@id'] } },
  'a step that ended at no time': (d) => { d['@graph'].find((n) => n['uco-core:name'] === 'guided-step-done')['uco-action:endTime'] = 'tonight' },
  'an addition informed by a record': (d) => { d['@graph'].find((n) => n['uco-core:name'] === 'guided-step-added-to')['case-investigation:wasInformedBy'] = { '@id': first(d, 'case-investigation:ProvenanceRecord')['@id'] } },
  'a facet that is a file': (d) => { first(d, 'uco-observable:File')['uco-core:hasFacet'] = { '@id': first(d, 'uco-observable:Device')['@id'] } },
  'a relationship without a target': (d) => { delete first(d, 'uco-core:Relationship')['uco-core:target'] },
}

for (const [name, spoil] of Object.entries(broken)) {
  test(`the shapes refuse ${name}`, async () => {
    const doc = read()
    spoil(doc)
    assert.notDeepEqual(await violations(doc, ontology), [])
  })
}
