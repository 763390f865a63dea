import { theme } from "../live/theme.mjs"

export default ({ selector }) => theme(document.querySelector(selector), [])
