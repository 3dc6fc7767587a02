"""The pages, a subject each."""
