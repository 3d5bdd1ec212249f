"""The halves of Flask's classes that do no input and output."""
