// Holds a JSON-LD document to the published SHACL shapes of CASE and UCO, which
// stand in internal/caseuco/testdata/shapes. Used by a test and by whoever runs
//
//   node caseuco.mjs export.jsonld
//
// Beside the shapes, which let pass what they do not speak of, every class and
// property of the two ontologies that the document uses must be one they define.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import jsonld from 'jsonld'
import { Parser, Store, DataFactory } from 'n3'
import SHACLValidator from 'rdf-validate-shacl'

const folder = fileURLToPath(new URL('../internal/caseuco/testdata/shapes/', import.meta.url))
const sh = (name) => DataFactory.namedNode('http://www.w3.org/ns/shacl#' + name)
const rdfType = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
const ours = /^https:\/\/ontology\.(caseontology|unifiedcyberontology)\.org\//

/** The shapes, without what this validator has no engine for (SPARQL). */
export function shapes() {
  const store = new Store()
  for (const name of readdirSync(folder).filter((n) => n.endsWith('.ttl'))) {
    store.addQuads(new Parser().parse(readFileSync(folder + name, 'utf8')))
  }
  store.removeQuads(store.getQuads(null, DataFactory.namedNode('http://www.w3.org/2002/07/owl#imports'), null, null))
  store.removeQuads(store.getQuads(null, sh('sparql'), null, null))
  return store
}

/** What is wrong with a document, as sentences; empty when nothing is. */
export async function violations(document, ontology = shapes()) {
  const text = await jsonld.toRDF(document, { format: 'application/n-quads', documentLoader: () => { throw new Error('nothing is fetched') } })
  const data = new Store(new Parser({ format: 'N-Quads' }).parse(text))
  const wrong = []
  for (const q of data) {
    for (const term of [q.predicate.value, ...(q.predicate.value === rdfType ? [q.object.value] : [])]) {
      if (ours.test(term) && ontology.countQuads(DataFactory.namedNode(term), rdfType, null, null) === 0) wrong.push(`${term} is no term of the ontology`)
    }
  }
  for (const q of ontology) {
    if (q.predicate.value === 'http://www.w3.org/2000/01/rdf-schema#subClassOf' || q.object.value === 'http://www.w3.org/2002/07/owl#Class') data.addQuad(q)
  }
  const report = await new SHACLValidator(ontology).validate(data)
  for (const r of report.results) {
    if (r.severity?.value !== sh('Violation').value && r.severity?.value !== sh('Warning').value) continue
    wrong.push(`${r.focusNode?.value} ${r.path?.value ?? ''}: ${r.message.map((m) => m.value).join(' ') || r.sourceConstraintComponent?.value}`)
  }
  return [...new Set(wrong)]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = await violations(JSON.parse(readFileSync(process.argv[2], 'utf8')))
  for (const w of wrong) console.log(w)
  console.log(wrong.length === 0 ? 'valid' : `${wrong.length} violations`)
  process.exitCode = wrong.length === 0 ? 0 : 1
}
