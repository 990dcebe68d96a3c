"""OpenAI: pictures of the GPT image models, and looking at pictures."""
