// Answers questions, one a line, about the module that was given last.

import { answer } from "./calls.mjs"

let made, rest = ""
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n")
  rest = lines.pop()
  for (const question of lines.map((line) => JSON.parse(line))) {
    if (question.module === undefined) console.log(answer(made, question))
    else {
      made = await import(`data:text/javascript,${encodeURIComponent(question.module)}`)
      console.log("ready")
    }
  }
}
