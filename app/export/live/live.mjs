import { stage } from "./stage.mjs"
import { theme } from "./theme.mjs"

/** A page of one picture. */
export default ({ stages: [picture], codes: [code] }) => {
  const root = document.querySelector("main")
  theme(root, picture.variants)
  if (stage(root, { ...picture, ...code }) !== null) root.dataset.live = "ready"
}
