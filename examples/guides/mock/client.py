from openai import OpenAI

client = OpenAI()  # OPENAI_BASE_URL and OPENAI_API_KEY say where, and who
file = client.files.create(file=("notes.txt", b"Some text."), purpose="user_data")
print(file.id)
