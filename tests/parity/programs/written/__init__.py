"""The programs: each imports Flask and nothing of Kernos."""
