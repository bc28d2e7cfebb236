// Reduces the icons of the npm packages in this folder to what is embedded:
// writes icons/SET/NAME.svg beside node_modules. See main.go.
import fs from "node:fs"
import path from "node:path"
import { optimize } from "svgo"

const sets = {
  "material": "@mdi/svg/svg",
  "fontawesome/brands": "@fortawesome/fontawesome-free/svgs/brands",
  "fontawesome/regular": "@fortawesome/fontawesome-free/svgs/regular",
  "fontawesome/solid": "@fortawesome/fontawesome-free/svgs/solid",
  "octicons": "@primer/octicons/build/svg",
  "simple": "simple-icons/icons",
  "twemoji": "@discordapp/twemoji/dist/svg",
}
// A view box, not a size: icons scale with the text around them.
const plugins = [
  { name: "preset-default", params: { overrides: { removeViewBox: false } } },
  "removeDimensions",
]

for (const [set, from] of Object.entries(sets)) {
  const src = path.join("node_modules", from)
  const dst = path.join("icons", set)
  fs.mkdirSync(dst, { recursive: true })
  for (const file of fs.readdirSync(src).filter((f) => f.endsWith(".svg"))) {
    const svg = optimize(fs.readFileSync(path.join(src, file), "utf8"), { plugins }).data
    // The colour is the style sheet's business.
    fs.writeFileSync(path.join(dst, file), svg.replace('fill="currentColor" ', ""))
  }
}
