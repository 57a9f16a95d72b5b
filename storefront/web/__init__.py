"""The pages: where people look, compare and print. Flask, server-rendered, quick on a cheap phone."""
