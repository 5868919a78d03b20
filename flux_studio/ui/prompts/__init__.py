"""The dialogs around the prompt: earlier prompts, templates and styles."""
