"""What several modules of programs use; no programs."""
