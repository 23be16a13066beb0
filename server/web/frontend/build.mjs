// Bundles what browsers load from us: flat files with their content's hash in the name, each also compressed, and
// manifest.json, which says what a page asks for by which name. Called with the folder to write to.

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { build } from 'esbuild'
import { forgottenWords, patchedWebForms } from './patches.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const folder = process.argv[2]
const ENTRIES = ['fill.js', 'map.js']

const webForms = {
  name: 'web-forms',
  setup(bundler) {
    bundler.onLoad({ filter: /@getodk[\\/]web-forms[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return { contents: patchedWebForms(basename(path), source), loader: 'js' }
    })
  },
}

const { metafile } = await build({
  entryPoints: ENTRIES.map(name => join(here, 'src', name)),
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  metafile: true,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', 'process.env.NODE_ENV': '"production"' },
  // The bundle holds two parsers for forms; warnings about their minified code are not ours to mend.
  logLevel: 'error',
  plugins: [webForms],
})

if (forgottenWords().length) throw new Error(`The widgets do not say: ${forgottenWords().join(' · ')}`)

const manifest = {}
for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint && ENTRIES.includes(basename(entryPoint))) manifest[basename(entryPoint)] = basename(path)
}
await mkdir(folder, { recursive: true })
const FORMS = { '.br': promisify(brotliCompress), '.gz': content => promisify(gzip)(content, { level: 9 }) }
await Promise.all((await readdir(folder)).flatMap(name => Object.entries(FORMS).map(async ([ending, compress]) => {
  const path = join(folder, name)
  await writeFile(path + ending, await compress(await readFile(path)))
})))
await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest))
