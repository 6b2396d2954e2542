import OpenAI, { toFile } from "openai";

const client = new OpenAI(); // OPENAI_BASE_URL and OPENAI_API_KEY say where, and who
const file = await client.files.create({
  file: await toFile(Buffer.from("Some text."), "notes.txt"),
  purpose: "user_data",
});
console.log(file.id);
